"""A loan's history as rows that a person can read: schedule, ledger and charges, all from one fold.

Nothing is stored here, and no amount is decided: each row follows from the events and from where their
money lies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from operator import attrgetter

from forbear.errors import InputError
from forbear.loans.charges import paid_by_item
from forbear.loans.events import (
    Accelerated,
    Boarded,
    ChargedBack,
    ChargedOff,
    CreditRefunded,
    Disbursed,
    FeeWaived,
    FurtherDisbursed,
    LoanEvent,
    PaymentReceived,
    Reaged,
    Reamortised,
    RecoveryReceived,
    Settled,
    Undone,
    WrittenOff,
)
from forbear.loans.fold import effective, fold_ledger, known_ledger
from forbear.loans.payment_rules import PaymentKind
from forbear.loans.position import Position
from forbear.loans.schedule import Origin
from forbear.loans.slots import NOTHING, Part, PartAmounts
from forbear.loans.state import PARTS, PRINCIPAL, Item, Lot, Running
from forbear.loans.terms import LoanTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRow:
    """One instalment with what became of it; ``balance`` is the principal that the plan leaves after it."""

    instalment_id: str
    origin: Origin
    starts_on: date
    due_on: date
    settled_on: date | None
    balance: int
    due: PartAmounts
    paid: PartAmounts
    waived: PartAmounts
    in_advance: int
    late: int

    @property
    def days(self) -> int:
        """The days of its period; a down payment has none."""
        return (self.due_on - self.starts_on).days

    @property
    def unpaid(self) -> PartAmounts:
        """What is still to be paid of it, by part."""
        return PartAmounts(
            principal=self.due.principal - self.paid.principal - self.waived.principal,
            interest=self.due.interest - self.paid.interest - self.waived.interest,
            fee=self.due.fee - self.paid.fee - self.waived.fee,
            penalty=self.due.penalty - self.paid.penalty - self.waived.penalty,
        )

    @property
    def outstanding(self) -> int:
        """What is still to be paid of it."""
        return self.unpaid.total


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One event that moved money or principal: its amount by part, what went to credit, the balance after.

    ``booked`` is what of ``parts`` credit did not bear, and ``charged_off`` tells whether the loan had left
    the lender's assets before it.
    """

    event_id: str
    kind: str
    payment_kind: PaymentKind | None
    value_date: date
    amount: int
    parts: PartAmounts
    overpaid: int
    balance: int
    booked: PartAmounts = NOTHING
    charged_off: bool = False
    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRow:
    """One fee or penalty: what it comes to, what is paid of it and what was given up."""

    charge_id: str
    part: Part
    charged_on: date
    due_on: date | None
    amount: int
    paid: int
    waived: int
    shares: tuple[tuple[str, int], ...]

    @property
    def outstanding(self) -> int:
        """What is still to be paid of it."""
        return self.amount - self.paid - self.waived


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The rows of one loan as of a day, by what was known then."""

    position: Position
    schedule: tuple[ScheduleRow, ...]
    ledger: tuple[LedgerRow, ...]
    charges: tuple[ChargeRow, ...]

    @property
    def totals(self) -> ScheduleRow | None:
        """The sums of the schedule's columns; None before there is one."""
        if not self.schedule:
            return None
        last = self.schedule[-1]
        return replace(
            last,
            due=sum_of(row.due for row in self.schedule),
            paid=sum_of(row.paid for row in self.schedule),
            waived=sum_of(row.waived for row in self.schedule),
            in_advance=sum(row.in_advance for row in self.schedule),
            late=sum(row.late for row in self.schedule),
        )

    @property
    def outstanding(self) -> int:
        """All that the schedule still asks for, due or not."""
        return sum(row.outstanding for row in self.schedule)

    @property
    def unpaid(self) -> PartAmounts:
        """All that the schedule still asks for, by part."""
        return sum_of(row.unpaid for row in self.schedule)


def sum_of(amounts: Iterable[PartAmounts]) -> PartAmounts:
    """Add amounts up part by part."""
    held = list(amounts)
    return PartAmounts(
        principal=sum(part.principal for part in held),
        interest=sum(part.interest for part in held),
        fee=sum(part.fee for part in held),
        penalty=sum(part.penalty for part in held),
    )


def statement(
    terms: LoanTerms, events: Iterable[LoanEvent], *, as_of: date, known_at: datetime | None = None
) -> Statement:
    """Return the rows of a loan whose terms have a pattern; raises InputError as ``fold`` does."""
    if terms.pattern is None:
        raise InputError(
            "A statement needs terms with a pattern; explain serves other loans.", field="pattern"
        )
    ledger = known_ledger(events, known_at)
    position, run = fold_ledger(terms, ledger, as_of=as_of, trail=True)
    return Statement(
        position=position,
        schedule=_schedule(run),
        ledger=_ledger(terms, ledger, run, as_of),
        charges=tuple(_charge_rows(run)),
    )


def _schedule(run: Running) -> tuple[ScheduleRow, ...]:
    items = sorted([*run.items.values(), *run.coming()], key=lambda item: item.order)
    planned = [item for item in items if item.origin is not Origin.DOWN_PAYMENT]
    first = run.disbursements[0].day if run.disbursements else run.day
    starts = {later.id: earlier.due_on for earlier, later in pairwise(planned)}
    if planned:
        starts[planned[0].id] = first
    rows, scheduled, shares = [], 0, _lots_by(run, attrgetter("target"))
    for item in items:
        scheduled += item.due[PRINCIPAL] - sum(amount for _, amount in item.credits)
        lent = sum(part.amount for part in run.disbursements if _is_lent_before(run, part.day, item))
        start = starts.get(item.id, item.due_on)
        lots = shares.get(item.id, [])
        rows.append(_schedule_row(run, item, lots, start=start, balance=max(0, lent - scheduled)))
    return tuple(rows)


def _is_lent_before(run: Running, day: date, item: Item) -> bool:
    return day < item.due_on or (day == item.due_on and item.place >= run.down_payment_place)


def _lots_by(run: Running, key: Callable[[Lot], str]) -> dict[str, list[Lot]]:
    """Return the shares of payments by where they lie, whose they are, or what spent them."""
    found: dict[str, list[Lot]] = {}
    for lot in run.lots.values():
        found.setdefault(key(lot), []).append(lot)
    return found


def _schedule_row(run: Running, item: Item, lots: Sequence[Lot], *, start: date, balance: int) -> ScheduleRow:
    is_empty = not any(item.due)
    return ScheduleRow(
        instalment_id=item.id,
        origin=item.origin,
        starts_on=start,
        due_on=item.due_on,
        settled_on=(item.settled_on or (run.disbursements[0].day if is_empty else None))
        if item.is_settled
        else None,
        balance=balance,
        due=_parts(item.due),
        paid=_parts(item.paid),
        waived=_parts(item.waived),
        in_advance=sum(lot.early for lot in lots),
        late=sum(lot.late for lot in lots),
    )


def _parts(amounts: Sequence[int]) -> PartAmounts:
    principal, interest, fee, penalty = amounts
    return PartAmounts(principal=principal, interest=interest, fee=fee, penalty=penalty)


def _ledger(
    terms: LoanTerms, ledger: Sequence[LoanEvent], run: Running, as_of: date
) -> tuple[LedgerRow, ...]:
    rows, balance, charged_off = [], 0, False
    paid, spent = _lots_by(run, attrgetter("event_id")), _lots_by(run, attrgetter("via"))
    for event in sorted(effective(ledger), key=lambda event: event.order):
        if event.value_date > as_of:
            continue
        row = _ledger_row(run, event, paid.get(event.event_id, []))
        if row is not None:
            by_credit = spent.get(row.event_id, [])
            balance += _effect_on_balance(run, row, by_credit)
            booked = _booked(run, row, by_credit)
            rows.append(replace(row, balance=max(0, balance), booked=booked, charged_off=charged_off))
        charged_off = charged_off or isinstance(event.body, ChargedOff)
    undone = _undone_rows(terms, ledger, as_of)
    return tuple(sorted([*rows, *undone], key=lambda row: row.value_date))


def _undone_rows(terms: LoanTerms, ledger: Sequence[LoanEvent], as_of: date) -> list[LedgerRow]:
    """Return the rows of undone events as they stood just before the undoing was known."""
    rows = []
    counted = {event.event_id for event in effective(ledger)}
    for event in ledger:
        if not isinstance(event.body, Undone):
            continue
        before = [earlier for earlier in ledger if earlier.seq < event.seq]
        gone = [name for name in event.targets if name not in counted]
        if gone:
            _, run = fold_ledger(terms, before, as_of=as_of, trail=True)
            stood = _ledger(terms, before, run, as_of)
            rows += [replace(row, undone=True) for row in stood if row.event_id in gone and not row.undone]
    return rows


def _ledger_row(run: Running, event: LoanEvent, lots: Sequence[Lot]) -> LedgerRow | None:
    entries = run.entries or {}
    entry = entries.get(event.event_id)
    amount, parts, overpaid = 0, NOTHING, 0
    kind: PaymentKind | None = None
    match event.body:
        case PaymentReceived(amount=amount) | RecoveryReceived(amount=amount) as paid:
            kind = paid.payment_kind if isinstance(paid, PaymentReceived) else None
            parts = _settled_by(lots)
            overpaid = amount - parts.total
        case Disbursed(amount=amount) | FurtherDisbursed(amount=amount):
            overpaid = sum(part.spent for part in run.disbursements if part.event_id == event.event_id)
        case Boarded(principal=amount):
            pass
        case ChargedBack(amount=amount) | CreditRefunded(amount=amount):
            parts, overpaid = (entry.parts, entry.from_credit) if entry else (NOTHING, 0)
        case ChargedOff() | FeeWaived() | Reaged() | Reamortised() | Accelerated() | Settled() | WrittenOff():
            parts = entry.parts if entry else NOTHING
            amount = parts.total
        case _:
            return None
    return LedgerRow(
        event_id=event.event_id,
        kind=event.kind,
        payment_kind=kind,
        value_date=event.value_date,
        amount=amount,
        parts=parts,
        overpaid=overpaid,
        balance=0,
    )


def _booked(run: Running, row: LedgerRow, by_credit: Sequence[Lot]) -> PartAmounts:
    """Return what of a row's parts credit did not bear, where all of it was recognised first."""
    if row.kind != ChargedBack.KIND or not run.terms.credit_order or not row.overpaid:
        return row.parts
    if row.overpaid >= row.amount:
        return NOTHING
    borne = [0, 0, 0, 0]
    for lot in by_credit:
        borne = [have + more for have, more in zip(borne, lot.parts, strict=True)]
    parts = row.parts
    return PartAmounts(
        principal=parts.principal - borne[0],
        interest=parts.interest - borne[1],
        fee=parts.fee - borne[2],
        penalty=parts.penalty - borne[3],
    )


def _settled_by(lots: Sequence[Lot]) -> PartAmounts:
    """Add up what a payment itself settled, without what others spent of the credit that it left."""
    settled = [0, 0, 0, 0]
    for lot in lots:
        if not lot.via:
            settled = [have + more for have, more in zip(settled, lot.parts, strict=True)]
    return _parts(settled)


def _effect_on_balance(run: Running, row: LedgerRow, by_credit: Sequence[Lot]) -> int:
    """Return what a row adds to the principal outstanding."""
    match row.kind:
        case Disbursed.KIND | FurtherDisbursed.KIND | Boarded.KIND:
            return row.amount - row.overpaid
        case ChargedBack.KIND | CreditRefunded.KIND:
            borne = sum(lot.parts[PRINCIPAL] for lot in by_credit)
            return row.parts.principal - (borne if run.terms.credit_order else 0)
        case PaymentReceived.KIND | RecoveryReceived.KIND | Settled.KIND | WrittenOff.KIND:
            return -row.parts.principal
        case _:
            return 0


def _charge_rows(run: Running) -> Iterable[ChargeRow]:
    for charged in run.charges.values():
        yield ChargeRow(
            charge_id=charged.id,
            part=PARTS[charged.part],
            charged_on=charged.day,
            due_on=charged.due_on,
            amount=sum(charged.shares.values()),
            paid=sum(paid_by_item(run, charged).values()),
            waived=sum(charged.waived.values()),
            shares=tuple(
                (item_id, share - charged.waived.get(item_id, 0)) for item_id, share in charged.shares.items()
            ),
        )

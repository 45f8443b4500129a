"""The statement of any loan: that of ``loans`` where terms have a pattern, else read off the position.

A payment's shares are told as they lie at the end of the day. What a decision did (a return, a waiver, a
charge-off) is the difference between the loan just before and just after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from forbear.loans.events import (
    AmountWaived,
    Boarded,
    ChargedOff,
    Disbursed,
    FeeCharged,
    LoanEvent,
    PaymentReceived,
    PaymentReversed,
    RecoveryReceived,
    Undone,
)
from forbear.loans.explain import Explanation, explain
from forbear.loans.fold import Head, carry, effective, fold
from forbear.loans.position import Allocation, Position, Pot
from forbear.loans.slots import NOTHING, PartAmounts
from forbear.loans.statement import LedgerRow, Statement, statement, sum_of
from forbear.loans.terms import LoanTerms
from forbear.services.loan_books.schedule import rows_of

RECOVERY_RETURNED = "recovery_returned"
"""The kind under which the return of money that came in after charge-off is booked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """One loan at the end of a day: its explained position, its statement, and who shares what.

    ``shares`` are, by event, where the money of a payment lies; of a payment that was returned, where it
    lay just before.
    """

    explanation: Explanation
    statement: Statement
    shares: Mapping[str, tuple[Allocation, ...]]

    @property
    def position(self) -> Position:
        """The position that all of it explains."""
        return self.explanation.position


@dataclass(slots=True)
class _Moments:
    """The loan just before and just after each decision, by the decision's id."""

    before: dict[str, Position] = field(default_factory=dict)
    after: dict[str, Position] = field(default_factory=dict)


DECISIONS = (PaymentReversed, AmountWaived, ChargedOff)


def books_of(terms: LoanTerms, events: Sequence[LoanEvent], *, as_of: date) -> Books:
    """Return the books of a loan at the end of ``as_of``; raises InputError as ``fold`` does."""
    explanation = explain(terms, events, as_of=as_of)
    position = explanation.position
    if terms.pattern is not None:
        shares = _by_event(position.allocations)
        return Books(explanation=explanation, statement=statement(terms, events, as_of=as_of), shares=shares)
    counted = _counted(events, as_of)
    rows, shares = _ledger(terms, counted, position)
    shown = Statement(
        position=position,
        schedule=rows_of(position, _lent(counted)),
        ledger=(*rows, *_undone_rows(terms, events, as_of)),
        charges=(),
    )
    return Books(explanation=explanation, statement=shown, shares=shares)


def _counted(events: Sequence[LoanEvent], as_of: date) -> list[LoanEvent]:
    known = (event for event in effective(events) if event.value_date <= as_of)
    return sorted(known, key=lambda event: event.order)


def _ledger(
    terms: LoanTerms, counted: Sequence[LoanEvent], position: Position
) -> tuple[list[LedgerRow], dict[str, tuple[Allocation, ...]]]:
    """Return the rows of the events that count, and where the money of each lies or lay."""
    moments, shares = _moments(terms, counted), _by_event(position.allocations)
    for event in counted:
        if isinstance(event.body, PaymentReversed):
            target = event.targets[0]
            shares[target] = _by_event(moments.before[event.event_id].allocations)[target]
    return _rows(counted, shares, moments), shares


def _by_event(allocations: Iterable[Allocation]) -> dict[str, tuple[Allocation, ...]]:
    found: dict[str, list[Allocation]] = {}
    for share in allocations:
        found.setdefault(share.event_id, []).append(share)
    return {name: tuple(shares) for name, shares in found.items()}


def _lent(counted: Iterable[LoanEvent]) -> int:
    for event in counted:
        match event.body:
            case Disbursed(amount=amount) | Boarded(principal=amount):
                return amount
    return 0


def _moments(terms: LoanTerms, counted: Sequence[LoanEvent]) -> _Moments:
    """Play the events once, and stop before and after each decision."""
    moments, waiting = _Moments(), list[LoanEvent]()
    if not any(isinstance(event.body, DECISIONS) for event in counted):
        return moments
    position = fold(terms, (), as_of=min(terms.disbursed_on, counted[0].value_date))
    for event in counted:
        if isinstance(event.body, DECISIONS):
            position = moments.before[event.event_id] = _played(position, waiting, event.value_date)
            position = moments.after[event.event_id] = _played(position, [event], event.value_date)
            waiting = []
        else:
            waiting.append(event)
    return moments


def _played(position: Position, events: Sequence[LoanEvent], day: date) -> Position:
    return carry(position, events, as_of=day, head=Head(position.last_seq, position.digest))


def _rows(
    counted: Sequence[LoanEvent], shares: Mapping[str, tuple[Allocation, ...]], moments: _Moments
) -> list[LedgerRow]:
    rows, balance, charged_off = [], 0, False
    for event in counted:
        row = _row(event, shares, moments)
        balance += _effect(row)
        rows.append(replace(row, balance=balance, charged_off=charged_off))
        charged_off = charged_off or isinstance(event.body, ChargedOff)
        balance = 0 if charged_off else balance
    return rows


def _row(event: LoanEvent, shares: Mapping[str, tuple[Allocation, ...]], moments: _Moments) -> LedgerRow:
    amount, parts, kind = 0, NOTHING, event.kind
    match event.body:
        case Disbursed(amount=amount) | Boarded(principal=amount) | RecoveryReceived(amount=amount):
            parts = PartAmounts(principal=amount)
        case PaymentReceived(amount=amount):
            parts = settled_by(shares.get(event.event_id, ()))
        case PaymentReversed():
            held = shares[event.targets[0]]
            amount, parts = sum(share.total for share in held), settled_by(held)
            kind = RECOVERY_RETURNED if any(share.target == Pot.RECOVERED for share in held) else kind
        case FeeCharged(amount=amount):
            parts = PartAmounts(fee=amount)
        case AmountWaived() | ChargedOff():
            parts = _change(moments.before[event.event_id], moments.after[event.event_id])
            amount = parts.total
    return LedgerRow(
        event_id=event.event_id,
        kind=kind,
        payment_kind=None,
        value_date=event.value_date,
        amount=amount,
        parts=parts,
        overpaid=amount - parts.total,
        balance=0,
        booked=parts,
    )


def settled_by(shares: Iterable[Allocation]) -> PartAmounts:
    """Add up by part what the shares of a payment settle; after charge-off that is the claim."""
    return sum_of(
        PartAmounts(principal=share.unspent) if share.target == Pot.RECOVERED else share.parts
        for share in shares
    )


def _change(before: Position, after: Position) -> PartAmounts:
    """Return what a waiver gave up, by part, or what a charge-off took off the books."""
    given_up = {item.instalment_id: item.waived for item in before.instalments}
    interest = fee = 0
    for item in after.instalments:
        earlier = given_up.get(item.instalment_id, NOTHING)
        interest += item.waived.interest - earlier.interest
        fee += item.waived.fee - earlier.fee
    return PartAmounts(
        principal=after.charged_off - before.charged_off,
        interest=interest,
        fee=fee,
        penalty=after.penalty_waived - before.penalty_waived,
    )


def _effect(row: LedgerRow) -> int:
    """Return what a row adds to the principal outstanding."""
    if row.kind in (Disbursed.KIND, Boarded.KIND, PaymentReversed.KIND):
        return row.parts.principal
    return -row.parts.principal if row.kind == PaymentReceived.KIND else 0


def _undone_rows(terms: LoanTerms, events: Sequence[LoanEvent], as_of: date) -> list[LedgerRow]:
    """Return the rows of undone events as they stood just before the undoing was recorded."""
    rows, counted = [], {event.event_id for event in effective(events)}
    for event in events:
        gone = set(event.targets) - counted if isinstance(event.body, Undone) else set()
        if gone:
            earlier = [one for one in events if one.seq < event.seq]
            stood, _ = _ledger(terms, _counted(earlier, as_of), fold(terms, earlier, as_of=as_of))
            rows += [replace(row, undone=True) for row in stood if row.event_id in gone]
    return rows

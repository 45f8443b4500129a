"""The ledger as people read it: each event with how its money was shared out, and what became of it since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from forbear.loans.corrections import Correction, corrections
from forbear.loans.events import LoanEvent, PaymentReceived, PaymentReversed, RecoveryReceived, Undone
from forbear.loans.position import Allocation, Pot
from forbear.loans.schedule import Origin
from forbear.loans.slots import PartAmounts
from forbear.loans.statement import LedgerRow
from forbear.loans.terms import LoanTerms
from forbear.services.loan_books.statement import Books, books_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Where a share of a payment lies: in the instalment due on a day, or in a pot, by its name."""

    target: str
    due_on: date | None
    origin: Origin | None
    parts: PartAmounts
    unspent: int

    @property
    def total(self) -> int:
        """The share's amount."""
        return self.parts.total + self.unspent


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One event with what it did. ``amount`` is None where it moved no money.

    ``is_backdated`` tells that something recorded before it counts after it. ``gone_by`` is what undid or
    returned it: undone, it never counted; returned, it stopped counting on that event's value date.
    """

    event: LoanEvent
    amount: int | None
    parts: PartAmounts
    balance: int | None
    shares: tuple[Share, ...]
    is_backdated: bool
    gone_by: LoanEvent | None

    @property
    def is_undone(self) -> bool:
        """Whether it never counted."""
        return self.gone_by is not None and isinstance(self.gone_by.body, Undone)

    @property
    def is_returned(self) -> bool:
        """Whether its money was taken back out later."""
        return self.gone_by is not None and not self.is_undone


def entries_of(books: Books, events: Sequence[LoanEvent]) -> list[LedgerEntry]:
    """Return the events in the order of recording, the newest first."""
    rows = {row.event_id: row for row in books.statement.ledger}
    instalments = {row.instalment_id: (row.due_on, row.origin) for row in books.statement.schedule}
    gone_by = _gone_by(events)
    entries, latest = [], date.min
    for event in events:
        row = rows.get(event.event_id)
        entries.append(
            LedgerEntry(
                event=event,
                amount=row.amount if row is not None and row.amount else _amount(event),
                parts=row.parts if row is not None else PartAmounts(),
                balance=row.balance if row is not None and not row.undone else None,
                shares=_shares(event, row, books.shares, instalments),
                is_backdated=event.value_date < latest,
                gone_by=gone_by.get(event.event_id),
            )
        )
        latest = max(latest, event.value_date)
    return entries[::-1]


def changed_by(terms: LoanTerms, events: Sequence[LoanEvent], event: LoanEvent) -> tuple[Correction, ...]:
    """Return what the recording of one event changed, by date and amount, as of the day it was booked.

    Its own row is left out, and what is to come too. Raises InputError as ``fold`` does.
    """
    day = compared_on(event)
    before = [one for one in events if one.seq < event.seq]
    if not before:
        return ()
    after = [*before, event]
    found = corrections(*(books_of(terms, known, as_of=day).statement for known in (before, after)))
    return tuple(
        one for one in found if one.name != event.event_id and (one.day <= day or one.what == "paid")
    )


def compared_on(event: LoanEvent) -> date:
    """Return the day as of which what an event changed is told: when it was booked."""
    return max(event.booked_on, event.value_date)


def event_in(events: Sequence[LoanEvent], event_id: str) -> LoanEvent | None:
    """Return the event of this id, or None."""
    return next((event for event in events if event.event_id == event_id), None)


def _gone_by(events: Sequence[LoanEvent]) -> dict[str, LoanEvent]:
    """Return what undid or returned each event, where that itself was not undone."""
    undone: set[str] = set()
    found: dict[str, LoanEvent] = {}
    for event in reversed(events):
        if event.event_id not in undone and isinstance(event.body, Undone | PaymentReversed):
            for target in event.targets:
                found.setdefault(target, event)
            if isinstance(event.body, Undone):
                undone.update(event.targets)
    return found


def _amount(event: LoanEvent) -> int | None:
    amount = getattr(event.body, "amount", None)
    return amount if isinstance(amount, int) and amount else None


def _shares(
    event: LoanEvent,
    row: LedgerRow | None,
    shares: Mapping[str, tuple[Allocation, ...]],
    instalments: Mapping[str, tuple[date, Origin]],
) -> tuple[Share, ...]:
    """Return where a payment's money lies; what another event did by part is told by its row."""
    if row is None or not isinstance(event.body, PaymentReceived | RecoveryReceived):
        return ()
    found = []
    for share in shares.get(event.event_id, ()):
        due_on, origin = instalments.get(share.target, (None, None))
        target = share.target if share.target in tuple(Pot) else "instalment"
        found.append(
            Share(target=target, due_on=due_on, origin=origin, parts=share.parts, unspent=share.unspent)
        )
    return tuple(found)

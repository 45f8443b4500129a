"""A loan's terms, events and position, out of the tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import QuerySet

from forbear.errors import InputError
from forbear.loans.codec import payload_from_body, position_from_body, terms_from_body
from forbear.loans.events import LoanEvent, PaymentReceived
from forbear.loans.fold import fold
from forbear.loans.position import Position
from forbear.loans.terms import LoanTerms
from forbear.store.models import LedgerEvent, Loan

EVENT_COLUMNS = (
    "event_id", "loan_id", "seq", "value_date", "booked_on", "recorded_at", "actor", "kind", "body",
    "targets", "payload_version",
)  # fmt: skip
"""What an event is read from."""


class EventRow(Protocol):
    """A row that has the EVENT_COLUMNS."""

    event_id: str
    loan_id: str
    seq: int
    value_date: date
    booked_on: date
    recorded_at: datetime
    actor: str
    kind: str
    body: dict[str, Any]
    targets: list[str]
    payload_version: int


def loan_terms(loan: Loan) -> LoanTerms:
    """Return the terms at the start; what changed them since is in the ledger."""
    return terms_from_body(loan.terms)


def loan_events(loan_id: str, known_at: datetime | None = None) -> list[LoanEvent]:
    """Return a loan's events in the order of recording, as known at an instant (None: all of them)."""
    rows = LedgerEvent.objects.filter(loan_id=loan_id)
    if known_at is not None:
        rows = rows.filter(recorded_at__lte=known_at)
    return events_by_loan(rows).get(loan_id, [])


def events_by_loan(events: QuerySet[LedgerEvent]) -> dict[str, list[LoanEvent]]:
    """Read events by loan and sequence, without a model for each row: a night reads a hundred thousand."""
    found: dict[str, list[LoanEvent]] = {}
    rows = events.order_by("loan_id", "seq").values_list(*EVENT_COLUMNS, named=True)
    for row in rows.iterator(chunk_size=2000):
        found.setdefault(row.loan_id, []).append(event_of(row))
    return found


def ledgers_of(loans: Sequence[Loan]) -> dict[str, list[LoanEvent]]:
    """Return the events of several loans, by loan and sequence, in one query."""
    return events_by_loan(LedgerEvent.objects.filter(loan__in=loans))


def payment_by_reference(loan_id: str, reference: str) -> LedgerEvent | None:
    """Return the payment of a loan that came with this reference, where there is one."""
    payments = LedgerEvent.objects.filter(loan_id=loan_id, kind=PaymentReceived.KIND)
    return payments.filter(body__channel_ref=reference).first()


def stored_position(body: dict[str, Any]) -> Position | None:
    """Read the body of a stored position; None for one that this version can't read."""
    try:
        return position_from_body(body)
    except InputError:
        return None


def position_on(loan: Loan, *, as_of: date, known_at: datetime | None = None) -> Position:
    """Fold the loan to the end of ``as_of``, from the events known at ``known_at`` (None: all)."""
    return fold(loan_terms(loan), loan_events(loan.pk, known_at), as_of=as_of, known_at=known_at)


def event_of(row: EventRow) -> LoanEvent:
    """Read one row of the ledger, or its EVENT_COLUMNS, as the event it is."""
    return LoanEvent(
        event_id=row.event_id,
        loan_id=row.loan_id,
        seq=row.seq,
        value_date=row.value_date,
        booked_on=row.booked_on,
        recorded_at=row.recorded_at,
        actor=row.actor,
        body=payload_from_body(row.kind, row.body, payload_version=row.payload_version),
        targets=tuple(row.targets),
        payload_version=row.payload_version,
    )

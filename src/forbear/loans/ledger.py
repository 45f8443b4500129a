"""A ledger told in the order of recording, for callers that have no store to record it for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from forbear.loans.events import EventBody, LoanEvent

Told = tuple[date, EventBody] | tuple[date, EventBody, str]
"""A value date, what happened, and the id of the event that it concerns, if any."""


def ledger_of(rows: Iterable[Told], *, loan_id: str = "L1", actor: str = "caller") -> list[LoanEvent]:
    """Return the events of one loan, named E1, E2 and so on, from rows in the order of recording.

    Each is booked on the latest value date by then, so a row that is dated before one above it is
    backdated. It is recorded at 00:00 UTC of that day and its number in minutes.
    """
    events: list[LoanEvent] = []
    booked_on = date.min
    for seq, (value_date, body, *targets) in enumerate(rows, 1):
        booked_on = max(booked_on, value_date)
        events.append(
            LoanEvent(
                event_id=f"E{seq}",
                loan_id=loan_id,
                seq=seq,
                value_date=value_date,
                booked_on=booked_on,
                recorded_at=datetime.combine(booked_on, time(), UTC) + timedelta(minutes=seq),
                actor=actor,
                body=body,
                targets=tuple(targets),
            )
        )
    return events

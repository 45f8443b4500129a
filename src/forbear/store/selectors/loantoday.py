"""How a loan stands on the day of a visit: what nobody may set out without knowing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from forbear.loans.events import PaymentReceived
from forbear.loans.fold import fold
from forbear.loans.position import Position
from forbear.store.models import LedgerEvent, Loan, Promise
from forbear.store.selectors.ledger import events_by_loan, loan_terms

HALTED = "halted"
"""The plan of a case whose loan the night stopped: the stored position differs from the ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanToday:
    """A loan folded to the end of the day: what is owed, and what was said and paid about it.

    ``position`` is None where there is none to trust: another system keeps the books, or the night
    halted the loan. ``acknowledged_on`` is the day of the latest payment or promise.
    """

    position: Position | None
    promise_open: bool
    acknowledged_on: date | None


def loans_today(
    loans: Sequence[Loan], *, plans: Mapping[str, Mapping[str, Any]], today: date
) -> dict[str, LoanToday]:
    """Return how these loans (fetched with their lenders) stand at the end of ``today``, by id.

    ``plans`` are those of their open cases. Two queries, however many loans.
    """
    if not loans:
        return {}
    ids = [loan.pk for loan in loans]
    ledgers = events_by_loan(LedgerEvent.objects.filter(loan__in=ids))
    promises: dict[str, list[tuple[str, datetime]]] = {loan_id: [] for loan_id in ids}
    for loan_id, state, made_at in Promise.objects.filter(loan__in=ids).values_list(
        "loan_id", "state", "made_at"
    ):
        promises[loan_id].append((state, made_at))
    found = {}
    for loan in loans:
        events, zone = ledgers.get(loan.pk, []), ZoneInfo(loan.lender.zone)
        days = [event.value_date for event in events if isinstance(event.body, PaymentReceived)]
        days += [made_at.astimezone(zone).date() for _, made_at in promises[loan.pk]]
        is_ours = loan.books == Loan.Books.OWN and plans.get(loan.pk, {}).get("code") != HALTED
        found[loan.pk] = LoanToday(
            position=fold(loan_terms(loan), events, as_of=today) if is_ours else None,
            promise_open=any(state == Promise.State.OPEN for state, _ in promises[loan.pk]),
            acknowledged_on=max(days, default=None),
        )
    return found

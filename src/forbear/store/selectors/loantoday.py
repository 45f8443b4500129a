"""How a loan stands on the day of a visit: what nobody may set out without knowing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Max

from forbear.loans.events import PaymentReceived
from forbear.loans.position import Position
from forbear.store.models import Case, LedgerEvent, Loan, Promise
from forbear.store.selectors.ledger import position_on

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


def loans_today(loans: Sequence[Loan], *, today: date) -> dict[str, LoanToday]:
    """Return how these loans (fetched with their lenders) stand at the end of ``today``, by id."""
    if not loans:
        return {}
    ids = [loan.pk for loan in loans]
    promises = Promise.objects.filter(loan__in=ids)
    still_open = set(promises.filter(state=Promise.State.OPEN).values_list("loan_id", flat=True))
    promised = dict(
        promises.order_by().values("loan_id").annotate(last=Max("made_at")).values_list("loan_id", "last")
    )
    payments = LedgerEvent.objects.filter(loan__in=ids, kind=PaymentReceived.KIND).order_by()
    paid = dict(payments.values("loan_id").annotate(last=Max("value_date")).values_list("loan_id", "last"))
    halted = set(
        Case.objects.filter(loan__in=ids, closed_on=None, plan__code=HALTED).values_list("loan_id", flat=True)
    )
    found = {}
    for loan in loans:
        days = [paid[loan.pk]] if loan.pk in paid else []
        if loan.pk in promised:
            days.append(promised[loan.pk].astimezone(ZoneInfo(loan.lender.zone)).date())
        is_ours = loan.books == Loan.Books.OWN and loan.pk not in halted
        found[loan.pk] = LoanToday(
            position=position_on(loan, as_of=today) if is_ours else None,
            promise_open=loan.pk in still_open,
            acknowledged_on=max(days, default=None),
        )
    return found

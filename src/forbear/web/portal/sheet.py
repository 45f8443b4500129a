"""One loan as its borrower sees it: what is due, what waiting costs, what holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from forbear.loans.explain import cost_of_waiting
from forbear.loans.fold import fold
from forbear.loans.position import Position
from forbear.services.dates import business_date
from forbear.store.models import Hold, Lender, Loan, Snapshot
from forbear.store.selectors.ledger import ledgers_of, loan_terms
from forbear.store.selectors.reports import latest_reports
from forbear.store.selectors.roles import roles_of

TOMORROW = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A loan, the person's role in it, its position today, and the holds that stop its collection.

    Of a loan whose books another system keeps the position is empty; ``report`` is its last report.
    """

    loan: Loan
    role: str
    position: Position
    holds: Sequence[Hold]
    report: Snapshot | None

    @property
    def currency(self) -> str:
        """The currency that every amount of the loan is in."""
        return self.position.terms.currency

    @property
    def scale(self) -> int:
        """The decimals that every amount of the loan is counted in."""
        return self.position.terms.scale

    @property
    def owed(self) -> int:
        """What is to be paid now."""
        return self.position.demandable

    @property
    def tomorrow(self) -> int:
        """What one more day of waiting costs."""
        return self.waiting(TOMORROW)[-1][1]

    @property
    def payable(self) -> bool:
        """Whether there is anything left to pay, and it can be paid here."""
        return not self.elsewhere and self.position.payoff > 0

    @property
    def elsewhere(self) -> bool:
        """Whether another system keeps the books of the loan."""
        return self.loan.books != Loan.Books.OWN

    def waiting(self, days: int) -> tuple[tuple[date, int], ...]:
        """What waiting until each of the next days would cost, in minor units."""
        return cost_of_waiting(self.position, days)


def sheets_of(request: HttpRequest, lender: Lender) -> list[Sheet]:
    """Return every loan that the person stands behind, the one with most overdue days first."""
    loans = list(Loan.objects.visible_to(request.user).order_by("opened_on", "id"))
    sheets = _sheets(request, lender, loans)
    return sorted(sheets, key=lambda sheet: -sheet.position.days_past_due)


def sheet_of(request: HttpRequest, loan: Loan) -> Sheet:
    """Return one loan as the person sees it today."""
    return _sheets(request, loan.lender, [loan])[0]


def _sheets(request: HttpRequest, lender: Lender, loans: Sequence[Loan]) -> list[Sheet]:
    """Return the sheets of loans, in three queries however many there are, or four."""
    today = business_date(lender, request.now)
    ledgers = ledgers_of(loans)
    role_on = roles_of(request.user.party_id, loans)
    holds = list(Hold.objects.visible_to(request.user).in_force(request.now).filter(loan__in=loans))
    elsewhere = [loan.pk for loan in loans if loan.books != Loan.Books.OWN]
    reports = latest_reports(elsewhere) if elsewhere else {}
    return [
        Sheet(
            loan=loan,
            role=role_on.get(loan.pk, ""),
            position=fold(loan_terms(loan), ledgers.get(loan.pk, ()), as_of=today),
            holds=[hold for hold in holds if hold.loan_id == loan.pk],
            report=reports.get(loan.pk),
        )
        for loan in loans
    ]

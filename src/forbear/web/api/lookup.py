"""Find what a request names, among what its account may see."""

from __future__ import annotations

from django.http import HttpRequest

from forbear.loans.terms import LoanTerms
from forbear.store.models import Loan
from forbear.store.selectors.ledger import loan_terms


def loan_of(request: HttpRequest, loan_id: str) -> tuple[Loan, LoanTerms]:
    """Return the loan and its terms; raises NotVisibleError for an absent one or another's."""
    loan = Loan.objects.visible_to(request.user).one(loan_id)
    return loan, loan_terms(loan)

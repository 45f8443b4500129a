"""What I owe and why, to the cent."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.loans.explain import explain
from forbear.loans.position import LoanState
from forbear.services.loan_books.cost import yearly_cost
from forbear.services.loan_books.why import why_of
from forbear.store.models import Lender
from forbear.store.selectors.ledger import loan_events, loan_terms
from forbear.web.portal.access import borrower_page, own_loan
from forbear.web.portal.sheet import sheet_of, sheets_of
from forbear.web.portal.why import payments

DAYS_SHOWN = (1, 7, 14, 30)


@require_GET
@borrower_page
def home(request: HttpRequest, *, lender: Lender) -> HttpResponseBase:
    """Show what is due on every loan, what waiting costs, and what can be done."""
    context = {
        "lender": lender,
        "here": "owe",
        "party": request.user.party,
        "sheets": sheets_of(request, lender),
    }
    return render(request, "portal/home.html", context)


@require_GET
@borrower_page
def loan(request: HttpRequest, *, lender: Lender, loan_id: str) -> HttpResponseBase:
    """Show where every cent of one loan comes from."""
    found = own_loan(request, loan_id)
    sheet = sheet_of(request, found)
    if sheet.elsewhere:
        return render(
            request, "portal/loan_elsewhere.html", {"lender": lender, "here": "owe", "sheet": sheet}
        )
    waiting = sheet.waiting(DAYS_SHOWN[-1])
    position = sheet.position
    events = loan_events(found.pk)
    explanation = explain(loan_terms(found), events, as_of=position.as_of)
    context = {
        "lender": lender,
        "here": "owe",
        "sheet": sheet,
        "closed": position.state is LoanState.CLOSED,
        "lost": position.state is LoanState.CHARGED_OFF,
        "why": why_of(explanation, events),
        "terms": position.terms,
        "cost": yearly_cost(found),
        "payments": payments(explanation),
        "waiting": [(days, *waiting[days - 1]) for days in DAYS_SHOWN],
        "costs": any(extra for _, extra in waiting),
    }
    return render(request, "portal/loan.html", context)


@require_GET
@borrower_page
def help_page(request: HttpRequest, *, lender: Lender) -> HttpResponseBase:
    """Show every way to get help, and a person's number first."""
    loans = [sheet.loan for sheet in sheets_of(request, lender) if sheet.payable or sheet.elsewhere]
    return render(request, "portal/help.html", {"lender": lender, "here": "help", "loans": loans})

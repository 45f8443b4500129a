"""One loan as its books have it: what is owed and why, schedule, ledger, postings, its yearly cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.services.dates import business_date
from forbear.services.loan_books.entries import changed_by, compared_on, event_in
from forbear.services.loan_books.page import loan_books, payoff_days, payoff_of, payoff_on
from forbear.store.models import Loan
from forbear.store.selectors.ledger import loan_events, loan_terms
from forbear.store.selectors.roles import first_borrowers
from forbear.web.console.access import staff_page
from forbear.web.console.case import elsewhere_context, loan_of
from forbear.web.console.forms import PayoffForm
from forbear.web.console.owing import owing_because
from forbear.web.console.returns import returnable

LEDGER_ROWS = 25
POSTINGS_ROWS = 12
"""Entries on one page of the ledger, and of the postings."""


@require_GET
@staff_page("worklist_read")
def loan(request: HttpRequest, loan_id: str) -> HttpResponse:
    """Show a loan with its schedule, ledger, postings, and why each amount is owed."""
    found = loan_of(request, loan_id)
    context = _head(request, found)
    if context["elsewhere"]:
        return render(request, "console/loan.html", context)
    events = loan_events(found.pk)
    books = loan_books(found, events, as_of=context["today"])
    form = PayoffForm(
        request.GET if "payoff" in request.GET else None, days=payoff_days(found, context["today"])
    )
    context |= {
        "books": books,
        "cost": books.cost,
        "caps": books.caps,
        "owing": owing_because(books.why),
        "position": books.position,
        "form": form,
        "payoff": payoff_on(found, events, form.cleaned_data["payoff"])
        if form.is_valid()
        else payoff_of(books.position),
        "ledger": _page(request, books.entries, "ledger", LEDGER_ROWS),
        "postings": _page(request, books.journal.entries[::-1], "postings", POSTINGS_ROWS),
        "returnable": returnable(found, request.user),
    }
    return render(request, "console/loan.html", context, status=400 if form.errors else 200)


@require_GET
@staff_page("worklist_read")
def entry(request: HttpRequest, loan_id: str, event_id: str) -> HttpResponse:
    """Show one entry of the ledger: what it settled, its postings, and what its recording changed."""
    found = loan_of(request, loan_id)
    events = loan_events(found.pk)
    event = event_in(events, event_id)
    if event is None:
        raise Http404
    context = _head(request, found)
    books = loan_books(found, events, as_of=context["today"])
    context |= {
        "position": books.position,
        "entry": next(one for one in books.entries if one.event.event_id == event_id),
        "booked": [one for one in books.journal.entries if one.event_id == event_id],
        "targets": [event_in(events, name) for name in event.targets],
        "changes": changed_by(loan_terms(found), events, event),
        "compared_on": compared_on(event),
        "digest": found.events.values_list("digest", flat=True).get(event_id=event_id),
    }
    return render(request, "console/entry.html", context)


def _head(request: HttpRequest, found: Loan) -> dict[str, Any]:
    terms = loan_terms(found)
    return {
        "loan": found,
        "borrower": first_borrowers([found.pk]).get(found.pk),
        "zone": found.lender.zone,
        "today": business_date(found.lender, request.now),
        "terms": terms,
        "cur": terms.currency,
        "sc": terms.scale,
        **elsewhere_context(found),
    }


def _page(request: HttpRequest, rows: Sequence[Any], name: str, count: int) -> Any:
    return Paginator(rows, count).get_page(request.GET.get(name))

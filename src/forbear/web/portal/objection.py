"""Objecting to an amount, and asking for help: either stops collection of the loan at once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from forbear.services.hold import hold_open
from forbear.services.policy import actor_of
from forbear.store.models import Hold, Lender
from forbear.web.portal.access import borrower_page, own_loan
from forbear.web.portal.forms import HardshipForm, ObjectionForm
from forbear.web.portal.keys import answers, form_key


@require_http_methods(["GET", "POST"])
@borrower_page
def objection(request: HttpRequest, *, lender: Lender, loan_id: str) -> HttpResponseBase:
    """Ask what is wrong with the amount."""
    return _ask(request, lender, loan_id, ObjectionForm, Hold.Kind.DISPUTE, "portal/objection.html")


@require_http_methods(["GET", "POST"])
@borrower_page
def hardship(request: HttpRequest, *, lender: Lender, loan_id: str) -> HttpResponseBase:
    """Ask what makes it hard to pay."""
    return _ask(request, lender, loan_id, HardshipForm, Hold.Kind.HARDSHIP, "portal/hardship.html")


@require_GET
@borrower_page
def hold(request: HttpRequest, *, lender: Lender, hold_id: str) -> HttpResponseBase:
    """Show an objection or a request for help: its reference, where it stands, what comes next."""
    found = Hold.objects.visible_to(request.user).select_related("loan").one(hold_id)
    return render(request, "portal/hold.html", {"lender": lender, "here": "owe", "hold": found})


def _ask(
    request: HttpRequest,
    lender: Lender,
    loan_id: str,
    form_class: type[ObjectionForm],
    kind: str,
    template: str,
) -> HttpResponseBase:
    loan = own_loan(request, loan_id)
    form = form_class(answers(request))
    if request.method == "POST" and form.is_valid():
        receipt = hold_open(
            actor=actor_of(request.user),
            lender_id=lender.id,
            key=form_key(request),
            now=request.now,
            loan_id=loan.id,
            party_id=request.user.party_id,
            kind=kind,
            words=form.cleaned_data["words"],
        )
        return redirect("portal:hold", lender=lender.id, hold_id=receipt)
    return render(request, template, {"lender": lender, "here": "owe", "loan": loan, "form": form})

"""Paying: choose the amount, check, pay once, get a receipt."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from forbear.errors import RefusedError
from forbear.loans.events import PaymentReceived
from forbear.loans.explain import explain
from forbear.services.checkout import checkout_start
from forbear.services.policy import actor_of
from forbear.store.models import LedgerEvent, Lender
from forbear.store.selectors.ledger import loan_events, loan_terms
from forbear.web.portal.access import borrower_page, own_loan
from forbear.web.portal.forms import AmountForm
from forbear.web.portal.keys import answers
from forbear.web.portal.provider import order_of, paid, pay
from forbear.web.portal.sheet import Sheet, sheet_of
from forbear.web.portal.why import Payment, payment


@require_http_methods(["GET", "POST"])
@borrower_page
def amount(request: HttpRequest, *, lender: Lender, loan_id: str) -> HttpResponseBase:
    """Ask how much to pay now."""
    sheet = sheet_of(request, own_loan(request, loan_id))
    if sheet.elsewhere:
        raise RefusedError(_("Another system keeps the books of this loan. Call us: we tell you how to pay."))
    if not sheet.payable:
        raise RefusedError(_("There is nothing left to pay on this loan."))
    offers = _offers(sheet)
    form = AmountForm(
        answers(request),
        offers={offer["name"]: offer["amount"] for offer in offers},
        most=sheet.position.payoff,
        currency=sheet.currency,
        scale=sheet.scale,
    )
    if request.method == "POST" and form.is_valid():
        checkout = checkout_start(
            actor=actor_of(request.user),
            lender_id=lender.id,
            key=f"checkout-{uuid.uuid4().hex}",
            now=request.now,
            loan_id=sheet.loan.id,
            amount=form.cleaned_data["amount"],
        )
        return redirect(_address("portal:pay-check", lender, checkout.token))
    chosen = form["choice"].value() or (offers[0]["name"] if offers else "")
    for offer in offers:
        offer["chosen"] = offer["name"] == chosen
    context = {"lender": lender, "here": "owe", "sheet": sheet, "offers": offers, "form": form}
    return render(request, "portal/pay.html", context)


@require_http_methods(["GET", "POST"])
@borrower_page
def check(request: HttpRequest, *, lender: Lender) -> HttpResponseBase:
    """Show what will be paid, and pay it: once, however often this is sent."""
    token = request.GET.get("checkout", "")
    order = order_of(lender, token)
    loan = own_loan(request, order.loan_id)
    paid_before = paid(order)
    if paid_before is not None:
        return redirect("portal:receipt", lender=lender.id, event_id=paid_before.event_id)
    sheet = sheet_of(request, loan)
    if order.amount > sheet.position.payoff:
        raise RefusedError(_("By now this is more than you owe in all. Choose the amount again."))
    if request.method == "POST":
        event_id = pay(order, token, request.now)
        return redirect("portal:receipt", lender=lender.id, event_id=event_id)
    context = {
        "lender": lender,
        "here": "owe",
        "sheet": sheet,
        "order": order,
        "left": max(0, sheet.owed - order.amount),
    }
    return render(request, "portal/pay_check.html", context)


@require_GET
@borrower_page
def receipt(request: HttpRequest, *, lender: Lender, event_id: str) -> HttpResponseBase:
    """Show a payment as it stands in the ledger."""
    payments = LedgerEvent.objects.visible_to(request.user).filter(kind=PaymentReceived.KIND)
    event = payments.one(event_id)
    sheet = sheet_of(request, own_loan(request, event.loan_id))
    context = {
        "lender": lender,
        "here": "owe",
        "sheet": sheet,
        "event": event,
        "amount": event.body["amount"],
        "reference": event.body["channel_ref"],
        "paid": _explained(sheet, event),
    }
    return render(request, "portal/receipt.html", context)


def _explained(sheet: Sheet, event: LedgerEvent) -> Payment | None:
    loan = sheet.loan
    explanation = explain(loan_terms(loan), loan_events(loan.id), as_of=sheet.position.as_of)
    lines = [payment(line) for line in explanation.payments if line.event_id == event.event_id]
    return lines[0] if lines else None


def _offers(sheet: Sheet) -> list[dict[str, Any]]:
    position = sheet.position
    amounts = [
        ("due", _("What is due now"), sheet.owed),
        ("next", _("The next instalment"), position.next_due_amount if not sheet.owed else 0),
        ("all", _("Everything, and the loan is paid off"), position.payoff),
    ]
    offers: list[dict[str, Any]] = []
    for name, label, value in amounts:
        if 0 < value <= position.payoff and value not in [offer["amount"] for offer in offers]:
            offers.append({"name": name, "label": label, "amount": value})
    return offers


def _address(name: str, lender: Lender, token: str) -> str:
    return f"{reverse(name, args=[lender.id])}?{urlencode({'checkout': token})}"

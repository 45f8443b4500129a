"""A payment that the bank took back: from a day on it is owed again, with the reason."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forbear.errors import InputError
from forbear.loans.events import PaymentReceived, PaymentReversed
from forbear.services.dates import business_date
from forbear.services.payment import payment_reverse
from forbear.services.policy import may
from forbear.store.models import LedgerEvent, Loan, User
from forbear.web import format as write
from forbear.web.console.access import act, staff_page
from forbear.web.console.case import loan_of, summary_context
from forbear.web.console.forms import ReturnForm
from forbear.web.pages import language_of


@require_http_methods(["GET", "POST"])
@staff_page("payment_reverse")
def payment_return(request: HttpRequest, loan_id: str, event_id: str) -> HttpResponse:
    """Record that a payment was returned; one that was returned before leads back to the loan."""
    loan = loan_of(request, loan_id)
    payment = _payment(loan, event_id)
    if payment.pk not in returnable(loan, request.user):
        messages.info(
            request, _("It can't be returned here: it was before, or another system keeps the books.")
        )
        return redirect("console:loan", loan.pk)
    today = business_date(loan.lender, request.now)
    form = ReturnForm(
        request.POST or None, initial={"value_date": today}, paid_on=payment.value_date, today=today
    )
    if request.method == "POST" and form.is_valid():
        try:
            payment_reverse(**act(request), loan_id=loan.pk, event_id=payment.pk, **form.cleaned_data)
        except InputError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Recorded. What the payment had settled is owed again."))
            return redirect("console:loan", loan.pk)
    context = summary_context(loan, request) | {
        "form": form,
        "about": _described(payment, loan),
        "title": _("Payment returned"),
        "lead": _("The entry of the payment stays; another one takes its money back out."),
        "verb": _("Record the return"),
        "back": reverse("console:loan", args=[loan.pk]),
        "back_label": _("Back to the loan"),
    }
    return render(request, "console/record.html", context, status=400 if form.errors else 200)


def returnable(loan: Loan, user: User) -> set[str]:
    """Return the payments of a loan that this account may record as returned, each once."""
    if not may(user.role, "payment_reverse") or loan.books != Loan.Books.OWN:
        return set()
    kinds = (PaymentReceived.KIND, PaymentReversed.KIND)
    events = loan.events.filter(kind__in=kinds).values_list("event_id", "kind", "targets")
    gone = {target for _, kind, targets in events if kind == PaymentReversed.KIND for target in targets}
    return {event_id for event_id, kind, _ in events if kind == PaymentReceived.KIND} - gone


def _payment(loan: Loan, event_id: str) -> LedgerEvent:
    return loan.events.filter(kind=PaymentReceived.KIND).one(event_id)


def _described(payment: LedgerEvent, loan: Loan) -> str:
    language, terms = language_of(), loan.terms
    day: date = payment.value_date
    amount = write.money(payment.body["amount"], terms["currency"], language, scale=terms.get("scale", 2))
    return f"{amount} · {write.day(day, language)} · {payment.body['channel_ref']}"

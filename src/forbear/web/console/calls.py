"""A call: judged, placed, and its outcome recorded."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from forbear.errors import InputError, RefusedError
from forbear.law.verdict import ContactRefusedError
from forbear.law.wording import outlook
from forbear.services.contact import CLOSING, contact_close, contact_propose
from forbear.services.facts import Proposal, purpose_towards
from forbear.store.models import Contact
from forbear.store.selectors.roles import is_liable, party_on
from forbear.store.selectors.worklist import next_case
from forbear.store.verdict_body import verdict_from_body
from forbear.web.console.access import act, staff_page
from forbear.web.console.case import loan_of, summary_context
from forbear.web.console.forms import OutcomeForm
from forbear.web.pages import language_of

_IN_FORM = {
    "two_way": ("two_way", gettext_lazy("Nobody can have talked in a call that was not answered.")),
    "promise": (
        "promise_amount",
        gettext_lazy("A promise needs a conversation with the person we meant to reach."),
    ),
    "due_on": ("promise_on", gettext_lazy("Choose a day from today on, at most three months ahead.")),
    "amount": ("promise_amount", gettext_lazy("The promise is more than is owed in all.")),
    "outcome": ("outcome", gettext_lazy("Choose how the call ended.")),
    "declined": (
        "outcome",
        gettext_lazy("Declined means that you really talked, with the person you meant to reach: say both."),
    ),
}
"""Which field of the form shows what the service says of an argument, and in which words."""


@require_POST
@staff_page("contact_propose")
def call(request: HttpRequest, loan_id: str) -> HttpResponse:
    """Propose a call; placed, it leads to its outcome form, refused, to the reason and the next hour."""
    loan = loan_of(request, loan_id)
    party = party_on(loan, request.POST.get("party", ""))
    proposal = Proposal(
        loan_id=loan.pk,
        party_id=party.pk,
        contact_point_id=request.POST.get("point", ""),
        channel="call",
        purpose=purpose_towards(liable=is_liable(party.pk, loan.pk)),
    )
    try:
        receipt = contact_propose(**act(request), proposal=proposal)
    except ContactRefusedError as refused:
        return refused_page(request, loan_id, refused, channel="call")
    address = reverse("console:contact", args=[receipt.contact_id])
    return HttpResponseRedirect(f"{address}?{urlencode({'recording': receipt.recording_ref})}")


def refused_page(
    request: HttpRequest, loan_id: str, refused: ContactRefusedError, *, channel: str
) -> HttpResponse:
    """Show why an act was refused, by which rule, and when it would be lawful."""
    loan = loan_of(request, loan_id)
    context = summary_context(loan, request) | {
        "verdict": refused.verdict,
        "outlook": outlook(refused.verdict, language_of()),
        "channel": channel,
        "next_loan": next_case(request.user, loan.pk),
    }
    return render(request, "console/refused.html", context, status=409)


@require_http_methods(["GET", "POST"])
@staff_page("contact_close")
def contact(request: HttpRequest, contact_id: str) -> HttpResponse:
    """Show a placed call with the moment it must end, and record how it went."""
    placed = _contact(request, contact_id)
    if hasattr(placed, "outcome"):
        messages.info(request, _("This call has its outcome already."))
        return redirect("console:case", placed.loan_id)
    initial = {"recording_ref": request.GET.get("recording", "")}
    currency = placed.loan.terms["currency"]
    form = OutcomeForm(request.POST or None, initial=initial, channel=placed.channel, currency=currency)
    if request.method == "POST" and form.is_valid() and _closed(request, placed, form):
        return _onward(request, placed)
    context = summary_context(placed.loan, request) | {
        "contact": placed,
        "verdict": verdict_from_body(placed.verdict.body),
        "form": form,
        "next_loan": next_case(request.user, placed.loan_id),
    }
    return render(request, "console/outcome.html", context, status=400 if form.errors else 200)


def _contact(request: HttpRequest, contact_id: str) -> Contact:
    acts = Contact.objects.visible_to(request.user).filter(channel__in=CLOSING)
    related = ("loan__lender", "party", "contact_point", "verdict", "outcome")
    return acts.select_related(*related).one(contact_id)


def _closed(request: HttpRequest, placed: Contact, form: OutcomeForm) -> bool:
    data = form.cleaned_data
    try:
        contact_close(
            **act(request),
            contact_id=placed.pk,
            outcome=data["outcome"],
            right_party=form.met(),
            two_way=data["two_way"],
            recording_ref=data["recording_ref"],
            note=data["note"],
            promise=form.promise(),
        )
    except InputError as error:
        place, words = _IN_FORM.get(error.field or "", (None, str(error)))
        form.add_error(place, words)
        return False
    except RefusedError as error:
        form.add_error(None, str(error))
        return False
    return True


def _onward(request: HttpRequest, placed: Contact) -> HttpResponse:
    messages.success(request, _("Recorded: call to %(name)s.") % {"name": placed.party.name})
    following = next_case(request.user, placed.loan_id) if "next" in request.POST else None
    if "next" in request.POST and following is None:
        return redirect("console:worklist")
    return redirect("console:case", following or placed.loan_id)

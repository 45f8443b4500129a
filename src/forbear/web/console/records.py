"""What a borrower says in a conversation and what must bind at once: wishes, objections, their end."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forbear.errors import InputError, RefusedError
from forbear.services.hold import hold_close, hold_open
from forbear.services.preference import preference_set
from forbear.store.models import Loan
from forbear.store.selectors.roles import party_on
from forbear.web.console.access import act, staff_page
from forbear.web.console.case import loan_of, open_hold, summary_context
from forbear.web.console.forms import HoldForm, ReleaseForm, WishForm


@require_http_methods(["GET", "POST"])
@staff_page("preference_set")
def wish(request: HttpRequest, loan_id: str) -> HttpResponse:
    """Note what a person asked for; it binds from that moment."""
    loan = loan_of(request, loan_id)
    party = party_on(loan, _given(request, "party"))
    form = WishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            preference_set(
                **act(request), party_id=party.pk, source=f"told to {request.user.username}", **data
            )
        except InputError as error:
            form.add_error(None, str(error))
        except RefusedError:
            form.add_error(
                None,
                _("They asked for narrower hours. Only they themselves, or compliance, give wider ones."),
            )
        else:
            messages.success(request, _("Noted. It binds from now on, on every page and every night."))
            return redirect("console:case", loan.pk)
    context = {
        "party": party,
        "title": _("What %(name)s asks for") % {"name": party.name},
        "lead": _("It binds at once and never counts against them."),
        "verb": _("Note it"),
    }
    return _page(request, loan, form, context)


@require_http_methods(["GET", "POST"])
@staff_page("hold_open")
def hold(request: HttpRequest, loan_id: str) -> HttpResponse:
    """Stop collection because a person objects, complains or can't pay."""
    loan = loan_of(request, loan_id)
    party = party_on(loan, _given(request, "party"))
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        hold_open(**act(request), loan_id=loan.pk, party_id=party.pk, **form.cleaned_data)
        messages.success(request, _("Collection of this loan is on hold. It is now being looked into."))
        return redirect("console:case", loan.pk)
    context = {
        "party": party,
        "title": _("What %(name)s says") % {"name": party.name},
        "lead": _("An objection or complaint stops collection while it is looked into."),
        "verb": _("Put on hold"),
    }
    return _page(request, loan, form, context)


@require_http_methods(["GET", "POST"])
@staff_page("hold_close")
def release(request: HttpRequest, hold_id: str) -> HttpResponse:
    """End a hold with its finding."""
    held = open_hold(request, hold_id)
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        hold_close(**act(request), hold_id=held.pk, because=form.cleaned_data["because"])
        messages.success(request, _("The hold has ended."))
        return redirect("console:case", held.loan_id)
    context = {
        "party": held.party,
        "quote": held.words,
        "title": _("End the hold"),
        "lead": _("Write what was found, in words that the borrower understands."),
        "verb": _("End the hold"),
    }
    return _page(request, held.loan, form, context)


def _given(request: HttpRequest, name: str) -> str:
    return request.POST.get(name) or request.GET.get(name, "")


def _page(request: HttpRequest, loan: Loan, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    back = {"back": reverse("console:case", args=[loan.pk]), "back_label": _("Back to the case")}
    filled = summary_context(loan, request) | back | context | {"form": form}
    return render(request, "console/record.html", filled, status=400 if form.errors else 200)

"""A person on one page: where they can be reached, what is known of them, what they asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from forbear.errors import InputError, RefusedError
from forbear.services.dates import business_date
from forbear.services.party import NewContactPoint, point_add, point_end, state_end, state_set
from forbear.services.policy import may
from forbear.services.preference import preference_end
from forbear.store.models import ContactPoint, Party, PartyState, Preference
from forbear.web.console.access import act, staff_page
from forbear.web.console.forms import PointForm, ReasonForm, StateForm
from forbear.web.words import word

_IN_FORM: dict[str, str | Promise] = {
    "value": gettext_lazy("Write a number such as 138 0000 0000, or a mailbox such as name@example.com."),
    "zone": gettext_lazy("There is no such time zone; write one such as Asia/Shanghai."),
    "state": gettext_lazy("That is noted of this person already."),
}
"""What a form says, by field, of what the service could not use."""


@require_GET
@staff_page("worklist_read")
def person(request: HttpRequest, party_id: str) -> HttpResponse:
    """Show everything that is on file about a person themselves, with what may be changed."""
    party = _party(request, party_id)
    role = request.user.role
    context = {
        "party": party,
        "zone": party.lender.zone,
        "roles": party.roles.select_related("loan").order_by("loan__reference", "pk"),
        "points": party.contact_points.order_by("-valid_from", "medium", "pk"),
        "states": party.states.order_by("-since", "pk"),
        "wishes": party.preferences.order_by("-since", "pk"),
        "may_change": may(role, "party_change"),
        "may_state": may(role, "state_set"),
        "may_end_state": may(role, "state_end"),
        "may_end_wish": may(role, "preference_end"),
        "may_end_consent": may(role, "consent_end"),
    }
    return render(request, "console/person_page.html", context)


@require_http_methods(["GET", "POST"])
@staff_page("party_change")
def point_new(request: HttpRequest, party_id: str) -> HttpResponse:
    """Note one more number, mailbox or address; unconfirmed until a second fact has matched there."""
    party = _party(request, party_id)
    form = PointForm(request.POST or None, initial={"zone": party.lender.zone})
    if request.method == "POST" and form.is_valid():
        today = business_date(party.lender, request.now)
        try:
            point = NewContactPoint(**form.cleaned_data, valid_from=today)
            point_add(**act(request), party_id=party.pk, point=point)
        except InputError as error:
            _say(form, error)
        except RefusedError:
            form.add_error(
                "value",
                _(
                    "That is on file for this person already. If it ended, give the time zone that it had;"
                    " only compliance may change that."
                ),
            )
        else:
            messages.success(request, _("Added. It counts as theirs once a second fact has matched there."))
            return redirect("console:person", party.pk)
    context = {
        "title": _("Another way to reach %(name)s") % {"name": party.name},
        "lead": _("Only what the borrower, a contract or a court gave."),
        "verb": _("Add it"),
    }
    return _page(request, party, form, context)


@require_http_methods(["GET", "POST"])
@staff_page("party_change")
def point_close(request: HttpRequest, point_id: str) -> HttpResponse:
    """Note that a number, mailbox or address is no longer the person's, and why."""
    points = ContactPoint.objects.visible_to(request.user).select_related("party__lender")
    point = points.filter(valid_until=None).one(point_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        point_end(**act(request), point_id=point.pk, **form.cleaned_data)
        messages.success(request, _("Noted. Nobody is contacted there any more."))
        return redirect("console:person", point.party_id)
    context = {
        "about": point.value,
        "title": _("No longer in use: %(medium)s") % {"medium": word("medium", point.medium)},
        "lead": _("Calls, messages and visits there end at once."),
        "verb": _("End it"),
    }
    return _page(request, point.party, form, context)


@require_http_methods(["GET", "POST"])
@staff_page("state_set")
def state_new(request: HttpRequest, party_id: str) -> HttpResponse:
    """Note that a person is dead, without capacity, represented, bankrupt, …; it binds at once."""
    party = _party(request, party_id)
    form = StateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            state_set(**act(request), party_id=party.pk, **form.cleaned_data)
        except InputError as error:
            _say(form, error)
        else:
            messages.success(request, _("Noted. It binds from now on, on every page and every night."))
            return redirect("console:person", party.pk)
    context = {
        "title": _("What is known of %(name)s") % {"name": party.name},
        "lead": _("It binds at once and never counts against them."),
        "verb": _("Note it"),
    }
    return _page(request, party, form, context)


@require_http_methods(["GET", "POST"])
@staff_page("state_end")
def state_close(request: HttpRequest, state_id: str) -> HttpResponse:
    """Note that a state of a person has ended, and why."""
    states = PartyState.objects.visible_to(request.user).select_related("party__lender")
    state = states.filter(until=None).one(state_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        state_end(**act(request), party_id=state.party_id, state=state.state, **form.cleaned_data)
        messages.success(request, _("Noted. What it forbade may be done again."))
        return redirect("console:person", state.party_id)
    context = {
        "quote": state.source,
        "title": _("No longer the case: %(state)s") % {"state": word("party_state", state.state)},
        "lead": _("What it forbade may then be done again."),
        "verb": _("End it"),
    }
    return _page(request, state.party, form, context)


@require_http_methods(["GET", "POST"])
@staff_page("preference_end")
def wish_close(request: HttpRequest, preference_id: str) -> HttpResponse:
    """End what a person asked for, with the reason; they themselves end it in the portal."""
    wish = _wish(request, preference_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        preference_end(**act(request), preference_id=wish.pk, **form.cleaned_data)
        messages.success(request, _("The wish has ended."))
        return redirect("console:person", wish.party_id)
    context = {
        "title": _("End the wish: %(wish)s") % {"wish": word("preference", wish.kind)},
        "lead": _("Only where they took it back themselves and it is on record."),
        "verb": _("End it"),
    }
    return _page(request, wish.party, form, context)


@require_POST
@staff_page("consent_end")
def consent_close(request: HttpRequest, preference_id: str) -> HttpResponse:
    """Note that a person took back their consent to contact at night."""
    wish = _wish(request, preference_id, kind=Preference.Kind.NIGHT_CONSENT)
    preference_end(**act(request), preference_id=wish.pk)
    messages.success(request, _("Noted. Nobody may contact them at night any more."))
    return redirect("console:person", wish.party_id)


def _party(request: HttpRequest, party_id: str) -> Party:
    return Party.objects.visible_to(request.user).select_related("lender").one(party_id)


def _wish(request: HttpRequest, preference_id: str, **filters: str) -> Preference:
    wishes = Preference.objects.visible_to(request.user).select_related("party__lender")
    return wishes.filter(ended_at=None, **filters).one(preference_id)


def _say(form: forms.Form, error: InputError) -> None:
    place = error.field if error.field in form.fields else None
    form.add_error(place, _IN_FORM.get(error.field or "", str(error)))


def _page(request: HttpRequest, party: Party, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    back = {"back": reverse("console:person", args=[party.pk]), "back_label": _("Back to the person")}
    filled = {"party": party, "form": form} | back | context
    return render(request, "console/record.html", filled, status=400 if form.errors else 200)

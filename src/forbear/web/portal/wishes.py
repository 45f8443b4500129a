"""My wishes: which channels, which hours, and the night. What is said here binds from that moment."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from forbear.services.policy import actor_of
from forbear.services.preference import preference_end, preference_set
from forbear.store.models import Lender, Preference
from forbear.web.portal.access import borrower_page
from forbear.web.portal.forms import HoursForm
from forbear.web.portal.keys import answers, form_key
from forbear.web.words import CATALOGUE

SOURCE = "portal"


@require_GET
@borrower_page
def wishes(request: HttpRequest, *, lender: Lender) -> HttpResponseBase:
    """Show every wish that binds now, with one tap to change each."""
    live = list(_live(request).order_by("since"))
    stops = {wish.channel: wish for wish in live if wish.kind == Preference.Kind.STOP}
    context = {
        "lender": lender,
        "here": "wishes",
        "channels": [(code, name, stops.get(code)) for code, name in CATALOGUE["channel"].items()],
        "stop_all": stops.get(""),
        "hours": _last(live, Preference.Kind.HOURS),
        "night": _last(live, Preference.Kind.NIGHT_CONSENT),
    }
    return render(request, "portal/wishes.html", context)


@require_POST
@borrower_page
def stop(request: HttpRequest, *, lender: Lender) -> HttpResponseBase:
    """Stop contact on one channel, or on all of them, from now on."""
    channel = request.POST.get("channel", "")
    if channel and channel not in CATALOGUE["channel"]:
        return redirect("portal:wishes", lender=lender.id)
    _set(request, lender, kind=Preference.Kind.STOP, channel=channel)
    messages.success(request, _("Done. From now on we do not contact you this way about this debt."))
    return redirect("portal:wishes", lender=lender.id)


@require_POST
@borrower_page
def end(request: HttpRequest, *, lender: Lender, preference_id: str) -> HttpResponseBase:
    """Take a wish back."""
    preference_end(
        actor=actor_of(request.user),
        lender_id=lender.id,
        key=form_key(request),
        now=request.now,
        preference_id=preference_id,
    )
    messages.success(request, _("Done. That holds from now on."))
    return redirect("portal:wishes", lender=lender.id)


@require_http_methods(["GET", "POST"])
@borrower_page
def hours(request: HttpRequest, *, lender: Lender) -> HttpResponseBase:
    """Ask between which hours to be contacted."""
    form = HoursForm(answers(request))
    if request.method == "POST" and form.is_valid():
        _set(
            request,
            lender,
            kind=Preference.Kind.HOURS,
            hour_from=form.cleaned_data["hour_from"],
            hour_until=form.cleaned_data["hour_until"],
        )
        messages.success(request, _("Done. From now on we contact you only between these hours."))
        return redirect("portal:wishes", lender=lender.id)
    return render(request, "portal/hours.html", {"lender": lender, "here": "wishes", "form": form})


@require_http_methods(["GET", "POST"])
@borrower_page
def night(request: HttpRequest, *, lender: Lender) -> HttpResponseBase:
    """Ask, by itself and for nothing else, whether contact at night is welcome."""
    if request.method == "POST":
        _set(request, lender, kind=Preference.Kind.NIGHT_CONSENT)
        messages.success(request, _("Done. You can take this back here at any time, in one tap."))
        return redirect("portal:wishes", lender=lender.id)
    return render(request, "portal/night.html", {"lender": lender, "here": "wishes"})


def _set(request: HttpRequest, lender: Lender, *, kind: str, **details: Any) -> None:
    preference_set(
        actor=actor_of(request.user),
        lender_id=lender.id,
        key=form_key(request),
        now=request.now,
        party_id=request.user.party_id,
        kind=kind,
        source=SOURCE,
        **details,
    )


def _live(request: HttpRequest) -> QuerySet[Preference]:
    mine = Preference.objects.visible_to(request.user).filter(party_id=request.user.party_id)
    return mine.in_force(request.now)


def _last(live: list[Preference], kind: str) -> Preference | None:
    return next((wish for wish in reversed(live) if wish.kind == kind), None)

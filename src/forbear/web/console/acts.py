"""Compliance: every judged act as it happens, with rule and clause, and each verdict in full."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.law.pack import Fact
from forbear.law.verdict import Verdict as Judged
from forbear.services.dates import business_date
from forbear.services.lawbook import book_of
from forbear.store.models import User, Verdict
from forbear.store.verdict_body import verdict_from_body
from forbear.web.console.access import staff_page
from forbear.web.pages import language_of
from forbear.web.words import CATALOGUE

ROWS = 40
OUTCOMES = ("allowed", "denied", "needs")


@dataclass(frozen=True, slots=True)
class Act:
    """A stored verdict with what it says."""

    row: Verdict
    judged: Judged


@require_GET
@staff_page("compliance_read")
def acts(request: HttpRequest) -> HttpResponse:
    """Show the feed of judged acts; polled, it returns the table alone."""
    outcome = request.GET.get("outcome", "")
    channel = request.GET.get("channel", "")
    rows = _feed(request.user, outcome, channel)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    found = [Act(row, verdict_from_body(row.body)) for row in page.object_list]
    context = {
        "acts": found,
        "page": page,
        "outcome": outcome,
        "channel": channel,
        "channels": CATALOGUE["channel"],
        "zone": request.user.lender.zone,
        "day": business_date(request.user.lender, request.now),
    }
    if request.htmx:
        return render(request, "console/acts_table.html", context)
    context["counts"] = _counts(request)
    return render(request, "console/acts.html", context)


@require_GET
@staff_page("compliance_read")
def verdict(request: HttpRequest, verdict_id: str) -> HttpResponse:
    """Show one verdict in full: rules, bound values, citations, facts, pack."""
    row = (
        Verdict.objects.visible_to(request.user)
        .select_related("loan", "party", "contact_point", "pack", "contact__outcome", "contact__message")
        .one(verdict_id)
    )
    other = "zh-hans" if language_of() == "en" else "en"
    context = {
        "row": row,
        "judged": verdict_from_body(row.body),
        "zone": request.user.lender.zone,
        "other_language": other,
        "facts": _facts(row),
    }
    return render(request, "console/verdict_page.html", context)


def _facts(row: Verdict) -> list[tuple[str, Fact | None, object]]:
    """Return each fact that was seen with what the pack says it is, where that pack is still in use."""
    pack = book_of(row.pack.pack_id).pack
    known = dict(pack.facts) if pack.digest == row.pack_id else {}
    seen = row.facts.get("facts", {})
    return [(name, known.get(name), value) for name, value in sorted(seen.items())]


def _feed(user: User, outcome: str, channel: str) -> QuerySet[Verdict]:
    rows = Verdict.objects.visible_to(user).select_related("loan", "party").order_by("-judged_at", "-pk")
    if outcome in OUTCOMES:
        rows = rows.filter(outcome=outcome)
    if channel in CATALOGUE["channel"]:
        rows = rows.filter(channel=channel)
    return rows


def _counts(request: HttpRequest) -> dict[str, int]:
    counted = (
        Verdict.objects.visible_to(request.user)
        .order_by()
        .values("outcome")
        .annotate(number=Count("pk"))
        .values_list("outcome", "number")
    )
    return dict.fromkeys(OUTCOMES, 0) | dict(counted)

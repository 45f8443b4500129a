"""The search behind Ctrl+K: borrowers by name, loans by number."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.store.models import LoanRole
from forbear.web.console.access import staff_page

FOUND_MAX = 8


@require_GET
@staff_page("worklist_read")
def find(request: HttpRequest) -> HttpResponse:
    """Return the first matches as options of the palette; none for a text under two letters."""
    text = request.GET.get("q", "").strip()
    roles: list[LoanRole] = []
    if len(text) >= 2 and "\x00" not in text:
        matches = Q(party__name__icontains=text) | Q(loan__reference__istartswith=text)
        roles = list(
            LoanRole.objects.visible_to(request.user)
            .filter(matches)
            .select_related("loan", "party")
            .order_by("party__name", "loan__reference")[:FOUND_MAX]
        )
    return render(request, "console/found.html", {"roles": roles, "text": text})

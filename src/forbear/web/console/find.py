"""The search behind Ctrl+K: borrowers by name, loans by number."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.store.selectors.roles import people_found
from forbear.web.console.access import staff_page

FOUND_MAX = 8


@require_GET
@staff_page("worklist_read")
def find(request: HttpRequest) -> HttpResponse:
    """Return the first matches as options of the palette; none for a text under two letters."""
    text = request.GET.get("q", "").strip()
    wanted = len(text) >= 2 and "\x00" not in text
    roles = people_found(request.user, text, most=FOUND_MAX) if wanted else []
    return render(request, "console/found.html", {"roles": roles, "text": text})

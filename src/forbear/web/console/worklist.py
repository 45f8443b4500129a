"""The agent's day: what the night proposed, in order, and for each whether it may be done now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.law.verdict import Outcome, Verdict
from forbear.services.dates import business_date
from forbear.services.policy import actor_of
from forbear.services.worklist import worklist_judge
from forbear.store.models import WorkItem
from forbear.store.selectors.roles import first_borrowers
from forbear.store.selectors.worklist import (
    Beside,
    beside,
    cases_without_step,
    figures,
    newest_night,
    work_items,
)
from forbear.web.console.access import staff_page

ROWS = 25
FILTERS = ("open", "promises", "done", "waiting")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the worklist, with everything that an agent decides by."""

    item: WorkItem
    beside: Beside
    verdict: Verdict | None

    @property
    def allowed(self) -> bool:
        """Whether the proposed act may be done at this moment."""
        return self.verdict is not None and self.verdict.outcome is Outcome.ALLOWED


@require_GET
@staff_page("worklist_read")
def worklist(request: HttpRequest) -> HttpResponse:
    """Show one page of the newest night's worklist, judged again at this moment."""
    chosen = request.GET.get("show", "open")
    chosen = chosen if chosen in FILTERS else "open"
    day = newest_night(request.user)
    if chosen == "waiting" and day is not None:
        return _waiting(request, day)
    items = work_items(request.user, day, done=chosen == "done", promised=chosen == "promises")
    page = Paginator(items, ROWS).get_page(request.GET.get("page"))
    rows = _rows(list(page.object_list), request)
    today = business_date(request.user.lender, request.now)
    context = {
        "rows": rows,
        "page": page,
        "chosen": chosen,
        "night": day,
        "figures": figures(request.user, day, today),
        "allowed_here": sum(row.allowed for row in rows),
        "today": today,
    }
    return render(request, "console/worklist.html", context)


def _waiting(request: HttpRequest, day: date) -> HttpResponse:
    """Show the open cases for which nothing was proposed, each with its reason."""
    page = Paginator(cases_without_step(request.user, day), ROWS).get_page(request.GET.get("page"))
    cases = list(page.object_list)
    borrowers = first_borrowers([case.loan_id for case in cases])
    today = business_date(request.user.lender, request.now)
    context = {
        "cases": [(case, borrowers.get(case.loan_id)) for case in cases],
        "page": page,
        "chosen": "waiting",
        "night": day,
        "figures": figures(request.user, day, today),
    }
    return render(request, "console/worklist.html", context)


def _rows(items: list[WorkItem], request: HttpRequest) -> list[Row]:
    user = request.user
    verdicts = worklist_judge(actor=actor_of(user), lender_id=user.lender_id, now=request.now, items=items)
    return [
        Row(item=item, beside=known, verdict=verdicts.get(item.pk))
        for item, known in zip(items, beside(items), strict=True)
    ]

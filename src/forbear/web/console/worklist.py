"""The agent's day: what the night proposed, in order, and for each whether it may be done now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.law.verdict import Outcome, Verdict
from forbear.services.dates import business_date
from forbear.services.policy import actor_of
from forbear.services.worklist import worklist_judge
from forbear.store.models import Contact, ContactOutcome, LoanRole, NightRun, Promise, User, WorkItem
from forbear.web.console.access import staff_page

ROWS = 25
FILTERS = ("open", "promises", "done")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the worklist, with everything that an agent decides by."""

    item: WorkItem
    role: str
    promise: Promise | None
    last_contact: Contact | None
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
    items = _items(request.user, day, chosen)
    page = Paginator(items, ROWS).get_page(request.GET.get("page"))
    rows = _rows(list(page.object_list), request)
    today = business_date(request.user.lender, request.now)
    context = {
        "rows": rows,
        "page": page,
        "chosen": chosen,
        "night": day,
        "figures": _figures(request.user, day, today),
        "allowed_here": sum(row.allowed for row in rows),
        "today": today,
    }
    return render(request, "console/worklist.html", context)


def newest_night(user: User) -> date | None:
    """Return the day of the newest finished close of the account's lender."""
    nights = NightRun.objects.visible_to(user).filter(finished_at__isnull=False)
    return nights.order_by("-day").values_list("day", flat=True).first()


def next_case(user: User, after_loan: str) -> str | None:
    """Return the loan that follows ``after_loan`` on the worklist; None at its end."""
    day = newest_night(user)
    waiting = WorkItem.objects.visible_to(user).filter(day=day, done_at=None)
    here = WorkItem.objects.visible_to(user).filter(day=day, loan_id=after_loan).order_by("rank").first()
    later = waiting.filter(rank__gt=here.rank) if here else waiting
    return later.exclude(loan_id=after_loan).order_by("rank").values_list("loan_id", flat=True).first()


def _items(user: User, day: date | None, chosen: str) -> QuerySet[WorkItem]:
    latest = Contact.objects.filter(loan_id=OuterRef("loan_id")).order_by("-placed_at").values("id")[:1]
    promised = Promise.objects.filter(loan_id=OuterRef("loan_id")).order_by("-made_at").values("id")[:1]
    items = (
        WorkItem.objects.visible_to(user)
        .filter(day=day)
        .select_related("loan__position", "party")
        .annotate(latest_contact=Subquery(latest), latest_promise=Subquery(promised))
    )
    if chosen == "done":
        return items.filter(done_at__isnull=False).order_by("-done_at")
    if chosen == "promises":
        items = items.filter(loan__promises__state=Promise.State.OPEN).distinct()
    return items.filter(done_at=None).order_by("rank")


def _rows(items: list[WorkItem], request: HttpRequest) -> list[Row]:
    contacts = Contact.objects.in_bulk([item.latest_contact for item in items if item.latest_contact])
    outcomes = ContactOutcome.objects.in_bulk(list(contacts))
    for contact in contacts.values():
        contact.ended = outcomes.get(contact.pk)
    promises = Promise.objects.in_bulk([item.latest_promise for item in items if item.latest_promise])
    roles = {
        (role.loan_id, role.party_id): role.role
        for role in LoanRole.objects.filter(loan_id__in=[item.loan_id for item in items])
    }
    user = request.user
    verdicts = worklist_judge(actor=actor_of(user), lender_id=user.lender_id, now=request.now, items=items)
    return [
        Row(
            item=item,
            role=roles.get((item.loan_id, item.party_id), "unrelated"),
            promise=promises.get(item.latest_promise),
            last_contact=contacts.get(item.latest_contact),
            verdict=verdicts.get(item.pk),
        )
        for item in items
    ]


def _figures(user: User, day: date | None, today: date) -> dict[str, Any]:
    items = WorkItem.objects.visible_to(user).filter(day=day)
    promises = Promise.objects.visible_to(user).filter(state=Promise.State.OPEN)
    return {
        "waiting": items.filter(done_at=None).count(),
        "done": items.filter(done_at__isnull=False).count(),
        "promises_today": promises.filter(due_on=today).count(),
        "promises_open": promises.count(),
    }

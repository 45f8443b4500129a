"""The newest night's worklist as one account sees it, with what stands beside each item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from forbear.store.models import Case, Contact, LoanRole, NightRun, Promise, WorkItem
from forbear.store.querysets import Viewer
from forbear.store.selectors.roles import closest


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What an agent knows of an item: the person's role, the latest promise and contact about the loan."""

    role: str
    promise: Promise | None
    last_contact: Contact | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How far the list is done, and the promises that wait (``today``: those that fall due).

    ``without_step`` counts the open cases for which nothing was proposed.
    """

    waiting: int
    done: int
    without_step: int
    promises_today: int
    promises_open: int


def newest_night(user: Viewer) -> date | None:
    """Return the day of the newest finished close of the account's lender."""
    return _nights(user).values_list("day", flat=True).first()


def item_of(user: Viewer, loan_id: str) -> WorkItem | None:
    """Return what the newest night proposes about a loan, the first of several, with its person."""
    return _tonight(user).filter(loan_id=loan_id).select_related("party").order_by("rank").first()


def next_case(user: Viewer, after_loan: str) -> str | None:
    """Return the loan that follows ``after_loan`` on the worklist; None at its end."""
    items = _tonight(user)
    here = items.filter(loan_id=after_loan).order_by("rank").values("rank")[:1]
    later = items.filter(done_at=None, rank__gt=Coalesce(Subquery(here), 0)).exclude(loan_id=after_loan)
    return later.order_by("rank").values_list("loan_id", flat=True).first()


def _nights(user: Viewer) -> QuerySet[NightRun]:
    return NightRun.objects.visible_to(user).filter(finished_at__isnull=False).order_by("-day")


def _tonight(user: Viewer) -> QuerySet[WorkItem]:
    """Return the items of the newest night, found in the same query."""
    return WorkItem.objects.visible_to(user).filter(day=Subquery(_nights(user).values("day")[:1]))


def work_items(user: Viewer, day: date | None, *, done: bool, promised: bool = False) -> QuerySet[WorkItem]:
    """Return a night's items: the open ones by rank, or the done ones, the latest first.

    With ``promised`` only those about whose loan a promise is open.
    """
    contact = Contact.objects.filter(loan_id=OuterRef("loan_id")).order_by("-placed_at").values("id")[:1]
    promise = Promise.objects.filter(loan_id=OuterRef("loan_id")).order_by("-made_at").values("id")[:1]
    items = (
        WorkItem.objects.visible_to(user)
        .filter(day=day, done_at__isnull=not done)
        .select_related("loan__position", "party")
        .annotate(latest_contact=Subquery(contact), latest_promise=Subquery(promise))
    )
    if promised:
        items = items.filter(loan__promises__state=Promise.State.OPEN).distinct()
    return items.order_by("-done_at" if done else "rank")


def cases_without_step(user: Viewer, day: date | None) -> QuerySet[Case]:
    """Return the open cases for which the night of ``day`` proposed nothing, those longest overdue first."""
    open_cases = Case.objects.visible_to(user).filter(closed_on=None, opened_on__lte=day)
    return (
        open_cases.exclude(loan__work__day=day)
        .select_related("loan__position")
        .order_by("-loan__position__days_past_due", "pk")
    )


def beside(items: Sequence[WorkItem]) -> list[Beside]:
    """Return what stands beside each of these ``work_items``, in a fixed number of queries."""
    wanted = [item.latest_contact for item in items if item.latest_contact]
    contacts = Contact.objects.select_related("outcome").in_bulk(wanted)
    promises = Promise.objects.in_bulk([item.latest_promise for item in items if item.latest_promise])
    held: dict[tuple[str, str], set[str]] = {}
    for role in LoanRole.objects.filter(loan_id__in=[item.loan_id for item in items]):
        held.setdefault((role.loan_id, role.party_id), set()).add(role.role)
    return [
        Beside(
            role=closest(held.get((item.loan_id, item.party_id), set())),
            promise=promises.get(item.latest_promise),
            last_contact=contacts.get(item.latest_contact),
        )
        for item in items
    ]


def figures(user: Viewer, day: date | None, today: date) -> Figures:
    """Count a night's items and the lender's open promises."""
    items = WorkItem.objects.visible_to(user).filter(day=day)
    promises = Promise.objects.visible_to(user).filter(state=Promise.State.OPEN)
    return Figures(
        waiting=items.filter(done_at=None).count(),
        done=items.filter(done_at__isnull=False).count(),
        without_step=cases_without_step(user, day).count() if day else 0,
        promises_today=promises.filter(due_on=today).count(),
        promises_open=promises.count(),
    )

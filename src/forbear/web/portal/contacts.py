"""Who contacted me: every act towards the person, done or stopped, with the rule in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from forbear.errors import InputError
from forbear.law.verdict import Fired
from forbear.law.verdict import Verdict as Judgement
from forbear.services.message import DISPATCHER
from forbear.services.once import printable
from forbear.store.models import Lender, Message, Verdict
from forbear.store.selectors.accounts import staff_names
from forbear.store.verdict_body import verdict_from_body
from forbear.web.pages import language_of
from forbear.web.portal.access import borrower_page
from forbear.web.words import word

PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule as the page names it: in a few words, what it saw, and its source."""

    id: str
    title: str
    reason: str
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One act: what it was, by whom, whether it was done, and why or why not."""

    at: datetime
    channel: str
    title: str | Promise
    by: str
    reference: str
    made: bool
    allowed: bool
    outcome: str | Promise
    because: str
    rules: list[Rule]
    text: str


@require_GET
@borrower_page
def contacts(request: HttpRequest, *, lender: Lender) -> HttpResponseBase:
    """List every act towards this person, the latest first, twenty to a page."""
    rows = _rows(request)
    before = request.GET.get("before")
    if before:
        rows = _earlier(rows, before)
    page = list(rows[: PAGE + 1])
    names = staff_names(lender.pk, {row.actor.partition(":")[2] for row in page})
    context = {
        "lender": lender,
        "here": "contacts",
        "entries": [_entry(row, names) for row in page[:PAGE]],
        "older": page[PAGE - 1].pk if len(page) > PAGE else "",
    }
    return render(request, "portal/contacts.html", context)


def _rows(request: HttpRequest) -> QuerySet[Verdict]:
    """Return the person's verdicts; that a waiting message may still go is no act of its own."""
    mine = Verdict.objects.visible_to(request.user).filter(party_id=request.user.party_id)
    mine = mine.exclude(actor=DISPATCHER, outcome="allowed")
    related = ("loan", "contact", "contact__outcome", "contact__message")
    return mine.select_related(*related).order_by("-judged_at", "-id")


def _earlier(rows: QuerySet[Verdict], verdict_id: str) -> QuerySet[Verdict]:
    """Keep what comes after this verdict in the list; several can be of the same instant."""
    last = rows.filter(pk=verdict_id).first() if printable(verdict_id) else None
    if last is None:
        raise InputError("That page does not exist; start from the first one.", field="before")
    return rows.filter(Q(judged_at__lt=last.judged_at) | Q(judged_at=last.judged_at, pk__lt=last.pk))


def _entry(row: Verdict, names: dict[str, str]) -> Entry:
    contact = getattr(row, "contact", None)
    message = getattr(contact, "message", None)
    withheld = message is not None and message.state == Message.State.WITHHELD
    outcome = getattr(contact, "outcome", None)
    judgement = verdict_from_body(row.body)
    return Entry(
        at=row.judged_at,
        channel=row.channel,
        title=word("channel", row.channel),
        by=_by(row.actor, names),
        reference=row.loan.reference,
        made=contact is not None and not withheld,
        allowed=row.outcome == "allowed",
        outcome=word("outcome", outcome.outcome) if outcome else "",
        because=_because(judgement, withheld=withheld),
        rules=[_rule(fired) for fired in (*judgement.fired, *judgement.excused)],
        text=message.text if message is not None and not withheld else "",
    )


def _because(judgement: Judgement, *, withheld: bool) -> str:
    if withheld:
        return _("It was ready to go, and was held back when it was checked again.")
    if judgement.outcome == "allowed":
        return _("No rule stood in the way.")
    if not judgement.fired:
        return _("Something had to be made sure of first, so it was not done.")
    return judgement.fired[0].title_in(language_of())


def _rule(fired: Fired) -> Rule:
    language = language_of()
    return Rule(
        id=fired.rule_id,
        title=fired.title_in(language),
        reason=fired.reason_in(language),
        citation=fired.citation_in(language),
    )


def _by(actor: str, names: dict[str, str]) -> str:
    role, _separator, login = actor.partition(":")
    return _("automatic") if role == "system" else names.get(login, login)

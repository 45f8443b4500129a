"""The case on one page: who, owes what and why, what happened, and what may be done now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.services.contact import ChannelNow, channels_of
from forbear.services.dates import business_date
from forbear.services.loan_books.page import payoff_of
from forbear.services.policy import may
from forbear.store.models import Hold, Loan, Party
from forbear.store.querysets import LIABLE_ROLES
from forbear.store.selectors.history import history_of
from forbear.store.selectors.ledger import event_of
from forbear.store.selectors.personfile import PersonFile, person_files
from forbear.store.selectors.reports import latest_reports
from forbear.store.selectors.roles import RELATIONS, first_borrowers
from forbear.store.selectors.worklist import item_of, next_case
from forbear.web.console.access import staff_page
from forbear.web.console.owing import owing_of
from forbear.web.console.timeline import timeline_of


@dataclass(frozen=True, slots=True)
class PartyCard:
    """One person beside the loan: what is on file, and every way to reach them now."""

    file: PersonFile
    channels: list[ChannelNow]

    @property
    def party(self) -> Party:
        """Who it is."""
        return self.file.party

    @property
    def states(self) -> list[str]:
        """What holds of the person, such as that they are represented."""
        return sorted(self.file.states)

    @property
    def liable(self) -> bool:
        """Whether this person owes, and so may hear about the debt."""
        return any(role in LIABLE_ROLES for role in self.file.roles)


@require_GET
@staff_page("worklist_read")
def case(request: HttpRequest, loan_id: str) -> HttpResponse:
    """Show everything about one loan that an agent needs before, during and after a contact."""
    return render(request, "console/case.html", case_context(request, loan_of(request, loan_id)))


def loan_of(request: HttpRequest, loan_id: str) -> Loan:
    """Return a loan of the account's lender; raises NotVisibleError for every other."""
    return Loan.objects.visible_to(request.user).select_related("lender").one(loan_id)


def case_context(request: HttpRequest, loan: Loan) -> dict[str, Any]:
    """Collect the case of a loan as the template shows it."""
    today = business_date(loan.lender, request.now)
    role = request.user.role
    everything = request.GET.get("history") == "all"
    history = history_of(loan)
    entries, more = timeline_of(history, everything=everything)
    owing = owing_of(loan, [event_of(row) for row in history.events], today)
    owed = bool(owing.position.demandable)
    return {
        "loan": loan,
        "today": today,
        "zone": loan.lender.zone,
        "owing": owing,
        "owed": owed,
        "payoff": payoff_of(owing.position),
        **elsewhere_context(loan),
        "people": _people(loan, today, request),
        "holds": [hold for hold in history.holds if hold.is_in_force(request.now)],
        "entries": entries,
        "more": more,
        "item": item_of(request.user, loan.pk),
        "plan": _plan(loan),
        "next_loan": next_case(request.user, loan.pk),
        "unfinished": history.unfinished(),
        "may_contact": owed and may(role, "contact_propose"),
        "may_message": owed and may(role, "message_send"),
        "may_hold": may(role, "hold_open"),
        "may_wish": may(role, "preference_set"),
        "may_release": may(role, "hold_close"),
    }


def elsewhere_context(loan: Loan) -> dict[str, Any]:
    """Return whether another system keeps the books of a loan, and what it last reported of it."""
    elsewhere = loan.books != Loan.Books.OWN
    return {
        "elsewhere": elsewhere,
        "report": latest_reports([loan.pk]).get(loan.pk) if elsewhere else None,
    }


def summary_context(loan: Loan, request: HttpRequest) -> dict[str, Any]:
    """Return what the strip above a form of this case shows."""
    return {
        "loan": loan,
        "zone": loan.lender.zone,
        "borrower": first_borrowers([loan.pk]).get(loan.pk),
        "today": business_date(loan.lender, request.now),
    }


def _people(loan: Loan, today: date, request: HttpRequest) -> list[PartyCard]:
    files = person_files(
        (),
        everybody_on=(loan.pk,),
        lender_id=loan.lender_id,
        today=today,
        now=request.now,
        visits=(loan.pk,),
    )
    cards = [PartyCard(file=file, channels=channels_of(file, request.now)) for file in files.values()]
    return sorted(cards, key=lambda card: RELATIONS.index(card.file.relation))


def _plan(loan: Loan) -> dict[str, Any]:
    """Return what the latest night decided about the open case; empty where there is none."""
    opened = loan.cases.filter(closed_on=None).first()
    return opened.plan if opened else {}


def open_hold(request: HttpRequest, hold_id: str) -> Hold:
    """Return a hold of the account's lender that is still open; raises NotVisibleError for every other."""
    held = Hold.objects.visible_to(request.user).filter(closed_at=None)
    return held.select_related("loan__lender", "party").one(hold_id)

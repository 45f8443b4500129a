"""The case on one page: who, owes what and why, what happened, and what may be done now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from forbear.services.contact import ChannelNow, channels_now
from forbear.services.dates import business_date
from forbear.services.policy import may
from forbear.store.models import Contact, Hold, Loan, LoanRole, Party, PartyState, Preference, WorkItem
from forbear.store.querysets import LIABLE_ROLES
from forbear.store.selectors.roles import RELATIONS, first_borrowers
from forbear.store.selectors.worklist import newest_night, next_case
from forbear.web.console.access import staff_page
from forbear.web.console.owing import owing_of
from forbear.web.console.timeline import timeline_of


@dataclass(frozen=True, slots=True)
class PartyCard:
    """One person beside the loan: their roles, states, wishes, and every way to reach them now."""

    party: Party
    roles: list[str]
    states: list[PartyState]
    preferences: list[Preference]
    channels: list[ChannelNow]

    @property
    def liable(self) -> bool:
        """Whether this person owes, and so may hear about the debt."""
        return any(role in LIABLE_ROLES for role in self.roles)


@require_GET
@staff_page("worklist_read")
def case(request: HttpRequest, loan_id: str) -> HttpResponse:
    """Show everything about one loan that an agent needs before, during and after a contact."""
    return render(request, "console/case.html", case_context(request, loan_of(request, loan_id)))


def loan_of(request: HttpRequest, loan_id: str) -> Loan:
    """Return a loan of the account's lender; 404 for every other."""
    loan = Loan.objects.visible_to(request.user).select_related("lender").filter(pk=loan_id).first()
    if loan is None:
        raise Http404(_("There is no such loan with this lender."))
    return loan


def case_context(request: HttpRequest, loan: Loan) -> dict[str, Any]:
    """Collect the case of a loan as the template shows it."""
    today = business_date(loan.lender, request.now)
    role = request.user.role
    everything = request.GET.get("history") == "all"
    entries, more = timeline_of(loan, everything=everything)
    owing = owing_of(loan, today)
    owed = bool(owing.explanation.position.demandable)
    return {
        "loan": loan,
        "today": today,
        "zone": loan.lender.zone,
        "owing": owing,
        "owed": owed,
        "people": _people(loan, request),
        "holds": loan.holds.in_force(request.now).select_related("party"),
        "entries": entries,
        "more": more,
        "item": _work_item(request, loan),
        "plan": _plan(loan),
        "next_loan": next_case(request.user, loan.pk),
        "unfinished": _unfinished(loan),
        "may_contact": owed and may(role, "contact_propose"),
        "may_message": owed and may(role, "message_send"),
        "may_hold": may(role, "hold_open"),
        "may_wish": may(role, "preference_set"),
        "may_release": may(role, "hold_close"),
    }


def summary_context(loan: Loan, request: HttpRequest) -> dict[str, Any]:
    """Return what the strip above a form of this case shows."""
    return {
        "loan": loan,
        "zone": loan.lender.zone,
        "borrower": first_borrowers([loan.pk]).get(loan.pk),
        "today": business_date(loan.lender, request.now),
    }


def party_on(loan: Loan, party_id: str) -> Party:
    """Return a person of this loan; 404 for anybody else."""
    role = loan.roles.filter(party_id=party_id).select_related("party").first()
    if role is None:
        raise Http404
    return role.party


def _people(loan: Loan, request: HttpRequest) -> list[PartyCard]:
    roles: dict[str, list[LoanRole]] = {}
    for role in loan.roles.select_related("party").order_by("pk"):
        roles.setdefault(role.party_id, []).append(role)
    states = PartyState.objects.in_force(request.now).filter(party_id__in=roles)
    wishes = Preference.objects.in_force(request.now).filter(party_id__in=roles)
    cards = [
        PartyCard(
            party=held[0].party,
            roles=[role.role for role in held],
            states=[state for state in states if state.party_id == party_id],
            preferences=[wish for wish in wishes if wish.party_id == party_id],
            channels=channels_now(
                lender_id=loan.lender_id, loan_id=loan.pk, party_id=party_id, now=request.now
            ),
        )
        for party_id, held in roles.items()
    ]
    return sorted(cards, key=lambda card: min(RELATIONS.index(role) for role in card.roles))


def _work_item(request: HttpRequest, loan: Loan) -> WorkItem | None:
    night = newest_night(request.user)
    return loan.work.filter(day=night).select_related("party").order_by("rank").first()


def _plan(loan: Loan) -> dict[str, Any]:
    """Return what the latest night decided about the open case; empty where there is none."""
    opened = loan.cases.filter(closed_on=None).first()
    return opened.plan if opened else {}


def _unfinished(loan: Loan) -> Contact | None:
    calls = loan.contacts.filter(outcome=None, channel__in=("call", "visit"), direction="out")
    return calls.select_related("party").order_by("-placed_at").first()


def open_hold(request: HttpRequest, hold_id: str) -> Hold:
    """Return a hold of the account's lender that is still open; 404 for every other."""
    hold = (
        Hold.objects.visible_to(request.user)
        .filter(pk=hold_id, closed_at=None)
        .select_related("loan__lender", "party")
        .first()
    )
    if hold is None:
        raise Http404
    return hold

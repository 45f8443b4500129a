"""All that bears on contacting people about loans, read in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model, Q

from forbear.law.situation import PastContact
from forbear.store.models import (
    Case,
    ContactPoint,
    Hold,
    Loan,
    LoanRole,
    Party,
    PartyState,
    Preference,
)
from forbear.store.selectors.contactlog import contact_log
from forbear.store.selectors.loantoday import LoanToday, loans_today
from forbear.store.selectors.roles import closest

ZONE_KEPT = timedelta(days=30)
"""How long a person may still be in the zone of a contact point that has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFile:
    """What is on file about one person and one loan at one moment.

    ``roles`` are the person's on the loan; ``debtor_id`` is the loan's first borrower. ``points`` are valid
    today; ``zones`` are those of all that were so within ZONE_KEPT, since ending a number moves nobody.
    ``preferences``, ``states`` and ``holds`` in force now; ``stops_of_others`` are the stop requests, by
    number or mailbox, of other people of the lender on whom it is recorded as well. ``log`` is the person's
    contact log, that of the debtor where that is another, and what went to these numbers and mailboxes
    under other names; ``later`` is what that log holds beyond this moment, as after a clock was set back.
    ``visit_grounds`` are those that the latest night found for the loan; ``loan_today`` is there where a
    visit is to be judged. ``asked_on`` is the day of the latest thing that the person asked: today while an
    objection, complaint or plea of theirs about the loan is open, else the day one was closed, or on which
    they called or wrote. What a collector noted for them does not count.
    """

    loan: Loan
    party: Party
    roles: tuple[str, ...]
    debtor_id: str
    points: tuple[ContactPoint, ...]
    zones: frozenset[str]
    debtor_points: tuple[ContactPoint, ...]
    preferences: tuple[Preference, ...]
    states: frozenset[str]
    holds: frozenset[str]
    log: tuple[PastContact, ...]
    visit_grounds: tuple[str, ...]
    loan_today: LoanToday | None = None
    asked_on: date | None = None
    stops_of_others: Mapping[str, tuple[Preference, ...]] = field(default_factory=dict)
    later: tuple[PastContact, ...] = ()

    @property
    def relation(self) -> str:
        """The closest to the debt of the person's roles, or ``unrelated``."""
        return closest(self.roles)


def person_files(
    pairs: Iterable[tuple[str, str]],
    *,
    everybody_on: Collection[str] = (),
    lender_id: str,
    today: date,
    now: datetime,
    without_contact: str = "",
    visits: Collection[str] = (),
) -> dict[tuple[str, str], PersonFile]:
    """Return the file of each (loan_id, party_id) that this lender has; others are left out.

    ``everybody_on`` names loans of which every person is wanted. ``visits`` names the loans about
    which a visit is to be judged: each of them is folded anew.
    """
    wanted = dict.fromkeys(pairs)
    loan_ids = {loan_id for loan_id, _ in wanted} | set(everybody_on)
    about = _about(loan_ids, lender_id=lender_id, today=today, now=now, visits=visits)
    wanted |= {(loan_id, role.party_id): None for loan_id in everybody_on for role in about.roles[loan_id]}
    debtors = {loan_id: _debtor(rows) for loan_id, rows in about.roles.items()}
    party_ids = {party_id for _, party_id in wanted} | set(debtors.values())
    people = _people(party_ids, lender_id=lender_id, today=today, now=now, without_contact=without_contact)
    return {
        (loan_id, party_id): _file(
            about, people, loan_id, party_id, debtors.get(loan_id, party_id), now=now, today=today
        )
        for loan_id, party_id in wanted
        if loan_id in about.loans and party_id in people.parties
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """What is on file of some loans, by loan; ``plans`` are those of their open cases."""

    loans: dict[str, Loan]
    roles: dict[str, list[LoanRole]]
    holds: dict[str, list[Hold]]
    plans: dict[str, dict[str, Any]]
    today: dict[str, LoanToday]


def _about(
    loan_ids: Collection[str], *, lender_id: str, today: date, now: datetime, visits: Collection[str]
) -> _About:
    loans = Loan.objects.select_related("lender").filter(lender_id=lender_id, pk__in=loan_ids).in_bulk()
    plans = dict(Case.objects.filter(loan__in=loans, closed_on=None).values_list("loan_id", "plan"))
    visited = [loan for loan in loans.values() if loan.pk in visits]
    return _About(
        loans=loans,
        roles=_grouped(LoanRole.objects.filter(loan__in=loans).order_by("pk"), "loan_id"),
        holds=_grouped(Hold.objects.filter(loan__in=loans, opened_at__lte=now), "loan_id"),
        plans=plans,
        today=loans_today(visited, plans=plans, today=today),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _People:
    """What is on file of some people, by person; ``at_number`` holds the points of everybody at a number
    or mailbox of theirs."""

    parties: dict[str, Party]
    points: dict[str, list[ContactPoint]]
    at_number: dict[str, list[ContactPoint]]
    preferences: dict[str, list[Preference]]
    states: dict[str, list[PartyState]]
    log: dict[str, list[PastContact]]


def _people(
    party_ids: Collection[str], *, lender_id: str, today: date, now: datetime, without_contact: str
) -> _People:
    parties = Party.objects.filter(lender_id=lender_id, pk__in=party_ids).in_bulk()
    own, at_number, elsewhere = _points(parties, lender_id=lender_id, since=today - ZONE_KEPT)
    everybody = [*parties, *{point.party_id for point in elsewhere}]
    preferences = Preference.objects.in_force(now).filter(party_id__in=everybody)
    states = PartyState.objects.in_force(now).filter(party__in=parties)
    return _People(
        parties=parties,
        points=own,
        at_number=at_number,
        preferences=_grouped(preferences.order_by("since", "pk"), "party_id"),
        states=_grouped(states, "party_id"),
        log=contact_log(
            parties,
            now=now,
            points=[point.pk for point in elsewhere],
            without_contact=without_contact,
        ),
    )


def _points(
    parties: Collection[str], *, lender_id: str, since: date
) -> tuple[dict[str, list[ContactPoint]], dict[str, list[ContactPoint]], list[ContactPoint]]:
    """Return people's own points, those of everybody at their numbers and mailboxes, and those of others."""
    media = ContactPoint.Medium
    theirs = Q(party_id__in=list(parties))
    values = ContactPoint.objects.filter(theirs).values("value")
    rows = ContactPoint.objects.filter(
        theirs | ~Q(medium=media.ADDRESS), lender_id=lender_id, medium__in=media.values, value__in=values
    )
    own: dict[str, list[ContactPoint]] = defaultdict(list)
    at_number: dict[str, list[ContactPoint]] = defaultdict(list)
    elsewhere = []
    for row in rows.order_by("pk"):
        if row.party_id in parties and (row.valid_until is None or row.valid_until > since):
            own[row.party_id].append(row)
        if row.medium != media.ADDRESS:
            at_number[row.value].append(row)
            if row.party_id not in parties:
                elsewhere.append(row)
    return own, at_number, elsewhere


def _file(
    about: _About,
    people: _People,
    loan_id: str,
    party_id: str,
    debtor_id: str,
    *,
    now: datetime,
    today: date,
) -> PersonFile:
    loan, holds = about.loans[loan_id], about.holds[loan_id]
    points = _valid(people.points[party_id], today)
    others = _others(people, points, party_id)
    lines = _lines(people, others, party_id, debtor_id)
    return PersonFile(
        loan=loan,
        party=people.parties[party_id],
        roles=tuple(role.role for role in about.roles[loan_id] if role.party_id == party_id),
        debtor_id=debtor_id,
        points=points,
        zones=frozenset(point.zone for point in people.points[party_id]),
        debtor_points=_valid(people.points[debtor_id], today),
        preferences=tuple(people.preferences[party_id]),
        states=frozenset(row.state for row in people.states[party_id]),
        holds=frozenset(row.kind for row in holds if row.is_in_force(now)),
        log=tuple(line for line in lines if line.at <= now),
        later=tuple(line for line in lines if line.at > now),
        visit_grounds=tuple(about.plans.get(loan_id, {}).get("visit_grounds", ())),
        loan_today=about.today.get(loan_id),
        asked_on=_asked_on(loan, party_id, holds, people.log[party_id], now=now, today=today),
        stops_of_others={
            value: tuple(
                wish
                for point in there
                for wish in people.preferences[point.party_id]
                if wish.kind == Preference.Kind.STOP
            )
            for value, there in others.items()
        },
    )


def _others(people: _People, points: Sequence[ContactPoint], party_id: str) -> dict[str, list[ContactPoint]]:
    """Return the points of other people at each number or mailbox of a person."""
    return {
        point.value: [other for other in people.at_number[point.value] if other.party_id != party_id]
        for point in points
        if point.medium != ContactPoint.Medium.ADDRESS
    }


def _lines(
    people: _People, others: Mapping[str, Sequence[ContactPoint]], party_id: str, debtor_id: str
) -> list[PastContact]:
    """Return the lines that bear on a person, oldest first."""
    lines = [line for person in dict.fromkeys((party_id, debtor_id)) for line in people.log[person]]
    for value, points in others.items():
        for person in {point.party_id for point in points} - {debtor_id}:
            lines += [line for line in people.log[person] if line.number == value]
    return sorted(lines, key=lambda line: line.at)


def _valid(points: Iterable[ContactPoint], today: date) -> tuple[ContactPoint, ...]:
    return tuple(point for point in points if point.is_valid_on(today))


def _asked_on(
    loan: Loan,
    party_id: str,
    holds: Sequence[Hold],
    log: Sequence[PastContact],
    *,
    now: datetime,
    today: date,
) -> date | None:
    own = [hold for hold in holds if hold.party_id == party_id and hold.is_a_request]
    if any(hold.is_in_force(now) for hold in own):
        return today
    moments = [hold.closed_at for hold in own]
    came_in = (line.at for line in log if line.direction == "in" and line.channel != "portal")
    moments += [at for at in came_in if at <= now]
    return max(moments).astimezone(ZoneInfo(loan.lender.zone)).date() if moments else None


def _grouped(rows: Iterable[Model], column: str) -> dict[str, list[Model]]:
    groups: dict[str, list[Model]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, column)].append(row)
    return groups


def _debtor(roles: Sequence[LoanRole]) -> str:
    borrowers = [role.party_id for role in roles if role.role == LoanRole.Role.BORROWER]
    return (borrowers or [roles[0].party_id])[0]

"""What invented people asked for, and what became known of them, as it stood at each moment."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from random import Random

from forbear.law.situation import PastContact
from forbear.services.contact_bulk import PastContacts
from forbear.services.dates import business_date
from forbear.services.simulation.behaviour import ACTOR
from forbear.services.simulation.people import Person
from forbear.services.simulation.shelf import party_row, point_rows
from forbear.store.models import ContactPoint, Hold, Loan, Party, PartyState, Preference
from forbear.store.models.ids import derived_id
from forbear.store.selectors.contactlog import LOG_DAYS
from forbear.store.selectors.loantoday import LoanToday
from forbear.store.selectors.personfile import PersonFile

EVENING = (time(18), time(21))

_WORDS = {
    "hardship": "工作没了，这个月还不上，想商量一下。（演示）",
    "dispute": "上个月我还过一笔，账上没有。（演示）",
    "complaint": "对上次通话的态度不满意。（演示）",
}
_SETTLED = {
    "hardship": (20, 45, "与借款人商定了还款安排。（演示）"),
    "dispute": (8, 25, "查明账目无误，已书面答复。（演示）"),
    "complaint": (10, 30, "已调查并答复。（演示）"),
}
_SOURCE = "call"


class Acquaintance:
    """One borrower as the desk knows them at the moment that it has come to."""

    def __init__(self, person: Person, contacts: PastContacts) -> None:
        self.person = person
        self.promised_until: date | None = None
        self._contacts = contacts
        self._logs: dict[str, list[PastContact]] = defaultdict(list)
        self._holds: list[Hold] = []
        self._wishes: list[Preference] = []
        self._states: list[PartyState] = []
        self._rows: dict[str, tuple[Party, dict[date | None, tuple[ContactPoint, ...]]]] = {}

    def file(
        self,
        at: datetime,
        *,
        loan: Loan,
        other: Person | None = None,
        relation: str = "borrower",
        visit_grounds: tuple[str, ...] = (),
        loan_today: LoanToday | None = None,
    ) -> PersonFile:
        """Return what is on file at this moment of the borrower, or of ``other`` who stands beside."""
        one = other or self.person
        today = business_date(loan.lender, at)
        own = other is None
        lines = [
            line
            for party_id in {one.party_id, self.person.party_id}
            for line in self._logs[party_id]
            if line.at > at - timedelta(days=LOG_DAYS)
        ]
        return PersonFile(
            loan=loan,
            party=self._party(loan, one),
            roles=(relation,),
            debtor_id=self.person.party_id,
            points=self._points(loan, one, today),
            zones=frozenset(point.zone for point in self._points(loan, one, today)),
            debtor_points=self._points(loan, self.person, today),
            preferences=tuple(self._wishes) if own else (),
            states=frozenset(state.state for state in self._states) if own else frozenset(),
            holds=frozenset(hold.kind for hold in self._open_holds(loan.pk, at)),
            log=tuple(sorted(lines, key=lambda line: line.at)),
            visit_grounds=visit_grounds,
            loan_today=loan_today,
        )

    def remember(self, line: PastContact) -> None:
        """Put a contact into the log of whom it went to."""
        self._logs[line.person].append(line)

    @property
    def failures(self) -> int:
        """Calls in a row, up to now, in which the borrower was not reached."""
        calls = [line for line in self._logs[self.person.party_id] if line.channel == "call"]
        return next((n for n, line in enumerate(reversed(calls)) if line.two_way), len(calls))

    def is_left_alone(self, at: datetime, *, channel: str, loan_id: str, today: date) -> bool:
        """Tell whether a careful desk would not contact the borrower this way now."""
        promised = self.promised_until is not None and today <= self.promised_until
        stopped = any(wish.kind == Preference.Kind.STOP and wish.channel == channel for wish in self._wishes)
        return bool(self._states) or promised or stopped or bool(self._open_holds(loan_id, at))

    def heard(self, wish: str, chance: Random, *, loan_id: str, at: datetime, until: datetime) -> None:
        """Take note of what the borrower said; it binds from that moment on."""
        if wish in _WORDS:
            self._hold(wish, chance, loan_id=loan_id, at=at, until=until)
        elif wish in ("stop", "hours"):
            self._wish(wish, at)
        elif wish in ("represented", "dead"):
            state = PartyState(
                id=derived_id("state", self.person.party_id, wish, at.isoformat()),
                lender_id=self._contacts.lender_id,
                party_id=self.person.party_id,
                state=wish,
                since=at,
                source=_SOURCE,
            )
            self._states.append(state)
            self._contacts.state(state)

    def _hold(self, kind: str, chance: Random, *, loan_id: str, at: datetime, until: datetime) -> None:
        low, high, because = _SETTLED[kind]
        closed_at = at + timedelta(days=chance.randint(low, high))
        settled = closed_at < until
        hold = Hold(
            id=derived_id("hold", self.person.party_id, str(len(self._holds))),
            lender_id=self._contacts.lender_id,
            loan_id=loan_id,
            party_id=self.person.party_id,
            kind=kind,
            words=_WORDS[kind],
            opened_at=at,
            opened_by=ACTOR,
            closed_at=closed_at if settled else None,
            closed_by=ACTOR if settled else "",
            closed_because=because if settled else "",
        )
        self._holds.append(hold)
        self._contacts.hold(hold)

    def _wish(self, kind: str, at: datetime) -> None:
        """Note a wish once; the same said again changes nothing."""
        if any(wish.kind == kind for wish in self._wishes):
            return
        hours = kind == Preference.Kind.HOURS
        wish = Preference(
            id=derived_id("pref", self.person.party_id, kind),
            lender_id=self._contacts.lender_id,
            party_id=self.person.party_id,
            kind=kind,
            channel="" if hours else "call",
            hour_from=EVENING[0] if hours else None,
            hour_until=EVENING[1] if hours else None,
            source=_SOURCE,
            since=at,
        )
        self._wishes.append(wish)
        self._contacts.preference(wish)

    def _open_holds(self, loan_id: str, at: datetime) -> list[Hold]:
        return [
            hold
            for hold in self._holds
            if hold.loan_id == loan_id and (hold.closed_at is None or at < hold.closed_at)
        ]

    def _party(self, loan: Loan, one: Person) -> Party:
        if one.party_id not in self._rows:
            self._rows[one.party_id] = (party_row(loan.lender_id, one), {})
        return self._rows[one.party_id][0]

    def _points(self, loan: Loan, one: Person, today: date) -> tuple[ContactPoint, ...]:
        """Return a person's contact points as they were known on a day, in the order of their ids."""
        self._party(loan, one)
        kept = self._rows[one.party_id][1]
        confirmed = one.confirmed_by(today)
        if confirmed not in kept:
            rows = point_rows(loan.lender_id, one, as_of=today)
            kept[confirmed] = tuple(sorted(rows, key=lambda point: point.pk))
        return kept[confirmed]

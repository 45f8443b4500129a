"""An invented desk at work: who is called and written to while a loan is late, as the law allows it.

The desk means to follow a plan by days past due, and slips now and then: a call too late in the
evening, one in spite of a stop request, a visit alone. Every act is put before the law pack at the
moment at which it would have happened; what is refused stays a verdict and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from heapq import heapify, heappop, heappush
from itertools import count
from random import Random

from forbear.conduct.promises import MoneyIn
from forbear.law.verdict import Outcome
from forbear.loans.events import PaymentReceived
from forbear.loans.fold import fold
from forbear.loans.position import Position
from forbear.services import words as wording
from forbear.services.contact import Words
from forbear.services.contact_bulk import PastAct, PastContacts, PastEnd
from forbear.services.facts import MEDIUM_OF, Proposal
from forbear.services.simulation.answers import Answer, answer
from forbear.services.simulation.behaviour import History
from forbear.services.simulation.chance import happens, stream
from forbear.services.simulation.lenders import ZONE, Plan
from forbear.services.simulation.people import Person
from forbear.services.simulation.shelf import loan_row
from forbear.services.simulation.wishes import Acquaintance
from forbear.services.templates import template
from forbear.store.models import Lender, Loan
from forbear.store.selectors.loantoday import LoanToday

AGENTS = ("agent:demo.lin", "agent:demo.song", "agent:demo.bai", "agent:demo.an", "agent:demo.he")
MACHINE = "system:night"

_MESSAGES = ("sms", "email")
_PLAN = (
    (5, "sms"),
    (9, "call"),
    (13, "call"),
    (17, "call"),
    (22, "sms"),
    (26, "call"),
    (33, "call"),
    (41, "call"),
    (48, "sms"),
    (55, "call"),
    (66, "call"),
    (73, "email"),
    (80, "call"),
    (94, "call"),
    (108, "visit"),
    (122, "call"),
    (136, "sms"),
    (150, "visit"),
    (164, "call"),
)
"""Days past due, and what the desk means to do then."""

_LONG_OVERDUE_DAYS = 91
_DONE_PER_THOUSAND = 850
_SLIPS_PER_THOUSAND = 15
_OVERSIGHTS_PER_THOUSAND = 220
_ASKS_OTHERS_PER_THOUSAND = {False: 15, True: 600}
_FAILURES_FIRST = 3
_AGAIN_PER_THOUSAND = 450
_ALONE_PER_THOUSAND = 200
_NAMES_THE_DAY_PER_THOUSAND = 850
_PROMISE_GRACE_DAYS = 1
_PROMISES_IN_VAIN_PER_THOUSAND = 400
_SOON_DAYS = 10
_TRIES_A_DAY = 3
_OFFICE_SECONDS = (9 * 3600, 20 * 3600 + 1800)
_TOO_LATE_SECONDS = 22 * 3600


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class _Intent:
    """Something that somebody at the desk sets out to do.

    ``beside`` is the number of the contact person it goes to; -1 stands for the borrower.
    """

    at: datetime
    number: int
    loan: int
    channel: str
    days_past_due: int
    nth: int = 1
    beside: int = -1


class Desk:
    """Works the late loans of one borrower after the other."""

    def __init__(
        self, plan: Plan, lender: Lender, people: Mapping[int, Person], contacts: PastContacts
    ) -> None:
        self._plan = plan
        self._lender = lender
        self._people = people
        self._contacts = contacts
        self._until = datetime.combine(plan.today, time(), ZONE).astimezone(UTC)

    def work(self, borrower: int, histories: Sequence[History]) -> None:
        """Work the late stretches of a borrower's loans, in the order of time."""
        chance = stream(self._plan.seed, self._lender.pk, "desk", borrower)
        numbers = count()
        intents = [
            intent
            for index, history in enumerate(histories)
            if not history.loan.story
            for intent in _meant(chance, numbers, index, history)
        ]
        heapify(intents)
        known = Acquaintance(self._people[borrower], self._contacts)
        rows = [self._row(history) for history in histories]
        while intents:
            intent = heappop(intents)
            if intent.at < self._until:
                history, row = histories[intent.loan], rows[intent.loan]
                for more in self._act(chance, intent, history, row, known):
                    heappush(intents, more)
        for history in histories:
            self._settle(history)

    def _settle(self, history: History) -> None:
        """Settle the promises as the night before last left them; the coming close does the rest."""
        returned = {target for event in history.events for target in event.targets}
        money = [
            MoneyIn(on=event.value_date, amount=event.body.amount)
            for event in history.events
            if isinstance(event.body, PaymentReceived) and event.event_id not in returned
        ]
        self._contacts.settle_promises(
            history.loan.loan_id,
            money,
            as_of=self._plan.today - timedelta(days=2),
            grace_days=_PROMISE_GRACE_DAYS,
        )

    def _row(self, history: History) -> Loan:
        row = loan_row(self._lender.pk, history.loan)
        row.lender = self._lender
        return row

    def _act(
        self, chance: Random, intent: _Intent, history: History, row: Loan, known: Acquaintance
    ) -> list[_Intent]:
        """Put one act before the law; when it may be done, do it. Return what follows from it."""
        today = intent.at.astimezone(ZONE).date()
        alone = known.is_left_alone(intent.at, channel=intent.channel, loan_id=row.pk, today=today)
        if alone and not happens(chance, _OVERSIGHTS_PER_THOUSAND):
            return []
        act = self._proposal(chance, intent, history, row, known)
        verdict = self._contacts.propose(act)
        if verdict.outcome != Outcome.ALLOWED:
            return []
        drawn = answer(chance, channel=intent.channel, kind=history.kind, days_past_due=intent.days_past_due)
        if intent.channel in _MESSAGES:
            words = _words(act, _position(history, intent.at))
            delivered = drawn.outcome == "delivered"
            known.remember(self._contacts.message(act, verdict, words, delivered=delivered))
            return []
        end = _end(chance, intent, drawn, history, latest=verdict.expires_at)
        known.remember(self._contacts.call_or_visit(act, verdict, end))
        if intent.beside >= 0:
            return []
        if end.promise is not None:
            known.promised_until = end.promise[1]
        known.heard(drawn.wish, chance, loan_id=row.pk, at=end.at, until=self._until)
        return [] if drawn.reached else _again(chance, intent, history, known.failures)

    def _proposal(
        self, chance: Random, intent: _Intent, history: History, row: Loan, known: Acquaintance
    ) -> PastAct:
        other = self._people[intent.beside] if intent.beside >= 0 else None
        relation = "contact_person" if other else "borrower"
        grounds = ("long_overdue",) if intent.days_past_due >= _LONG_OVERDUE_DAYS else ()
        file = known.file(
            intent.at,
            loan=row,
            other=other,
            relation=relation,
            visit_grounds=grounds,
            loan_today=_loan_today(history, known, intent.at) if intent.channel == "visit" else None,
        )
        medium = MEDIUM_OF[intent.channel]
        collectors = 1 if happens(chance, _ALONE_PER_THOUSAND) else 2
        return PastAct(
            at=intent.at,
            actor=MACHINE if intent.channel in _MESSAGES else AGENTS[chance.randrange(len(AGENTS))],
            file=file,
            proposal=Proposal(
                loan_id=row.pk,
                party_id=file.party.pk,
                contact_point_id=next(point.pk for point in file.points if point.medium == medium),
                channel=intent.channel,
                purpose="relay" if other else "remind",
                declared={"collectors_present": collectors} if intent.channel == "visit" else {},
            ),
        )


def _meant(chance: Random, numbers: Iterator[int], index: int, history: History) -> Iterator[_Intent]:
    """Yield what the plan asks for over the late stretches of one loan."""
    for first, cured in history.late:
        for days_past_due, channel in _PLAN:
            day = first + timedelta(days=days_past_due - 1)
            # The morning's payment may still cure the loan, so nothing is meant for that day.
            if cured is not None and day >= cured:
                break
            if happens(chance, _DONE_PER_THOUSAND):
                yield _Intent(
                    at=_moment(chance, day, channel),
                    number=next(numbers),
                    loan=index,
                    channel=channel,
                    days_past_due=days_past_due,
                )


def _moment(chance: Random, day: date, channel: str) -> datetime:
    """Draw when on a day; now and then somebody means to call when nobody may be called."""
    seconds = chance.randrange(*_OFFICE_SECONDS)
    if channel == "call" and happens(chance, _SLIPS_PER_THOUSAND):
        seconds = _TOO_LATE_SECONDS + chance.randrange(2400)
    return datetime.combine(day, time(), ZONE).astimezone(UTC) + timedelta(seconds=seconds)


def _again(chance: Random, intent: _Intent, history: History, failures: int) -> list[_Intent]:
    """After a call that reached nobody: again later that day, or ask a contact person to pass a word on."""
    if intent.channel != "call":
        return []
    others = [number for number, role in history.loan.roles if role == "contact_person"]
    if others and happens(chance, _ASKS_OTHERS_PER_THOUSAND[failures >= _FAILURES_FIRST]):
        at = intent.at + timedelta(minutes=chance.randint(20, 90))
        return [replace(intent, at=at, beside=others[0])]
    if intent.nth < _TRIES_A_DAY and happens(chance, _AGAIN_PER_THOUSAND):
        at = intent.at + timedelta(minutes=chance.randint(90, 240))
        return [replace(intent, at=at, nth=intent.nth + 1)]
    return []


def _end(
    chance: Random,
    intent: _Intent,
    drawn: Answer,
    history: History,
    *,
    latest: datetime,
) -> PastEnd:
    promises = drawn.wish == "promise" and drawn.reached and intent.beside < 0
    return PastEnd(
        at=min(intent.at + drawn.lasted, latest - timedelta(seconds=1)),
        outcome=drawn.outcome,
        right_party=drawn.right_party,
        two_way=drawn.two_way,
        promise=_promise(chance, history, intent.at) if promises else None,
    )


def _promise(chance: Random, history: History, at: datetime) -> tuple[int, date] | None:
    """A promise of what is overdue: who is going to pay mostly names a day by which they do."""
    today = at.astimezone(ZONE).date()
    cured = next((end for first, end in history.late if first <= today and end and end > today), None)
    paying = cured if cured is not None and (cured - today).days <= _SOON_DAYS else None
    if paying is None and not happens(chance, _PROMISES_IN_VAIN_PER_THOUSAND):
        return None
    named = today + timedelta(days=chance.randint(3, 9))
    if paying is not None and happens(chance, _NAMES_THE_DAY_PER_THOUSAND):
        named = max(named, paying)
    return (_position(history, at).overdue.total, named)


def _position(history: History, at: datetime) -> Position:
    day = at.astimezone(ZONE).date()
    return fold(history.loan.terms, history.events, as_of=day, known_at=at)


def _loan_today(history: History, known: Acquaintance, at: datetime) -> LoanToday:
    """Return how a loan stood on the day of a visit, from what was paid and promised by then."""
    today = at.astimezone(ZONE).date()
    paid = [
        event.value_date
        for event in history.events
        if isinstance(event.body, PaymentReceived) and event.recorded_at <= at
    ]
    promised = known.promised_until
    return LoanToday(
        position=_position(history, at),
        promise_open=promised is not None and today <= promised,
        acknowledged_on=max(paid, default=None),
    )


def _words(act: PastAct, position: Position) -> Words:
    loan, party = act.file.loan, act.file.party
    reminder = template("reminder", channel=act.proposal.channel, language=party.language)
    values = wording.neutral_values(loan.lender, party)
    subject, text = reminder.fill(values | wording.debt_values(loan, position, party.language))
    return Words(template="reminder", language=party.language, subject=subject, text=text)

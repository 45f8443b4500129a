"""How invented borrowers pay: most on the day, some late, a few not at all for a while."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from heapq import heapify, heappop, heappush
from random import Random

from forbear.loans.events import (
    AmountWaived,
    ChargedOff,
    Disbursed,
    EventBody,
    LoanEvent,
    PaymentReceived,
    PaymentReversed,
    RecoveryReceived,
)
from forbear.loans.fold import advance, fold
from forbear.loans.position import LoanState
from forbear.loans.schedule import build_schedule
from forbear.services.simulation.chance import happens, stream, weighted
from forbear.services.simulation.lenders import ZONE, LenderPlan, Plan
from forbear.services.simulation.loans import LoanPlan, story_missed_on
from forbear.store.models.ids import derived_id

ACTOR = "system:simulation"
CHARGE_OFF_AFTER_DAYS = 180
STEADY, FORGETFUL, STRAINED, FALLING = "steady", "forgetful", "strained", "falling"

_KINDS = ((STEADY, 800), (FORGETFUL, 125), (STRAINED, 55), (FALLING, 20))
_DELAYS: dict[str, tuple[tuple[tuple[int, int] | None, int], ...]] = {
    STEADY: (((-3, -1), 40), ((0, 0), 915), ((1, 5), 45)),
    FORGETFUL: (((0, 0), 600), ((1, 10), 280), ((11, 28), 80), (None, 40)),
    STRAINED: (((0, 0), 450), ((1, 10), 200), ((11, 29), 150), (None, 200)),
    FALLING: (((0, 0), 60), ((10, 29), 90), (None, 850)),
}
"""Days from an instalment's due day to its payment, per thousand; None: not before a later one."""

_RETURNED_PER_THOUSAND = 6
_PART_PER_THOUSAND = {STEADY: 0, FORGETFUL: 40, STRAINED: 250, FALLING: 500}
_WAIVED_PER_THOUSAND = 200
_RECOVERED_PER_THOUSAND = 500
_BANKING_HOURS = (9 * 3600, 21 * 3600)
_DUE, _PAYS, _RETURNS, _RECOVERS = range(4)

Step = tuple[date, int, str]
"""A day, what comes to pass on it (in this order within a day), and the event it is about."""


@dataclass(slots=True)
class History:
    """The ledger of one loan as it grew, and when it was late."""

    loan: LoanPlan
    kind: str
    events: list[LoanEvent] = field(default_factory=list)
    late: list[tuple[date, date | None]] = field(default_factory=list)
    """Each stretch past due: its first day, and the day it was cured (None: still late)."""


def history_of(plan: Plan, lender: LenderPlan, loan: LoanPlan) -> History:
    """Return what happened to ``loan`` up to the day before the demonstration begins."""
    kind = weighted(stream(plan.seed, lender.lender_id, "kind", loan.borrower), _KINDS)
    history = History(loan, STEADY if loan.story else kind)
    chance = stream(plan.seed, lender.lender_id, "pays", loan.reference)
    _Life(history, chance, plan).live()
    return history


class _Life:
    """Lives through one loan step by step; what is owed on a day is asked of the fold."""

    def __init__(self, history: History, chance: Random, plan: Plan) -> None:
        self._history = history
        self._last_day = plan.today - timedelta(days=1)
        self._missed_on = story_missed_on(plan)
        self._loan = history.loan
        self._chance = chance
        self._late_since: date | None = None
        terms = self._loan.terms
        first = self._event(terms.disbursed_on, Disbursed(amount=terms.principal))
        self._position = fold(terms, [first], as_of=terms.disbursed_on)
        self._steps = list(self._intentions())
        heapify(self._steps)

    def live(self) -> None:
        """Take every step up to the last day, then look once more."""
        while self._steps and self._steps[0][0] <= self._last_day:
            day, what, about = heappop(self._steps)
            if what == _DUE:
                self._charge_off_if_hopeless(day)
                continue
            self._look(day)
            if what == _PAYS:
                self._pay(day)
            elif what == _RETURNS:
                self._give_back(day, about)
            else:
                self._recover(day)
        self._look(self._last_day)
        if self._late_since is not None:
            self._history.late.append((self._late_since, None))

    def _intentions(self) -> Iterator[Step]:
        """Yield the due days, and for each the day on which the borrower means to pay."""
        falls_on = self._loan.terms.first_due + timedelta(days=30 * self._chance.randrange(1, 12))
        for due_on in build_schedule(self._loan.terms).due_on:
            if due_on > self._last_day + timedelta(days=3):
                return
            yield (due_on, _DUE, "")
            kind = STEADY if self._history.kind == FALLING and due_on < falls_on else self._history.kind
            delay = weighted(self._chance, _DELAYS[kind])
            if self._loan.story:
                delay = (0, 0) if due_on < self._missed_on else None
            if delay is not None:
                yield (due_on + timedelta(days=self._chance.randint(*delay)), _PAYS, "")

    def _look(self, day: date) -> None:
        """Let time pass to the end of ``day``, and note when the loan turned late."""
        before = self._position.as_of
        if day > before:
            self._position = advance(self._position, day)
        if self._late_since is None and self._position.days_past_due > 0 and self._position.oldest_due:
            self._late_since = max(self._position.oldest_due + timedelta(days=1), before)

    def _pay(self, day: date) -> None:
        position = self._position
        if position.state is not LoanState.ACTIVE:
            return
        penalty = position.overdue.penalty
        if penalty and position.days_past_due > 30 and happens(self._chance, _WAIVED_PER_THOUSAND):
            self._record(day, AmountWaived(amount=penalty, part="penalty", reason="goodwill"))
            position = self._position
        amount = position.owed_now or position.next_due_amount
        if position.overdue.total and happens(self._chance, _PART_PER_THOUSAND[self._history.kind]):
            amount = max(10_000, amount // 2 // 10_000 * 10_000) if amount > 10_000 else amount
        if amount <= 0:
            return
        paid = self._record(day, PaymentReceived(amount=amount, channel_ref=self._reference()))
        if not self._loan.story and happens(self._chance, _RETURNED_PER_THOUSAND):
            heappush(self._steps, (day + timedelta(days=2), _RETURNS, paid.event_id))
            heappush(self._steps, (day + timedelta(days=6), _PAYS, ""))

    def _give_back(self, day: date, event_id: str) -> None:
        if self._position.state is LoanState.ACTIVE:
            self._record(day, PaymentReversed(reason="returned by the bank"), targets=(event_id,))
            self._look(day)

    def _charge_off_if_hopeless(self, day: date) -> None:
        unpaid_since = self._position.oldest_due or self._position.next_due
        if unpaid_since is None or (day - unpaid_since).days <= CHARGE_OFF_AFTER_DAYS:
            return
        self._look(day)
        if self._position.state is LoanState.ACTIVE:
            self._record(day, ChargedOff(reason=f"more than {CHARGE_OFF_AFTER_DAYS} days past due"))
            if happens(self._chance, _RECOVERED_PER_THOUSAND):
                heappush(self._steps, (day + timedelta(days=self._chance.randint(20, 80)), _RECOVERS, ""))

    def _recover(self, day: date) -> None:
        amount = max(10_000, self._position.charged_off // self._chance.randint(5, 20) // 100 * 100)
        self._record(day, RecoveryReceived(amount=amount, source="payment after charge-off"))

    def _record(self, day: date, body: EventBody, *, targets: tuple[str, ...] = ()) -> LoanEvent:
        event = self._event(day, body, targets=targets)
        self._position = advance(self._position, event)
        if self._late_since is not None and self._position.days_past_due == 0:
            self._history.late.append((self._late_since, day))
            self._late_since = None
        return event

    def _event(self, day: date, body: EventBody, *, targets: tuple[str, ...] = ()) -> LoanEvent:
        seconds = self._chance.randrange(*_BANKING_HOURS)
        at = datetime.combine(day, time(), ZONE).astimezone(UTC) + timedelta(seconds=seconds)
        events = self._history.events
        if events and at <= events[-1].recorded_at:
            at = events[-1].recorded_at + timedelta(minutes=1)
        event = LoanEvent(
            event_id=derived_id("event", self._loan.loan_id, str(len(events) + 1)),
            loan_id=self._loan.loan_id,
            seq=len(events) + 1,
            value_date=day,
            booked_on=day,
            recorded_at=at,
            actor=ACTOR,
            body=body,
            targets=targets,
        )
        events.append(event)
        return event

    def _reference(self) -> str:
        return f"{self._loan.reference}/{len(self._history.events) + 1:03d}"

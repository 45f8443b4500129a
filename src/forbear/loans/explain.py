"""Why a loan owes what it owes, to the cent, as data that any face can show.

The numbers come out of the same fold as the position itself: only, the accruals leave a trail.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from forbear.errors import InputError, invariant
from forbear.loans.accrual import RunningAccrual, Segment
from forbear.loans.allocation import receive
from forbear.loans.due import run_to
from forbear.loans.events import LoanEvent, PaymentReceived, PaymentReversed, RecoveryReceived, Undone
from forbear.loans.fold import fold_ledger, known_ledger
from forbear.loans.freezing import thaw
from forbear.loans.position import Allocation, InstalmentState, LoanState, Position
from forbear.loans.state import Running
from forbear.loans.terms import LoanTerms
from forbear.money.rounding import Rounding

MOST_DAYS_AHEAD = 366
"""How far the cost of waiting is reckoned; beyond a year it says nothing that a person can use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccrualLine:
    """One kind of interest to date: ``carried`` and the segments make ``exact``, rounded ``posted``.

    ``settled`` has fallen due in an instalment, or was paid or waived; ``owed`` is the rest.
    """

    carried: Fraction
    segments: tuple[Segment, ...]
    exact: Fraction
    posted: int
    settled: int
    owed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLine:
    """One payment or recovery: where each share of it lies now; none once it is undone."""

    event_id: str
    value_date: date
    amount: int
    shares: tuple[Allocation, ...]
    undone_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What makes up a position: the instalments that are owed, both interests, every payment.

    ``unpaid`` lists what has fallen due and is not settled; with ``penalty.owed`` it adds up to
    ``position.owed_now``. ``not_yet_due`` is principal; with ``interest.owed``, less credit and
    interest paid before it built up, all adds up to ``position.payoff``.
    """

    position: Position
    unpaid: tuple[InstalmentState, ...]
    penalty: AccrualLine
    interest: AccrualLine
    not_yet_due: int
    payments: tuple[PaymentLine, ...]


def explain(
    terms: LoanTerms, events: Iterable[LoanEvent], *, as_of: date, known_at: datetime | None = None
) -> Explanation:
    """Explain the position that ``fold`` gives for the same arguments; raises InputError as it does."""
    ledger = known_ledger(events, known_at)
    position, run = fold_ledger(terms, ledger, as_of=as_of, trail=True)
    settled_penalty = position.penalty_paid + position.penalty_waived
    rounding = run.terms.rounding
    explanation = Explanation(
        position=position,
        unpaid=tuple(item for item in position.instalments if item.fallen and item.unpaid.total),
        penalty=_accrual_line(run.penalty, as_of, rounding.penalty, settled=settled_penalty),
        interest=_interest_line(run, position, rounding.interest),
        not_yet_due=position.principal - position.overdue.principal - position.due_today.principal,
        payments=_payments(position, ledger),
    )
    _require_sums(explanation)
    return explanation


def cost_of_waiting(position: Position, days: int) -> tuple[tuple[date, int], ...]:
    """Return, for each of the next ``days`` days, what waiting until then costs, in minor units.

    The cost is what ending the loan on that day takes beyond what it would take had
    everything owed been paid at the end of ``position.as_of``: overdue interest, late fees, and a
    simple-interest loan's daily interest. Payments and changes still to come are left aside. Every
    day is rounded for itself, so one may stand a cent below the day before.
    """
    if not 1 <= days <= MOST_DAYS_AHEAD:
        raise InputError(f"Days are {days}; give 1 to {MOST_DAYS_AHEAD}.", field="days")
    coming = [position.as_of + timedelta(days=ahead) for ahead in range(1, days + 1)]
    owed = position.owed_now
    if owed <= 0 or position.state is not LoanState.ACTIVE:
        return tuple((day, 0) for day in coming)
    waiting, paid = thaw(position), thaw(position)
    receive(paid, "", owed)
    costs = []
    for day in coming:
        run_to(waiting, day)
        run_to(paid, day)
        costs.append((day, waiting.payoff() - paid.payoff() - owed))
    return tuple(costs)


def _interest_line(run: Running, position: Position, rounding: Rounding) -> AccrualLine:
    """A plan's interest is in its instalments; beside them stands what the running period has borne."""
    owed = position.interest_accrued
    if not run.is_patterned:
        return _accrual_line(run.contract, position.as_of, rounding, owed=owed)
    exact = Fraction(owed)
    return AccrualLine(carried=exact, segments=(), exact=exact, posted=owed, settled=0, owed=owed)


def _accrual_line(
    accrual: RunningAccrual, day: date, rounding: Rounding, *, settled: int = 0, owed: int | None = None
) -> AccrualLine:
    running = accrual.running_segment(day)
    segments = tuple(accrual.trail or ()) + ((running,) if running.exact else ())
    exact = Fraction(accrual.numerator, accrual.unit) + running.exact
    posted = accrual.posted(day, rounding)
    rest = posted - settled if owed is None else owed
    return AccrualLine(
        carried=exact - sum((segment.exact for segment in segments), Fraction(0)),
        segments=segments,
        exact=exact,
        posted=posted,
        settled=posted - rest,
        owed=rest,
    )


def _payments(position: Position, ledger: Iterable[LoanEvent]) -> tuple[PaymentLine, ...]:
    counted = [event for event in ledger if event.value_date <= position.as_of]
    undone = {
        target: event.value_date
        for event in counted
        if isinstance(event.body, PaymentReversed | Undone)
        for target in event.targets
    }
    return tuple(
        PaymentLine(
            event_id=event.event_id,
            value_date=event.value_date,
            amount=event.body.amount,
            shares=tuple(share for share in position.allocations if share.event_id == event.event_id),
            undone_on=undone.get(event.event_id),
        )
        for event in sorted(counted, key=lambda event: event.order)
        if isinstance(event.body, PaymentReceived | RecoveryReceived)
    )


def _require_sums(explanation: Explanation) -> None:
    """Hold the explanation to the cent of the position that it explains."""
    position = explanation.position
    unpaid = sum(item.unpaid.total for item in explanation.unpaid)
    if position.state is LoanState.CHARGED_OFF and position.terms.pattern is None:
        unpaid -= sum(item.unpaid.principal for item in explanation.unpaid)
    owed_now = unpaid + explanation.penalty.owed
    claim = position.claim
    interest = explanation.interest.owed - position.interest_unearned
    coming = position.laid_out.charges_to_come
    payoff = owed_now + explanation.not_yet_due + interest + coming + claim - position.credit
    invariant(owed_now == position.owed_now, "the explanation adds up to what is owed")
    invariant(payoff == position.payoff, "the explanation adds up to the payoff")
    for line in explanation.payments:
        whole = 0 if line.undone_on else line.amount
        invariant(sum(share.total for share in line.shares) == whole, "a payment's shares add up to it")

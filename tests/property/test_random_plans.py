"""Plans of random contracts: what is repaid and owed is what was lent, and the fast schedule is no other."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from forbear.loans.layout import plan_of
from forbear.loans.level import due_days, level_rows
from forbear.loans.pattern import Carry, InterestBy, Kind, Pattern
from forbear.loans.plan import FlowKind, schedule_of
from forbear.loans.schedule import build_schedule
from forbear.loans.terms import LoanTerms, Recalculation, RoundingSteps
from forbear.money.cycle import Cycle, Unit
from forbear.money.daycount import DayCount
from forbear.money.rounding import Rounding
from forbear.testing.builders import consumer_loan
from forbear.testing.laid_out import laid_out_loan
from forbear.testing.strategies import loan_terms

START = date(2024, 1, 31)
REPAID = (FlowKind.REDEEMED, FlowKind.PREPAID, FlowKind.MATURED)


@st.composite
def contracts(draw: st.DrawFn, *carries: Carry) -> LoanTerms:
    """Draw terms of every kind: grace, balloon, down payment, irregular, growing, capitalised or not."""
    count = draw(st.integers(2, 12))
    cycle = Cycle(every=draw(st.integers(1, 3)), unit=draw(st.sampled_from([Unit.WEEK, Unit.MONTH])))
    principal = draw(st.integers(1_000, 10_000_000))
    rounding = st.sampled_from(list(Rounding))
    pattern = Pattern(
        cycle=cycle,
        days=draw(st.sampled_from([(), tuple(cycle.day(START, number) for number in range(1, count + 1))])),
        kind=draw(st.sampled_from(list(Kind))),
        interest_by=draw(st.sampled_from(list(InterestBy))),
        carry=draw(st.sampled_from(carries or list(Carry))),
        amounts=draw(st.sampled_from([(), (), (principal // 20,) * (count - 1)])),
        balloon=draw(st.sampled_from([0, 0, principal // 3])),
        multiple=draw(st.sampled_from([1, 100])),
        grace_principal=draw(st.integers(0, count - 1)),
        grace_interest=draw(st.sampled_from([0, 0, 1])),
        capitalised=draw(st.sampled_from([0, 0, 1])),
        interest_free=draw(st.sampled_from([0, 0, 1])),
        down_payment=draw(st.sampled_from([Fraction(0), Fraction(1, 4)])),
        grows=draw(st.booleans()),
    )
    return laid_out_loan(
        pattern,
        principal=principal,
        rate_annual=Fraction(draw(st.integers(0, 3600)), 10_000),
        day_count=draw(st.sampled_from([day_count for day_count in DayCount if day_count.is_additive])),
        disbursed_on=START,
        instalments=count,
        instalment=draw(st.sampled_from([None, principal // count])),
        rounding=RoundingSteps(instalment=draw(rounding), interest=draw(rounding)),
    )


@given(contract=contracts())
def test_what_is_repaid_and_owed_is_what_was_lent(contract):
    """
    After every step, principal disbursed and capitalised is what was repaid and what is still owed.
    """
    plan = plan_of(contract)
    repaid = lent = 0
    for before, flow in zip((None, *plan.flows), plan.flows, strict=False):
        repaid += flow.amount if flow.kind in REPAID else 0
        lent -= flow.amount if flow.kind is FlowKind.DISBURSED else 0
        if flow.kind is FlowKind.CAPITALISED:
            lent += flow.principal - before.principal
        assert lent == repaid + flow.principal
        assert flow.principal >= 0
    assert plan.flows[-1].kind is FlowKind.MATURED
    assert plan.flows[-1].principal == 0


@given(
    contract=contracts(Carry.LIFE, Carry.STRETCH).filter(lambda terms: terms.pattern.kind is not Kind.FLAT)
)
def test_interest_is_what_its_stretches_bear(contract):
    """
    Interest paid, capitalised and still open adds up to the stretches that it comes from.
    """
    plan = plan_of(contract)
    taken = sum(flow.amount for flow in plan.flows if flow.kind is FlowKind.INTEREST)
    for before, flow in zip(plan.flows, plan.flows[1:], strict=False):
        taken += flow.principal - before.principal if flow.kind is FlowKind.CAPITALISED else 0

    borne = sum((stretch.interest for stretch in plan.stretches), Fraction(0))
    assert borne == taken + plan.flows[-1].accrued
    assert abs(plan.flows[-1].accrued) < 1
    for stretch in plan.stretches:
        exact = stretch.base * stretch.factor
        assert stretch.interest == exact or abs(stretch.interest - exact) < 1


@given(contract=contracts(Carry.PERIOD))
def test_rounded_by_the_period_interest_is_off_by_less_than_one_each(contract):
    """
    Where each period is rounded for itself, all interest is within one for each of what it exactly comes to.
    """
    plan = plan_of(contract)
    count = contract.instalments
    taken = sum(flow.amount for flow in plan.flows if flow.kind is FlowKind.INTEREST)
    for before, flow in zip(plan.flows, plan.flows[1:], strict=False):
        taken += flow.principal - before.principal if flow.kind is FlowKind.CAPITALISED else 0
    exact = sum((stretch.interest for stretch in plan.stretches), Fraction(0))
    if contract.pattern.kind is Kind.FLAT:
        exact = contract.principal * contract.rate_annual * contract.pattern.year_share * count
        count = 1

    assert abs(taken - exact) < count


@given(contract=contracts())
def test_a_schedule_holds_all_that_a_plan_lets_fall_due(contract):
    """
    Grouped by day, a plan's instalments lose no principal and no interest, and their days rise.
    """
    flows = plan_of(contract).flows
    schedule = schedule_of(flows)

    assert sum(schedule.principal) == sum(flow.amount for flow in flows if flow.kind in REPAID)
    assert sum(schedule.interest) == sum(flow.amount for flow in flows if flow.kind is FlowKind.INTEREST)
    assert list(schedule.due_on) == sorted(set(schedule.due_on))


@example(terms=consumer_loan(principal=1_050, rate_annual=Fraction(12, 100), day_count=DayCount.THIRTY_360))
@example(
    terms=consumer_loan(
        principal=1_050,
        rate_annual=Fraction(12, 100),
        day_count=DayCount.THIRTY_360,
        rounding=RoundingSteps(interest=Rounding.HALF_EVEN),
    )
)
@example(terms=consumer_loan(principal=1, rate_annual=Fraction(0)))
@example(terms=consumer_loan(instalment=1))
@given(terms=loan_terms(Recalculation.SCHEDULED))
def test_the_fast_schedule_is_the_plan(terms):
    """
    The level schedule that is built a million times is the plan of the same contract, exact halves included.
    """
    assert build_schedule(terms) == schedule_of(plan_of(terms).flows)


@given(
    principal=st.integers(1, 10**7),
    level=st.integers(0, 10**6),
    rate=st.integers(0, 36_000),
    count=st.integers(1, 40),
    rounding=st.sampled_from(list(Rounding)),
    carry=st.integers(0, 10**9),
    day_count=st.sampled_from([DayCount.THIRTY_360, DayCount.ACTUAL_365]),
)
def test_rows_redeem_what_is_lent_or_leave_it(principal, level, rate, count, rounding, carry, day_count):
    """
    However large or small the level amount, rows never redeem below 0, and what they leave is still owed.
    """
    unit = 100_000 * day_count.year_days
    days = due_days(day_count, START, date(2024, 2, 29), 31, count)
    redeemed, interests, lefts = level_rows(
        principal, level, rate, unit, days, rounding, carry, rounding.settle_ratio(carry, unit)
    )

    assert len(redeemed) == len(interests) == len(lefts) - 1 <= count
    assert min(redeemed) >= 0
    assert lefts == [principal - sum(redeemed[:row]) for row in range(len(lefts))]
    exact = Fraction(carry, unit)
    for left, length in zip(lefts, days.periods[: len(redeemed)], strict=False):
        exact += Fraction(left * rate * length, unit)
    assert sum(interests) == rounding.settle(exact) - rounding.settle_ratio(carry, unit)

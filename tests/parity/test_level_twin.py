"""Planned amounts beside numpy-financial's and QuantLib's, which reckon in floats and round nothing.

Held to half a minor unit, which is what one rounding may cost. Left out on purpose:

- The twins' level payment is for equal periods, so it is asked of months of 30 days whose first is whole.
- A twin's coupon is reckoned on a notional that is given to it: Forbear's own balances, which are whole.
  What is compared is then interest alone, added up, because Forbear rounds cumulative interest once.
- 30/360 (``DayCount.THIRTY_360_BOND``) counts pairs of days, so its coupons do not add up to a whole.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forbear.loans.plan import FlowKind, Plan, Start, run_plan
from forbear.loans.plan_reckoning import Reckoning
from forbear.loans.plan_steps import Disburse, Level, Mature, PayInterest, Redeem, SetLevel, planned
from forbear.loans.schedule import build_schedule, level_instalment, opening_of
from forbear.money.calendar import add_months
from forbear.money.daycount import DayCount
from forbear.money.rounding import Rounding
from forbear.testing.builders import consumer_loan
from forbear.testing.strategies import loan_terms

financial = pytest.importorskip("numpy_financial", reason="numpy-financial is not installed")
ql = pytest.importorskip("QuantLib", reason="QuantLib is not installed")

HALF = 0.5 + 1e-4
"""Half a minor unit, and what floats of up to 12 digits may be off by."""

TWINS = {
    DayCount.ACTUAL_365: ql.Actual365Fixed(),
    DayCount.ACTUAL_360: ql.Actual360(),
    DayCount.ACTUAL_ACTUAL: ql.ActualActual(ql.ActualActual.ISDA),
    DayCount.THIRTY_360: ql.Thirty360(ql.Thirty360.European),
    DayCount.THIRTY_360_ISDA: ql.Thirty360(ql.Thirty360.ISDA),
}
PRINCIPALS = st.integers(10_000, 100_000_000)
RATES = st.integers(1, 3_600).map(lambda points: Fraction(points, 10_000))
STARTS = st.dates(date(2015, 1, 1), date(2030, 12, 28)).filter(lambda day: day.day <= 28)


def _interest_by_twin(days: list[date], left: list[int], rate: Fraction, day_count: DayCount) -> list[float]:
    """Return the interest of each period on what is left at its start, added up from the first on."""
    schedule = ql.Schedule([ql.Date(day.day, day.month, day.year) for day in days])
    leg = ql.FixedRateLeg(schedule, TWINS[day_count], [float(amount) for amount in left], [float(rate)])
    return list(accumulate(coupon.amount() for coupon in leg))


def _check_within_half(ours: list[int], twins: list[float]) -> None:
    assert len(ours) == len(twins)
    for amount, twin in zip(accumulate(ours), twins, strict=True):
        assert abs(amount - twin) <= HALF


@example(principal=1_200_000, rate=Fraction(24, 100), start=date(2026, 1, 5), count=12)
@given(principal=PRINCIPALS, rate=RATES, start=STARTS, count=st.integers(1, 120))
def test_the_level_instalment_is_the_twins(principal, rate, start, count):
    """
    Over equal months the level amount is numpy-financial's, rounded to a whole minor unit.
    """
    terms = consumer_loan(
        principal=principal,
        rate_annual=rate,
        day_count=DayCount.THIRTY_360,
        instalments=count,
        disbursed_on=start,
        first_due=add_months(start, 1),
    )
    twin = -financial.pmt(float(rate) / 12, count, principal)

    assert abs(level_instalment(terms, opening_of(terms)) - twin) <= HALF


@given(principal=PRINCIPALS, rate=RATES, start=STARTS, count=st.integers(2, 120))
def test_what_is_left_is_the_twins(principal, rate, start, count):
    """
    What is left after each instalment is numpy-financial's, but for a rounding and the interest on it.
    """
    terms = consumer_loan(
        principal=principal,
        rate_annual=rate,
        day_count=DayCount.THIRTY_360,
        instalments=count,
        disbursed_on=start,
        first_due=add_months(start, 1),
    )
    level = level_instalment(terms, opening_of(terms))
    schedule = build_schedule(terms)
    paid = list(accumulate(schedule.principal))
    for number in range(1, len(schedule)):
        twin = -financial.fv(float(rate) / 12, number, -level, principal)
        bound = HALF * (1 + float(rate) / 12) ** number

        assert schedule.total(number - 1) == level
        assert abs(principal - paid[number - 1] - twin) <= bound


@given(terms=loan_terms())
def test_interest_of_level_loans_is_the_twins(terms):
    """
    By every day count that adds up, cumulative interest is QuantLib's within one rounding.
    """
    nearest = Rounding.HALF_EVEN if terms.rounding.interest is Rounding.HALF_EVEN else Rounding.HALF_UP
    terms = replace(terms, rounding=replace(terms.rounding, interest=nearest))
    schedule = build_schedule(terms)
    left = [terms.principal - paid for paid in accumulate(schedule.principal, initial=0)]
    days = [terms.disbursed_on, *schedule.due_on]

    _check_within_half(
        list(schedule.interest), _interest_by_twin(days, left[:-1], terms.rate_annual, terms.day_count)
    )


def _plan(principal: int, rate: Fraction, days: list[date], day_count: DayCount, *, equal: bool) -> Plan:
    """Plan a loan in equal parts of principal, or one that is repaid at its end, with interest each time."""
    *dues, last = days[1:]
    level = SetLevel(level=Level.PRINCIPAL, days=tuple(days[1:])) if equal else None
    steps = [planned(days[0], Disburse(amount=principal, level=level))]
    for day in dues:
        steps += [planned(day, Redeem(level=Level.PRINCIPAL))] if equal else []
        steps.append(planned(day, PayInterest()))
    steps += [planned(last, PayInterest()), planned(last, Mature())]
    return run_plan(Start(day=days[0], rate_annual=rate), steps, Reckoning(day_count=day_count))


@given(
    principal=PRINCIPALS,
    rate=RATES,
    start=STARTS,
    count=st.integers(1, 60),
    day_count=st.sampled_from(sorted(TWINS)),
    equal=st.booleans(),
)
def test_equal_principal_and_bullets_are_the_twins(principal, rate, start, count, day_count, equal):
    """
    Repaid in equal parts or all at the end, principal is whole and cumulative interest QuantLib's.
    """
    days = [add_months(start, number) for number in range(count + 1)]
    plan = _plan(principal, rate, days, day_count, equal=equal)
    interest = [flow.amount for flow in plan.flows if flow.kind is FlowKind.INTEREST]
    redeemed = [flow.amount for flow in plan.flows if flow.kind in (FlowKind.REDEEMED, FlowKind.MATURED)]
    left = [principal - paid for paid in accumulate(redeemed, initial=0)]
    notionals = left[:-1] if equal else [principal] * count

    assert sum(redeemed) == principal
    if equal:
        assert all(abs(part - principal / count) <= HALF for part in redeemed[:-1])
    _check_within_half(interest, _interest_by_twin(days, notionals, rate, day_count))


@given(principal=PRINCIPALS, rate=RATES, start=STARTS, count=st.integers(1, 60))
def test_a_bullets_interest_is_that_of_its_whole_life(principal, rate, start, count):
    """
    However often it is paid, the interest of a bullet adds up to the twin's single coupon.
    """
    days = [add_months(start, number) for number in range(count + 1)]
    plan = _plan(principal, rate, days, DayCount.ACTUAL_365, equal=False)
    interest = sum(flow.amount for flow in plan.flows if flow.kind is FlowKind.INTEREST)
    (twin,) = _interest_by_twin([days[0], days[-1]], [principal], rate, DayCount.ACTUAL_365)

    assert abs(interest - twin) <= HALF

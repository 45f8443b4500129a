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
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forbear.loans.layout import plan_of
from forbear.loans.pattern import Carry, InterestBy, Kind, Pattern
from forbear.loans.plan import schedule_of
from forbear.loans.schedule import build_schedule, level_instalment, opening_of
from forbear.loans.terms import LoanTerms
from forbear.money.calendar import add_months
from forbear.money.daycount import DayCount
from forbear.money.rounding import Rounding
from forbear.testing.builders import consumer_loan
from forbear.testing.strategies import loan_terms

financial = pytest.importorskip("numpy_financial", reason="numpy-financial is not installed")
ql = pytest.importorskip("QuantLib", reason="QuantLib is not installed")

HALF = 0.5 + 1e-4
"""Half a minor unit, and what sums in floats may be off by."""
FLOATS = 1e-10
"""What (1 + rate)^n - 1 in floats may be off by, as a share of the principal, where the rate is small."""

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

    assert abs(level_instalment(terms, opening_of(terms)) - twin) <= HALF + FLOATS * principal


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
        bound = (HALF + FLOATS * principal) * (1 + float(rate) / 12) ** number

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


def _terms(
    principal: int, rate: Fraction, start: date, count: int, day_count: DayCount, **changes: Any
) -> LoanTerms:
    return consumer_loan(
        principal=principal,
        rate_annual=rate,
        day_count=day_count,
        instalments=count,
        disbursed_on=start,
        first_due=add_months(start, 1),
        penalty_rate_annual=Fraction(0),
        pattern=Pattern(interest_by=InterestBy.DAY, carry=Carry.LIFE, **changes),
    )


@given(
    principal=PRINCIPALS,
    rate=RATES,
    start=STARTS,
    count=st.integers(2, 120),
    balloon=st.fractions(0, Fraction(9, 10), max_denominator=100),
)
def test_a_level_amount_before_a_balloon_is_the_twins(principal, rate, start, count, balloon):
    """
    Of a balloon only the interest is in the level amount, which is numpy-financial's for that future value.
    """
    left = int(principal * balloon)
    terms = _terms(principal, rate, start, count, DayCount.THIRTY_360, balloon=left)
    schedule = schedule_of(plan_of(terms).flows)
    twin = -financial.pmt(float(rate) / 12, count, principal, -left)

    assert abs(schedule.total(0) - twin) <= HALF + FLOATS * principal


@given(
    principal=PRINCIPALS,
    rate=RATES,
    start=STARTS,
    count=st.integers(1, 60),
    day_count=st.sampled_from(sorted(TWINS)),
    kind=st.sampled_from([Kind.LEVEL, Kind.EQUAL_PRINCIPAL, Kind.BULLET]),
)
def test_every_kind_of_contract_bears_the_twins_interest(principal, rate, start, count, day_count, kind):
    """
    Level, in equal parts or all at the end: principal is whole, and cumulative interest QuantLib's.
    """
    terms = _terms(principal, rate, start, count, day_count, kind=kind)
    schedule = schedule_of(plan_of(terms).flows)
    left = [principal - paid for paid in accumulate(schedule.principal, initial=0)]
    days = [start, *schedule.due_on]

    assert left[-1] == 0
    if kind is Kind.EQUAL_PRINCIPAL:
        assert all(abs(part - principal / count) <= HALF for part in schedule.principal[:-1])
    _check_within_half(list(schedule.interest), _interest_by_twin(days, left[:-1], rate, day_count))


@given(principal=PRINCIPALS, rate=RATES, start=STARTS, count=st.integers(1, 60))
def test_flat_interest_is_the_twins_on_what_was_lent(principal, rate, start, count):
    """
    All of a flat loan's instalments bear the sum of QuantLib's months of 30 days on what was lent, none more.
    """
    terms = _terms(principal, rate, start, count, DayCount.THIRTY_360, kind=Kind.FLAT)
    schedule = schedule_of(plan_of(terms).flows)
    days = [start, *schedule.due_on]
    twins = _interest_by_twin(days, [principal] * count, rate, DayCount.THIRTY_360)

    assert abs(sum(schedule.interest) - twins[-1]) <= HALF
    assert all(0 <= interest <= twins[0] + HALF for interest in schedule.interest[:-1])
    assert len({schedule.total(row) for row in range(count - 1)}) <= 1


@given(principal=PRINCIPALS, rate=RATES, start=STARTS, count=st.integers(1, 60))
def test_a_bullets_interest_is_that_of_its_whole_life(principal, rate, start, count):
    """
    However often it is paid, the interest of a bullet adds up to the twin's single coupon.
    """
    terms = _terms(principal, rate, start, count, DayCount.ACTUAL_365, kind=Kind.BULLET)
    schedule = schedule_of(plan_of(terms).flows)
    interest = sum(schedule.interest)
    (twin,) = _interest_by_twin([start, schedule.due_on[-1]], [principal], rate, DayCount.ACTUAL_365)

    assert abs(interest - twin) <= HALF

"""Day counts beside QuantLib's.

Left out on purpose: of QuantLib's variants of 30/360 only those that ISDA 2006 defines have a name here.
``Thirty360.USA`` also reads the end of February as a 30th, ``Italian`` every day of it after the 27th,
``NASD`` moves a 31st to the next month's first, and ``ActualActual`` other than ``ISDA`` divides by
coupons; no consumer contract asks for them.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forbear.money.daycount import DayCount

ql = pytest.importorskip("QuantLib", reason="QuantLib is not installed")

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
TWINS = {
    DayCount.ACTUAL_365: ql.Actual365Fixed(),
    DayCount.ACTUAL_360: ql.Actual360(),
    DayCount.ACTUAL_ACTUAL: ql.ActualActual(ql.ActualActual.ISDA),
    DayCount.THIRTY_360: ql.Thirty360(ql.Thirty360.European),
    DayCount.THIRTY_360_ISDA: ql.Thirty360(ql.Thirty360.ISDA),
    DayCount.THIRTY_360_BOND: ql.Thirty360(ql.Thirty360.BondBasis),
}
FEBRUARY_28, FEBRUARY_29, LONG_MONTH = date(2023, 2, 28), date(2024, 2, 29), date(2024, 1, 31)


def _twin(day: date) -> object:
    return ql.Date(day.day, day.month, day.year)


@example(first=LONG_MONTH, second=FEBRUARY_29)
@example(first=FEBRUARY_29, second=date(2024, 3, 31))
@example(first=FEBRUARY_28, second=FEBRUARY_29)
@example(first=date(2024, 1, 30), second=date(2024, 3, 31))
@example(first=date(2024, 1, 29), second=date(2024, 3, 31))
@example(first=date(2023, 12, 31), second=date(2024, 12, 31))
@given(first=DAYS, second=DAYS)
@pytest.mark.parametrize("day_count", list(DayCount))
def test_the_share_of_a_year_is_the_twins(day_count, first, second):
    """
    Between any two days each convention gives QuantLib's share of a year, to twelve digits.
    """
    start, end = sorted((first, second))
    twin = TWINS[day_count].yearFraction(_twin(start), _twin(end))

    assert float(day_count.year_fraction(start, end)) == pytest.approx(twin, abs=1e-12)


@given(first=DAYS, second=DAYS)
@pytest.mark.parametrize("day_count", [each for each in DayCount if each is not DayCount.ACTUAL_ACTUAL])
def test_the_days_are_the_twins(day_count, first, second):
    """
    Every convention that counts days counts as many as QuantLib; A/A ISDA counts parts of years instead.
    """
    start, end = sorted((first, second))

    assert day_count.days(start, end) == TWINS[day_count].dayCount(_twin(start), _twin(end))


@example(start=date(2023, 8, 31), end=FEBRUARY_29)
@example(start=FEBRUARY_28, end=FEBRUARY_29)
@given(start=DAYS, end=st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_the_contracts_last_day_is_no_thirtieth_in_february(start, end):
    """
    30E/360 ISDA leaves the last day of February as it is where it is the contract's last, as QuantLib does.
    """
    start, end = sorted((start, end))
    if start == end:
        end = date(end.year + 1, 2, 28)
    twin = ql.Thirty360(ql.Thirty360.ISDA, _twin(end)).dayCount(_twin(start), _twin(end))

    assert DayCount.THIRTY_360_ISDA.days(start, end, last_day=end) == twin

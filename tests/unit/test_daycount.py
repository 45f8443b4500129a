"""Day counts: the share of a year between two days, exactly."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forbear.errors import InputError, InvariantError
from forbear.money.daycount import DayCount

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
ADDITIVE = [day_count for day_count in DayCount if day_count.is_additive]


@example(start=date(2023, 12, 31), middle=date(2024, 2, 29), end=date(2025, 1, 1))
@given(start=DAYS, middle=DAYS, end=DAYS)
def test_days_add_up(start, middle, end):
    """
    Days up to a day and from it on make the whole, by every convention that numbers days.
    """
    start, middle, end = sorted((start, middle, end))
    for day_count in ADDITIVE:
        whole = day_count.days(start, end)
        assert whole == day_count.days(start, middle) + day_count.days(middle, end)
        assert whole == day_count.number(end) - day_count.number(start)
        assert day_count.year_fraction(start, end) == Fraction(whole, day_count.year_days)


@pytest.mark.parametrize(
    ("start", "end", "european", "isda", "bond"),
    [
        (date(2026, 1, 30), date(2026, 2, 28), 28, 30, 28),
        (date(2026, 1, 31), date(2026, 2, 28), 28, 30, 28),
        (date(2026, 1, 31), date(2026, 3, 31), 60, 60, 60),
        (date(2026, 1, 15), date(2026, 3, 31), 75, 75, 76),
        (date(2026, 2, 28), date(2026, 3, 1), 3, 1, 3),
        (date(2028, 2, 28), date(2028, 3, 1), 3, 3, 3),
        (date(2026, 2, 28), date(2026, 3, 31), 32, 30, 33),
        (date(2025, 3, 5), date(2026, 3, 5), 360, 360, 360),
    ],
)
def test_months_of_thirty_days(start, end, european, isda, bond):
    """
    30E/360 reads a 31st as a 30th, 30E/360 ISDA any last day, 30/360 an ending 31st after a 30th or 31st.
    """
    assert european == DayCount.THIRTY_360.days(start, end)
    assert isda == DayCount.THIRTY_360_ISDA.days(start, end)
    assert bond == DayCount.THIRTY_360_BOND.days(start, end)


def test_the_last_day_of_a_contract_is_read_as_it_stands():
    """
    30E/360 ISDA does not read the end of February as a 30th where the contract ends on it.
    """
    start, end = date(2025, 8, 31), date(2026, 2, 28)

    assert DayCount.THIRTY_360_ISDA.days(start, end) == 180
    assert DayCount.THIRTY_360_ISDA.days(start, end, last_day=end) == 178
    assert DayCount.THIRTY_360_ISDA.days(end, end, last_day=end) == 0


def test_a_year_of_365_days_and_one_of_366():
    """
    A/A ISDA divides days in a leap year by 366 and days in another by 365, and every year is one year.
    """
    share = DayCount.ACTUAL_ACTUAL.year_fraction

    assert share(date(2023, 12, 1), date(2024, 2, 1)) == Fraction(31, 365) + Fraction(31, 366)
    assert share(date(2023, 7, 1), date(2024, 7, 1)) == Fraction(184, 365) + Fraction(182, 366)
    assert share(date(2020, 1, 1), date(2030, 1, 1)) == 10


def test_days_are_counted_forward():
    """
    Counting days backwards is a bug, and stops.
    """
    with pytest.raises(InvariantError):
        DayCount.ACTUAL_360.days(date(2026, 1, 2), date(2026, 1, 1))


def test_days_of_a_pair_have_no_numbers():
    """
    30/360 counts pairs of days; where single days have to be numbered it is refused, by field.
    """
    with pytest.raises(InputError, match="30E/360") as caught:
        DayCount.THIRTY_360_BOND.number(date(2026, 1, 2))

    assert caught.value.field == "day_count"

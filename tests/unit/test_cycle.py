"""Days that come round, and where they go when they are no business days."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.errors import InputError
from forbear.money.businessday import EVERY_DAY, WEEKDAYS, BusinessCalendar, BusinessDayRule, Shift
from forbear.money.cycle import Cycle, Unit

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
CHINA_2026 = BusinessCalendar(
    name="a spring festival",
    holidays=frozenset(date(2026, 2, 15) + timedelta(days=day) for day in range(9)),
    workdays=frozenset({date(2026, 2, 14), date(2026, 2, 28)}),
    first_year=2026,
    last_year=2026,
)


def _first(cycle: Cycle, anchor: date, count: int) -> list[date]:
    return list(islice(cycle.from_anchor(anchor), count))


@pytest.mark.parametrize(
    ("cycle", "second", "third"),
    [
        (Cycle(every=10, unit=Unit.DAY), date(2024, 2, 10), date(2024, 2, 20)),
        (Cycle(every=2, unit=Unit.WEEK), date(2024, 2, 14), date(2024, 2, 28)),
        (Cycle(every=1, unit=Unit.MONTH), date(2024, 2, 29), date(2024, 3, 31)),
        (Cycle(every=1, unit=Unit.QUARTER), date(2024, 4, 30), date(2024, 7, 31)),
        (Cycle(every=1, unit=Unit.HALF_YEAR), date(2024, 7, 31), date(2025, 1, 31)),
        (Cycle(every=1, unit=Unit.YEAR), date(2025, 1, 31), date(2026, 1, 31)),
    ],
)
def test_each_unit_comes_round(cycle, second, third):
    """
    Days, weeks, months, quarters, half years and years are counted from the anchor, so a 31st comes back.
    """
    assert _first(cycle, date(2024, 1, 31), 3) == [date(2024, 1, 31), second, third]


def test_last_days_stay_last_days():
    """
    From 30 April on, the same day is the 30th; by the end-of-month rule it is the last day.
    """
    same_day = Cycle(every=1, unit=Unit.MONTH)
    last_day = Cycle(every=1, unit=Unit.MONTH, end_of_month=True)

    assert _first(same_day, date(2024, 4, 30), 2)[1] == date(2024, 5, 30)
    assert _first(last_day, date(2024, 4, 30), 2)[1] == date(2024, 5, 31)
    assert _first(last_day, date(2024, 4, 29), 2)[1] == date(2024, 5, 29)


def test_the_last_period_is_short_or_long():
    """
    Where the end is off the cycle, the last period is cut short, or joined to the one before.
    """
    anchor, end = date(2024, 1, 1), date(2024, 3, 15)
    short, long = Cycle(every=1, unit=Unit.MONTH), Cycle(every=1, unit=Unit.MONTH, long_stub=True)

    assert short.days(anchor, end) == (anchor, date(2024, 2, 1), date(2024, 3, 1))
    assert long.days(anchor, end) == (anchor, date(2024, 2, 1))
    assert long.days(anchor, date(2024, 3, 1)) == (anchor, date(2024, 2, 1))
    assert long.days(anchor, date(2024, 1, 20)) == (anchor,)
    assert long.days(anchor, anchor) == ()


@given(anchor=DAYS, end=DAYS, every=st.integers(1, 40), unit=st.sampled_from(Unit), eom=st.booleans())
def test_days_come_in_order_and_before_the_end(anchor, end, every, unit, eom):
    """
    The days of a cycle rise from the anchor and stop before the end.
    """
    days = Cycle(every=every, unit=unit, end_of_month=eom).days(anchor, end)

    assert all(before < after for before, after in pairwise(days))
    assert all(anchor <= day < end for day in days)
    assert bool(days) == (anchor < end)


def test_a_cycle_goes_forward():
    """
    A cycle of no length is refused.
    """
    with pytest.raises(InputError, match="1 or more"):
        Cycle(every=0, unit=Unit.DAY)


@pytest.mark.parametrize(
    ("shift", "from_saturday", "from_sunday_the_last"),
    [
        (Shift.NONE, date(2013, 6, 1), date(2013, 6, 30)),
        (Shift.FOLLOWING, date(2013, 6, 3), date(2013, 7, 1)),
        (Shift.MODIFIED_FOLLOWING, date(2013, 6, 3), date(2013, 6, 28)),
        (Shift.PRECEDING, date(2013, 5, 31), date(2013, 6, 28)),
        (Shift.MODIFIED_PRECEDING, date(2013, 6, 3), date(2013, 6, 28)),
    ],
)
def test_a_weekend_moves_by_the_rule(shift, from_saturday, from_sunday_the_last):
    """
    A day that is none goes forward or back, and by a modified rule not into another month.
    """
    shifted = BusinessDayRule(shift=shift, calendar=WEEKDAYS)
    reckoned = BusinessDayRule(shift=shift, calendar=WEEKDAYS, reckons_first=True)

    for day, moved in ((date(2013, 6, 1), from_saturday), (date(2013, 6, 30), from_sunday_the_last)):
        assert shifted.paid_on(day) == shifted.reckoned_to(day) == reckoned.paid_on(day) == moved
        assert reckoned.reckoned_to(day) == day
    assert BusinessDayRule(shift=shift, calendar=EVERY_DAY).paid_on(date(2013, 6, 1)) == date(2013, 6, 1)


def test_make_up_days_are_worked():
    """
    A holiday on a weekday is none, and a make-up day on a weekend is one.
    """
    rule = BusinessDayRule(shift=Shift.FOLLOWING, calendar=CHINA_2026)

    assert rule.paid_on(date(2026, 2, 17)) == date(2026, 2, 24)
    assert rule.paid_on(date(2026, 2, 14)) == date(2026, 2, 14)
    assert rule.paid_on(date(2026, 2, 28)) == date(2026, 2, 28)


def test_a_year_that_is_not_published_is_an_error():
    """
    A calendar says nothing of a year that it does not know, and names the year.
    """
    for day in (date(2027, 1, 4), date(2025, 12, 31)):
        with pytest.raises(InputError, match=str(day.year)) as caught:
            CHINA_2026.is_business_day(day)
        assert caught.value.field == "calendar"


def test_a_calendar_without_business_days_is_an_error():
    """
    Looking for a business day ends.
    """
    never = BusinessCalendar(name="never", weekend=frozenset(range(7)))

    with pytest.raises(InputError, match="no business day"):
        BusinessDayRule(shift=Shift.FOLLOWING, calendar=never).paid_on(date(2026, 1, 1))


def test_a_round_counts_as_a_share_of_a_year():
    """
    Months count as twelfths and weeks as 52nds of a year; days count as no fixed share.
    """
    assert Cycle(every=1, unit=Unit.QUARTER).nominal_share == Fraction(1, 4)
    assert Cycle(every=2, unit=Unit.WEEK).nominal_share == Fraction(1, 26)
    with pytest.raises(InputError, match="day count"):
        _ = Cycle(every=30, unit=Unit.DAY).nominal_share

"""Calendars and the days that come round, beside QuantLib's.

Left out on purpose:

- Mainland China before 2008: QuantLib's interbank calendar is incomplete for 2005 to 2007. One day of
  ``chinesecalendar`` is wrong there, and below.
- The end-of-month rule with a shift: QuantLib then keeps to the month's last *business* day whatever the
  shift says, and takes an anchor on that day for one at the month's end. The conventions of ISDA 2006 move
  each day by the shift alone, and so does Forbear. Without a shift both agree.
- Days that two rounds share after a shift: QuantLib drops one of them, Forbear plans both.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from forbear.gateways.calendars import calendar_of
from forbear.money.businessday import EVERY_DAY, BusinessDayRule, Shift
from forbear.money.calendar import month_end
from forbear.money.cycle import Cycle, Unit

ql = pytest.importorskip("QuantLib", reason="QuantLib is not installed")

ANCHORS = st.dates(date(2008, 1, 1), date(2020, 12, 31))
SHIFTS = {
    Shift.NONE: ql.Unadjusted,
    Shift.FOLLOWING: ql.Following,
    Shift.MODIFIED_FOLLOWING: ql.ModifiedFollowing,
    Shift.PRECEDING: ql.Preceding,
    Shift.MODIFIED_PRECEDING: ql.ModifiedPreceding,
}
UNITS = {
    Unit.WEEK: (ql.Weeks, 1),
    Unit.MONTH: (ql.Months, 1),
    Unit.QUARTER: (ql.Months, 3),
    Unit.HALF_YEAR: (ql.Months, 6),
    Unit.YEAR: (ql.Years, 1),
}
CALENDARS = {"CN": ql.China(ql.China.IB), "GB-ENG": ql.UnitedKingdom()}


def _twin(day: date) -> object:
    return ql.Date(day.day, day.month, day.year)


def _ours(day: object) -> date:
    return date(day.year(), day.month(), day.dayOfMonth())


def _days(first_year: int, last_year: int) -> list[date]:
    first = date(first_year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(last_year + 1, 1, 1) - first).days)]


def _round_by_twin(anchor: date, end: date, cycle: Cycle, shift: Shift, code: str) -> list[date]:
    unit, each = UNITS[cycle.unit]
    schedule = ql.Schedule(
        _twin(anchor),
        _twin(end),
        ql.Period(cycle.every * each, unit),
        CALENDARS[code] if shift is not Shift.NONE else ql.NullCalendar(),
        SHIFTS[shift],
        SHIFTS[shift],
        ql.DateGeneration.Forward,
        cycle.end_of_month,
    )
    return [_ours(day) for day in schedule]


@pytest.mark.parametrize(("code", "first_year"), [("CN", 2008), ("GB-ENG", 2000)])
def test_business_days_are_the_twins(code, first_year):
    """
    In mainland China from 2008 on, make-up days included, and in England both name the same business days.
    """
    calendar, twin = calendar_of(code), CALENDARS[code]
    days = _days(first_year, min(calendar.last_year, 2060))

    assert [day for day in days if calendar.is_business_day(day) != twin.isBusinessDay(_twin(day))] == []


def test_two_packages_agree_on_mainland_china():
    """
    They differ on one day: ``chinesecalendar`` misses that the Saturday before New Year 2006 was worked.
    """
    calendar = calendar_of("CN")
    other = country_holidays("CN", years=range(calendar.first_year, calendar.last_year + 1))
    days = _days(calendar.first_year, calendar.last_year)

    assert [day for day in days if calendar.is_business_day(day) != other.is_working_day(day)] == [
        date(2005, 12, 31)
    ]


def test_the_united_states_close_where_the_reserve_banks_do_not():
    """
    Offices also close on the Friday before a holiday on a Saturday; the Federal Reserve Banks open.
    """
    calendar, twin = calendar_of("US"), ql.UnitedStates(ql.UnitedStates.FederalReserve)
    differing = [
        day for day in _days(2000, 2060) if calendar.is_business_day(day) != twin.isBusinessDay(_twin(day))
    ]

    assert {day.weekday() for day in differing} == {4}
    assert all(twin.isBusinessDay(_twin(day)) for day in differing)
    assert {(day + timedelta(days=1)).strftime("%m-%d") for day in differing} == {
        "01-01",
        "06-19",
        "07-04",
        "11-11",
        "12-25",
    }


@given(
    anchor=ANCHORS,
    rounds=st.integers(1, 12),
    every=st.integers(1, 3),
    unit=st.sampled_from([Unit.MONTH, Unit.QUARTER]),
    shift=st.sampled_from(Shift),
    code=st.sampled_from(sorted(CALENDARS)),
)
def test_rounds_and_where_they_go_are_the_twins(anchor, rounds, every, unit, shift, code):
    """
    Months and quarters from any day on, moved by any shift, are QuantLib's schedule.
    """
    cycle = Cycle(every=every, unit=unit)
    calendar = EVERY_DAY if shift is Shift.NONE else calendar_of(code)
    rule = BusinessDayRule(shift=shift, calendar=calendar)
    days = [cycle.day(anchor, number) for number in range(rounds + 1)]

    assert [rule.paid_on(day) for day in days] == _round_by_twin(anchor, days[-1], cycle, shift, code)


@given(
    anchor=st.one_of(ANCHORS, ANCHORS.map(month_end)),
    length=st.integers(1, 2000),
    every=st.integers(1, 4),
    unit=st.sampled_from(sorted(UNITS)),
    end_of_month=st.booleans(),
)
def test_rounds_before_an_end_are_the_twins(anchor, length, every, unit, end_of_month):
    """
    Up to an end that need not be on the cycle, with the end-of-month rule or without, days are QuantLib's.
    """
    cycle = Cycle(every=every, unit=unit, end_of_month=end_of_month and unit is not Unit.WEEK)
    end = anchor + timedelta(days=length)

    assert [*cycle.days(anchor, end), end] == _round_by_twin(anchor, end, cycle, Shift.NONE, "CN")

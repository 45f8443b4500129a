"""Which share of a year lies between two days."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from fractions import Fraction

from forbear.errors import InputError, invariant
from forbear.money.calendar import month_end

ACTUAL_YEAR_UNITS = 365 * 366
"""A/A ISDA counts in this part of a year: 366 units to a day of 365 in a year, 365 to one of 366."""


def _actual_actual(day: date) -> int:
    into_year = day.toordinal() - date(day.year, 1, 1).toordinal()
    return day.year * ACTUAL_YEAR_UNITS + into_year * (365 if isleap(day.year) else 366)


def _thirty(day: date) -> int:
    return (day.year * 12 + day.month) * 30 + min(day.day, 30)


def _thirty_isda(day: date) -> int:
    return (day.year * 12 + day.month) * 30 + (30 if day == month_end(day) else day.day)


def _pairs_only(day: date) -> int:
    raise InputError(
        f"Day count 30/360 counts pairs of days and cannot number {day}; give 30E/360 here.",
        field="day_count",
    )


class DayCount(StrEnum):
    """A day-count convention, by its usual name.

    ``year_days`` are the days that it gives a year; for A/A ISDA the units that it counts in instead.
    ``number`` numbers a day, so that the days between two days are the difference of their numbers:
    30E/360 (ISDA 2006, 4.16(g)) makes every month 30 days long by reading a 31st as a 30th, and 30E/360
    ISDA (4.16(h)) by reading a month's last day as its 30th; A/A ISDA (4.16(b)) divides days in leap years
    by 366 and other days by 365. It raises InputError for 30/360, whose days depend on the pair of days.
    """

    year_days: int
    number: Callable[[date], int]

    ACTUAL_365 = "A/365"
    ACTUAL_360 = "A/360"
    ACTUAL_ACTUAL = "A/A ISDA"
    THIRTY_360 = "30E/360"
    THIRTY_360_ISDA = "30E/360 ISDA"
    THIRTY_360_BOND = "30/360"

    @property
    def is_additive(self) -> bool:
        """Tell whether the days up to a day and from it on always make the whole; 30/360 alone does not."""
        return self is not DayCount.THIRTY_360_BOND

    def days(self, start: date, end: date, *, last_day: date | None = None) -> int:
        """Count the days from ``start`` up to, and without, ``end``, in units of ``year_days`` a year.

        ``last_day`` is the contract's: 30E/360 ISDA does not read it as a 30th in February. 30/360
        (ISDA 2006, 4.16(f)) reads a 31st as a 30th, at the end only where the start is one too.
        """
        invariant(start <= end, "days are counted forward")
        if self is DayCount.THIRTY_360_BOND:
            first = min(start.day, 30)
            last = 30 if end.day == 31 and first == 30 else end.day
            return (end.year - start.year) * 360 + (end.month - start.month) * 30 + last - first
        days = self.number(end) - self.number(start)
        if self is DayCount.THIRTY_360_ISDA and start < end == last_day and end.month == 2:
            days -= 30 - end.day if end == month_end(end) else 0
        return days

    def year_fraction(self, start: date, end: date, *, last_day: date | None = None) -> Fraction:
        """Return the exact share of a year from ``start`` to ``end``."""
        return Fraction(self.days(start, end, last_day=last_day), self.year_days)


for _convention, _year_days, _number in (
    (DayCount.ACTUAL_365, 365, date.toordinal),
    (DayCount.ACTUAL_360, 360, date.toordinal),
    (DayCount.ACTUAL_ACTUAL, ACTUAL_YEAR_UNITS, _actual_actual),
    (DayCount.THIRTY_360, 360, _thirty),
    (DayCount.THIRTY_360_ISDA, 360, _thirty_isda),
    (DayCount.THIRTY_360_BOND, 360, _pairs_only),
):
    _convention.year_days = _year_days
    _convention.number = _number

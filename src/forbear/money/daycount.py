"""Which share of a year lies between two days."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from fractions import Fraction

from forbear.errors import invariant


class DayCount(StrEnum):
    """A day-count convention, by its usual name."""

    ACTUAL_365 = "A/365"
    ACTUAL_360 = "A/360"
    THIRTY_360 = "30E/360"

    @property
    def year_days(self) -> int:
        """Days that this convention gives a year."""
        return 365 if self is DayCount.ACTUAL_365 else 360

    def number(self, day: date) -> int:
        """Number a day so that the days between two days are the difference of their numbers.

        30E/360 (ISDA 2006, 4.16(g)) makes every month 30 days long by reading a 31st as a 30th.
        """
        if self is DayCount.THIRTY_360:
            return (day.year * 12 + day.month) * 30 + min(day.day, 30)
        return day.toordinal()

    def days(self, start: date, end: date) -> int:
        """Count the days from ``start`` up to, and without, ``end``."""
        invariant(start <= end, "days are counted forward")
        return self.number(end) - self.number(start)

    def year_fraction(self, start: date, end: date) -> Fraction:
        """Return the exact share of a year from ``start`` to ``end``."""
        return Fraction(self.days(start, end), self.year_days)

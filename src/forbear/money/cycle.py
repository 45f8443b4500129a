"""Days that come round: every so many days, weeks, months, quarters or years from an anchor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import count, takewhile

from forbear.errors import InputError
from forbear.money.calendar import add_months, month_end


class Unit(StrEnum):
    """What a cycle counts in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
_MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.HALF_YEAR: 6, Unit.YEAR: 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """Every ``every`` ``unit``. Counted from the anchor, so a day cut short by a month comes back.

    ``end_of_month``: an anchor on its month's last day keeps to last days. ``long_stub``: where the
    end is not on the cycle, the last day before it is left out, so that the last period is longer
    and not shorter than the others. Raises InputError when ``every`` is below 1.
    """

    every: int
    unit: Unit
    end_of_month: bool = False
    long_stub: bool = False

    def __post_init__(self) -> None:
        if self.every < 1:
            raise InputError(f"A cycle comes round every {self.every}; give 1 or more.", field="every")

    @property
    def nominal_share(self) -> Fraction:
        """The share of a year that one round counts as: months as twelfths, weeks as 52nds.

        Raises InputError for a cycle of days, which has no such share.
        """
        if self.unit is Unit.DAY:
            raise InputError("A cycle of days is no fixed share of a year; give a day count.", field="unit")
        return (
            Fraction(self.every, 52)
            if self.unit is Unit.WEEK
            else Fraction(self.every * _MONTHS[self.unit], 12)
        )

    def day(self, anchor: date, number: int) -> date:
        """Return the day ``number`` times round from the anchor, which is number 0."""
        if self.unit in _DAYS:
            return anchor + timedelta(days=number * self.every * _DAYS[self.unit])
        day = add_months(anchor, number * self.every * _MONTHS[self.unit])
        return month_end(day) if self.end_of_month and anchor == month_end(anchor) else day

    def from_anchor(self, anchor: date) -> Iterator[date]:
        """Yield the anchor and the days after it, without end."""
        return (self.day(anchor, number) for number in count())

    def days(self, anchor: date, end: date) -> tuple[date, ...]:
        """Return the days from the anchor on that lie before ``end``, less a last one by ``long_stub``."""
        days = tuple(takewhile(lambda day: day < end, self.from_anchor(anchor)))
        if self.long_stub and len(days) > 1 and self.day(anchor, len(days)) != end:
            return days[:-1]
        return days

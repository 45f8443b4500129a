"""Business days: calendars as data, and where a day goes that is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from forbear.errors import InputError

DAY = timedelta(days=1)
LONGEST_CLOSURE_DAYS = 60
"""A calendar without a business day for longer than this is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessCalendar:
    """Which days are business days: all but the ``weekend`` (0 is Monday) and the ``holidays``.

    ``workdays`` are worked although they are weekend days, as China's make-up days are. The calendar
    speaks of ``first_year`` to ``last_year`` (None: of all years) and is silent beyond: a year that
    nobody has published yet is an error, never a run of working days.
    """

    name: str
    weekend: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    first_year: int | None = None
    last_year: int | None = None

    def is_business_day(self, day: date) -> bool:
        """Tell whether business is done on this day; raises InputError for a year it does not know."""
        early = self.first_year is not None and day.year < self.first_year
        if early or (self.last_year is not None and day.year > self.last_year):
            raise InputError(
                f"Calendar {self.name} knows the years {self.first_year} to {self.last_year}, and not"
                f" {day.year}; update the package that it comes from, or give a file with that year.",
                field="calendar",
            )
        if day in self.workdays:
            return True
        return day.weekday() not in self.weekend and day not in self.holidays


EVERY_DAY = BusinessCalendar(name="every day", weekend=frozenset())
WEEKDAYS = BusinessCalendar(name="Monday to Friday")


class Shift(StrEnum):
    """Where a day goes that is no business day; modified: not into another month, but the other way."""

    NONE = "none"
    FOLLOWING = "following"
    MODIFIED_FOLLOWING = "modified_following"
    PRECEDING = "preceding"
    MODIFIED_PRECEDING = "modified_preceding"


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessDayRule:
    """How a contract's days are moved to business days, and to which day interest is reckoned.

    ``reckons_first``: interest is reckoned to the day as planned, and only the payment moves.
    """

    shift: Shift = Shift.NONE
    calendar: BusinessCalendar = EVERY_DAY
    reckons_first: bool = False

    def paid_on(self, day: date) -> date:
        """Return the business day on which what is planned for ``day`` happens."""
        match self.shift:
            case Shift.NONE:
                return day
            case Shift.FOLLOWING:
                return self._next(day, DAY)
            case Shift.PRECEDING:
                return self._next(day, -DAY)
            case Shift.MODIFIED_FOLLOWING:
                return self._next_in_month(day, DAY)
            case Shift.MODIFIED_PRECEDING:
                return self._next_in_month(day, -DAY)

    def reckoned_to(self, day: date) -> date:
        """Return the day to which interest is reckoned for what is planned for ``day``."""
        return day if self.reckons_first else self.paid_on(day)

    def _next_in_month(self, day: date, step: timedelta) -> date:
        moved = self._next(day, step)
        return moved if moved.month == day.month else self._next(day, -step)

    def _next(self, day: date, step: timedelta) -> date:
        for count in range(LONGEST_CLOSURE_DAYS):
            moved = day + count * step
            if self.calendar.is_business_day(moved):
                return moved
        raise InputError(
            f"Calendar {self.calendar.name} has no business day within {LONGEST_CLOSURE_DAYS} days of {day}.",
            field="calendar",
        )

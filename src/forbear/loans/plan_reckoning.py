"""How a plan reckons interest: day count or equal periods, and where it is rounded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from forbear.errors import InputError
from forbear.loans.terms import RoundingSteps
from forbear.money.daycount import DayCount


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A period that counts as ``share`` of a year however long it is, and a part of it by its days."""

    start: date
    end: date
    share: Fraction

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise InputError(f"A period from {self.start} ends on {self.end}; let it end later.", field="end")

    def part(self, start: date, end: date) -> Fraction:
        """Return the share of a year that falls between two days within this period."""
        days = (min(end, self.end) - max(start, self.start)).days
        return self.share * max(days, 0) / (self.end - self.start).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """How a plan reckons.

    The share of a year comes from ``day_count`` (with ``last_day``, the contract's, for 30E/360 ISDA),
    or from ``periods`` where there are any. ``carries``: interest is rounded as the difference of two
    cumulative amounts, so that nothing is lost; if not, it is rounded at the end of each stretch.
    """

    day_count: DayCount
    last_day: date | None = None
    periods: tuple[Period, ...] = ()
    carries: bool = True
    rounding: RoundingSteps = field(default_factory=RoundingSteps)

    def share(self, start: date, end: date) -> Fraction:
        """Return the share of a year between two days; nothing where the second is the earlier."""
        if end <= start:
            return Fraction(0)
        if self.periods:
            return sum((period.part(start, end) for period in self.periods), Fraction(0))
        return self.day_count.year_fraction(start, end, last_day=self.last_day)

"""How a plan reckons interest: day count or equal periods, and where it is rounded."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from operator import attrgetter

from forbear.errors import InputError
from forbear.loans.pattern import Carry
from forbear.loans.terms import RoundingSteps
from forbear.money.daycount import DayCount

Span = tuple[date, date]
"""A stretch of days: its start and its end, both as interest counts them."""


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
        whole = (self.end - self.start).days
        return self.share if days == whole else self.share * max(days, 0) / whole


_end = attrgetter("end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """How a plan reckons.

    The share of a year comes from ``day_count`` (with ``last_day``, the contract's, for 30E/360 ISDA),
    or from ``periods`` where there are any: one after the other, in order. The ``free`` stretches bear
    nothing. ``carry`` says where what a rounding leaves goes.
    """

    day_count: DayCount
    last_day: date | None = None
    periods: tuple[Period, ...] = ()
    free: tuple[Span, ...] = ()
    carry: Carry = Carry.LIFE
    rounding: RoundingSteps = field(default_factory=RoundingSteps)

    def share(self, start: date, end: date) -> Fraction:
        """Return the share of a year between two days; nothing where the second is the earlier."""
        share = self._share(start, end)
        for begin, until in self.free:
            share -= self._share(max(begin, start), min(until, end))
        return share

    def _share(self, start: date, end: date) -> Fraction:
        if end <= start:
            return Fraction(0)
        if not self.periods:
            return self.day_count.year_fraction(start, end, last_day=self.last_day)
        share, row = Fraction(0), bisect_right(self.periods, start, key=_end)
        while row < len(self.periods) and self.periods[row].start < end:
            share += self.periods[row].part(start, end)
            row += 1
        return share

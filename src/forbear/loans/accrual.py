"""Interest that builds up day by day, exactly, and is rounded only where it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm

from forbear.loans.position import Accrual
from forbear.money.daycount import DayCount
from forbear.money.rounding import Rounding

NOT_ANY = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One stretch of an accrual: ``base`` x ``rate_annual`` x days / year days = ``exact`` minor units."""

    base: int
    rate_annual: Fraction
    from_day: date
    to_day: date
    days: int
    year_days: int

    @property
    def exact(self) -> Fraction:
        """What the stretch comes to, in minor units, not rounded."""
        return self.base * self.rate_annual * self.days / self.year_days


class RunningAccrual:
    """An accrual while a loan is folded.

    What has built up is kept as a whole number of 1/``unit`` minor units, so that a day costs one
    multiplication and nothing is rounded. ``trail``, where given, collects the segments.
    """

    __slots__ = ("base", "day_count", "from_day", "number", "numerator", "rate", "step", "trail", "unit")

    def __init__(self, accrual: Accrual, day_count: DayCount, trail: list[Segment] | None = None) -> None:
        self.base = accrual.base
        self.from_day = accrual.from_day
        self.day_count = day_count
        self.number = day_count.number
        self.trail = trail
        self._measure(accrual.rate_annual, accrual.carry)

    def _measure(self, rate: Fraction, carry: Fraction) -> None:
        yearly = rate.denominator * self.day_count.year_days
        self.rate = rate
        self.unit = lcm(yearly, carry.denominator)
        self.step = rate.numerator * (self.unit // yearly)
        self.numerator = carry.numerator * (self.unit // carry.denominator)

    def posted(self, day: date, rounding: Rounding) -> int:
        """Return all that has built up by the end of ``day``, rounded once."""
        built_up = self.numerator
        if self.base and self.step:
            built_up += self.base * self.step * self._days(self.from_day, day)
        return rounding.settle_ratio(built_up, self.unit) if built_up else 0

    def run_on(self, base: int, day: date) -> None:
        """From the end of ``day`` on, let the accrual run on ``base``."""
        if base != self.base:
            self.add(self.base, self.from_day, day)
            self.base = base
            self.from_day = day

    def add(self, base: int, start: date, end: date) -> None:
        """Add what ``base`` bears from ``start`` to ``end``, beside what runs."""
        if not base or not self.step:
            return
        amount = base * self.step * self._days(start, end)
        self.numerator += amount
        if self.trail is not None and amount:
            self.trail.append(self._segment(base, start, end))

    def run_at(self, rate: Fraction, day: date) -> None:
        """From the end of ``day`` on, let the accrual run at ``rate``."""
        self.add(self.base, self.from_day, day)
        self.from_day = day
        self._measure(rate, Fraction(self.numerator, self.unit))

    @property
    def per_day(self) -> Fraction:
        """What a day adds as it runs now, in minor units, not rounded; for A/A ISDA, a unit of its year."""
        return self.base * self.rate / self.day_count.year_days if self.base else NOT_ANY

    def frozen(self) -> Accrual:
        """Return the accrual as a position keeps it."""
        carry = Fraction(self.numerator, self.unit) if self.numerator else NOT_ANY
        return Accrual(base=self.base, rate_annual=self.rate, from_day=self.from_day, carry=carry)

    def running_segment(self, day: date) -> Segment:
        """Return the stretch that runs now, up to the end of ``day``."""
        return self._segment(self.base, self.from_day, day)

    def _segment(self, base: int, start: date, end: date) -> Segment:
        return Segment(
            base=base,
            rate_annual=self.rate,
            from_day=start,
            to_day=end,
            days=self._days(start, end),
            year_days=self.day_count.year_days,
        )

    def _days(self, start: date, end: date) -> int:
        return max(0, self.number(end) - self.number(start))

"""Time as annual cost counts it: whole months back from a later day, unit-periods, and series of days.

The source is US Regulation Z, 12 CFR part 1026, appendix J, (b)(3) to (b)(5), where a function names none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from forbear.errors import InputError
from forbear.money.calendar import add_months, month_end

WEEK_DAYS, MONTH_DAYS, HALF_MONTH_DAYS, YEAR_DAYS = 7, 30, 15, 365
YEAR_MONTHS, YEAR_WEEKS = 12, 52
HALF_MONTH_GAPS = range(13, 19)
"""How many days may lie between the two days of a month on which a semimonthly payment falls."""

LONGEST_SHORT_DAY = 28
"""The last day of the month that every month has."""


class Unit(StrEnum):
    """What a unit-period is counted in. A week is seven days, a year twelve months."""

    DAY = "D"
    SEMIMONTH = "SM"
    MONTH = "M"


@dataclass(frozen=True, slots=True)
class UnitPeriod:
    """The unit-period of a transaction: ``count`` days or months (1 to 12), or a semimonth.

    Raises InputError for a count that is none, or more than a year.
    """

    unit: Unit
    count: int = 1

    def __post_init__(self) -> None:
        most = {Unit.DAY: YEAR_DAYS, Unit.SEMIMONTH: 1, Unit.MONTH: YEAR_MONTHS}[self.unit]
        if not 1 <= self.count <= most:
            raise InputError(
                f"A unit-period of {self.count} {self.unit} is not possible; use 1 to {most}.", field="unit"
            )

    @classmethod
    def parse(cls, text: str) -> UnitPeriod:
        """Read ``SM``, or a number and D, W, M or Y, such as ``2W``. Raises InputError."""
        found = re.fullmatch(r"(\d{1,3})([DWMY])", text, re.ASCII)
        if text == Unit.SEMIMONTH:
            return cls(Unit.SEMIMONTH)
        if found is None:
            raise InputError(f"{text[:20]!r} is not a unit-period such as SM, 1D, 2W or 3M.", field="unit")
        count, letter = int(found[1]), found[2]
        if letter in "DW":
            return cls(Unit.DAY, count * (WEEK_DAYS if letter == "W" else 1))
        return cls(Unit.MONTH, count * (YEAR_MONTHS if letter == "Y" else 1))

    def __str__(self) -> str:
        return str(self.unit) if self.unit is Unit.SEMIMONTH else f"{self.count}{self.unit}"

    @property
    def is_standard(self) -> bool:
        """Whether it is a standard interval: a day, weeks, a semimonth, or months."""
        return self.unit is not Unit.DAY or self.count == 1 or self.count % WEEK_DAYS == 0

    @property
    def days(self) -> int:
        """Its length for comparing it with others: a month has 30 days, a year 365."""
        if self.unit is Unit.MONTH:
            return YEAR_DAYS if self.count == YEAR_MONTHS else MONTH_DAYS * self.count
        return HALF_MONTH_DAYS if self.unit is Unit.SEMIMONTH else self.count

    @property
    def per_year(self) -> Fraction:
        """How many of them a year has: 365 days, 52 weeks, 24 semimonths, 12 months."""
        if self.unit is Unit.SEMIMONTH:
            return Fraction(2 * YEAR_MONTHS)
        if self.unit is Unit.MONTH:
            return Fraction(YEAR_MONTHS, self.count)
        if self.count % WEEK_DAYS == 0:
            return Fraction(YEAR_WEEKS * WEEK_DAYS, self.count)
        return Fraction(YEAR_DAYS, self.count)

    def between(self, start: date, end: date, *, day_of_month: int | None = None) -> tuple[int, Fraction]:
        """Return the full unit-periods between two days, and the remaining fraction of one; (b)(5).

        ``day_of_month`` is the day that ``end`` was scheduled for, where its month is too short for it.
        """
        if self.unit is Unit.DAY:
            whole, rest = divmod((end - start).days, self.count)
            return whole, Fraction(rest, self.count)
        months, rest = full_months(start, end, day_of_month=day_of_month)
        if self.unit is Unit.MONTH and self.count == 1:
            return months, Fraction(rest, MONTH_DAYS)
        if self.unit is Unit.MONTH and self.count == YEAR_MONTHS:
            years, months = divmod(months, YEAR_MONTHS)
            if not rest:
                return years, Fraction(months, YEAR_MONTHS)
            first_full = add_months(end, -years * YEAR_MONTHS, day_of_month=day_of_month)
            return years, Fraction((first_full - start).days, YEAR_DAYS)
        whole, rest = divmod(months * MONTH_DAYS + rest, self.days)
        return whole, Fraction(rest, self.days)

    def series(self, first: date, number: int) -> Iterator[date]:
        """Yield ``number`` days from ``first`` on, this far apart; the 31st becomes a month's last day.

        A semimonthly series alternates between ``first``'s day of the month and the one 15 days off.
        """
        for index in range(number):
            if self.unit is Unit.DAY:
                yield first + timedelta(days=index * self.count)
            elif self.unit is Unit.MONTH:
                yield add_months(first, index * self.count)
            else:
                months, is_other = divmod(index, 2)
                yield _other_half(first, months) if is_other else add_months(first, months)


def _other_half(first: date, months: int) -> date:
    if first.day <= HALF_MONTH_DAYS:
        return add_months(first, months, day_of_month=first.day + HALF_MONTH_DAYS)
    day = HALF_MONTH_DAYS if first == month_end(first) else first.day - HALF_MONTH_DAYS
    return add_months(first, months + 1, day_of_month=day)


def full_months(start: date, end: date, *, day_of_month: int | None = None) -> tuple[int, int]:
    """Return the full months between two days, measured back from ``end``, and the days left after ``start``.

    ``day_of_month`` is the day that ``end`` was scheduled for, where its month is too short for it.
    """
    months = (end.year - start.year) * YEAR_MONTHS + end.month - start.month
    first_full = add_months(end, -months, day_of_month=day_of_month)
    if first_full < start:
        months -= 1
        first_full = add_months(end, -months, day_of_month=day_of_month)
    return months, (first_full - start).days


def scheduled_days(days: Sequence[date]) -> list[int]:
    """Return the day of the month that each day of a series was meant to be; (b)(3)(iv).

    A month's last day, 28 or later, may stand for a later one: for the month's end where all such
    days of the series are month ends, else for the day that most of them show.
    """
    late = [day for day in days if day.day >= LONGEST_SHORT_DAY]
    if len({(day.year, day.month) for day in late}) < 2:
        return [day.day for day in days]
    if all(day == month_end(day) for day in late):
        meant = 31
    else:
        meant = max(Counter(day.day for day in late).items(), key=lambda item: (item[1], item[0]))[0]
    return [max(day.day, meant) if day == month_end(day) else day.day for day in days]


def unit_period(start: date, advances: Sequence[date], payments: Sequence[date]) -> UnitPeriod:
    """Return the unit-period of a transaction from its days; (b)(4).

    ``start`` is the day from which the finance charge is earned. It is the period that occurs most often
    (of equals the smaller), else the average of all, to the nearest standard interval. Of a single
    advance and payment it is the term, at most a year.
    """
    ends = (sorted(set(advances)), sorted(set(payments)))
    if len(advances) == len(payments) == 1:
        return _single(start, payments[0])
    gaps = [gap for days in ends for gap in periods(start, days)]
    counts = Counter(label for labels, _ in gaps for label in labels)
    common = [label for label, count in counts.items() if count > 1]
    if common:
        return min(common, key=lambda label: (-counts[label], label.days, not label.is_standard))
    average = Fraction(sum(days for _, days in gaps), max(1, len(gaps)))
    return min(_standard_intervals(), key=lambda label: (abs(label.days - average), label.days))


def _single(start: date, payment: date) -> UnitPeriod:
    if payment >= add_months(start, YEAR_MONTHS):
        return UnitPeriod(Unit.MONTH, YEAR_MONTHS)
    months, rest = full_months(start, payment)
    if rest and add_months(start, months + 1) == payment:
        months, rest = months + 1, 0
    return UnitPeriod(Unit.DAY, (payment - start).days) if rest else UnitPeriod(Unit.MONTH, months)


def periods(start: date, days: Sequence[date]) -> Iterator[tuple[set[UnitPeriod], int]]:
    """Yield each period of a series of different, ordered days, from ``start``: its possible names, its days.

    A period is called months or half months where it is a whole number of them, else days; of weeks it is
    both. One above a year has no name.
    """
    meant = scheduled_days(days)
    points = [(start, start.day), *((day, to) for day, to in zip(days, meant, strict=True) if day > start)]
    halves = _semimonthly(points)
    for index, ((left, _), (right, day_of_month)) in enumerate(pairwise(points)):
        length, (months, rest) = (right - left).days, full_months(left, right, day_of_month=day_of_month)
        labels = {UnitPeriod(Unit.MONTH, months)} if 1 <= months <= YEAR_MONTHS and not rest else set()
        if index in halves:
            labels.add(UnitPeriod(Unit.SEMIMONTH))
        if length <= YEAR_DAYS and (not labels or length % WEEK_DAYS == 0):
            labels.add(UnitPeriod(Unit.DAY, length))
        yield labels, length


def _semimonthly(points: Sequence[tuple[date, int]]) -> set[int]:
    """Return which gaps are half months: two of them make one month, and neither is far from half of it."""
    found: set[int] = set()
    for index, ((left, _), (middle, _), (right, to)) in enumerate(
        zip(points, points[1:], points[2:], strict=False)
    ):
        halves = ((middle - left).days, (right - middle).days)
        if all(days in HALF_MONTH_GAPS for days in halves) and full_months(left, right, day_of_month=to) == (
            1,
            0,
        ):
            found |= {index, index + 1}
    return found


def _standard_intervals() -> Iterator[UnitPeriod]:
    yield UnitPeriod(Unit.DAY)
    yield UnitPeriod(Unit.SEMIMONTH)
    yield from (UnitPeriod(Unit.MONTH, count) for count in range(1, YEAR_MONTHS + 1))
    yield from (UnitPeriod(Unit.DAY, WEEK_DAYS * count) for count in range(1, YEAR_WEEKS + 1))

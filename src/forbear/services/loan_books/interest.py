"""Interest as stretches that add up: cut at a day, joined where they go on alike, and never too many.

The stretches are those that the fold itself left behind; here they are only cut, joined and added.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import accumulate

from forbear.loans.accrual import Segment
from forbear.loans.explain import AccrualLine
from forbear.money.daycount import DayCount
from forbear.money.rounding import Rounding

MOST_STEPS = 36
"""Stretches that are told one by one; what came before them is told as one sum."""

NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """An interest, step by step: ``before`` and the steps make ``exact``, rounded once to ``posted``.

    ``settled`` of it has fallen due elsewhere, was paid or was given up; ``owed`` is the rest.
    """

    steps: tuple[Segment, ...]
    before: Fraction
    exact: Fraction
    posted: int
    settled: int
    owed: int
    rounding: Rounding


def reckoning_of(line: AccrualLine, rounding: Rounding) -> Reckoning:
    """Tell a whole accrual to date."""
    steps = joined(line.segments)
    return Reckoning(
        steps=steps[-MOST_STEPS:],
        before=line.carried + _sum(steps[:-MOST_STEPS]),
        exact=line.exact,
        posted=line.posted,
        settled=line.settled,
        owed=line.owed,
        rounding=rounding,
    )


class Timeline:
    """All that one accrual has built up, asked by day, without going through all of it each time."""

    def __init__(self, line: AccrualLine, day_count: DayCount, rounding: Rounding) -> None:
        self._segments = sorted(line.segments, key=lambda one: (one.to_day, one.from_day))
        self._ends = [segment.to_day for segment in self._segments]
        self._sums = list(accumulate((segment.exact for segment in self._segments), initial=line.carried))
        starts = [segment.from_day for segment in self._segments]
        self._starts_from_here = list(accumulate(reversed(starts), min))[::-1]
        self._number = day_count.number
        self._rounding = rounding

    def posted(self, day: date) -> int:
        """Return what has built up by the end of ``day``, rounded once, in minor units."""
        return self._rounding.settle(self.exact(day))

    def exact(self, day: date) -> Fraction:
        """Return what has built up by the end of ``day``, exactly."""
        return self._sums[bisect_right(self._ends, day)] + _sum(self._cut(day, day, date.min))

    def between(self, start: date, end: date) -> Reckoning:
        """Tell what two days have between them: the difference of two roundings, so that periods add up."""
        steps = joined(self._cut(start, end, start))
        before = self.exact(start) - self.posted(start)
        posted = self.posted(end) - self.posted(start)
        return Reckoning(
            steps=steps[-MOST_STEPS:],
            before=before + _sum(steps[:-MOST_STEPS]),
            exact=before + _sum(steps),
            posted=posted,
            settled=0,
            owed=posted,
            rounding=self._rounding,
        )

    def _cut(self, ending_after: date, end: date, start: date) -> list[Segment]:
        """Return the stretches that end after a day, each cut to what lies after ``start`` up to ``end``."""
        found = []
        place = bisect_right(self._ends, ending_after)
        while place < len(self._segments) and self._starts_from_here[place] < end:
            segment = self._segments[place]
            first, last = max(start, segment.from_day), min(end, segment.to_day)
            if first < last:
                whole = (first, last) == (segment.from_day, segment.to_day)
                days = segment.days if whole else self._number(last) - self._number(first)
                found.append(replace(segment, from_day=first, to_day=last, days=days))
            place += 1
        return found


def joined(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Put stretches in the order of their days, leave out what bears nothing, join those that go on alike."""
    found: list[Segment] = []
    for segment in sorted(segments, key=lambda one: (one.from_day, one.to_day)):
        last = found[-1] if found else None
        if last and (last.base, last.rate_annual, last.to_day) == (
            segment.base,
            segment.rate_annual,
            segment.from_day,
        ):
            found[-1] = replace(last, to_day=segment.to_day, days=last.days + segment.days)
        elif segment.exact:
            found.append(segment)
    return tuple(found)


def _sum(segments: Sequence[Segment]) -> Fraction:
    return sum((segment.exact for segment in segments), NOTHING)

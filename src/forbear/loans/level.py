"""The fast way through a level schedule: whole numbers, no calls in the loop.

It is a special case of ``plan`` and held equal to it by a property test. A day of a period bears
``step / unit`` of the principal; ``carry / unit``, 0 or more, is the interest borne before, and ``billed``
what of it had fallen due. An instalment's interest is the difference of two cumulative roundings; doubled
and shifted, a rounding is a whole division.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate, islice, pairwise, repeat
from operator import sub

from forbear.money.calendar import add_months
from forbear.money.daycount import DayCount
from forbear.money.rounding import Rounding


@dataclass(frozen=True, slots=True)
class DueDays:
    """Due days, and how a day count counts them: the number of the first day and of each due day, none below
    the one before, and the days of each period. ``alike`` is the length of every period where all have
    the same, else None.
    """

    due_on: tuple[date, ...]
    numbers: tuple[int, ...]
    periods: tuple[int, ...]
    alike: int | None


@lru_cache(maxsize=1024)
def due_days(day_count: DayCount, start: date, first_due: date, due_day: int, count: int) -> DueDays:
    """Return ``count`` due days, monthly from the first on, on ``due_day`` or the month's last day."""
    due_on = tuple(add_months(first_due, number, day_of_month=due_day) for number in range(count))
    numbers = tuple(accumulate(map(day_count.number, (start, *due_on)), max))
    periods = tuple(after - before for before, after in pairwise(numbers))
    return DueDays(due_on, numbers, periods, periods[0] if len(set(periods)) == 1 else None)


HALF_UP, HALF_EVEN = Rounding.HALF_UP, Rounding.HALF_EVEN

Rows = tuple[list[int], Sequence[int], list[int]]
"""Principal and interest of each instalment, and what is left: at first and after each of them."""


def level_rows(
    principal: int,
    level: int,
    step: int,
    unit: int,
    days: DueDays,
    rounding: Rounding,
    carry: int = 0,
    billed: int = 0,
) -> Rows:
    """Return the instalments of a level loan, as long as something is left; see this module.

    Tried first is the plain case, in which each instalment redeems something and leaves something: what is
    left after k of them is principal - k x level + the interest posted so far.
    """
    if rounding is HALF_EVEN or level <= 0:
        return _careful_rows(principal, level, step, unit, days, rounding, carry, billed)
    double = 2 * unit
    exact = 2 * carry + (unit if rounding is HALF_UP else _shift(unit, rounding))
    left, lefts = principal, [principal]
    add = lefts.append
    first = principal - billed - level
    without_interest = range(first, first - level * len(days.periods), -level)
    if days.alike is None:
        for base, period in zip(without_interest, days.periods, strict=True):
            exact += left * 2 * step * period
            left = base + exact // double
            add(left)
    else:
        borne = 2 * step * days.alike
        for base in without_interest:
            exact += left * borne
            left = base + exact // double
            add(left)
    redeemed = list(map(sub, lefts, islice(lefts, 1, None)))
    # Of periods alike, an instalment's interest is below the first one's and 2: one look is enough.
    if lefts[-2] <= 0 or (redeemed[0] < 1 if days.alike is not None else min(redeemed) < 0):
        return _careful_rows(principal, level, step, unit, days, rounding, carry, billed)
    interests = tuple(map(sub, repeat(level), redeemed))
    if left < 0:
        redeemed[-1] += left
        lefts[-1] = 0
    return redeemed, interests, lefts


def _shift(unit: int, rounding: Rounding) -> int:
    """Return what is added to twice a numerator so that division by twice the unit rounds it."""
    if rounding is Rounding.DOWN:
        return 0
    return 2 * unit - 1 if rounding is Rounding.UP else unit


def _careful_rows(
    left: int, level: int, step: int, unit: int, days: DueDays, rounding: Rounding, carry: int, billed: int
) -> Rows:
    exact, ties_to_even = 2 * carry + _shift(unit, rounding), rounding is Rounding.HALF_EVEN
    step, unit = 2 * step, 2 * unit
    lefts = [left]
    principals: list[int] = []
    interests: list[int] = []
    for period in days.periods:
        exact += left * step * period
        posted = exact // unit
        if ties_to_even and posted & 1 and not exact % unit:
            posted -= 1
        interest = posted - billed
        redeemed = min(max(level - interest, 0), left)
        principals.append(redeemed)
        interests.append(interest)
        billed = posted
        left -= redeemed
        lefts.append(left)
        if not left:
            break
    return principals, interests, lefts

"""Level amounts, in whole numbers over one denominator, rounded once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm

from forbear.money.rounding import Rounding


def level_amount(
    debt: Fraction,
    interests: Sequence[Fraction],
    rounding: Rounding,
    *,
    residual: int = 0,
    multiple: int = 1,
) -> int:
    """Return the level amount that pays a debt off now and once after each of the periods to come.

    ``interests`` are what a unit of principal bears over these periods. The amount is rounded to a multiple.
    """
    unit = lcm(*(interest.denominator for interest in interests))
    growths = [unit + interest.numerator * (unit // interest.denominator) for interest in interests]
    return annuity(
        debt.numerator, debt.denominator, growths, unit, rounding, residual=residual, multiple=multiple
    )


def annuity(
    debt: int,
    debt_unit: int,
    growths: Sequence[int],
    unit: int,
    rounding: Rounding,
    *,
    residual: int = 0,
    multiple: int = 1,
) -> int:
    """Return the level amount, paid now and once after each growth, that leaves ``residual`` of a debt.

    The debt is ``debt / debt_unit``. Between two payments what is left grows by ``growth / unit``. With
    g_2...g_n of n payments the amount is (debt x g_2...g_n - residual) / (g_2...g_n + ... + g_n + 1).
    """
    product, total, power = 1, 1, 1
    for growth in growths:
        product *= growth
        power *= unit
        total = power + total * growth
    exact = debt * product - residual * debt_unit * power
    return rounding.settle_ratio(exact, debt_unit * total * multiple) * multiple


def equal_annuity(debt: int, growth: int, count: int, unit: int, rounding: Rounding) -> int:
    """Return the level amount that pays a debt off in ``count`` payments, one after each equal growth.

    With g = ``growth / unit``, not 1, the sum of ``annuity`` is (g^n - 1) / (g - 1).
    """
    power: int = growth**count
    return rounding.settle_ratio(debt * power * (growth - unit), unit * (power - _power(unit, count)))


@lru_cache(maxsize=256)
def _power(unit: int, count: int) -> int:
    """Return a power of a unit; of units there are few, whatever the rates."""
    power: int = unit**count
    return power


def evened(level: int, last_of: Callable[[int], int], count: int, rounding: Rounding) -> int:
    """Return the level amount, moved by an equal part of what the last of ``count`` instalments is off by.

    ``last_of`` gives the last instalment for a level amount. The amount moves only where the last
    instalment comes nearer to it.
    """
    off = last_of(level) - level
    moved = level + rounding.settle_ratio(off, count)
    return moved if abs(last_of(moved) - moved) < abs(off) else level

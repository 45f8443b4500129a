"""Level amounts, in whole numbers over one denominator, rounded once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from forbear.money.rounding import Rounding


def annuity(debt: Fraction, growths: Iterable[int], unit: int, rounding: Rounding) -> int:
    """Return the level amount that pays ``debt`` off, paid now and once after each growth.

    Between two payments what is left grows by ``growth / unit``. With g_2...g_n of n payments the amount
    is debt x g_2...g_n / (g_2...g_n + g_3...g_n + ... + g_n + 1).
    """
    product, total, power = 1, 1, 1
    for growth in growths:
        product *= growth
        power *= unit
        total = power + total * growth
    return rounding.settle_ratio(debt.numerator * product, debt.denominator * total)


def evened(level: int, last_of: Callable[[int], int], count: int, rounding: Rounding) -> int:
    """Return the level amount, moved by an equal part of what the last of ``count`` instalments is off by.

    ``last_of`` gives the last instalment for a level amount. The amount moves only where the last
    instalment comes nearer to it.
    """
    off = last_of(level) - level
    moved = level + rounding.settle_ratio(off, count)
    return moved if abs(last_of(moved) - moved) < abs(off) else level

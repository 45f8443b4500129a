"""How a fraction of a minor unit is settled. Always named by the caller."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from math import ceil, floor


class Rounding(StrEnum):
    """The rule by which an exact amount becomes a whole number of minor units."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"
    UP = "up"

    def settle(self, exact: Fraction) -> int:
        """Return the whole number of minor units for ``exact``; ties and signs by the rule.

        Half up and up move away from zero, down moves towards it, so that a refund is
        rounded like the payment it undoes.
        """
        match self:
            case Rounding.HALF_EVEN:
                return round(exact)
            case Rounding.HALF_UP:
                size = floor(abs(exact) + Fraction(1, 2))
            case Rounding.DOWN:
                size = floor(abs(exact))
            case Rounding.UP:
                size = ceil(abs(exact))
        return size if exact >= 0 else -size

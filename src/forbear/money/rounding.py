"""How a fraction of a minor unit is settled. Always named by the caller."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction


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
        return self.settle_ratio(exact.numerator, exact.denominator)

    def settle_ratio(self, numerator: int, denominator: int) -> int:
        """Settle ``numerator / denominator`` (denominator above 0) without reducing it first."""
        size, rest = divmod(abs(numerator), denominator)
        if self is Rounding.HALF_UP:
            size += 2 * rest >= denominator
        elif self is Rounding.HALF_EVEN:
            size += 2 * rest > denominator or (2 * rest == denominator and size % 2 == 1)
        elif self is Rounding.UP:
            size += rest > 0
        return size if numerator >= 0 else -size

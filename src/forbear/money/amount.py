"""Exact money: an integer count of the currency's smallest unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from forbear.errors import InputError, invariant
from forbear.money.rounding import Rounding

CURRENCY_DIGITS = {"CNY": 2, "USD": 2, "GBP": 2, "EUR": 2, "INR": 2, "JPY": 0}
"""Decimal digits of each currency's minor unit (ISO 4217)."""

AMOUNT_DIGITS_MAX = 15
"""More digits than this before the point is a mistake in the input, not a consumer loan."""

_PLAIN_AMOUNT = re.compile(
    rf"(?P<sign>-?)(?P<whole>[0-9]{{1,{AMOUNT_DIGITS_MAX}}})(?:\.(?P<part>[0-9]+))?", re.ASCII
)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in one currency, held in minor units (fen, cents)."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __str__(self) -> str:
        return f"{self.currency} {decimal_text(self.minor, digits_of(self.currency))}"

    def times(self, factor: Fraction, *, rounding: Rounding) -> Money:
        """Multiply exactly, then settle to a whole minor unit by the named rule.

        The factor is a Fraction because a Decimal factor such as 0.24 * 30 / 365
        is already rounded, and tips exact halves the wrong way.
        """
        return Money(rounding.settle(self.minor * factor), self.currency)

    def _same_currency(self, other: Money) -> None:
        invariant(self.currency == other.currency, "amounts share one currency")


def digits_of(currency: str) -> int:
    """Return the decimal digits of a currency; raises InputError for one that is not known."""
    if currency not in CURRENCY_DIGITS:
        known = ", ".join(sorted(CURRENCY_DIGITS))
        raise InputError(f"Currency {currency!r} is not known; use one of {known}.", field="currency")
    return CURRENCY_DIGITS[currency]


def parse_amount(text: str, currency: str) -> Money:
    """Read a plain decimal such as ``1234.5`` exactly.

    Raises InputError for anything else: signs other than a leading minus, separators,
    exponents, formulas, or more decimals than the currency has.
    """
    digits = digits_of(currency)
    found = _PLAIN_AMOUNT.fullmatch(text.strip())
    if found is None:
        raise InputError(f"Amount {text[:40]!r} is not a plain decimal such as 1234.50.", field="amount")
    part = (found["part"] or "").rstrip("0")
    if len(part) > digits:
        raise InputError(f"Amount {text!r} has more than {digits} decimals for {currency}.", field="amount")
    minor = int(found["whole"]) * 10**digits + int(part.ljust(digits, "0") or "0")
    return Money(-minor if found["sign"] else minor, currency)


def decimal_text(minor: int, scale: int) -> str:
    """Write an integer of 10^-scale as a plain decimal: ``decimal_text(-5, 2)`` is ``-0.05``."""
    sign = "-" if minor < 0 else ""
    whole, part = divmod(abs(minor), 10**scale)
    return f"{sign}{whole}.{part:0{scale}d}" if scale else f"{sign}{whole}"

"""Exact amounts in words: with the digits beyond the cent that a pocket calculator shows."""

from __future__ import annotations

from fractions import Fraction

from forbear.money.amount import decimal_text

EXTRA_DIGITS = 4
"""Decimals beyond the cent that an exact amount is shown with."""


def exact_text(amount: Fraction, scale: int) -> str:
    """Write an exact amount of minor units, with up to four digits beyond the cent."""
    text = decimal_text(round(amount * 10**EXTRA_DIGITS), scale + EXTRA_DIGITS)
    whole, _, part = text.partition(".")
    kept = part[:scale] + part[scale:].rstrip("0")
    return f"{whole}.{kept}" if kept else whole

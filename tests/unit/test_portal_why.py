"""The portal's arithmetic can be followed with a pocket calculator: every step exact, none hidden."""

from __future__ import annotations

from fractions import Fraction

import pytest

from forbear.web import format as write
from forbear.web.sums import exact_text


@pytest.mark.parametrize(
    ("amount", "scale", "text"),
    [
        (Fraction(0), 2, "0.00"),
        (Fraction(1), 2, "0.01"),
        (Fraction(55_2132, 10_000), 2, "0.552132"),
        (Fraction(1, 3), 2, "0.003333"),
        (Fraction(-5, 2), 2, "-0.025"),
        (Fraction(12), 0, "12"),
        (Fraction(25, 2), 0, "12.5"),
    ],
)
def test_an_exact_amount_shows_its_cents_and_what_lies_beyond(
    amount: Fraction, scale: int, text: str
) -> None:
    """Two decimals at least, up to four more, and no zeros that say nothing."""
    assert exact_text(amount, scale) == text


@pytest.mark.parametrize(
    ("share", "text"), [(Fraction(24, 100), "24%"), (Fraction(73, 400), "18.25%"), (Fraction(0), "0%")]
)
def test_a_rate_is_a_percentage_without_empty_decimals(share: Fraction, text: str) -> None:
    """24 %, not 24.0000 %."""
    assert write.rate(share) == text

"""The portal's arithmetic can be followed with a pocket calculator: every step exact, none hidden."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from forbear.loans.accrual import Segment
from forbear.loans.explain import AccrualLine
from forbear.web import format as write
from forbear.web.sums import accrued, exact_text


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


def segment(base: int, first: date, last: date) -> Segment:
    """Return a stretch at 36.5 % of 365 days: a thousandth a day."""
    days = (last - first).days
    return Segment(
        base=base, rate_annual=Fraction(365, 1000), from_day=first, to_day=last, days=days, year_days=365
    )


def test_stretches_that_go_on_alike_are_one_step_and_add_up_to_the_same() -> None:
    """In the order of the days, whatever order they were found in; other bases stay apart."""
    pieces = (
        segment(2000, date(2026, 1, 11), date(2026, 1, 21)),
        segment(1000, date(2026, 1, 1), date(2026, 1, 2)),
        segment(1000, date(2026, 1, 2), date(2026, 1, 11)),
    )
    exact = sum((piece.exact for piece in pieces), Fraction(0))
    line = AccrualLine(carried=Fraction(0), segments=pieces, exact=exact, posted=30, settled=10, owed=20)
    written = accrued(line, 2)
    assert [(step.base, step.days, step.exact) for step in written.steps] == [
        (1000, 10, "0.10"),
        (2000, 10, "0.20"),
    ]
    assert (written.exact, written.carried, written.owed) == ("0.30", "", 20)

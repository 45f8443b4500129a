"""Exact amounts, roundings and months."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forbear.errors import InputError, InvariantError
from forbear.money.amount import Money, decimal_text, digits_of, parse_amount
from forbear.money.calendar import add_months, month_end
from forbear.money.rounding import Rounding

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("rounding", "settled"),
    [
        (Rounding.HALF_UP, [3, 2, -3, 2, 0]),
        (Rounding.HALF_EVEN, [2, 2, -2, 2, 0]),
        (Rounding.DOWN, [2, 1, -2, 2, 0]),
        (Rounding.UP, [3, 2, -3, 2, 1]),
    ],
)
def test_each_rounding_settles_halves_and_signs_its_way(rounding, settled):
    """
    Halves go away from zero or to even; up goes away from zero, down towards it.
    """
    exact = [Fraction(5, 2), Fraction(3, 2), Fraction(-5, 2), Fraction(2), Fraction(1, 3)]

    assert settled == [rounding.settle(value) for value in exact]


@example(numerator=5, denominator=2, factor=7)
@given(numerator=st.integers(-(10**12), 10**12), denominator=st.integers(1, 10**6), factor=st.integers(1, 99))
def test_a_ratio_settles_without_being_reduced(numerator, denominator, factor):
    """
    Settling an unreduced ratio gives what settling the fraction gives, to less than one unit.
    """
    exact = Fraction(numerator, denominator)
    for rounding in Rounding:
        settled = rounding.settle_ratio(numerator * factor, denominator * factor)
        assert settled == rounding.settle(exact)
        assert abs(settled - exact) < 1


@given(anchor=DAYS, months=st.integers(-60, 600))
def test_months_keep_the_day_where_there_is_one(anchor, months):
    """
    Months later is the same day of the month, or the month's last day.
    """
    later = add_months(anchor, months)

    assert (later.year * 12 + later.month) - (anchor.year * 12 + anchor.month) == months
    assert later.day == min(anchor.day, month_end(later).day)


def test_a_day_that_was_cut_short_comes_back():
    """
    Kept to the 31st, the month after 28 February is due on 31 March.
    """
    assert add_months(date(2026, 2, 28), 1, day_of_month=31) == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1234.5", "CNY", 123_450),
        ("-0.05", "USD", -5),
        (" 7 ", "CNY", 700),
        ("1.500", "CNY", 150),
        ("12", "JPY", 12),
    ],
)
def test_a_plain_decimal_is_read_exactly(text, currency, minor):
    """
    An amount is a plain decimal with at most its currency's digits.
    """
    assert parse_amount(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "field"),
    [
        ("1,234.50", "CNY", "amount"),
        ("=1+1", "CNY", "amount"),
        ("1e5", "CNY", "amount"),
        ("", "CNY", "amount"),
        ("1.001", "CNY", "amount"),
        ("1.5", "JPY", "amount"),
        ("1234567890123456", "CNY", "amount"),
        ("１２", "CNY", "amount"),
        ("1", "ZZZ", "currency"),
    ],
)
def test_anything_else_is_no_amount(text, currency, field):
    """
    Separators, formulas, exponents, other digits, too many decimals and unknown currencies are refused.
    """
    with pytest.raises(InputError) as caught:
        parse_amount(text, currency)

    assert field == caught.value.field


@given(minor=st.integers(-(10**14), 10**14), currency=st.sampled_from(["CNY", "JPY"]))
def test_an_amount_is_written_as_it_is_read(minor, currency):
    """
    What is written as a plain decimal is read back as the same amount.
    """
    text = decimal_text(minor, digits_of(currency))

    assert parse_amount(text, currency).minor == minor
    assert str(Money(minor, currency)) == f"{currency} {text}"


def test_amounts_add_within_one_currency():
    """
    Amounts add and subtract, and multiply by an exact factor under a named rounding.
    """
    price = Money(730, "CNY")

    assert price + price - Money(30, "CNY") == Money(1430, "CNY")
    assert price.times(Fraction(15 * 25, 36_500), rounding=Rounding.HALF_UP) == Money(8, "CNY")
    with pytest.raises(InvariantError, match="one currency"):
        price + Money(1, "USD")

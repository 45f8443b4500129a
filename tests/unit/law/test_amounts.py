"""The law's dated numbers are read strictly, and each is sourced."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from forbear.errors import InputError
from forbear.gateways.amounts import read_amount_texts
from forbear.law.amounts import parse_amounts
from forbear.law.pack import Certainty

SOURCES = "sources: {act: {title: {zh-hans: 法, en: Act}}}\n"
VALUE = "{from: %s, value: %s, reference: {source: act, last_checked_on: 2026-11-23}, certainty: primary}"


def text_of(*values: str) -> str:
    rows = "".join(f"      - {value}\n" for value in values)
    return f"{SOURCES}amounts:\n  cap:\n    title: {{zh-hans: 上限, en: cap}}\n    values:\n{rows}"


def test_the_china_numbers_hold_from_their_days():
    """
    Each number answers for its own days; the day before its first it says nothing.
    """
    amounts = parse_amounts(read_amount_texts("cn"))
    private, assisted = amounts["private_lpr_multiple"], amounts["assisted_lending_max"]

    assert private.in_force(date(2020, 8, 20)) == 4
    assert assisted.in_force(date(2025, 10, 1)) == Fraction(24, 100)
    assert assisted.on(date(2025, 9, 30)) is None
    assert amounts["limitation_years"].in_force(date(2026, 11, 24)) == 3
    assert amounts["limitation_longest_years"].in_force(date(2020, 12, 31)) == 20
    with pytest.raises(
        InputError, match="private_lpr_multiple is known from 2020-08-20 on, not on 2020-08-19"
    ):
        private.in_force(date(2020, 8, 19))


def test_the_china_numbers_have_sources_and_dates():
    """
    Each value names its source and when it was last looked at; what is known from a report says so.
    """
    amounts = parse_amounts(read_amount_texts("cn"))
    values = [value for amount in amounts.values() for value in amount.values]

    assert all(value.reference.text and value.reference.last_checked_on.year == 2026 for value in values)
    assert amounts["assisted_lending_max"].values[0].certainty is Certainty.SINGLE_SOURCE


def test_the_last_value_before_a_day_is_in_force():
    """
    Of several values the latest that has begun holds.
    """
    amount = parse_amounts(
        {"a.yaml": text_of(VALUE % ("2020-01-01", "0.24"), VALUE % ("2021-01-01", "0.36"))}
    )["cap"]

    assert amount.in_force(date(2020, 12, 31)) == Fraction(24, 100)
    assert amount.in_force(date(2021, 1, 1)) == Fraction(36, 100)


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({"a.yaml": text_of()}, "values"),
        ({"a.yaml": text_of(VALUE % ("2021-01-01", "1"), VALUE % ("2021-01-01", "2"))}, "does not follow"),
        ({"a.yaml": text_of(VALUE % ("2021-01-01", "24%"))}, "is not a share"),
        ({"a.yaml": text_of("{from: 2021-01-01, value: 1, certainty: primary}")}, "'reference' is missing"),
        ({"a.yaml": text_of(VALUE.replace("act", "code") % ("2021-01-01", "1"))}, "is not a declared source"),
        ({name: text_of(VALUE % ("2021-01-01", "1")) for name in ("a.yaml", "b.yaml")}, "already declared"),
    ],
)
def test_a_number_that_is_not_sourced_and_dated_does_not_load(texts, told):
    """
    File, line and cause are named.
    """
    with pytest.raises(InputError, match=told) as caught:
        parse_amounts(texts)
    assert "line" in str(caught.value)


@pytest.mark.parametrize("pack_id", ["xx", "../cn", "schema"])
def test_only_the_packs_that_ship_are_read(pack_id):
    """
    An unknown pack is refused, and nothing outside is ever read.
    """
    with pytest.raises(InputError, match="no amounts beside"):
        read_amount_texts(pack_id)

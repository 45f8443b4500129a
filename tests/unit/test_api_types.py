"""Nothing unbounded passes the API's base types: not NUL, not half a surrogate, not 500 digits."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from forbear.web.api import types

HOSTILE = [
    "\x00",
    "a\x00b",
    "\ud800",
    "x" * 5000,
    "9" * 5000,
    "-1",
    "1e5",
    "NaN",
    "Infinity",
    "=1+1",
    "\u202e",
    " ",
    "",
    "１２３",
    "0x10",
    "1_000",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "kind",
    [types.AmountText, types.CurrencyCode, types.Day, types.Instant],
    ids=["amount", "currency", "day", "instant"],
)
def test_hostile_text_is_no_amount_currency_day_or_instant(kind: object, text: str) -> None:
    """A field with a form takes that form and nothing else."""
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(text)


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "x" * 5000, "", "  ", "a\nb"])
def test_short_text_is_short_printable_and_not_empty(text: str) -> None:
    """What a person reads later has no control characters, no half characters, and an end."""
    with pytest.raises(ValidationError):
        TypeAdapter(types.ShortText).validate_python(text)


@pytest.mark.parametrize(
    "value", [2**53, -(2**53), 10**400, 1.5, float("inf"), [], {}, "x" * 201, "\x00", "\ud800"]
)
def test_a_fact_is_bounded_too(value: object) -> None:
    """Facts are the API's loosest field, and still bounded."""
    with pytest.raises(ValidationError):
        TypeAdapter(types.FactInput).validate_python(value)


def test_what_is_meant_passes() -> None:
    """The forms that the reference shows are read exactly."""
    assert TypeAdapter(types.AmountText).validate_python("1234.50") == "1234.50"
    assert TypeAdapter(types.Day).validate_python("2026-11-24") == date(2026, 11, 24)
    instant = TypeAdapter(types.Instant).validate_python("2026-11-24T22:00:00+08:00")
    assert instant == datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert TypeAdapter(types.FactInput).validate_python(True) is True
    assert TypeAdapter(types.FactInput).validate_python(3) == 3


@pytest.mark.parametrize(
    "text", ["2026-11-24T22:00:00", "2026-11-24", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"]
)
def test_an_instant_has_an_offset_and_lies_in_our_time(text: str) -> None:
    """An instant without an offset names no instant, and the ends of the calendar overflow."""
    with pytest.raises(ValidationError):
        TypeAdapter(types.Instant).validate_python(text)


@pytest.mark.parametrize("text", ["1989-12-31", "2101-01-01", "2026-02-30", "20261124", "1700000000"])
def test_a_day_is_written_out_and_lies_in_our_time(text: str) -> None:
    """A day is YYYY-MM-DD between 1990 and 2100, never a count of seconds."""
    with pytest.raises(ValidationError):
        TypeAdapter(types.Day).validate_python(text)

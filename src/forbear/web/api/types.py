"""Bounded base types: no text, number or day reaches a service unless it has a known size and shape.

A plain ``str`` or ``int`` lets NUL, lone surrogates and 500-digit numbers through to the database,
which answers some of them with an error of its own. So every field of the API is made of these.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
)

ID_PATTERN = r"^[A-Za-z0-9_\-]{1,40}$"
NAME_PATTERN = r"^[a-z][a-z0-9_]{0,39}$"
TEXT_PATTERN = r"^[^\u0000-\u001f\u007f]*$"
AMOUNT_PATTERN = r"^[0-9]{1,12}(\.[0-9]{1,12})?$"
CURRENCY_PATTERN = r"^[A-Z]{3}$"
KEY_PATTERN = r"^[!-~]{1,100}$"
ZONE_PATTERN = r"^[A-Za-z0-9_+\-/]{1,40}$"
INT_LIMIT = 2**53 - 1

FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2100, 12, 31)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)


def _read_day(value: object) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("give a day as YYYY-MM-DD")
    day = date.fromisoformat(value)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"give a day from {FIRST_DAY} to {LAST_DAY}")
    return day


def _read_instant(value: object) -> datetime:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError("give an instant with its offset, such as 2026-11-24T10:00:00+08:00")
    if not FIRST_DAY.year < int(value[:4]) < LAST_DAY.year:
        raise ValueError(f"give an instant after {FIRST_DAY} and before {LAST_DAY}")
    return datetime.fromisoformat(value.upper()).astimezone(UTC)


def _whole_text(value: str) -> str:
    if not value.strip():
        raise ValueError("write something")
    return value


ObjectId = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
FactName = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
ShortText = Annotated[
    str, StringConstraints(pattern=TEXT_PATTERN, min_length=1, max_length=80), AfterValidator(_whole_text)
]
FactText = Annotated[str, StringConstraints(pattern=TEXT_PATTERN, max_length=200)]
AmountText = Annotated[str, StringConstraints(pattern=AMOUNT_PATTERN)]
CurrencyCode = Annotated[str, StringConstraints(pattern=CURRENCY_PATTERN)]
IdempotencyKey = Annotated[str, StringConstraints(pattern=KEY_PATTERN)]
ZoneName = Annotated[str, StringConstraints(pattern=ZONE_PATTERN)]
FactInt = Annotated[StrictInt, Field(ge=-INT_LIMIT, le=INT_LIMIT)]
FactInput = StrictBool | FactInt | FactText | None
Day = Annotated[date, BeforeValidator(_read_day), WithJsonSchema({"type": "string", "format": "date"})]
Instant = Annotated[
    datetime, BeforeValidator(_read_instant), WithJsonSchema({"type": "string", "format": "date-time"})
]

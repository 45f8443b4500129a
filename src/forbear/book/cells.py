"""Reading one cell of a tape into a value, or saying exactly why it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache

from forbear.book.phone import phone_number
from forbear.book.profile import Column
from forbear.book.rejects import CellError, Reason
from forbear.book.shape import ColumnKind, Holds
from forbear.errors import InputError
from forbear.money.amount import digits_of

TEXT_LONGEST = 120
COUNT_MOST = 100_000
RATE_MOST = Fraction(10)
"""1000 % a year; more is a rate in another unit."""

FIRST_DAY = date(1970, 1, 1)
LAST_DAY = date(2100, 1, 1)

_NUMBER = re.compile(r"(-?)([0-9]{1,18})(?:\.([0-9]{0,12}))?", re.ASCII)
EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[^@\s<>,;:\"()\[\]\\]{1,255}")

Value = str | int | Fraction | date | None
"""Text, an amount in minor units or a count, a rate as a share, a day; None where nothing stands."""


class CellReader:
    """Reads the cells of one file as its profile says. ``amount_max`` is in minor units.

    ``country`` is where numbers without a country code are dialled.
    """

    def __init__(
        self,
        columns: Mapping[str, Column],
        kinds: Mapping[str, ColumnKind],
        *,
        currency: str,
        country: str,
        amount_max: int,
    ) -> None:
        self._plan = [(name, column, kinds[name]) for name, column in columns.items()]
        self._digits = digits_of(currency)
        self._country = country
        self._amount_max = amount_max

    def read(self, cells: Mapping[str, str]) -> dict[str, Value]:
        """Return the values of a row by our names; raises CellError for the first that cannot be read."""
        values: dict[str, Value] = {}
        for name, column, kind in self._plan:
            text = cells[column.source] if column.source else _constant(column, values)
            try:
                values[name] = self._value(text, column, kind)
            except CellError as error:
                error.column = column.source or name
                error.value = text
                raise
        return values

    def _value(self, text: str, column: Column, kind: ColumnKind) -> Value:
        if not text.isascii():
            _check_encoding(text)
        text = text.strip()
        if column.values:
            if text not in column.values:
                raise CellError(Reason.BAD_TEXT, f"The profile knows no value {text[:40]!r} here.")
            text = column.values[text]
        if not text:
            if kind.filled:
                raise CellError(Reason.MISSING, "There is no value.")
            return None
        match kind.holds:
            case Holds.TEXT:
                return _text(text)
            case Holds.PHONE:
                return _phone(text, self._country)
            case Holds.EMAIL:
                return _email(text)
            case Holds.AMOUNT:
                return self._amount(text, column)
            case Holds.RATE:
                return _rate(text, column)
            case Holds.COUNT:
                return _count(text)
            case Holds.DATE:
                return _day(text, column.dates)

    def _amount(self, text: str, column: Column) -> int:
        sign, whole, part = _number(text)
        part = part.rstrip("0")
        digits = self._digits if column.unit == "major" else 0
        if len(part) > digits:
            raise CellError(Reason.NOT_A_NUMBER, f"There are more than {digits} decimals.")
        minor = int(whole + part.ljust(digits, "0"))
        if minor > self._amount_max:
            raise CellError(
                Reason.ABSURD, f"It is above amount_max of the profile ({self._amount_max} minor)."
            )
        if sign and minor and not column.negative:
            raise CellError(Reason.NEGATIVE, "It is below 0.")
        return -minor if sign else minor


def _constant(column: Column, values: Mapping[str, Value]) -> str:
    return (column.constant or "").replace("{loan}", str(values.get("loan", "")))


def _check_encoding(text: str) -> None:
    if any("\udc80" <= character <= "\udcff" for character in text) or "\ufffd" in text:
        raise CellError(Reason.BROKEN_ENCODING, "There are bytes that the encoding does not have.")


def _text(text: str) -> str:
    if text.startswith(("=", "+", "-", "@")):
        raise CellError(Reason.FORMULA, "A spreadsheet would run this as a formula.")
    if len(text) > TEXT_LONGEST or not text.isprintable():
        raise CellError(Reason.BAD_TEXT, f"It is not 1 to {TEXT_LONGEST} printable characters.")
    return text


def _phone(text: str, country: str) -> str:
    try:
        return phone_number(text, country=country)
    except InputError as error:
        reason = Reason.FORMULA if text.startswith(("=", "-", "@", "+")) else Reason.BAD_TEXT
        raise CellError(reason, "It is not a telephone number such as +86 138 0000 0000.") from error


def _email(text: str) -> str:
    text = _text(text)
    if EMAIL.fullmatch(text) is None:
        raise CellError(Reason.BAD_TEXT, "It is not a mailbox such as name@example.com.")
    return text


def _number(text: str) -> tuple[str, str, str]:
    found = _NUMBER.fullmatch(text)
    if found is None:
        starts = text.startswith(("=", "+", "@")) or (text.startswith("-") and not text[1:2].isdigit())
        if starts:
            raise CellError(Reason.FORMULA, "A spreadsheet would run this as a formula.")
        if re.fullmatch(r"-?[0-9]{19,}(\.[0-9]*)?", text, re.ASCII):
            raise CellError(Reason.ABSURD, "It has more digits than any amount of money.")
        raise CellError(Reason.NOT_A_NUMBER, "It is not a plain number such as 1234.50.")
    return found[1], found[2], found[3] or ""


def _rate(text: str, column: Column) -> Fraction:
    sign, whole, part = _number(text)
    rate = Fraction(int(whole + part), 10 ** len(part)) / (100 if column.unit == "percent" else 1)
    if sign and rate:
        raise CellError(Reason.NEGATIVE, "A rate is 0 or more.")
    if rate > RATE_MOST:
        raise CellError(Reason.ABSURD, "It is above 1000 % a year.")
    return rate


def _count(text: str) -> int:
    sign, whole, part = _number(text)
    if part.strip("0"):
        raise CellError(Reason.NOT_A_NUMBER, "It is not a whole number.")
    if sign and int(whole):
        raise CellError(Reason.NEGATIVE, "It is below 0.")
    if int(whole) > COUNT_MOST:
        raise CellError(Reason.ABSURD, f"It is above {COUNT_MOST}.")
    return int(whole)


@lru_cache(maxsize=100_000)
def _day(text: str, formats: tuple[str, ...]) -> date:
    for written in formats:
        try:
            day = datetime.strptime(text, written).date()  # noqa: DTZ007  (a day, not an instant)
        except ValueError:
            continue
        if not FIRST_DAY <= day <= LAST_DAY:
            raise CellError(Reason.ABSURD, f"It is not between {FIRST_DAY} and {LAST_DAY}.")
        return day
    if text.startswith(("=", "+", "-", "@")):
        raise CellError(Reason.FORMULA, "A spreadsheet would run this as a formula.")
    raise CellError(Reason.BAD_DATE, f"It is not a date written as {' or '.join(formats)}.")

"""Which values a tape can hold, by file: the names that a profile maps columns to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class PaymentRows(StrEnum):
    """What one row of the payments file is: a payment with its day, or a month's report."""

    DATED = "dated"
    MONTHLY = "monthly"


class Holds(StrEnum):
    """What kind of value a column holds."""

    TEXT = "text"
    AMOUNT = "amount"
    RATE = "rate"
    COUNT = "count"
    DATE = "date"
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnKind:
    """What is expected of a column: its kind, whether it must be mapped, whether it may be below 0."""

    holds: Holds
    required: bool = False
    signed: bool = False
    filled: bool = False

    @property
    def is_date(self) -> bool:
        """Whether date formats apply."""
        return self.holds is Holds.DATE

    @property
    def units(self) -> tuple[str, ...]:
        """The units to choose from, the usual one first."""
        match self.holds:
            case Holds.AMOUNT:
                return ("major", "minor")
            case Holds.RATE:
                return ("share", "percent")
            case _:
                return ()


def _kind(holds: Holds, *flags: str) -> ColumnKind:
    return ColumnKind(
        holds=holds,
        required="required" in flags,
        signed="signed" in flags,
        filled="required" in flags or "filled" in flags,
    )


LOAN_COLUMNS: Mapping[str, ColumnKind] = {
    "loan": _kind(Holds.TEXT, "required"),
    "principal": _kind(Holds.AMOUNT, "required"),
    "rate": _kind(Holds.RATE, "required"),
    "instalments": _kind(Holds.COUNT, "required"),
    "disbursed_on": _kind(Holds.DATE, "required"),
    "first_due": _kind(Holds.DATE, "required"),
    "instalment": _kind(Holds.AMOUNT),
    "paid_through": _kind(Holds.DATE),
    "days_past_due": _kind(Holds.COUNT),
    "due_next": _kind(Holds.AMOUNT),
    "name": _kind(Holds.TEXT),
    "language": _kind(Holds.TEXT),
    "phone": _kind(Holds.PHONE),
    "email": _kind(Holds.EMAIL),
    "place": _kind(Holds.TEXT),
    "zone": _kind(Holds.TEXT),
}
"""Columns of the loans file. What is required or filled must also have a value in every row."""

DATED_COLUMNS: Mapping[str, ColumnKind] = {
    "loan": _kind(Holds.TEXT, "required"),
    "date": _kind(Holds.DATE, "required"),
    "amount": _kind(Holds.AMOUNT, "required"),
    "kind": _kind(Holds.TEXT),
    "reference": _kind(Holds.TEXT),
}
"""Columns of a payments file with one payment a row; kind is payment (if empty), recovery or charge_off."""

MONTHLY_COLUMNS: Mapping[str, ColumnKind] = {
    "loan": _kind(Holds.TEXT, "required"),
    "month": _kind(Holds.DATE, "required"),
    "paid": _kind(Holds.AMOUNT, "required"),
    "balance": _kind(Holds.AMOUNT, "required", "signed"),
    "recovered": _kind(Holds.AMOUNT),
    "proceeds": _kind(Holds.AMOUNT, "signed"),
}
"""Columns of a payments file with one month of a loan a row.

``proceeds`` is what the collateral brought or, below 0, cost: a month that has any is the month of
charge-off.
"""


def columns_of(file: str, rows: PaymentRows | None) -> Mapping[str, ColumnKind]:
    """Return the columns of ``loans`` or ``payments``, for the kind of rows that the profile says."""
    if file == "loans":
        return LOAN_COLUMNS
    return MONTHLY_COLUMNS if rows is PaymentRows.MONTHLY else DATED_COLUMNS

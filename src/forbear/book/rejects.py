"""Rows that cannot be used: why, where, and what to do, in a file that is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

LONGEST_VALUE = 120
"""Characters of a value that a reject shows."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that starts so may be run as a formula by a spreadsheet."""

HEADER = ("file", "line", "column", "value", "reason", "explanation", "what_to_do")


class Reason(StrEnum):
    """Why a row was rejected."""

    BROKEN_ROW = "broken_row"
    BROKEN_ENCODING = "broken_encoding"
    MISSING = "missing"
    FORMULA = "formula"
    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    ABSURD = "absurd"
    BAD_DATE = "bad_date"
    BAD_TEXT = "bad_text"
    UNKNOWN_LOAN = "unknown_loan"
    DUPLICATE = "duplicate"
    OUT_OF_ORDER = "out_of_order"
    IN_THE_FUTURE = "in_the_future"
    IMPOSSIBLE = "impossible"


REMEDIES: dict[Reason, str] = {
    Reason.BROKEN_ROW: "Write the row with as many cells as the header, and quote cells with a delimiter.",
    Reason.BROKEN_ENCODING: "Save the file in the encoding that the profile names, or name another there.",
    Reason.MISSING: "Fill in the value.",
    Reason.FORMULA: "Write the plain value; a text may not start with = + - or @.",
    Reason.NOT_A_NUMBER: "Write digits with at most one decimal point, without separators or signs of money.",
    Reason.NEGATIVE: "Write it without a minus, or set negative: yes for the column if it is meant.",
    Reason.ABSURD: "Check the value and the unit that the profile gives the column.",
    Reason.BAD_DATE: "Write it in one of the date formats that the profile gives the column.",
    Reason.BAD_TEXT: "Write one of the values that are allowed here.",
    Reason.UNKNOWN_LOAN: "Add the loan to the loans file, or correct the loan's name.",
    Reason.DUPLICATE: "Leave one of the two rows.",
    Reason.OUT_OF_ORDER: "Sort the rows of a loan by date; correct the date if it is wrong.",
    Reason.IN_THE_FUTURE: "Correct the date; what is still to come is imported once it has come.",
    Reason.IMPOSSIBLE: "Correct the values so that they can belong to one loan.",
}
"""What to do about each."""


class CellError(Exception):
    """A cell cannot be used; the row that holds it becomes a reject."""

    def __init__(self, reason: Reason, explanation: str, *, column: str = "", value: str = "") -> None:
        super().__init__(explanation)
        self.reason = reason
        self.explanation = explanation
        self.column = column
        self.value = value


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """One row that was not used. ``line`` counts from 1 as an editor does; of Parquet it is the row."""

    file: str
    line: int
    column: str
    value: str
    reason: Reason
    explanation: str

    @property
    def what_to_do(self) -> str:
        """The remedy."""
        return REMEDIES[self.reason]


def reject_of(error: CellError, *, file: str, line: int) -> Reject:
    """Return the reject that a cell's error makes of its row."""
    return Reject(
        file=file,
        line=line,
        column=error.column,
        value=error.value[:LONGEST_VALUE],
        reason=error.reason,
        explanation=error.explanation,
    )


def write_rejects(rejects: Iterable[Reject], target: IO[str]) -> int:
    """Write rejects as CSV, every cell quoted and no cell a formula; return how many there were.

    ``target`` is a text file opened with ``newline=""``.
    """
    writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(HEADER)
    count = 0
    for item in rejects:
        cells = (
            item.file,
            item.line,
            item.column,
            item.value,
            item.reason,
            item.explanation,
            item.what_to_do,
        )
        writer.writerow([harmless(str(cell)) for cell in cells])
        count += 1
    return count


def harmless(text: str) -> str:
    """Return a text that a spreadsheet shows and does not run, with broken bytes and controls written out."""
    shown = text.encode("utf-8", "backslashreplace").decode("utf-8")
    shown = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in shown)
    starts = shown.startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS)
    return "'" + shown if starts else shown

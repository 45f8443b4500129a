"""Small invented tapes as files: two loans and their payments, to be spoilt one cell at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

LOAN_HEADER = [
    *("loan", "name", "principal", "rate_percent", "instalments"),
    *("disbursed_on", "first_due", "phone", "email"),
]
PAYMENT_HEADER = ["loan", "date", "amount", "kind", "reference"]
"""The columns of the shipped profile ``forbear``."""

LOANS: tuple[tuple[str, ...], ...] = (
    (
        "L-1",
        "Test One",
        "12000.00",
        "18",
        "12",
        "2026-01-05",
        "2026-02-05",
        "19900000001",
        "one@example.invalid",
    ),
    ("L-2", "Test Two", "6000", "12.5", "6", "2026-01-20", "2026-02-20", "", ""),
)
PAYMENTS: tuple[tuple[str, ...], ...] = (
    ("L-1", "2026-02-05", "1100.16", "payment", "P-1"),
    ("L-1", "2026-03-05", "1100.16", "", "P-2"),
    ("L-2", "2026-02-21", "500.00", "", "P-3"),
    ("L-2", "2026-06-30", "0", "charge_off", "W-1"),
    ("L-2", "2026-07-09", "250.00", "recovery", "R-1"),
)

Rows = Sequence[Sequence[str]]


def csv_text(header: Sequence[str], rows: Rows) -> str:
    """Return plain CSV; cells hold no delimiter."""
    return "".join(",".join(cells) + "\n" for cells in (header, *rows))


def spoil(rows: Rows, line: int, changes: Mapping[int, str]) -> list[list[str]]:
    """Return the rows with some cells of one row changed; ``line`` counts as the file does, header first."""
    copied = [list(cells) for cells in rows]
    for place, text in changes.items():
        copied[line - 2][place] = text
    return copied


def write_tape(
    folder: Path, *, loans: Rows = LOANS, payments: Rows = PAYMENTS, encoding: str = "utf-8"
) -> tuple[Path, Path]:
    """Write both files and return where they are."""
    loans_path, payments_path = folder / "loans.csv", folder / "payments.csv"
    loans_path.write_bytes(csv_text(LOAN_HEADER, loans).encode(encoding, "surrogateescape"))
    payments_path.write_bytes(csv_text(PAYMENT_HEADER, payments).encode(encoding, "surrogateescape"))
    return loans_path, payments_path

"""The nights of a book, month by month, as the counting of ``nightly.flows`` wants them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from forbear.book.columns import OVERDUE
from forbear.book.nights import NightFolder, check_night, complete_nights, read_night
from forbear.errors import RefusedError
from forbear.nightly.flows import Night, states_of
from forbear.services.night import book_root

COLUMNS = ("loan_id", "bucket", "principal", "charged_off", "recovered", *OVERDUE)


@dataclass(frozen=True, slots=True)
class BookNight:
    """One night of the report: what is counted, and what was overdue of each loan in minor units."""

    night: Night
    overdue: NDArray[np.int64]

    @property
    def day(self) -> date:
        """The business day."""
        return self.night.day


def month_nights(lender_id: str) -> list[BookNight]:
    """Return the last complete night of every month, the oldest first.

    Raises RefusedError when no night has been closed, InputError for one whose files are damaged.
    """
    last_of_month: dict[tuple[int, int], NightFolder] = {}
    for folder in complete_nights(book_root(), lender_id):
        last_of_month[folder.day.year, folder.day.month] = folder
    if not last_of_month:
        raise RefusedError(f"No night of {lender_id} has been closed; run forbear close first.")
    return [_read(folder) for folder in last_of_month.values()]


def _read(folder: NightFolder) -> BookNight:
    check_night(folder)
    table = read_night(folder, COLUMNS)
    night = Night(
        day=folder.day,
        loan_ids=np.array(table["loan_id"].to_pylist(), dtype=np.str_),
        states=states_of(table["bucket"].to_pylist()),
        principal=_amounts(table, "principal"),
        charged_off=_amounts(table, "charged_off"),
        recovered=_amounts(table, "recovered"),
    )
    overdue = np.zeros(len(table), dtype=np.int64)
    for name in OVERDUE:
        overdue += _amounts(table, name)
    return BookNight(night=night, overdue=overdue)


def _amounts(table: pa.Table, name: str) -> NDArray[np.int64]:
    amounts: NDArray[np.int64] = table[name].to_numpy()
    return amounts

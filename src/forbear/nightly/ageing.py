"""Ageing a book by column: interest, overdue interest, days past due and bucket at the end of a day.

The fast twin of ``loans.advance`` over days on which nothing else happens. Integers throughout; a
row whose product would leave int64 is not guessed at but handed back for the scalar lane.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forbear.loans.position import LoanState
from forbear.loans.rules import BUCKETS
from forbear.money.daycount import ACTUAL_YEAR_UNITS, DayCount
from forbear.money.rounding import Rounding

PPM = 1_000_000
SAFE = 2**61
"""Carry and running amount each stay below this, so that twice their sum fits int64."""

BUCKET_CODES = np.array([band.code for band in BUCKETS])
_EDGES = np.array([band.first_day for band in BUCKETS[1:]], dtype=np.int64)

Columns = Mapping[str, NDArray[Any]]
"""The hot rows' columns by name: amounts int64 in minor units, days int32 since 1970-01-01."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """What moved. Where ``fits`` is False the other values mean nothing: fold that loan instead."""

    interest_accrued: NDArray[np.int64]
    overdue_penalty: NDArray[np.int64]
    days_past_due: NDArray[np.int32]
    bucket: NDArray[np.str_]
    fits: NDArray[np.bool_]


def age(columns: Columns, *, day: int) -> Aged:
    """Age rows to the end of ``day`` (days since 1970-01-01), on or after the day they stand at.

    Reads state, bucket, days_past_due, oldest_due, day_count and the contract_* and penalty_*
    columns. The caller has taken out the rows that change by then (next_change) or have no kernel.
    """
    interest, interest_fits = _posted(columns, "contract", day)
    penalty, penalty_fits = _posted(columns, "penalty", day)
    is_late = columns["days_past_due"] > 0
    oldest = columns["oldest_due"].astype(np.int64)
    days_past_due = np.where(is_late, day - oldest, 0)
    return Aged(
        interest_accrued=np.maximum(interest - columns["contract_settled"], 0),
        overdue_penalty=penalty - columns["penalty_settled"],
        days_past_due=days_past_due.astype(np.int32),
        bucket=np.where(_is_banded(columns["state"]), bucket_codes(days_past_due), columns["bucket"]),
        fits=interest_fits & penalty_fits,
    )


def bucket_codes(days_past_due: NDArray[np.int64]) -> NDArray[np.str_]:
    """Return the code of each loan's ageing band."""
    codes: NDArray[np.str_] = BUCKET_CODES[np.searchsorted(_EDGES, days_past_due, side="right")]
    return codes


def day_numbers(days: NDArray[np.int64], day_count: str) -> NDArray[np.int64]:
    """Number days (since 1970-01-01) as ``DayCount.number`` does, up to a constant."""
    dates = days.astype("datetime64[D]")
    match DayCount(day_count):
        case DayCount.ACTUAL_365 | DayCount.ACTUAL_360:
            return days
        case DayCount.ACTUAL_ACTUAL:
            years = dates.astype("datetime64[Y]")
            in_year, length = _day_in(dates, years), _day_in((years + 1).astype("datetime64[D]"), years) - 1
            numbers = years.astype(np.int64) * ACTUAL_YEAR_UNITS + (in_year - 1) * (
                ACTUAL_YEAR_UNITS // length
            )
        case _:
            months = dates.astype("datetime64[M]")
            in_month = np.minimum(_day_in(dates, months), 30)
            if day_count == DayCount.THIRTY_360_ISDA.value:
                in_month = np.where((dates + 1).astype("datetime64[M]") > months, 30, in_month)
            numbers = months.astype(np.int64) * 30 + in_month
    return numbers


def _day_in(dates: NDArray[np.datetime64], periods: NDArray[np.datetime64]) -> NDArray[np.int64]:
    numbers: NDArray[np.int64] = (dates - periods.astype("datetime64[D]")).astype(np.int64) + 1
    return numbers


def settle_ratio(
    numerator: NDArray[np.int64], denominator: NDArray[np.int64], rounding: str
) -> NDArray[np.int64]:
    """Settle ratios from 0 up to whole numbers by a rule of ``Rounding``; twice both fit int64."""
    size, rest = np.divmod(numerator, denominator)
    match Rounding(rounding):
        case Rounding.HALF_UP:
            up = 2 * rest >= denominator
        case Rounding.HALF_EVEN:
            up = (2 * rest > denominator) | ((2 * rest == denominator) & (size % 2 == 1))
        case Rounding.UP:
            up = rest > 0
        case Rounding.DOWN:
            up = np.zeros_like(rest, dtype=bool)
    return size + up


def _is_banded(states: NDArray[np.str_]) -> NDArray[np.bool_]:
    banded: NDArray[np.bool_] = ~np.isin(states, (LoanState.CLOSED.value, LoanState.CHARGED_OFF.value))
    return banded


def _posted(columns: Columns, name: str, day: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return all that an accrual has built up by the end of the day, rounded once, and where that fits."""
    base, rate = columns[f"{name}_base"], columns[f"{name}_rate_ppm"]
    carry, since = columns[f"{name}_carry"], columns[f"{name}_from"].astype(np.int64)
    days, year_days = np.zeros_like(since), np.full_like(since, 360)
    for code in np.unique(columns["day_count"]):
        rows = columns["day_count"] == code
        end = day_numbers(np.array([day], dtype=np.int64), str(code))
        days[rows] = np.maximum(end - day_numbers(since[rows], str(code)), 0)
        year_days[rows] = DayCount(str(code)).year_days
    step_fits = rate <= SAFE // np.maximum(days, 1)
    step = np.where(step_fits, rate * np.where(step_fits, days, 0), 0)
    fits = step_fits & (base <= SAFE // np.maximum(step, 1)) & (carry <= SAFE)
    numerator = np.where(fits, carry + np.where(fits, base, 0) * step, 0)
    posted = np.zeros_like(base)
    for rule in np.unique(columns[f"{name}_rounding"]):
        rows = columns[f"{name}_rounding"] == rule
        posted[rows] = settle_ratio(numerator[rows], year_days[rows] * PPM, str(rule))
    return posted, fits

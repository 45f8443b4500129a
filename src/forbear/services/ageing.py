"""How a book aged: overdue amounts by band at each close, and where loans rolled, from the columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from forbear.book.columns import OVERDUE
from forbear.book.nights import MANIFEST, SHARDS, NightFolder, complete_nights, read_shard
from forbear.loans.rules import BUCKETS
from forbear.nightly.flows import CHARGED_OFF, STATES, states_of
from forbear.services.night import book_root
from forbear.services.policy import require

NIGHTS_SHOWN = 120
ROLL_DAYS = 30
ROLL_SLACK_DAYS = 15
"""Rolls are counted from the night nearest to so many days before the last, at most the slack away."""

LATE_BANDS: tuple[str, ...] = tuple(band.code for band in BUCKETS[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class NightAgeing:
    """One close: the overdue amount of each of LATE_BANDS, in minor units."""

    day: date
    overdue: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolls:
    """Loans by state on one close (rows) and on a later one (columns); both in the order of ``states``."""

    start: date
    end: date
    states: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


def ageing(*, actor: str, lender_id: str) -> list[NightAgeing]:
    """Return the overdue amounts by band of the last closes, the oldest first."""
    require(actor, "book_read")
    nights = complete_nights(book_root(), lender_id)
    return [_ageing(folder.path, _stamp(folder)) for folder in nights[-NIGHTS_SHOWN:]]


def rolls(*, actor: str, lender_id: str) -> Rolls | None:
    """Return how loans rolled over about the last month; None where the closes do not reach back so far.

    Loans that only one of the two nights knows are left out, and so are those charged off or paid
    off already at the start.
    """
    require(actor, "book_read")
    nights = complete_nights(book_root(), lender_id)
    if not nights:
        return None
    latest = nights[-1]
    wanted = latest.day - timedelta(days=ROLL_DAYS)
    first = min(nights, key=lambda night: abs((night.day - wanted).days))
    if abs((first.day - wanted).days) > ROLL_SLACK_DAYS:
        return None
    before, after = _states(first), _states(latest)
    matrix = np.zeros((len(STATES), len(STATES)), dtype=np.int64)
    for loan_id, state in before.items():
        if loan_id in after:
            matrix[state, after[loan_id]] += 1
    return Rolls(
        start=first.day,
        end=latest.day,
        states=STATES,
        counts=tuple(tuple(int(cell) for cell in row) for row in matrix[:CHARGED_OFF]),
    )


@lru_cache(maxsize=512)
def _ageing(path: Path, stamp: int) -> NightAgeing:
    folder = NightFolder(path)
    sums = np.zeros(len(STATES), dtype=np.int64)
    for shard in range(SHARDS):
        table = read_shard(folder, shard, ["bucket", *OVERDUE])
        np.add.at(sums, states_of(table["bucket"].to_pylist()), _total(table, OVERDUE))
    late = [STATES.index(code) for code in LATE_BANDS]
    return NightAgeing(day=folder.day, overdue=tuple(int(sums[state]) for state in late))


def _states(folder: NightFolder) -> dict[str, int]:
    found: dict[str, int] = {}
    for shard in range(SHARDS):
        table = read_shard(folder, shard, ["loan_id", "bucket"])
        states = states_of(table["bucket"].to_pylist())
        found.update(zip(table["loan_id"].to_pylist(), (int(state) for state in states), strict=True))
    return found


def _total(table: pa.Table, names: Sequence[str]) -> NDArray[np.int64]:
    total = np.zeros(len(table), dtype=np.int64)
    for name in names:
        total += table[name].to_numpy()
    return total


def _stamp(folder: NightFolder) -> int:
    """Return what changes when a night is closed anew, so that nothing old is shown."""
    return (folder.path / MANIFEST).stat().st_mtime_ns

"""Local days of many instants at once, zone by zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1) // MICROSECOND
_EPOCH_ORDINAL = EPOCH.toordinal()
_STEP = timedelta(hours=6)
"""No zone changes its clock and back again within six hours."""


def microseconds(moment: datetime) -> int:
    """Return the microseconds since 1970 in UTC."""
    return (moment - EPOCH) // MICROSECOND


def local_days(zone: ZoneInfo, instants: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the local day of each instant (microseconds since 1970, UTC) as a proleptic ordinal."""
    if not instants.size:
        return np.zeros(0, np.int32)
    starts, offsets = _clock(zone, int(instants.min()), int(instants.max()))
    local: NDArray[Any] = instants + offsets[0]
    if len(offsets) > 1:
        local = instants + offsets[np.searchsorted(starts, instants, side="right")]
    return (local // _DAY + _EPOCH_ORDINAL).astype(np.int32)


def _clock(zone: ZoneInfo, first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the zone's offsets from UTC between two instants, and the instants that part them."""
    years = range(_year(first), _year(last) + 1)
    changes = [change for year in years for change in _changes(zone, year) if first < change[0] <= last]
    begins = _shift(zone, EPOCH + first * MICROSECOND)
    starts = np.array([start for start, _ in changes], np.int64)
    return starts, np.array([begins, *(offset for _, offset in changes)], np.int64)


def _year(instant: int) -> int:
    return (EPOCH + instant * MICROSECOND).year


@cache
def _changes(zone: ZoneInfo, year: int) -> tuple[tuple[int, int], ...]:
    """Return the instants of a year (UTC) at which the zone's clock jumps, each with the new offset."""
    begin = datetime(year, 1, 1, tzinfo=UTC)
    steps = (datetime(year + 1, 1, 1, tzinfo=UTC) - begin) // _STEP
    found = []
    for before, after in pairwise(begin + _STEP * number for number in range(steps + 1)):
        if _shift(zone, before) != _shift(zone, after):
            found.append((_turn(zone, before, after), _shift(zone, after)))
    return tuple(found)


def _turn(zone: ZoneInfo, before: datetime, after: datetime) -> int:
    """Return the first second at which the later offset holds."""
    early, late = microseconds(before) // 1_000_000, microseconds(after) // 1_000_000
    while late - early > 1:
        middle = (early + late) // 2
        if _shift(zone, EPOCH + timedelta(seconds=middle)) == _shift(zone, after):
            late = middle
        else:
            early = middle
    return late * 1_000_000


def _shift(zone: ZoneInfo, moment: datetime) -> int:
    """Return what the zone's clock is ahead of UTC, in microseconds."""
    return (moment.astimezone(zone).utcoffset() or timedelta()) // MICROSECOND

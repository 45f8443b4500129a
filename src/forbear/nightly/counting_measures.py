"""What is told of the contacts that count, place by place, as ``forbear.law.pack.Measure`` says."""

from __future__ import annotations

from typing import Protocol, assert_never

import numpy as np
from numpy.typing import NDArray

from forbear.law.pack import Measure
from forbear.law.situation import CHANNELS
from forbear.nightly.counting_log import Array

_NO_DAY, _LAST_DAY = 0, np.iinfo(np.int32).max


class Gauge(Protocol):
    """One measure at every place, in one zone."""

    def see(self, places: Array, channels: Array, days: Array) -> None:
        """Take in contacts: the place that each counts at, its channel and its local day."""

    def told(self, today: int) -> NDArray[np.int32]:
        """Return the measure of every place on a local day."""


def gauge(measure: Measure, places: int, window: int | None) -> Gauge:
    """Return an empty gauge of so many places; ``window`` is the length in days, where it has one."""
    match measure:
        case Measure.CONTACTS:
            return _Contacts(places)
        case Measure.CHANNELS:
            return _Channels(places)
        case Measure.SPAN_DAYS:
            return _SpanDays(places)
        case Measure.DAYS_SINCE:
            return _DaysSince(places, window or 0)
        case _:
            assert_never(measure)


class _Contacts:
    def __init__(self, places: int) -> None:
        self._seen = np.zeros(places, np.int32)

    def see(self, places: Array, channels: Array, days: Array) -> None:
        np.add.at(self._seen, places, np.ones(len(places), np.int32))

    def told(self, today: int) -> NDArray[np.int32]:
        return self._seen


class _Channels:
    def __init__(self, places: int) -> None:
        self._seen = np.zeros((places, len(CHANNELS)), bool)

    def see(self, places: Array, channels: Array, days: Array) -> None:
        self._seen[places, channels] = True

    def told(self, today: int) -> NDArray[np.int32]:
        return np.asarray(self._seen.sum(axis=1, dtype=np.int32))


class _SpanDays:
    def __init__(self, places: int) -> None:
        self._first = np.full(places, _LAST_DAY, np.int32)
        self._last = np.full(places, _NO_DAY, np.int32)

    def see(self, places: Array, channels: Array, days: Array) -> None:
        np.minimum.at(self._first, places, days)
        np.maximum.at(self._last, places, days)

    def told(self, today: int) -> NDArray[np.int32]:
        return np.where(self._last == _NO_DAY, 0, self._last - self._first + 1).astype(np.int32)


class _DaysSince:
    def __init__(self, places: int, window: int) -> None:
        self._last = np.full(places, _NO_DAY, np.int32)
        self._window = window

    def see(self, places: Array, channels: Array, days: Array) -> None:
        np.maximum.at(self._last, places, days)

    def told(self, today: int) -> NDArray[np.int32]:
        return np.where(self._last == _NO_DAY, self._window, today - self._last).astype(np.int32)

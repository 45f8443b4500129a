"""Counts a contact log for many acts at once, as ``forbear.law.tally`` counts it for one.

What a line of the log is worth to a condition depends on a few words only, so each sort of line is
put to the condition once, by the evaluation that the tally uses; what is left is sorting lines into
places and windows. A property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from forbear.law.expression import Expression
from forbear.law.facts import utc, zones_of
from forbear.law.pack import Counting, Key, Measure, Pack
from forbear.nightly.counting_keys import Places, places_of
from forbear.nightly.counting_log import (
    Array,
    CandidateColumns,
    Chunk,
    ContactColumns,
    chunks,
    require_candidates,
    sorts_where,
)
from forbear.nightly.counting_measures import gauge
from forbear.nightly.counting_zones import MICROSECOND, local_days, microseconds

_EARLIEST, _LATEST = np.iinfo(np.int64).min, np.iinfo(np.int64).max
_OF_DAYS = (Measure.SPAN_DAYS, Measure.DAYS_SINCE)


def derived_columns(
    pack: Pack,
    read: Callable[[], Iterable[ContactColumns]],
    candidates: CandidateColumns,
    *,
    at: datetime,
) -> dict[str, Array]:
    """Return the clock and every counting fact of a pack, for each candidate at one instant.

    The columns fit ``screen``: one value a row, or one a row and zone where a person may be in several
    (the last one repeated). ``read`` gives the log from its start each time it is called, in as many
    parts as it likes; it is called twice where a count goes back to the last contact of some sort.
    Memory is bounded by the candidates, their highest code and one part of the log. Raises InputError
    for columns that don't fit, for zones that don't exist, and for a time without a zone.
    """
    require_candidates(candidates)
    zones = _Zones(candidates, utc(at, "at"))
    counts = _counts(pack, candidates, zones)
    cuts = {count.cut for count in counts if count.cut is not None}
    if cuts:
        for chunk in chunks(read):
            for cut in cuts:
                cut.see(chunk)
    for chunk in chunks(read):
        for count in counts:
            count.see(chunk)
    columns = {fact.name: zones.clock() for fact in pack.facts.values() if fact.clock}
    for count in counts:
        columns |= count.columns()
    return columns


def _counts(pack: Pack, candidates: CandidateColumns, zones: _Zones) -> list[_Count]:
    """Return what is to be counted; facts that differ by their measure alone are counted together."""
    alike: dict[Counting, dict[str, Measure]] = {}
    for fact in pack.facts.values():
        if fact.counting is not None:
            one = replace(fact.counting, measure=Measure.CONTACTS)
            alike.setdefault(one, {})[fact.name] = fact.counting.measure
    places = {key: places_of(key, candidates) for key in {counting.key for counting in alike}}
    cuts: dict[tuple[Key, Expression], _Cut] = {}
    counts = []
    for counting, measures in alike.items():
        here, cut = places[counting.key], None
        if counting.days is None and counting.minutes is None:
            cut = cuts.setdefault((counting.key, counting.since_last), _Cut(counting, here))
        counts.append(_Count(counting, measures, here, cut, zones))
    return counts


class _Zones:
    """The zones of the candidates, and what the clock says in each at the instant."""

    def __init__(self, candidates: CandidateColumns, at: datetime) -> None:
        sets = [zones_of(names) for names in candidates.zone_sets]
        self.at = at
        self.zones = tuple(dict.fromkeys(zone for zones in sets for zone in zones))
        self.today = [at.astimezone(zone).toordinal() for zone in self.zones]
        width = max(map(len, sets))
        padded = [[zones[min(place, len(zones) - 1)] for place in range(width)] for zones in sets]
        self._numbers = np.array([[self.zones.index(zone) for zone in zones] for zones in padded], np.int64)
        self._set = candidates.zone_set

    def spread(self, tables: NDArray[np.int32], places: Array) -> Array:
        """Return the values of tables (zone, place) at places, one a row, or one a row and zone."""
        if len(tables) == 1:
            return _narrow(tables[0])[places]
        numbers = self._numbers[self._set]
        narrow = _narrow(tables)
        return narrow[numbers, places[:, None]] if numbers.shape[1] > 1 else narrow[numbers[:, 0], places]

    def clock(self) -> Array:
        """Return the local time of every row in minutes after midnight."""
        clocks = [self.at.astimezone(zone) for zone in self.zones]
        minutes = np.array([[local.hour * 60 + local.minute] for local in clocks], np.int32)
        return self.spread(minutes, np.zeros(len(self._set), np.int64))


class _Cut:
    """For each place the newest line that matches ``since_last``: of lines of one instant, the first."""

    def __init__(self, counting: Counting, places: Places) -> None:
        self._places = places
        self._sorts = sorts_where(counting.since_last, doubtful=False)
        self._at = np.full(places.count, _EARLIEST, np.int64)
        self._line = np.full(places.count, _LATEST, np.int64)

    def see(self, chunk: Chunk) -> None:
        """Take in some lines."""
        lines, places = self._places.of(chunk, np.flatnonzero(self._sorts.take(chunk.sort)))
        at = chunk.at[lines]
        before = self._at[places]
        np.maximum.at(self._at, places, at)
        newest = self._at[places]
        self._line[places[newest > before]] = _LATEST
        tied = newest == at
        np.minimum.at(self._line, places[tied], lines[tied] + chunk.first)

    def after(self, chunk: Chunk, lines: Array, places: Array) -> NDArray[np.bool_]:
        """Return which lines come after the cut of their place."""
        at, cut = chunk.at[lines], self._at[places]
        later = at > cut
        tied = np.flatnonzero(at == cut)
        later[tied] = lines[tied] + chunk.first < self._line[places[tied]]
        return later


class _Count:
    """Counting facts that see the same lines: each measure at every place, in every zone that matters."""

    def __init__(
        self,
        counting: Counting,
        measures: dict[str, Measure],
        places: Places,
        cut: _Cut | None,
        zones: _Zones,
    ) -> None:
        self.cut = cut
        self._places = places
        self._zones = zones
        self._days = counting.days
        self._now = microseconds(zones.at)
        self._since = _since(counting, zones.at)
        self._sorts = sorts_where(counting.where, doubtful=True)
        by_day = counting.days is not None or any(measure in _OF_DAYS for measure in measures.values())
        self._by_day = zones.zones if by_day else ()
        self._gauges = {
            name: [gauge(measure, places.count, counting.days) for _ in self._by_day or (None,)]
            for name, measure in measures.items()
        }

    def see(self, chunk: Chunk) -> None:
        """Count some lines."""
        matching = self._sorts.take(chunk.sort)
        if self._since is not None:
            matching &= chunk.at >= self._since
        lines, places = self._places.of(chunk, np.flatnonzero(matching))
        if self.cut is not None:
            after = self.cut.after(chunk, lines, places)
            lines, places = lines[after], places[after]
        channels = chunk.channel[lines]
        if not self._by_day:
            self._add(0, places, channels, lines)
        instants = np.minimum(chunk.at[lines], self._now)
        for number, zone in enumerate(self._by_day):
            days = local_days(zone, instants)
            if self._days is None:
                self._add(number, places, channels, days)
            else:
                today = self._zones.today[number]
                within = (days > today - self._days) & (days <= today)
                self._add(number, places[within], channels[within], days[within])

    def columns(self) -> dict[str, Array]:
        """Return the facts of every candidate by name."""
        told = {
            name: np.stack([one.told(today) for one, today in zip(gauges, self._zones.today, strict=False)])
            for name, gauges in self._gauges.items()
        }
        return {name: self._zones.spread(tables, self._places.of_candidates) for name, tables in told.items()}

    def _add(self, number: int, places: Array, channels: Array, days: Array) -> None:
        for gauges in self._gauges.values():
            gauges[number].see(places, channels, days)


def _since(counting: Counting, at: datetime) -> int | None:
    """Return the earliest instant that may count, or None where every one may."""
    if counting.days is not None:
        return microseconds(at - timedelta(days=counting.days + 1))
    if counting.minutes is not None:
        return microseconds(at - timedelta(minutes=counting.minutes) + MICROSECOND)
    return None


def _narrow(column: NDArray[np.int32]) -> Array:
    """Return a column in 16 bits where they do."""
    return column.astype(np.int16) if column.max(initial=0) <= np.iinfo(np.int16).max else column

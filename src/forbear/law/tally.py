"""Counts a person's past contacts as each regime counts: by key, by calendar day, zone by zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from forbear.law.expression import Value
from forbear.law.pack import Counting, Key, Measure, Pack
from forbear.law.situation import PastContact, Situation


class Tally:
    """The log of a situation, ready to be counted at a moment and any later one.

    As time goes on, contacts leave the windows and none is added: what is counted at a later moment
    is what would hold then if nothing more happened. A line that is later than the moment, as after a
    clock was set back, counts as of that moment.
    """

    def __init__(self, pack: Pack, situation: Situation, zones: Sequence[ZoneInfo], at: datetime) -> None:
        self.zones = tuple(zones)
        self._clocks = tuple(fact.name for fact in pack.facts.values() if fact.clock)
        past = sorted(situation.log, key=lambda line: line.at, reverse=True)
        self._counters = [
            _Counter(fact.name, fact.counting, _lines(fact.counting, past, situation, at), self.zones, at)
            for fact in pack.facts.values()
            if fact.counting is not None
        ]

    def derived_at(self, moment: datetime) -> tuple[dict[str, Value], ...]:
        """Return, for each zone, the local time (minutes after midnight) and every count at a moment."""
        rows = []
        for number, zone in enumerate(self.zones):
            local = moment.astimezone(zone)
            row: dict[str, Value] = dict.fromkeys(self._clocks, local.hour * 60 + local.minute)
            today = local.toordinal()
            for counter in self._counters:
                row[counter.name] = counter.count(number, today)
            rows.append(row)
        return tuple(rows)


class Standstill:
    """Counts that were given as numbers, with no log behind them.

    A count of today is over when the day is; how long any other lasts is not known, so it stays.
    """

    def __init__(
        self, pack: Pack, rows: Sequence[Mapping[str, Value]], zones: Sequence[ZoneInfo], at: datetime
    ) -> None:
        self.zones = tuple(zones)
        self._rows = rows
        self._days = [at.astimezone(zone).date() for zone in zones]
        derived = pack.facts.values()
        self._clocks = tuple(fact.name for fact in derived if fact.clock)
        self._of_today = tuple(fact.name for fact in derived if fact.counting and fact.counting.days == 1)

    def derived_at(self, moment: datetime) -> tuple[dict[str, Value], ...]:
        """Return, for each zone, the local time and every count at the moment they were given or later."""
        rows = []
        for zone, row, day in zip(self.zones, self._rows, self._days, strict=True):
            local = moment.astimezone(zone)
            later = dict(row) | dict.fromkeys(self._clocks, local.hour * 60 + local.minute)
            if local.date() != day:
                later |= dict.fromkeys(self._of_today, 0)
            rows.append(later)
        return tuple(rows)


class _Counter:
    """One counting fact: for each zone, the local days and channels of the contacts that match."""

    def __init__(
        self,
        name: str,
        counting: Counting,
        lines: Sequence[PastContact],
        zones: Sequence[ZoneInfo],
        at: datetime,
    ) -> None:
        self.name = name
        self._measure = counting.measure
        self._days = counting.days
        self._found = [
            [(min(line.at, at).astimezone(zone).toordinal(), line.channel) for line in lines]
            for zone in zones
        ]

    def count(self, zone_number: int, today: int) -> int:
        """Return the count on a local day, given as its ordinal."""
        found = self._found[zone_number]
        if self._days is not None:
            found = [line for line in found if today - self._days < line[0] <= today]
        match self._measure:
            case Measure.CONTACTS:
                return len(found)
            case Measure.CHANNELS:
                return len({channel for _, channel in found})
            case Measure.SPAN_DAYS:
                days = [day for day, _ in found]
                return max(days) - min(days) + 1 if days else 0
            case _:
                assert_never(self._measure)


def _lines(
    counting: Counting, past: Iterable[PastContact], situation: Situation, at: datetime
) -> list[PastContact]:
    """Return the contacts that may count, newest first."""
    oldest = at - timedelta(days=counting.days + 1) if counting.days is not None else None
    found = []
    for line in past:
        if oldest is not None and line.at < oldest:
            break
        if not _is_keyed(counting.key, line, situation):
            continue
        row: dict[str, Value] = {
            "channel": line.channel,
            "direction": line.direction,
            "outcome": line.outcome,
            "two_way": line.two_way,
        }
        if counting.since_last_test(row) is True:
            break
        if counting.where_test(row) is True:
            found.append(line)
    return found


def _is_keyed(key: Key, line: PastContact, situation: Situation) -> bool:
    match key:
        case Key.PERSON:
            return line.person == situation.person
        case Key.DEBTOR:
            return line.person == (situation.debtor or situation.person)
        case Key.NUMBER:
            return line.number == situation.number
        case Key.DEBT:
            return situation.debt in line.debts
        case _:
            assert_never(key)

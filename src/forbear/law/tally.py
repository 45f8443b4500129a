"""Counts a person's past contacts as each regime counts: by key, by calendar day, zone by zone.

This is what counting means; a twin by column must give the same numbers. For one counting fact, one zone
and one moment, a line of the log counts when all of this holds:

1. It is of the key: the person's, the debtor's, to the number, about the debt, or the person's and about
   the debt. A line later than the moment that the log was read at counts as of that moment.
2. No line of the key that comes after it matches ``since_last`` (surely: unknown does not).
3. It matches ``where``, or may: what is not known of a line counts as whatever is stricter.
4. It stands in the window: of ``days``, when its local day is one of the last so many, today included; of
   ``minutes``, when less than so many minutes have passed.

The measures of those lines: how many; how many channels; days from the first to the last, both included
(0 for none); days since the last, 0 for today, and the length of the window where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
                row[counter.name] = counter.count(number, today, moment)
            rows.append(row)
        return tuple(rows)

    def turns(self) -> Iterator[datetime]:
        """Yield the instants, other than local midnights, at which a count changes by itself."""
        for counter in self._counters:
            yield from counter.turns()


class Standstill:
    """Counts that were given as numbers, with no log behind them.

    A count of today is over when the day is, one of the last minutes when those have passed, and what is
    told in days since grows by the day; how long any other lasts is not known, so it stays.
    """

    def __init__(
        self, pack: Pack, rows: Sequence[Mapping[str, Value]], zones: Sequence[ZoneInfo], at: datetime
    ) -> None:
        self.zones = tuple(zones)
        self._rows = rows
        self._days = [at.astimezone(zone).date() for zone in zones]
        derived = pack.facts.values()
        self._clocks = tuple(fact.name for fact in derived if fact.clock)
        self._counted = tuple((fact.name, fact.counting) for fact in derived if fact.counting)
        self._at = at

    def derived_at(self, moment: datetime) -> tuple[dict[str, Value], ...]:
        """Return, for each zone, the local time and every count at the moment they were given or later."""
        rows = []
        for zone, row, day in zip(self.zones, self._rows, self._days, strict=True):
            local = moment.astimezone(zone)
            later = dict(row) | dict.fromkeys(self._clocks, local.hour * 60 + local.minute)
            days = (local.date() - day).days
            later |= {
                name: self._later(counting, row[name], days, moment) for name, counting in self._counted
            }
            rows.append(later)
        return tuple(rows)

    def _later(self, counting: Counting, value: Value, days: int, moment: datetime) -> Value:
        if counting.minutes is not None:
            return 0 if moment >= self._at + timedelta(minutes=counting.minutes) else value
        if counting.measure is Measure.DAYS_SINCE and isinstance(value, int):
            return min(value + days, counting.days or 0) if days else value
        return 0 if counting.days == 1 and days else value

    def turns(self) -> Iterator[datetime]:
        """Yield the instants, other than local midnights, at which a count changes by itself."""
        for _, counting in self._counted:
            if counting.minutes is not None:
                yield self._at + timedelta(minutes=counting.minutes)


class _Counter:
    """One counting fact: the contacts that match, newest first, and for each zone their local days."""

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
        self._minutes = timedelta(minutes=counting.minutes) if counting.minutes is not None else None
        self._instants = [min(line.at, at) for line in lines]
        self._found = [
            [
                (instant.astimezone(zone).toordinal(), line.channel)
                for instant, line in zip(self._instants, lines, strict=True)
            ]
            for zone in zones
        ]

    def turns(self) -> Iterator[datetime]:
        """Yield the instants at which a contact leaves a window of minutes."""
        if self._minutes is not None:
            yield from (instant + self._minutes for instant in self._instants)

    def count(self, zone_number: int, today: int, moment: datetime) -> int:
        """Return what is told at a moment, whose local day is given as its ordinal."""
        found = self._found[zone_number]
        if self._days is not None:
            found = [line for line in found if today - self._days < line[0] <= today]
        elif self._minutes is not None:
            since = moment - self._minutes
            found = found[: sum(instant > since for instant in self._instants)]
        match self._measure:
            case Measure.CONTACTS:
                return len(found)
            case Measure.CHANNELS:
                return len({channel for _, channel in found})
            case Measure.SPAN_DAYS:
                days = [day for day, _ in found]
                return max(days) - min(days) + 1 if days else 0
            case Measure.DAYS_SINCE:
                return today - max(day for day, _ in found) if found else self._days or 0
            case _:
                assert_never(self._measure)


def _lines(
    counting: Counting, past: Iterable[PastContact], situation: Situation, at: datetime
) -> list[PastContact]:
    """Return the contacts that may count, newest first."""
    oldest = None
    if counting.days is not None:
        oldest = at - timedelta(days=counting.days + 1)
    elif counting.minutes is not None:
        oldest = at - timedelta(minutes=counting.minutes)
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
            "purpose": line.purpose or None,
            "consented": line.consented,
        }
        if counting.since_last_test(row) is True:
            break
        if counting.where_test(row) is not False:
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
        case Key.PERSON_DEBT:
            return line.person == situation.person and situation.debt in line.debts
        case _:
            assert_never(key)

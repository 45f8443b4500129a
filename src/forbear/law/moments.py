"""How a verdict would change as time goes on and nothing else happens.

Instead of trying every minute, only the instants at which anything can change are tried: local
midnights (counts and dates), the ends of windows of minutes, the minutes at which a comparison with the
local time turns, the jumps of a zone's clock, and the days on which the law changes. All of them within
30 days.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from forbear.law.evaluation import Row
from forbear.law.expression import Value
from forbear.law.facts import Facts, engine_value
from forbear.law.pack import Pack, Rule
from forbear.law.reading import speaks
from forbear.law.tally import Standstill, Tally

HORIZON_DAYS = 30
MINUTES_A_DAY = 1440


class Course:
    """An act as it would stand at the moment of ``facts`` and later, zone by zone.

    The law of later days is counted from ``facts.as_of``, so that a question about the law of
    another day stays one.
    """

    def __init__(self, pack: Pack, facts: Facts, tally: Tally | Standstill) -> None:
        self._pack = pack
        self._tally = tally
        self.at = facts.at
        self.zones = tally.zones
        self._law_shift = facts.as_of - _day_in(pack.zone, facts.at)
        self._clocks = tuple(fact.name for fact in pack.facts.values() if fact.clock)
        self._known: dict[str, Value] = {
            name: engine_value(pack.facts[name].kind, value) for name, value in facts.values.items()
        }
        self._found: list[datetime] = []
        self._source = self._all_moments()
        self._started = self._era = pack.era_on(facts.as_of)
        self._standing: dict[str, Value] = {**self._known, **self._era.parameters}

    def rows_at(self, moment: datetime) -> tuple[Row, ...]:
        """Return the row of each zone at a moment: facts, counts, and the parameters of that day."""
        self._turn_to(moment)
        return tuple(self._standing | derived for derived in self._tally.derived_at(moment))

    def silent(self, rule: Rule, moment: datetime) -> bool:
        """Say whether a rule does not stand in the way at a moment, or is no longer in force."""
        rows = self.rows_at(moment)
        return not any(speaks(standing, rows) for standing in self._era.rules if standing.id == rule.id)

    def still_allowed(self, moment: datetime, *, passing: Collection[str] = ()) -> bool:
        """Say whether nothing stands in the way at a moment, given that now only moving rules do.

        Rules that do not move are asked again only under another law than today's; those whose ids
        are in ``passing`` are taken not to stand in the way.
        """
        rows = self.rows_at(moment)
        rules = self._era.moving if self._era is self._started else self._era.blocking
        return not any(speaks(rule, rows) for rule in rules if rule.id not in passing)

    def _law_day(self, moment: datetime) -> date:
        return _day_in(self._pack.zone, moment) + self._law_shift

    def _turn_to(self, moment: datetime) -> None:
        era = self._pack.era_on(self._law_day(moment))
        if era is not self._era:
            self._era = era
            self._standing = {**self._known, **era.parameters}

    def law_changes(self) -> bool:
        """Say whether a rule or a parameter changes before the search ends."""
        last = self._law_day(self.at) + timedelta(days=HORIZON_DAYS + 1)
        return self._pack.era_on(last) is not self._started

    def first_midnight(self) -> datetime:
        """Return the first local midnight that comes, in any of the zones."""
        return min(_start_of(_day_in(zone, self.at) + timedelta(days=1), zone) for zone in self.zones)

    def moments(self) -> Iterator[datetime]:
        """Yield, in order, the instants of the next 30 days at which the verdict may change."""
        yield from self._found
        for moment in self._source:
            self._found.append(moment)
            yield moment

    def _all_moments(self) -> Iterator[datetime]:
        end = self.at + timedelta(days=HORIZON_DAYS)
        waiting = list(self._tally.turns())
        heapq.heapify(waiting)
        last = self.at
        for number in range(HORIZON_DAYS + 2):
            days = [(zone, _day_in(zone, self.at) + timedelta(days=number)) for zone in self.zones]
            for zone_number, (zone, day) in enumerate(days):
                for moment in self._moments_of_day(zone_number, zone, day):
                    heapq.heappush(waiting, moment)
            safe = min(_start_of(day + timedelta(days=1), zone) for zone, day in days)
            while waiting and waiting[0] < safe:
                moment = heapq.heappop(waiting)
                if last < moment <= end:
                    yield moment
                    last = moment

    def _moments_of_day(self, zone_number: int, zone: ZoneInfo, day: date) -> set[datetime]:
        start, next_start = _start_of(day, zone), _start_of(day + timedelta(days=1), zone)
        jump = _clock_jump(zone, start, next_start)
        found = {start} if jump is None else {start, jump}
        if self.law_changes():
            found.add(_start_of(day, self._pack.zone))
        row = dict(self.rows_at(start)[zone_number])
        minutes = {minute for rule in self._era.moving for minute in self._turning_minutes(rule, row)}
        if jump is None:
            return found | {start + timedelta(minutes=minute) for minute in minutes}
        return found.union(*(_instants(day, minute, zone) for minute in minutes))

    def _turning_minutes(self, rule: Rule, row: dict[str, Value]) -> Iterator[int]:
        """Yield the minutes of the day at which a comparison of the rule with the local time turns.

        Both sides are linear in the local time, so their difference at 00:00 and at 00:01 tells the
        rest.
        """
        for left, right in rule.clock_tests:
            differences = []
            for minute in (0, 1):
                row |= dict.fromkeys(self._clocks, minute)
                one, other = left(row), right(row)
                if isinstance(one, int) and isinstance(other, int):
                    differences.append(one - other)
            if len(differences) < 2 or differences[0] == differences[1]:
                continue
            root = -differences[0] // (differences[1] - differences[0])
            yield from (minute for minute in (root, root + 1) if 0 <= minute < MINUTES_A_DAY)


def next_allowed(course: Course, *, not_before: datetime, passing: Collection[str] = ()) -> datetime | None:
    """Return the first instant at which the act would be allowed, or None within 30 days.

    ``not_before`` is when the last of the rules in the way falls silent for the first time; the rules
    ``passing`` are taken not to stand in the way.
    """
    for moment in course.moments():
        if moment >= not_before and course.still_allowed(moment, passing=passing):
            return moment
    return None


def silent_from(course: Course, rules: Sequence[Rule]) -> dict[str, datetime]:
    """Return, for each of these rules that time will silence, the first instant at which it is."""
    found: dict[str, datetime] = {}
    waiting = list(rules)
    for moment in course.moments() if waiting else ():
        found |= {rule.id: moment for rule in waiting if course.silent(rule, moment)}
        waiting = [rule for rule in waiting if rule.id not in found]
        if not waiting:
            break
    return found


def allowed_until(course: Course) -> datetime:
    """Return when an act that is allowed stops being so: at the latest the next local midnight."""
    midnight = course.first_midnight()
    return next(
        moment for moment in course.moments() if moment >= midnight or not course.still_allowed(moment)
    )


def _day_in(zone: ZoneInfo, moment: datetime) -> date:
    return moment.astimezone(zone).date()


def _start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _instants(day: date, minute: int, zone: ZoneInfo) -> set[datetime]:
    """Return the instants of a local minute: two where the clock is set back over it."""
    local = datetime.combine(day, time(minute // 60, minute % 60), zone)
    return {local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}


def _clock_jump(zone: ZoneInfo, start: datetime, end: datetime) -> datetime | None:
    """Return the instant between two others at which the zone's offset changes, if it does."""
    before, after = (moment.astimezone(zone).utcoffset() for moment in (start, end))
    if before == after:
        return None
    low, high = int(start.timestamp()), int(end.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        offset = datetime.fromtimestamp(middle, UTC).astimezone(zone).utcoffset()
        low, high = (middle, high) if offset == before else (low, middle)
    return datetime.fromtimestamp(high, UTC)

"""The facts of one act: from a flat mapping, or from a situation and its contact log at a moment."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from forbear.documents.scalars import WHOLE_NUMBER_MAX, clock_of, is_zone, minutes_of
from forbear.errors import InputError
from forbear.law.evaluation import picker
from forbear.law.expression import Kind, Value
from forbear.law.pack import Fact, Pack
from forbear.law.situation import Situation
from forbear.law.tally import Tally
from forbear.law.verdict import FactValue

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""A moment outside of these years is a slip of the pen, and nothing can be counted from the edge."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a judgement sees: flat facts, and those that follow from the clock, zone by zone.

    ``by_zone`` stands parallel to ``zones``. ``as_of`` is the day whose law is applied. A fact that
    is absent or None is not known.
    """

    at: datetime
    as_of: date
    zones: tuple[str, ...]
    values: Mapping[str, FactValue]
    by_zone: tuple[Mapping[str, FactValue], ...]

    def body(self) -> dict[str, object]:
        """Return the facts as a JSON object, complete enough to judge again."""
        return {
            "at": self.at.isoformat(),
            "as_of": self.as_of.isoformat(),
            "zones": list(self.zones),
            "facts": dict(self.values),
            "by_zone": [dict(values) for values in self.by_zone],
        }

    @cached_property
    def digest(self) -> str:
        """The SHA-256 (hex) of the body as canonical JSON."""
        by_zone = ",".join([_as_json(values) for values in self.by_zone])
        zones = ",".join([_word(zone) for zone in self.zones])
        text = (
            f'{{"as_of":"{self.as_of.isoformat()}","at":"{self.at.isoformat()}","by_zone":[{by_zone}],'
            f'"facts":{_as_json(self.values)},"zones":[{zones}]}}'
        )
        return hashlib.sha256(text.encode()).hexdigest()


def _as_json(values: Mapping[str, FactValue]) -> str:
    """Return facts as canonical JSON: names in order, no spaces. A third of the time ``json`` takes."""
    template, in_order = _layout(tuple(values))
    texts = [
        "false"
        if value is False
        else "true"
        if value is True
        else "null"
        if value is None
        else _word(value)
        if isinstance(value, str)
        else value
        for value in in_order(values)
    ]
    return template % tuple(texts)


@lru_cache(maxsize=64)
def _layout(
    names: tuple[str, ...],
) -> tuple[str, Callable[[Mapping[str, FactValue]], tuple[FactValue, ...]]]:
    """Return the JSON of facts with places for their values, and the function that takes those in order."""
    in_order = sorted(names)
    template = ",".join(f"{_word(name)}:%s" for name in in_order)
    return f"{{{template}}}", picker(in_order)


@lru_cache(maxsize=10_000)
def _word(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)


def facts_from_mapping(
    pack: Pack, given: Mapping[str, object], *, now: datetime, as_of: date | None = None
) -> Facts:
    """Return facts from a flat mapping, such as a JSON file holds.

    Keys are facts of the pack; besides, ``at`` (ISO instant with offset; default ``now``) and
    ``zones`` (IANA names; default the pack's). null stands for not known. The local time follows
    from ``at`` unless it is given; the counting facts are given as numbers. ``as_of`` judges by the
    law of another day. Raises InputError naming the key.
    """
    values = dict(given)
    at = _instant(values.pop("at", None), now)
    if as_of is not None and not FIRST_YEAR <= as_of.year <= LAST_YEAR:
        raise InputError(f"as_of {as_of} is not between {FIRST_YEAR} and {LAST_YEAR}.", field="as_of")
    zones = _zone_names(values.pop("zones", None), pack)
    checked = {name: checked_value(_declared(pack, name), value) for name, value in values.items()}
    rows: list[dict[str, FactValue]] = []
    for zone in zones_of(zones):
        local = at.astimezone(zone)
        row: dict[str, FactValue] = {}
        for fact in pack.facts.values():
            if fact.clock:
                row[fact.name] = checked.get(fact.name, f"{local:%H:%M}")
            elif fact.counting is not None:
                row[fact.name] = checked.get(fact.name)
        rows.append(row)
    return Facts(
        at=at,
        as_of=as_of or at.astimezone(pack.zone).date(),
        zones=zones,
        values=_flat(pack, checked),
        by_zone=tuple(rows),
    )


def facts_of_tally(pack: Pack, situation: Situation, tally: Tally, at: datetime) -> Facts:
    """Return the facts of a situation whose log is already counted."""
    return Facts(
        at=at,
        as_of=at.astimezone(pack.zone).date(),
        zones=situation.zones,
        values=flat_values(pack, situation),
        by_zone=tuple(
            {name: shown(pack.facts[name].kind, value) for name, value in row.items()}
            for row in tally.derived_at(at)
        ),
    )


def flat_values(pack: Pack, situation: Situation) -> dict[str, FactValue]:
    """Return the flat facts of a situation, checked. Raises InputError for a name, a type, a count."""
    checked = {}
    for name, value in situation.facts.items():
        fact = _declared(pack, name)
        if fact.derived:
            raise InputError(f"{name} follows from the moment and the log; do not give it.", field=name)
        checked[name] = checked_value(fact, value)
    return _flat(pack, checked)


def _flat(pack: Pack, checked: Mapping[str, FactValue]) -> dict[str, FactValue]:
    flat: dict[str, FactValue] = {}
    for fact in pack.facts.values():
        if not fact.derived:
            value = checked.get(fact.name)
            flat[fact.name] = False if value is None and fact.proposal else value
    return flat


def zones_of(names: Sequence[str]) -> tuple[ZoneInfo, ...]:
    """Return the zones by name. Raises InputError for none at all, or one that does not exist."""
    if not names:
        raise InputError("No time zone is given; name every zone that the person may be in.", field="zones")
    return tuple(_zone(name) for name in names)


def _zone(name: str) -> ZoneInfo:
    if not is_zone(name):
        raise InputError(
            f"{name!r} is not a time zone; use an IANA name such as Asia/Shanghai.", field="zones"
        )
    return ZoneInfo(name)


def utc(at: datetime, field: str) -> datetime:
    """Return the instant in UTC. Raises InputError for a time without a zone."""
    if at.tzinfo is None:
        raise InputError(f"{field} {at} has no time zone; give an instant with its UTC offset.", field=field)
    return at.astimezone(UTC)


def _instant(given: object, now: datetime) -> datetime:
    if given is None:
        return utc(now, "now")
    try:
        at = datetime.fromisoformat(str(given))
    except ValueError as error:
        raise InputError(f"at is {given!r}; write it like 2026-11-24T21:59:00+08:00.", field="at") from error
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise InputError(f"at {given} is not between {FIRST_YEAR} and {LAST_YEAR}.", field="at")
    return utc(at, "at")


def _zone_names(given: object, pack: Pack) -> tuple[str, ...]:
    match given:
        case None:
            return (pack.zone.key,)
        case str():
            return (given,)
        case list() | tuple() if all(isinstance(name, str) for name in given):
            return tuple(given)
        case _:
            raise InputError(f"zones is {given!r}; give a list of IANA names.", field="zones")


def _declared(pack: Pack, name: str) -> Fact:
    if name not in pack.facts:
        near = difflib.get_close_matches(name, pack.facts, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise InputError(f"The pack {pack.id} knows no fact {name!r}.{hint}", field=name)
    return pack.facts[name]


def checked_value(fact: Fact, value: object) -> FactValue:
    """Return a value that fits the fact, or None. Raises InputError saying what would fit."""
    if value is None:
        return None
    match fact.kind:
        case Kind.BOOL if isinstance(value, bool):
            return value
        case Kind.INT if type(value) is int and _least(fact) <= value <= WHOLE_NUMBER_MAX:
            return value
        case Kind.TEXT if isinstance(value, str) and value in fact.options:
            return value
        case Kind.TIME if isinstance(value, str) and minutes_of(value) is not None:
            return value
        case _:
            raise InputError(f"{fact.name} is {value!r}; it must be {_fitting(fact)}.", field=fact.name)


def _least(fact: Fact) -> int:
    return 0 if fact.counting else -WHOLE_NUMBER_MAX


def _fitting(fact: Fact) -> str:
    match fact.kind:
        case Kind.BOOL:
            return "true or false"
        case Kind.INT:
            return "a count from 0" if fact.counting else f"a whole number up to {WHOLE_NUMBER_MAX}"
        case Kind.TEXT:
            return f"one of {', '.join(fact.options)}"
        case Kind.TIME:
            return "a time of day as HH:MM"
        case _:
            assert_never(fact.kind)


def shown(kind: Kind, value: Value) -> FactValue:
    """Return a value of the engine as it is shown and stored: a time as ``HH:MM``."""
    return clock_of(value) if kind is Kind.TIME and isinstance(value, int) else value


def engine_values(pack: Pack, values: Mapping[str, FactValue]) -> dict[str, Value]:
    """Return values by name as the engine holds them: times of facts in minutes after midnight."""
    found: dict[str, Any] = dict(values)
    for name in pack.times:
        written = found.get(name)
        if written is not None:
            found[name] = _minutes(written)
    return found


@lru_cache(maxsize=1440)
def _minutes(text: str) -> int | None:
    return minutes_of(text)


def engine_value(kind: Kind, value: FactValue) -> Value:
    """Return a checked value as the engine holds it: a time in minutes after midnight."""
    if isinstance(value, datetime):
        raise InputError(f"{value} is an instant; a fact of a pack is never one.")
    return minutes_of(value) if kind is Kind.TIME and isinstance(value, str) else value

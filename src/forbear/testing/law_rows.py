"""Drawn acts for holding the judge and its column twin together: near every limit, partly unknown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from forbear.documents.scalars import clock_of, minutes_of
from forbear.law.expression import Kind
from forbear.law.pack import Fact, Pack
from forbear.nightly.screening_columns import Array

Row = dict[str, Any]

UNKNOWN_SHARE = 1 / 12
_LAST_MINUTE = 24 * 60 - 1


def case_rows(pack: Pack, day: date) -> list[Row]:
    """Return the act of every case of the rules in force."""
    return [{**pack.base_facts, **case.facts} for rule in pack.era_on(day).rules for case in rule.cases]


def draw_rows(pack: Pack, day: date, random: np.random.Generator, count: int) -> list[Row]:
    """Return acts, each a case of a rule in force or the lawful base, with some of its facts redrawn.

    Redrawn values lie near the law's numbers, and are unknown one time in twelve.
    """
    cases = case_rows(pack, day)
    order = random.permutation(len(cases))
    numbers = _near_limits(pack, day, Kind.INT)
    times = [minute for minute in _near_limits(pack, day, Kind.TIME) if 0 <= minute <= _LAST_MINUTE]
    rows = []
    for number in range(count):
        row = dict(cases[order[number // 2 % len(cases)]] if number % 2 else pack.base_facts)
        share = random.choice([0.02, 0.05, 0.3, 1.0])
        for place in np.flatnonzero(random.random(len(pack.facts)) < share):
            fact = tuple(pack.facts.values())[place]
            row[fact.name] = _draw_value(fact, numbers, times, random)
        rows.append(row)
    return rows


def columns_of(
    pack: Pack, rows: Sequence[Row], *, words: bool = False
) -> dict[str, np.ma.MaskedArray[Any, Any]]:
    """Return rows as masked columns: times in minutes, texts as their places or as the words themselves."""
    columns = {}
    for fact in pack.facts.values():
        values = [row.get(fact.name) for row in rows]
        data = _data(fact, values, words=words)
        columns[fact.name] = np.ma.array(data, mask=[value is None for value in values])
    return columns


def _data(fact: Fact, values: Sequence[Any], *, words: bool) -> Array:
    match fact.kind:
        case Kind.BOOL:
            return np.array([value is True for value in values])
        case Kind.INT:
            return np.array([value or 0 for value in values], np.int32)
        case Kind.TIME:
            return np.array([minutes_of(value or "00:00") for value in values], np.int16)
        case Kind.TEXT if words:
            return np.array([value or "" for value in values])
        case _:
            places = {option: place for place, option in enumerate(fact.options)}
            return np.array([places.get(value, 0) for value in values], np.int8)


def _draw_value(fact: Fact, numbers: list[int], times: list[int], random: np.random.Generator) -> Any:
    if random.random() < UNKNOWN_SHARE:
        return None
    match fact.kind:
        case Kind.BOOL:
            return bool(random.random() < 0.15)
        case Kind.INT:
            return max(numbers[random.integers(len(numbers))], 0)
        case Kind.TEXT:
            return fact.options[random.integers(len(fact.options))]
        case Kind.TIME:
            return clock_of(times[random.integers(len(times))])


def _near_limits(pack: Pack, day: date, kind: Kind) -> list[int]:
    """Return the law's numbers of a kind on a day, each with its neighbours, and small ones besides."""
    values = [
        int(value)
        for name, value in pack.era_on(day).parameters.items()
        if pack.parameters[name].kind is kind and isinstance(value, int)
    ]
    near = {value + step for value in values for step in (-1, 0, 1)}
    return sorted(near | {0, 1, 2, 600, 720, 1200, _LAST_MINUTE})

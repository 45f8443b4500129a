"""The whole verdict on a row that was screened, when somebody asks why: the judge reads that one row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import numpy as np

from forbear.errors import InvariantError
from forbear.law.expression import Kind
from forbear.law.facts import Facts, shown, utc
from forbear.law.judge import judge
from forbear.law.pack import Fact, Pack
from forbear.law.verdict import FactValue, Verdict
from forbear.nightly.screening import rules_in
from forbear.nightly.screening_columns import Array


def verdict_of_row(
    pack: Pack,
    columns: Mapping[str, Array],
    row: int,
    words: Iterable[int],
    *,
    at: datetime,
    as_of: date,
    zones: tuple[str, ...],
) -> Verdict:
    """Return the verdict on one row of the columns given to ``screen``, as ``judge`` gives it.

    ``words`` are the row's words of rules that spoke, ``at`` and ``zones`` the instant and the time
    zones that its clock and counts are of, the zones in the order of the columns' second axis. Raises
    InvariantError where the judge finds other rules than the screen did.
    """
    verdict = judge(pack, facts_of_row(pack, columns, row, at=at, as_of=as_of, zones=zones))
    spoke = {fired.rule_id for fired in (*verdict.fired, *verdict.obligations)}
    screened = {rule.id for rule in rules_in(pack, words)}
    if spoke != screened:
        raise InvariantError(f"Row {row} was screened to {sorted(screened)}, and judged to {sorted(spoke)}.")
    return verdict


def facts_of_row(
    pack: Pack,
    columns: Mapping[str, Array],
    row: int,
    *,
    at: datetime,
    as_of: date,
    zones: tuple[str, ...],
) -> Facts:
    """Return the facts of one row of the columns given to ``screen``."""
    flat: dict[str, FactValue] = {}
    by_zone: list[dict[str, FactValue]] = [{} for _ in zones]
    for name, fact in pack.facts.items():
        cell = np.ma.masked if name not in columns else columns[name][row]
        if not fact.derived:
            flat[name] = False if cell is np.ma.masked and fact.proposal else _value(fact, cell)
            continue
        for number, values in enumerate(by_zone):
            values[name] = _value(fact, cell[min(number, len(cell) - 1)] if np.ndim(cell) else cell)
    return Facts(at=utc(at, "at"), as_of=as_of, zones=zones, values=flat, by_zone=tuple(by_zone))


def _value(fact: Fact, cell: object) -> FactValue:
    """Return a cell as facts are given: a word, ``HH:MM``, a number, yes or no, or None."""
    match cell:
        case np.bool_():
            return bool(cell)
        case np.integer() if fact.kind is Kind.TEXT:
            return fact.options[int(cell)]
        case np.integer():
            return shown(fact.kind, int(cell))
        case str():
            return str(cell)
        case _:
            return None

"""The scalar judge and the column screen give the same answer for every act."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.errors import InputError
from forbear.law.expression import Kind
from forbear.law.facts import facts_from_mapping
from forbear.law.judge import judge_bare
from forbear.law.pack import Fact, Pack
from forbear.law.parse import parse
from forbear.law.verdict import Outcome
from forbear.nightly.screening import ALLOWED, BLOCK_ROWS, DENIED, NEEDS, rules_in, screen
from forbear.testing.law import cn_pack

OUTCOMES = {Outcome.ALLOWED: ALLOWED, Outcome.DENIED: DENIED, Outcome.NEEDS: NEEDS}
DAYS = (date(2025, 3, 1), date(2026, 11, 24))


def draw_value(fact: Fact, random: np.random.Generator) -> Any:
    """Return a value of the fact, unknown one time in twelve, near the limits of the rules."""
    if random.random() < 1 / 12:
        return None
    match fact.kind:
        case Kind.BOOL:
            return bool(random.random() < 0.15)
        case Kind.INT:
            return int(random.choice([*range(8), 180, 181]))
        case Kind.TEXT:
            return str(random.choice(fact.options))
        case Kind.TIME:
            minutes = int(random.choice([0, 479, 480, 600, 720, 1079, 1080, 1200, 1260, 1319, 1320, 1439]))
            return f"{minutes // 60:02d}:{minutes % 60:02d}"


def draw_row(pack: Pack, random: np.random.Generator) -> dict[str, Any]:
    """Return facts: the lawful base, some of them redrawn."""
    share = random.choice([0.05, 0.3, 1.0])
    row = dict(pack.base_facts)
    for fact in pack.facts.values():
        if random.random() < share:
            row[fact.name] = draw_value(fact, random)
    return row


def columns_of(pack: Pack, rows: list[dict[str, Any]]) -> dict[str, np.ma.MaskedArray[Any, Any]]:
    """Return rows as masked columns, times in minutes and words as they are."""
    columns = {}
    for fact in pack.facts.values():
        values = [row.get(fact.name) for row in rows]
        blank = {Kind.BOOL: False, Kind.INT: 0, Kind.TEXT: "", Kind.TIME: "00:00"}[fact.kind]
        data = [blank if value is None else value for value in values]
        if fact.kind is Kind.TIME:
            data = [int(text[:2]) * 60 + int(text[3:]) for text in data]
        columns[fact.name] = np.ma.array(np.array(data), mask=[value is None for value in values])
    return columns


def scalar(pack: Pack, row: dict[str, Any], day: date) -> tuple[int, set[str]]:
    """Return the outcome and the rules that spoke, by the scalar judge."""
    facts = facts_from_mapping(pack, row, now=datetime(2026, 11, 24, 4, tzinfo=UTC), as_of=day)
    verdict = judge_bare(pack, facts)
    return OUTCOMES[verdict.outcome], {item.rule_id for item in (*verdict.fired, *verdict.obligations)}


@pytest.mark.parametrize("day", DAYS)
def test_columns_and_judge_agree_on_a_wide_sample(day: date) -> None:
    """
    On 3,000 drawn acts with unknown facts, both give the same outcome and the same rules, and every
    rule in force speaks in the sample.
    """
    pack, random = cn_pack(), np.random.default_rng(20261124)
    rows = [draw_row(pack, random) for _ in range(3_000)]

    outcomes, masks = screen(pack, columns_of(pack, rows), as_of=day)

    expected = [scalar(pack, row, day) for row in rows]
    spoken = [{rule.id for rule in rules_in(pack, mask)} for mask in masks]
    assert [outcome for outcome, _ in expected] == outcomes.tolist()
    assert [rules for _, rules in expected] == spoken
    assert {rule.id for rule in pack.era_on(day).rules} == set().union(*spoken)
    assert set(outcomes.tolist()) == {ALLOWED, DENIED, NEEDS}


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_columns_and_judge_agree_on_any_act(seed: int) -> None:
    """
    Whatever is drawn, the column screen says what the judge says.
    """
    pack, random = cn_pack(), np.random.default_rng(seed)
    rows = [draw_row(pack, random) for _ in range(5)]

    outcomes, masks = screen(pack, columns_of(pack, rows), as_of=DAYS[1])

    for row, outcome, mask in zip(rows, outcomes, masks, strict=True):
        assert scalar(pack, row, DAYS[1]) == (outcome, {rule.id for rule in rules_in(pack, mask)})


def test_a_rule_speaks_where_it_does_in_one_zone() -> None:
    """
    A person who may be in two zones is called only when the hour does in both.
    """
    pack = cn_pack()
    columns = columns_of(pack, [dict(pack.base_facts)] * 3)
    columns["local_time"] = np.ma.array(
        [[1319, 1319], [1319, 1320], [1319, 0]], mask=[[0, 0], [0, 0], [0, 1]]
    )

    outcomes, _ = screen(pack, columns, as_of=DAYS[1])

    assert outcomes.tolist() == [ALLOWED, DENIED, NEEDS]


def test_a_fact_without_a_column_is_not_known() -> None:
    """
    A column that is missing is asked for, never taken as harmless.
    """
    pack = cn_pack()
    columns = columns_of(pack, [dict(pack.base_facts)])
    del columns["stop_requested"]

    outcomes, _ = screen(pack, columns, as_of=DAYS[1])

    assert outcomes.tolist() == [NEEDS]


def test_more_rows_than_a_block_are_all_screened() -> None:
    """
    Blocks meet without a gap: the last row of one and the first of the next are screened alike.
    """
    pack = cn_pack()
    one = columns_of(pack, [dict(pack.base_facts)])
    columns = {name: np.ma.repeat(column, BLOCK_ROWS + 2) for name, column in one.items()}
    columns["stop_requested"][[BLOCK_ROWS - 1, BLOCK_ROWS + 1]] = True

    outcomes, _ = screen(pack, columns, as_of=DAYS[1])

    assert outcomes[[BLOCK_ROWS - 2, BLOCK_ROWS - 1, BLOCK_ROWS, BLOCK_ROWS + 1]].tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("name", "column", "says"),
    [
        ("chanel", np.array([0]), "knows no fact 'chanel'"),
        ("robot", np.array([1]), "must be bool, one value a row"),
        ("robot", np.array([[True]]), "must be bool, one value a row"),
        ("local_time", np.array([1440]), "holds 1440 to 1440; it must be 0 to 1439"),
        ("channel", np.array([7]), "it must be 0 to 3"),
        ("channel", np.array(["fax"]), "holds 'fax'; it must be one of call"),
        (
            "effective_calls_today",
            np.array([1.5]),
            "must be whole numbers, one value a row, or one a row and",
        ),
        ("robot", np.array([True, False]), "2 different lengths"),
    ],
)
def test_a_column_that_does_not_fit_is_named(name: str, column: Any, says: str) -> None:
    """
    A wrong column is refused by name, with what would fit.
    """
    pack = cn_pack()
    columns: dict[str, Any] = dict(columns_of(pack, [dict(pack.base_facts)]))

    with pytest.raises(InputError, match=says):
        screen(pack, columns | {name: column}, as_of=DAYS[1])


ARITHMETIC = """
pack:
  id: xx
  version: "1"
  jurisdiction: XX
  zone: UTC
  language: en
  covers_from: 2026-01-01
  title: {zh-hans: 试, en: Try}
  cases: {as_of: 2026-02-01, facts: {m: 1, n: 1, word: a}}
sources: {act: {title: {zh-hans: 法, en: Act}}}
facts:
  m: {type: int, question: {zh-hans: 几, en: How many}}
  n: {type: int, question: {zh-hans: 几, en: How many}}
  word:
    type: text
    values: {a: {zh-hans: 甲, en: a}, b: {zh-hans: 乙, en: b}}
    question: {zh-hans: 何, en: Which}
rules:
  - id: xx.sum
    title: {zh-hans: 试, en: Try}
    layer: law
    strength: law
    effect: deny
    when: m * n - 3 >= 9 or m + n in (2, 5) or (word != "b" and "a" == word and not m < n <= 40)
    reason: {zh-hans: 试, en: Try}
    citation: {source: act, last_checked_on: 2026-01-01}
    effective: {from: 2026-01-01}
    certainty: primary
    cases:
      - {name: yes, facts: {}, expect: fires}
      - {name: no, facts: {m: 0, n: 1}, expect: silent}
"""


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "m": st.none() | st.integers(-45_000, 45_000) | st.integers(0, 6),
                "n": st.none() | st.integers(-45_000, 45_000) | st.integers(0, 6),
                "word": st.sampled_from([None, "a", "b"]),
            }
        ),
        min_size=1,
        max_size=8,
    )
)
def test_columns_and_judge_agree_on_sums_and_products(rows: list[dict[str, Any]]) -> None:
    """
    Sums and products agree too, in narrow columns that would overflow on their own.
    """
    pack = parse({"xx.yaml": ARITHMETIC})
    columns = columns_of(pack, rows)
    columns["m"] = columns["m"].astype(np.int32)
    columns["n"] = columns["n"].astype(np.int32)

    outcomes, _ = screen(pack, columns, as_of=DAYS[1])

    assert outcomes.tolist() == [scalar(pack, row, DAYS[1])[0] for row in rows]

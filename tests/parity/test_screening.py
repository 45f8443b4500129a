"""The scalar judge and the column screen give the same answer for every act."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.errors import InputError, InvariantError
from forbear.gateways.packs import pack_ids, read_pack_texts
from forbear.law.facts import Facts, facts_from_mapping
from forbear.law.judge import judge, judge_bare
from forbear.law.pack import Pack
from forbear.law.parse import parse
from forbear.law.verdict import Outcome
from forbear.nightly.screening import ALLOWED, BLOCK_ROWS, DENIED, NEEDS, rules_in, screen
from forbear.nightly.screening_verdicts import verdict_of_row
from forbear.testing.law import cn_pack
from forbear.testing.law_rows import case_rows, columns_of, draw_rows

OUTCOMES = {Outcome.ALLOWED: ALLOWED, Outcome.DENIED: DENIED, Outcome.NEEDS: NEEDS}
DAYS = (date(2025, 3, 1), date(2026, 11, 24))
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
ZONES = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Tokyo")


def scalar(pack: Pack, row: dict[str, Any], day: date) -> tuple[int, set[str]]:
    """Return the outcome and the rules that spoke, by the scalar judge."""
    facts = facts_from_mapping(pack, row, now=NOON, as_of=day)
    verdict = judge_bare(pack, facts)
    return OUTCOMES[verdict.outcome], {item.rule_id for item in (*verdict.fired, *verdict.obligations)}


def facts_in_zones(pack: Pack, rows: list[dict[str, Any]]) -> Facts:
    """Return the facts of the first row, with clock and counts of each row in a zone of its own."""
    each = [facts_from_mapping(pack, row, now=NOON, as_of=DAYS[1]) for row in rows]
    by_zone = tuple(facts.by_zone[0] for facts in each)
    return Facts(at=NOON, as_of=DAYS[1], zones=ZONES, values=each[0].values, by_zone=by_zone)


@pytest.mark.parametrize("words", [False, True])
@pytest.mark.parametrize(
    ("pack_id", "day"), [("cn", DAYS[0]), *((pack_id, DAYS[1]) for pack_id in pack_ids())]
)
def test_columns_and_judge_agree_on_a_wide_sample(pack_id: str, day: date, words: bool) -> None:
    """
    On the acts of all cases and 1,000 drawn ones, some facts unknown, both give the same outcome and the
    same rules. Every rule in force speaks in the sample, drafts included; every fact is sometimes unknown.
    """
    pack, random = parse(read_pack_texts(pack_id), profile="conformance"), np.random.default_rng(24)
    rows = case_rows(pack, day) + draw_rows(pack, day, random, 1_000)

    columns = columns_of(pack, rows, words=words)
    outcomes, masks = screen(pack, columns, as_of=day)

    expected = [scalar(pack, row, day) for row in rows]
    spoken = [{rule.id for rule in rules_in(pack, mask)} for mask in masks]
    assert [outcome for outcome, _ in expected] == outcomes.tolist()
    assert [rules for _, rules in expected] == spoken
    assert {rule.id for rule in pack.era_on(day).rules} == set().union(*spoken)
    assert set(outcomes.tolist()) == {ALLOWED, DENIED, NEEDS}
    assert all(column.mask.any() for column in columns.values())


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_columns_and_judge_agree_on_any_act(seed: int) -> None:
    """
    Whatever is drawn, the column screen says what the judge says.
    """
    pack, random = cn_pack(), np.random.default_rng(seed)
    rows = draw_rows(pack, DAYS[1], random, 5)

    outcomes, masks = screen(pack, columns_of(pack, rows), as_of=DAYS[1])

    for row, outcome, mask in zip(rows, outcomes, masks, strict=True):
        assert scalar(pack, row, DAYS[1]) == (outcome, {rule.id for rule in rules_in(pack, mask)})


def test_columns_and_judge_agree_in_several_zones() -> None:
    """
    With clock and counts of their own in each of three zones, both say the same, and the verdict on a
    row is had again, whole, from the row alone.
    """
    pack, random = cn_pack(), np.random.default_rng(7)
    layers = [draw_rows(pack, DAYS[1], random, 400) for _ in ZONES]
    by_zone = [columns_of(pack, rows) for rows in layers]
    columns = dict(by_zone[0])
    for fact in pack.facts.values():
        if fact.derived:
            columns[fact.name] = np.ma.stack([zone[fact.name] for zone in by_zone], axis=1)

    outcomes, masks = screen(pack, columns, as_of=DAYS[1])

    for row, (outcome, mask) in enumerate(zip(outcomes, masks, strict=True)):
        expected = judge(pack, facts_in_zones(pack, [layer[row] for layer in layers]))
        found = verdict_of_row(pack, columns, row, mask, at=NOON, as_of=DAYS[1], zones=ZONES)
        assert found == expected
        assert outcome == OUTCOMES[expected.outcome]


@pytest.mark.parametrize("words", [False, True])
def test_a_screened_row_gives_its_whole_verdict_again(words: bool) -> None:
    """
    The verdict had again from a row is the judge's own, sentences, citations and digests included.
    """
    pack, random = cn_pack(), np.random.default_rng(11)
    rows = draw_rows(pack, DAYS[1], random, 150)
    columns = columns_of(pack, rows, words=words)

    _, masks = screen(pack, columns, as_of=DAYS[1])

    for row, mask in enumerate(masks):
        facts = facts_from_mapping(pack, rows[row], now=NOON, as_of=DAYS[1])
        found = verdict_of_row(pack, columns, row, mask, at=NOON, as_of=DAYS[1], zones=facts.zones)
        assert found == judge(pack, facts)


def test_a_mask_that_is_not_the_row_s_stops_the_work() -> None:
    """
    A verdict is never shown beside a mask that says something else.
    """
    pack = cn_pack()
    columns = columns_of(pack, [dict(pack.base_facts), dict(pack.base_facts) | {"stop_requested": True}])
    _, masks = screen(pack, columns, as_of=DAYS[1])

    with pytest.raises(InvariantError, match="Row 0 was screened to"):
        verdict_of_row(pack, columns, 0, masks[1], at=NOON, as_of=DAYS[1], zones=("Asia/Shanghai",))


def test_a_rule_speaks_where_it_does_in_one_zone() -> None:
    """
    A person who may be in two zones is called only when the hour does in both.
    """
    pack = cn_pack()
    columns = columns_of(pack, [dict(pack.base_facts)] * 3)
    columns["local_time"] = np.ma.array(
        [[1319, 1319], [1319, 1320], [1319, 0]], mask=[[False, False], [False, False], [False, True]]
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


def test_columns_that_are_left_out_are_as_good_as_unknown_ones() -> None:
    """
    Without any of a third of the columns, each row says what it says with them wholly unknown.
    """
    pack, random = cn_pack(), np.random.default_rng(3)
    columns = columns_of(pack, draw_rows(pack, DAYS[1], random, 300))
    for start in range(3):
        gone = list(columns)[start::3]
        unknown = columns | {name: np.ma.array(columns[name], mask=True) for name in gone}
        left = {name: column for name, column in columns.items() if name not in gone}

        outcomes, masks = screen(pack, left, as_of=DAYS[1])

        expected_outcomes, expected_masks = screen(pack, unknown, as_of=DAYS[1])
        assert outcomes.tolist() == expected_outcomes.tolist()
        assert masks.tolist() == expected_masks.tolist()


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
        ("visits_today", np.array([-1], np.int8), "holds -1 to -1; it must be 0 to"),
        ("collectors_present", np.array([2**31]), "holds 2147483648 to 2147483648; it must be -2147483647"),
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


@pytest.mark.parametrize(("widths", "says"), [((2, 3), "have 2 and 3 zones a row"), ((0, 1), "have 0 zones")])
def test_columns_that_tell_different_zones_apart_are_refused(widths: tuple[int, int], says: str) -> None:
    """
    Two columns with two and three zones a row can't be of the same people, and nobody is in no zone.
    """
    columns: dict[str, Any] = {
        name: np.zeros((1, width), int)
        for name, width in zip(("visits_today", "unanswered_today"), widths, strict=True)
    }

    with pytest.raises(InputError, match=says):
        screen(cn_pack(), columns, as_of=DAYS[1])


def test_no_rows_are_no_work() -> None:
    """
    Columns without a row give an answer without a row.
    """
    pack = cn_pack()

    outcomes, masks = screen(pack, columns_of(pack, []), as_of=DAYS[1])

    assert outcomes.shape == (0,)
    assert len(masks) == 0


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
    when: >-
      m * n - 3 >= 9 or m + n in (2, 5) or (word != "b" and "a" == word and not m < n <= 40)
      or (m - n) * m * n * (m + 7) > 40000 and 3 > 2
    reason: {zh-hans: 试, en: Try}
    citation: {source: act, last_checked_on: 2026-01-01}
    effective: {from: 2026-01-01}
    certainty: primary
    cases:
      - {name: yes, facts: {}, expect: fires}
      - {name: no, facts: {m: 0, n: 1}, expect: silent}
  - id: xx.always
    title: {zh-hans: 试, en: Try}
    layer: law
    strength: law
    effect: retain
    when: "True"
    unless:
      - {when: "m in (1, 2) and not 3 < 2", because: {zh-hans: 试, en: Try}}
    reason: {zh-hans: 试, en: Try}
    citation: {source: act, last_checked_on: 2026-01-01}
    effective: {from: 2026-01-01}
    certainty: primary
    cases:
      - {name: yes, facts: {m: 0}, expect: fires}
      - {name: no, facts: {}, expect: silent}
"""


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "m": st.none() | st.integers(-(2**31) + 1, 2**31 - 1) | st.integers(0, 6),
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
    columns: dict[str, Any] = dict(columns_of(pack, rows))
    columns["m"] = columns["m"].astype(np.int64)

    outcomes, masks = screen(pack, columns, as_of=DAYS[1])

    spoken = [{rule.id for rule in rules_in(pack, mask)} for mask in masks]
    assert list(zip(outcomes, spoken, strict=True)) == [scalar(pack, row, DAYS[1]) for row in rows]

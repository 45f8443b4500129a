"""Counting by column gives what the tally gives, for every act, zone, window and measure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forbear.errors import InputError
from forbear.gateways.packs import pack_ids, read_pack_texts
from forbear.law.facts import zones_of
from forbear.law.pack import Pack
from forbear.law.parse import parse
from forbear.law.situation import CHANNELS, DIRECTIONS, OUTCOMES, PURPOSES, PastContact, Situation
from forbear.law.tally import Tally
from forbear.nightly import counting_log
from forbear.nightly.counting import derived_columns
from forbear.nightly.counting_log import CandidateColumns, ContactColumns
from forbear.nightly.counting_zones import local_days, microseconds

HEADER = """
pack:
  id: xx
  version: "1"
  jurisdiction: XX
  zone: UTC
  language: en
  covers_from: 2026-01-01
  title: {zh-hans: 试, en: Try}
  cases: {as_of: 2026-02-01, facts: {}}
sources: {act: {title: {zh-hans: 法, en: Act}}}
facts:
"""
RULE = """
rules:
  - id: xx.any
    title: {zh-hans: 试, en: Try}
    layer: law
    strength: law
    effect: deny
    when: f0 > 3
    reason: {zh-hans: 试, en: Try}
    citation: {source: act, last_checked_on: 2026-01-01}
    effective: {from: 2026-01-01}
    certainty: primary
    cases:
      - {name: yes, facts: {f0: 4}, expect: fires}
      - {name: no, facts: {f0: 3}, expect: silent}
"""
KEYS = ("person", "debtor", "number", "debt", "person_debt")
WHERES = ("two_way or purpose == 'relay'", "not consented and outcome in ('busy', 'no_answer', 'unknown')")
WINDOWS = ("days: 1", "days: 7", "minutes: 45", "since_last: direction == 'in' or purpose == 'respond'")
MEASURES = ("contacts", "channels", "span_days", "days_since")


def counting_pack() -> Pack:
    """Return a pack that counts by every key, window and measure, and two conditions."""
    question = "question: {zh-hans: 几, en: How many}"
    facts = ["  clock: {type: time, clock: true, " + question + "}"]
    for key in KEYS:
        for window in WINDOWS:
            for measure in MEASURES:
                if measure == "days_since" and not window.startswith("days"):
                    continue
                for where in WHERES:
                    counted = f'{{key: {key}, zone: consumer, measure: {measure}, where: "{where}", WINDOW}}'
                    said = window.replace(": ", ': "', 1) + '"' if window.startswith("since") else window
                    name = f"f{len(facts) - 1}"
                    counted = counted.replace("WINDOW", said)
                    facts.append(f"  {name}: {{type: int, {question}, counted: {counted}}}")
    return parse({"xx.yaml": HEADER + "\n".join(facts) + RULE})


PACK = counting_pack()
ZONE_SETS = (
    ("Asia/Shanghai",),
    ("America/Havana", "America/St_Johns"),
    ("Pacific/Apia", "Asia/Shanghai", "Europe/London"),
)
"""Apia once left out a day; until 2011 St. John's set its clock back from a minute past midnight."""
INSTANTS = tuple(
    datetime.fromisoformat(text)
    for text in (
        "2026-11-24T16:00:00+00:00",
        "2026-11-01T05:00:00+00:00",
        "2026-11-01T04:30:00+00:00",
        "2026-03-08T07:00:00+00:00",
        "2026-04-04T15:00:00+00:00",
        "2011-12-30T10:00:00+00:00",
        "2010-11-07T03:00:30+00:00",
    )
)

contacts = st.builds(
    PastContact,
    at=st.just(INSTANTS[0]),
    channel=st.sampled_from(CHANNELS),
    direction=st.sampled_from(DIRECTIONS),
    person=st.sampled_from("012"),
    number=st.sampled_from("012"),
    debts=st.lists(st.sampled_from("012"), max_size=3).map(tuple),
    outcome=st.sampled_from(OUTCOMES),
    two_way=st.booleans(),
    purpose=st.sampled_from(("", *PURPOSES)),
    consented=st.booleans(),
)
hours_off = st.sampled_from([0, 0, 1, 23, 24, 25, 47, 48, 167, 168, 169, 191, 192, 400, -1, -30])
delays = st.sampled_from([timedelta(), timedelta(hours=1)]) | st.builds(
    lambda hours, minutes, ticks: timedelta(hours=hours, minutes=minutes, microseconds=ticks),
    hours_off,
    st.sampled_from([0, 0, 30, 44, 45, 46, -30]),
    st.sampled_from([0, 0, 1, -1]),
)
situations = st.builds(
    Situation,
    person=st.sampled_from("0123"),
    number=st.sampled_from("0123"),
    debt=st.sampled_from("0123"),
    zones=st.sampled_from(ZONE_SETS),
    debtor=st.sampled_from(["", "0", "1", "2"]),
)


def log_columns(log: Sequence[PastContact]) -> ContactColumns:
    """Return lines as columns; the ids of these tests are their own codes."""
    return ContactColumns(
        at=np.array([line.at.replace(tzinfo=None) for line in log], "datetime64[us]"),
        person=np.array([int(line.person) for line in log], np.int32),
        number=np.array([int(line.number) for line in log], np.int8),
        debts=np.array([int(debt) for line in log for debt in line.debts], np.int32),
        debt_offsets=np.cumsum([0, *(len(line.debts) for line in log)]),
        channel=np.array([CHANNELS.index(line.channel) for line in log], np.int8),
        direction=np.array([DIRECTIONS.index(line.direction) for line in log], np.int8),
        outcome=np.array([OUTCOMES.index(line.outcome) for line in log], np.int8),
        two_way=np.array([line.two_way for line in log], bool),
        purpose=np.array([("", *PURPOSES).index(line.purpose) for line in log], np.int8),
        consented=np.array([line.consented for line in log], bool),
    )


def candidate_columns(acts: Sequence[Situation]) -> CandidateColumns:
    """Return proposed acts as columns."""
    return CandidateColumns(
        person=np.array([int(act.person) for act in acts], np.int32),
        debtor=np.array([int(act.debtor or -1) for act in acts], np.int32),
        number=np.array([int(act.number) for act in acts], np.int64),
        debt=np.array([int(act.debt) for act in acts], np.uint8),
        zone_set=np.array([ZONE_SETS.index(act.zones) for act in acts], np.int8),
        zone_sets=ZONE_SETS,
    )


def counted_one_by_one(
    pack: Pack, acts: Iterable[Situation], log: Sequence[PastContact], at: datetime
) -> list[tuple[dict[str, Any], ...]]:
    """Return what the tally counts for each act, zone by zone."""
    return [
        Tally(
            pack,
            replace(act, log=tuple(sorted(log, key=lambda line: line.at))),
            zones_of(act.zones),
            at,
        ).derived_at(at)
        for act in acts
    ]


def counted_by_column(
    pack: Pack, acts: Sequence[Situation], parts: Sequence[Sequence[PastContact]], at: datetime
) -> list[tuple[dict[str, Any], ...]]:
    """Return what the columns hold for each act, zone by zone; the log comes in parts."""
    columns = derived_columns(
        pack, lambda: [log_columns(part) for part in parts], candidate_columns(acts), at=at
    )
    cells = {name: np.broadcast_to(column.T, (3, len(acts))) for name, column in columns.items()}
    return [
        tuple({name: int(cells[name][zone, row]) for name in cells} for zone in range(len(act.zones)))
        for row, act in enumerate(acts)
    ]


@settings(max_examples=300, deadline=None)
@given(
    acts=st.lists(situations, min_size=1, max_size=5),
    lines=st.lists(st.tuples(contacts, delays), max_size=30),
    at=st.sampled_from(INSTANTS),
    cut=st.integers(0, 30),
)
def test_columns_count_as_the_tally_does(
    acts: list[Situation], lines: list[tuple[PastContact, timedelta]], at: datetime, cut: int
) -> None:
    """
    Over midnights and jumps of the clock, with late entries, lines later than now and lines of one
    instant, in any order and in two parts: every measure of every key is the tally's.
    """
    log = [replace(line, at=at - delay) for line, delay in lines]

    found = counted_by_column(PACK, acts, [log[:cut], log[cut:]], at)

    assert found == counted_one_by_one(PACK, acts, log, at)


@pytest.mark.parametrize("pack_id", pack_ids())
def test_columns_count_what_each_pack_counts(pack_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    On a drawn log of 600 lines, read in small chunks, the counting facts of every pack are the tally's.
    """
    monkeypatch.setattr(counting_log, "CHUNK_LINES", 37)
    pack, random, at = parse(read_pack_texts(pack_id)), np.random.default_rng(5), INSTANTS[0]
    log = [
        PastContact(
            at=at - timedelta(minutes=int(random.integers(-300, 60 * 24 * 12))),
            channel=str(random.choice(CHANNELS)),
            direction=str(random.choice(DIRECTIONS, p=[0.05, 0.95])),
            person=str(random.integers(3)),
            number=str(random.integers(3)),
            debts=("0",),
            outcome=str(random.choice(OUTCOMES)),
            two_way=bool(random.random() < 0.5),
        )
        for _ in range(600)
    ]
    acts = [
        Situation(person=str(person), number=str(number), debt="0", zones=ZONE_SETS[number], debtor=debtor)
        for person in range(3)
        for number in range(3)
        for debtor in ("", "1")
    ]

    found = counted_by_column(pack, acts, [log[:100], [], log[100:]], at)

    assert found == counted_one_by_one(pack, acts, log, at)


@settings(max_examples=200, deadline=None)
@given(
    name=st.sampled_from(sorted(available_timezones() - {"Factory", "localtime"})),
    minutes=st.lists(st.integers(0, 110 * 365 * 24 * 60), min_size=1, max_size=20),
)
@example(name="America/Havana", minutes=[19372 * 1440 + 5 * 60, 19372 * 1440 + 4 * 60 + 59])
def test_local_days_are_those_of_the_zone(name: str, minutes: list[int]) -> None:
    """
    In every zone and year the day by column is the day by the zone's own clock.
    """
    zone = ZoneInfo(name)
    moments = [datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=minute) for minute in minutes]

    found = local_days(zone, np.array([microseconds(moment) for moment in moments]))

    assert found.tolist() == [moment.astimezone(zone).toordinal() for moment in moments]


def test_of_lines_of_one_instant_the_log_says_which_came_first() -> None:
    """
    A line counts that stands before an answer of the same instant, also where an earlier answer was
    read with an earlier part of the log.
    """
    at = INSTANTS[0]
    earlier, now = replace(one_line(), direction="in", at=at - timedelta(hours=2)), one_line()
    parts = [[earlier], [now, replace(now, direction="in"), now]]
    acts = [Situation(person="0", number="0", debt="0", zones=ZONE_SETS[0])]

    found = counted_by_column(PACK, acts, parts, at)

    assert found == counted_one_by_one(PACK, acts, [line for part in parts for line in part], at)
    name = next(
        fact.name
        for fact in PACK.facts.values()
        if fact.counting and fact.counting.days is None and fact.counting.minutes is None
        if "busy" in repr(fact.counting.where)
    )
    assert found[0][0][name] == 1


def test_a_day_that_the_clock_took_back_is_not_today() -> None:
    """
    Half a minute past midnight in St. John's, and then the clock went back an hour: the line stands on
    a day that is yet to come, so it is none of today's.
    """
    at = datetime(2010, 11, 7, 3, 0, 30, tzinfo=UTC)
    log = [replace(one_line(), at=at - timedelta(minutes=30))]
    acts = [Situation(person="0", number="0", debt="0", zones=ZONE_SETS[1])]

    found = counted_by_column(PACK, acts, [log], at)

    assert found == counted_one_by_one(PACK, acts, log, at)
    today = next(
        fact.name
        for fact in PACK.facts.values()
        if fact.counting and fact.counting.days == 1 and "busy" in repr(fact.counting.where)
    )
    assert [found[0][zone][today] for zone in (0, 1)] == [1, 0]


def test_a_log_with_one_debt_a_line_needs_no_offsets() -> None:
    """
    Where every line is about one debt, the log counts the same with offsets and without.
    """
    random, at = np.random.default_rng(8), INSTANTS[0]
    log = [
        replace(one_line(), at=at - timedelta(hours=int(hour)), person=str(person), debts=(str(debt),))
        for hour, person, debt in random.integers(0, (200, 3, 3), (300, 3))
    ]
    acts = [
        Situation(person=str(person), number="0", debt=str(debt), zones=ZONE_SETS[1])
        for person in range(3)
        for debt in range(3)
    ]
    listed = log_columns(log)

    plain = replace(listed, debt_offsets=None)

    expected = derived_columns(PACK, lambda: [listed], candidate_columns(acts), at=at)
    found = derived_columns(PACK, lambda: [plain], candidate_columns(acts), at=at)

    assert all(found[name].tolist() == column.tolist() for name, column in expected.items())
    assert any(column.any() for column in expected.values())


def one_line() -> PastContact:
    """Return some line."""
    return PastContact(
        at=INSTANTS[0],
        channel="call",
        direction="out",
        person="0",
        number="0",
        debts=("0",),
        outcome="busy",
    )


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("channel", np.array([6], np.int8), "ContactColumns.channel must be whole numbers from 0 to 5"),
        ("person", np.array([-1]), "ids that are no codes"),
        ("person", np.array([0, 1]), "not of one length"),
        ("at", np.array([1_790_000_000]), "give datetime64 in UTC"),
        ("at", np.array(["1989-12-31"], "datetime64[us]"), "not between 1990 and 2100"),
        ("at", np.array(["NaT"], "datetime64[us]"), "not between 1990 and 2100"),
        ("debt_offsets", np.array([0, 2]), "do not lie in order within debts"),
        ("debt_offsets", np.array([1, 0]), "do not lie in order within debts"),
    ],
)
def test_a_log_that_does_not_fit_is_refused(column: str, value: Any, says: str) -> None:
    """
    A column that can't be right stops the counting, with what would fit.
    """
    given_log = replace(log_columns([one_line()]), **{column: value})
    acts = candidate_columns([Situation(person="0", number="0", debt="0", zones=ZONE_SETS[0])])

    with pytest.raises(InputError, match=says):
        derived_columns(PACK, lambda: [given_log], acts, at=INSTANTS[0])


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("zone_set", np.array([3]), "CandidateColumns.zone_set must be whole numbers from 0 to 2"),
        ("number", np.array([1, 2]), "not of one length"),
        ("person", np.array([-1]), "ids that are no codes"),
        ("zone_sets", (), "No time zones are given"),
        ("zone_sets", (("Asia/Shanghai", "localtime"),), "'localtime' is not a time zone"),
    ],
)
def test_candidates_that_do_not_fit_are_refused(column: str, value: Any, says: str) -> None:
    """
    Nothing is counted for people whose columns can't be right.
    """
    acts = candidate_columns([Situation(person="0", number="0", debt="0", zones=ZONE_SETS[0])])

    with pytest.raises(InputError, match=says):
        derived_columns(PACK, list, replace(acts, **{column: value}), at=INSTANTS[0])


def test_nobody_and_no_log_are_no_work() -> None:
    """
    Without candidates there are no rows, and without a log every count is that of nothing.
    """
    nobody = derived_columns(PACK, lambda: [log_columns([one_line()])], candidate_columns([]), at=INSTANTS[0])
    assert {len(column) for column in nobody.values()} == {0}

    acts = [Situation(person="0", number="0", debt="0", zones=zones) for zones in ZONE_SETS]
    assert counted_by_column(PACK, acts, [], INSTANTS[0]) == counted_one_by_one(PACK, acts, [], INSTANTS[0])

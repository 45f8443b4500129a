"""The next moment and the expiry are exact: trying every minute finds the same ones."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from forbear.law.judge import judge_act, judge_bare
from forbear.law.parse import parse
from forbear.law.situation import PastContact, Situation
from forbear.law.verdict import Outcome
from forbear.testing.law import act, cn_pack, contact, facts_at, in_china

MINUTE = timedelta(minutes=1)
START = in_china("2026-11-24 00:00")
CLOCKS = st.sampled_from(["00:00", "05:30", "08:00", "09:15", "17:59", "21:00", "22:30", "23:59"])
ZONES = st.sampled_from([("Asia/Shanghai",), ("Asia/Shanghai", "Asia/Urumqi"), ("Asia/Urumqi",)])
LINES = st.lists(
    st.tuples(st.integers(-1_500, 0), st.sampled_from(["answered", "no_answer", "unknown"])), max_size=9
)


def by_the_minute(situation: Situation, at: datetime, minutes: int, *, allowed: bool) -> datetime | None:
    """Return the first whole minute after ``at`` whose outcome is (not) ALLOWED, by trying each."""
    pack = cn_pack()
    moment = at + MINUTE
    for _ in range(minutes):
        if (judge_bare(pack, facts_at(pack, situation, moment)).outcome is Outcome.ALLOWED) is allowed:
            return moment
        moment += MINUTE
    return None


@settings(max_examples=12, deadline=None)
@example(minute=1320, lines=[], wish=None, zones=("Asia/Shanghai", "Asia/Urumqi"), consent=False)
@given(
    minute=st.integers(0, 1439),
    lines=LINES,
    wish=st.none() | st.tuples(CLOCKS, CLOCKS),
    zones=ZONES,
    consent=st.booleans(),
)
def test_trying_every_minute_finds_the_same_moment(
    minute: int,
    lines: list[tuple[int, str]],
    wish: tuple[str, str] | None,
    zones: tuple[str, ...],
    consent: bool,
) -> None:
    """
    Over windows, counters, wishes and zones, the next moment and the expiry are those of a search by
    the minute.
    """
    at = START + minute * MINUTE
    log = [contact(at + offset * MINUTE, outcome) for offset, outcome in lines]
    wishes = {"hours_wish": True, "preferred_from": wish[0], "preferred_until": wish[1]} if wish else {}
    situation = act(log, zones=zones, night_consent=consent, **wishes)

    verdict = judge_act(cn_pack(), situation, at=at)

    if verdict.outcome is Outcome.ALLOWED:
        midnights = [in_china("2026-11-25 00:00"), in_china("2026-11-25 02:00"), in_china("2026-11-24 02:00")]
        days = {"Asia/Shanghai": midnights[:1], "Asia/Urumqi": midnights[1:]}
        latest = min(m for zone in zones for m in days[zone] if m > at)
        left = int((latest - at) / MINUTE)
        assert verdict.expires_at == (by_the_minute(situation, at, left, allowed=False) or latest)
    elif verdict.next_moment is not None:
        left = int((verdict.next_moment - at) / MINUTE) + 1
        assert left <= 3 * 1440
        assert verdict.next_moment == by_the_minute(situation, at, left, allowed=True)
    else:
        assert by_the_minute(situation, at, 1440, allowed=True) is None


@settings(max_examples=40, deadline=None)
@given(minute=st.integers(0, 1439), lines=LINES, zones=ZONES, wish=st.none() | st.tuples(CLOCKS, CLOCKS))
def test_what_is_foretold_of_a_good_answer_comes_true(
    minute: int,
    lines: list[tuple[int, str]],
    zones: tuple[str, ...],
    wish: tuple[str, str] | None,
) -> None:
    """
    When nobody knows whether the person asked to be left alone, the moment foretold for the case that
    they did not is the one that is found once that is known.
    """
    at = START + minute * MINUTE
    log = [contact(at + offset * MINUTE, outcome) for offset, outcome in lines]
    wishes = {"hours_wish": True, "preferred_from": wish[0], "preferred_until": wish[1]} if wish else {}

    unknown = judge_act(cn_pack(), act(log, zones=zones, stop_requested=None, **wishes), at=at)
    known = judge_act(cn_pack(), act(log, zones=zones, stop_requested=False, **wishes), at=at)

    assert unknown.next_moment is None
    now = known.judged_at if known.outcome is Outcome.ALLOWED else None
    assert unknown.next_if_known == (now or known.next_moment)


BERLIN = """
pack:
  id: xx
  version: "1"
  jurisdiction: XX
  zone: Europe/Berlin
  language: en
  covers_from: 2026-01-01
  title: {zh-hans: 试, en: Try}
  cases: {as_of: 2026-02-01, facts: {local_time: "12:00", calls: 0}}
sources: {act: {title: {zh-hans: 法, en: Act}}}
facts:
  local_time: {type: time, clock: true, question: {zh-hans: 几点, en: What time}}
  calls:
    type: int
    question: {zh-hans: 几次, en: How many}
    counted: {key: debt, zone: consumer, days: 7, where: channel == "call"}
rules:
  - id: xx.odd-hours
    title: {zh-hans: 试, en: Try}
    layer: law
    strength: law
    effect: deny
    when: 'OPEN'
    reason: {zh-hans: 试, en: Try}
    citation: {source: act, last_checked_on: 2026-01-01}
    effective: {from: 2026-01-01}
    certainty: primary
    cases:
      - {name: yes, facts: {local_time: "02:30"}, expect: fires}
      - {name: no, facts: {local_time: "04:00"}, expect: silent}
"""
OPEN = (
    'local_time >= "02:15" and local_time < "03:30"',
    'local_time + calls >= "02:50" and not local_time > "03:07"',
    'local_time - "02:00" >= 15 and ("03:30" - local_time) * 2 > 0 and local_time != "02:40"',
    'local_time == "02:20" or calls > 0',
)
"""Hours that fall into the jumps of Berlin's clock: 29 March (no 02:00 to 03:00), 25 October (twice)."""


@settings(max_examples=30, deadline=None)
@given(
    condition=st.sampled_from(OPEN),
    night=st.sampled_from(["2026-03-28T22:00+00:00", "2026-10-24T21:00+00:00", "2026-05-01T21:00+00:00"]),
    minute=st.integers(0, 420),
    calls=st.integers(0, 1),
)
def test_the_jumps_of_a_clock_are_seen(condition: str, night: str, minute: int, calls: int) -> None:
    """
    Where the clock is set forward or back within the hours of a rule, the moments are still exact.
    """
    pack = parse({"xx.yaml": BERLIN.replace("OPEN", condition)})
    at = datetime.fromisoformat(night) + minute * MINUTE
    log = [
        PastContact(
            at=at, channel="call", direction="out", person="p", number="n", debts=("d",), outcome="busy"
        )
    ]
    situation = Situation(person="p", number="n", debt="d", zones=("Europe/Berlin",), log=tuple(log[:calls]))

    verdict = judge_act(pack, situation, at=at)

    allowed = verdict.outcome is Outcome.ALLOWED
    found = verdict.expires_at if allowed else verdict.next_moment
    assert found is not None
    moment = at + MINUTE
    while moment < found:
        assert (judge_act(pack, situation, at=moment).outcome is Outcome.ALLOWED) is allowed
        moment += MINUTE if found - at < timedelta(days=1) else timedelta(hours=1)
    if not allowed:
        assert judge_act(pack, situation, at=found).outcome is Outcome.ALLOWED

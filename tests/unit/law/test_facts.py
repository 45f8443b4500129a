"""Facts from a flat mapping: what is given, what follows from the clock, what is not known."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from forbear.errors import InputError
from forbear.law.expression import Kind
from forbear.law.facts import engine_value, facts_from_mapping
from forbear.law.judge import judge
from forbear.law.verdict import Outcome, Verdict
from forbear.law.wording import sentences
from forbear.testing.law import act, cn_pack, contact, facts_at, in_china

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


def known(**changes: Any) -> dict[str, Any]:
    """Every fact that does not follow from the clock, as a file would give them."""
    given: dict[str, Any] = {n: v for n, v in cn_pack().base_facts.items() if not cn_pack().facts[n].clock}
    return given | changes


def outcome(given: dict[str, Any], as_of: date | None = None) -> Outcome:
    return judge(cn_pack(), facts_from_mapping(cn_pack(), given, now=NOW, as_of=as_of)).outcome


def test_the_local_time_follows_from_the_moment_and_the_zones() -> None:
    """
    A file says when and where; what the clock shows there is not for the user to work out.
    """
    assert outcome(known(at="2026-11-24T21:59:00+08:00")) is Outcome.ALLOWED
    assert outcome(known(at="2026-11-24T22:00:00+08:00")) is Outcome.DENIED
    assert outcome(known(at="2026-11-24T14:00:00Z")) is Outcome.DENIED
    assert outcome(known(at="2026-11-24T22:00:00+08:00", zones="Asia/Urumqi")) is Outcome.ALLOWED
    assert (
        outcome(known(at="2026-11-24T22:00:00+08:00", zones=["Asia/Urumqi", "Asia/Shanghai"]))
        is Outcome.DENIED
    )
    assert outcome(known(local_time="23:00")) is Outcome.DENIED


def verdict_on(as_of: date | None = None, **given: Any) -> Verdict:
    return judge(cn_pack(), facts_from_mapping(cn_pack(), known(**given), now=NOW, as_of=as_of))


def test_flat_facts_have_a_next_moment_and_an_end() -> None:
    """
    Without a log too, the night's end and the day's end are known.
    """
    allowed = verdict_on(at="2026-11-24T21:59:00+08:00")
    night = verdict_on(at="2026-11-24T22:00:00+08:00")
    calls = verdict_on(at="2026-11-24T12:00:00+08:00", effective_calls_today=3)

    assert allowed.expires_at == in_china("2026-11-24 22:00")
    assert night.next_moment == calls.next_moment == in_china("2026-11-25 08:00")
    assert calls.fired[0].next_moment == in_china("2026-11-25 00:00")


def test_a_count_that_is_not_of_today_stays() -> None:
    """
    How long the debtor stays unreached does not follow from a number: waiting is no cure.
    """
    relay = {"party_relation": "contact_person", "purpose": "relay", "discloses_debt": False}

    assert verdict_on(**relay, consecutive_unreached=1).next_moment is None


def test_a_local_time_that_is_given_stands_for_its_moment_only() -> None:
    """
    Where the clock is told to show another time there is no later moment to speak of.
    """
    late, day = verdict_on(local_time="23:00"), verdict_on(local_time="11:00")

    assert late.next_moment is None
    assert day.expires_at == day.judged_at
    assert sentences(day, "en")[0] == "Allowed at this moment."


def test_the_law_of_another_day_is_looked_ahead_to_from_that_day() -> None:
    """
    Asked by the law of the eve of the guideline, the wait for tomorrow runs into it; a day earlier it
    does not.
    """
    act = {"party_relation": "contact_person", "purpose": "identify", "discloses_debt": False}
    act |= {"number_invalid": True, "effective_calls_today": 3}

    earlier, eve = (verdict_on(as_of=date(2026, 1, day), **act) for day in (28, 29))

    assert earlier.next_moment == in_china("2026-11-25 08:00")
    assert eve.next_moment is None


def test_without_a_moment_it_is_now() -> None:
    """
    A file that names no moment is judged at the moment of asking, in the pack's zone.
    """
    facts = facts_from_mapping(cn_pack(), known(), now=NOW)

    assert (facts.at, facts.zones, facts.as_of) == (NOW, ("Asia/Shanghai",), date(2026, 11, 24))
    assert facts.by_zone[0]["local_time"] == "12:00"


def test_the_law_of_another_day_can_be_asked_for() -> None:
    """
    --as-of judges today's facts by the law of that day.
    """
    six = known(unanswered_today=6)

    assert outcome(six) is Outcome.DENIED
    assert outcome(six, as_of=date(2026, 1, 29)) is Outcome.ALLOWED


def test_an_empty_file_is_full_of_questions() -> None:
    """
    Nothing known is nothing allowed: the verdict asks for what decides.
    """
    verdict = judge(cn_pack(), facts_from_mapping(cn_pack(), {}, now=NOW))

    assert verdict.outcome is Outcome.NEEDS
    assert {"channel", "stop_requested", "party_dead", "party_relation"} <= set(verdict.needs)
    assert "collectors_present" in verdict.needs
    assert "enters_home" not in verdict.needs


@pytest.mark.parametrize(
    ("given", "says", "field"),
    [
        ({"at": "yesterday"}, "at is 'yesterday'; write it like 2026-11-24T21:59", "at"),
        ({"at": "2026-11-24T21:59:00"}, "at 2026-11-24 21:59:00 has no time zone", "at"),
        ({"zones": 8}, "zones is 8; give a list of IANA names", "zones"),
        ({"zones": [8]}, r"zones is \[8\]; give a list of IANA names", "zones"),
        ({"zones": []}, "No time zone is given", "zones"),
        ({"zones": ["Mars"]}, "'Mars' is not a time zone", "zones"),
        ({"zones": ["Asia"]}, "'Asia' is not a time zone", "zones"),
        ({"zones": [""]}, "'' is not a time zone", "zones"),
        ({"robots": True}, r"knows no fact 'robots'\. Did you mean 'robot'\?", "robots"),
        ({"effective_calls_today": -1}, "must be a count from 0", "effective_calls_today"),
        ({"effective_calls_today": "3"}, "must be a count from 0", "effective_calls_today"),
        ({"channel": ["call"]}, "must be one of call, sms, email, visit", "channel"),
        ({"local_time": "24:00"}, "must be a time of day as HH:MM", "local_time"),
        ({"robot": "true"}, "must be true or false", "robot"),
    ],
)
def test_a_mistake_in_a_file_is_named(given: dict[str, Any], says: str, field: str) -> None:
    """
    Every mistake is one sentence that names the key and what would fit.
    """
    with pytest.raises(InputError, match=says) as caught:
        facts_from_mapping(cn_pack(), given, now=NOW)

    assert caught.value.field == field


def test_the_body_of_facts_is_json_and_complete() -> None:
    """
    What a verdict saw can be kept as JSON: the moment, the day's law, the zones and every fact.
    """
    facts = facts_at(cn_pack(), act([contact(in_china("2026-11-24 10:00"))]), NOW)

    body = json.loads(json.dumps(facts.body()))

    assert (body["at"], body["as_of"], body["zones"]) == (
        "2026-11-24T04:00:00+00:00",
        "2026-11-24",
        ["Asia/Shanghai"],
    )
    assert body["by_zone"][0]["effective_calls_today"] == 1
    assert body["by_zone"][0]["local_time"] == "12:00"
    assert body["facts"]["enters_home"] is False
    assert len(facts.digest) == 64


def test_an_instant_is_no_fact_of_a_pack() -> None:
    """
    Facts are yes or no, numbers, words and times of day; an instant among them is a mistake.
    """
    with pytest.raises(InputError, match="is an instant"):
        engine_value(Kind.TIME, NOW)


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+08:00"])
def test_a_moment_at_the_edge_of_the_calendar_is_refused(at: str) -> None:
    """
    Nothing can be counted from there; a slip in the year is said, not computed with.
    """
    with pytest.raises(InputError, match="is not between 1990 and 2100"):
        outcome(known(at=at))
    with pytest.raises(InputError, match="as_of 9999-12-31 is not between"):
        outcome(known(), as_of=date(9999, 12, 31))

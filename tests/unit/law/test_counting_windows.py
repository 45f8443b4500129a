"""Windows of days and of minutes, and days since: as Regulation F counts calls to a person about a debt."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from forbear.law.facts import facts_from_mapping
from forbear.law.judge import judge, judge_act
from forbear.law.pack import Pack
from forbear.law.parse import parse
from forbear.law.situation import PastContact
from forbear.law.verdict import Outcome
from forbear.testing.law import act, contact, facts_at

GOOD = (Path(__file__).parent / "good.yaml").read_text(encoding="utf-8")
COUNTED = 'key: person, zone: consumer, days: 7, where: channel == "call" and direction == "out"'
TALKED = (
    'key: person_debt, measure: days_since, zone: consumer, days: 7, where: two_way and channel == "call"'
)
SPACED = 'key: number, zone: consumer, minutes: 120, where: direction == "out"'


def pack_counting(counted: str, when: str = "calls >= most", most: int = 2) -> Pack:
    text = GOOD.replace(COUNTED, counted, 1).replace("when: calls >= most", f"when: {when}", 1)
    return parse({"xx.yaml": text.replace("value: 2\n", f"value: {most}\n", 1)})


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+01:00")


def counted(pack: Pack, log: list[PastContact], at: datetime, **changes: Any) -> Any:
    return facts_at(pack, act(log, pack=pack, zones=("Europe/Berlin",), **changes), at).by_zone[0]["calls"]


@pytest.mark.parametrize(("days_later", "count"), [(0, 1), (6, 1), (7, 0)])
def test_the_day_of_a_call_is_day_one_of_seven(days_later: int, count: int) -> None:
    """
    A call on the 1st still counts on the 7th and no more on the 8th, whatever the hour.
    """
    late = berlin("2026-03-01 23:59")
    at = berlin("2026-03-01 23:59:30") + timedelta(days=days_later)

    assert counted(pack_counting(COUNTED), [contact(late)], at) == count


@pytest.mark.parametrize(("day", "since"), [("01", 0), ("02", 1), ("07", 6), ("08", 7), ("30", 7)])
def test_days_since_are_calendar_days_and_end_with_the_window(day: str, since: int) -> None:
    """
    Days since a conversation run from 0 on its own day, and say no more than that the window has passed.
    """
    log = [contact(berlin("2026-03-01 20:00"))]

    assert counted(pack_counting(TALKED), log, berlin(f"2026-03-{day} 21:00")) == since
    assert counted(pack_counting(TALKED), [], berlin(f"2026-03-{day} 21:00")) == 7


def test_a_conversation_about_two_debts_starts_the_clock_of_each_and_of_no_other_person() -> None:
    """
    The key of a person and a debt takes what this person was told about this debt, in whatever company.
    """
    ten = berlin("2026-03-01 10:00")
    pack = pack_counting(TALKED)
    both = contact(ten, debts=("loan-2", "loan-1"))

    assert counted(pack, [both], ten, debt="loan-2") == 0
    assert counted(pack, [both], ten, debt="loan-3") == 7
    assert counted(pack, [contact(ten, person="spouse")], ten) == 7


def test_the_next_call_waits_for_the_seventh_day_to_end() -> None:
    """
    After a conversation the next lawful moment is the start of the eighth calendar day.
    """
    pack = pack_counting(TALKED, "calls < most", 7)
    log = [contact(berlin("2026-03-01 20:00"))]

    verdict = judge_act(pack, act(log, pack=pack, zones=("Europe/Berlin",)), at=berlin("2026-03-03 12:00"))

    assert verdict.outcome is Outcome.DENIED
    assert verdict.next_moment == berlin("2026-03-08 00:00")


def test_days_since_that_were_given_as_a_number_grow_by_the_day() -> None:
    """
    Flat facts that say 5 days say 7 two midnights later: the next moment is known without a log.
    """
    pack = pack_counting(TALKED, "calls < most", 7)
    facts = facts_from_mapping(
        pack, {**dict(pack.base_facts), "calls": 5, "local_time": "12:00"}, now=berlin("2026-03-03 12:00")
    )

    assert judge(pack, facts).next_moment == berlin("2026-03-05 00:00")


def test_a_window_of_minutes_ends_with_the_minute() -> None:
    """
    Two hours after the last call to a number the next may be made, to the second.
    """
    pack = pack_counting(SPACED, "calls >= most", 1)
    log = [contact(berlin("2026-03-03 11:00:20"), "no_answer")]
    two_hours_later = berlin("2026-03-03 13:00:20")
    situation = act(log, pack=pack, zones=("Europe/Berlin",))

    verdict = judge_act(pack, situation, at=berlin("2026-03-03 12:00"))

    assert verdict.next_moment == two_hours_later
    assert judge_act(pack, situation, at=two_hours_later).outcome is Outcome.ALLOWED
    assert judge_act(pack, situation, at=two_hours_later - timedelta(seconds=1)).outcome is Outcome.DENIED


def test_a_count_of_the_last_minutes_given_as_a_number_is_over_when_they_are() -> None:
    """
    Without a log, what was counted in the last two hours is surely gone two hours later.
    """
    pack = pack_counting(SPACED, "calls >= most", 1)
    noon = berlin("2026-03-03 12:00")
    facts = facts_from_mapping(pack, {**dict(pack.base_facts), "calls": 1, "local_time": "12:00"}, now=noon)

    assert judge(pack, facts).next_moment == noon + timedelta(hours=2)


def test_what_is_not_known_of_a_past_contact_counts() -> None:
    """
    A filter on the purpose of past contacts takes those whose purpose nobody recorded as well.
    """
    pack = pack_counting(COUNTED.replace('channel == "call"', 'purpose != "locate"'))
    noon = berlin("2026-03-03 12:00")
    log = [contact(noon, purpose=purpose) for purpose in ("", "remind", "locate")]

    assert counted(pack, log, noon) == 2


def test_calls_under_the_persons_consent_can_be_left_out() -> None:
    """
    What a rule does not count, as calls that the person had agreed to, its filter leaves out.
    """
    pack = pack_counting(COUNTED.replace('channel == "call"', "not consented"))
    noon = berlin("2026-03-03 12:00")

    assert counted(pack, [contact(noon), contact(noon, consented=True)], noon) == 1

"""Calls in the United States are counted by person and debt, over calendar days of the consumer."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from forbear.gateways.packs import read_pack_texts
from forbear.law.judge import judge_act
from forbear.law.parse import parse
from forbear.law.situation import PastContact, Situation
from forbear.law.verdict import Outcome, Verdict

PACK = parse(read_pack_texts("us"))
EAST, WEST = "America/New_York", "America/Los_Angeles"


def at(text: str, zone: str = EAST) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def call(
    moment: str, *, debt: str = "card", outcome: str = "no_answer", consented: bool = False
) -> PastContact:
    return PastContact(
        at=at(moment),
        channel="call",
        direction="out",
        person="ann",
        number="phone",
        debts=(debt,),
        outcome=outcome,
        two_way=outcome == "answered",
        consented=consented,
    )


def verdict(log: list[PastContact], moment: str, *, zones: tuple[str, ...] = (EAST,)) -> Verdict:
    flat = {name: value for name, value in PACK.base_facts.items() if not PACK.facts[name].derived}
    act = Situation(person="ann", number="phone", debt="card", zones=zones, facts=flat, log=tuple(log))
    return judge_act(PACK, act, at=at(moment))


SEVEN = [call(f"2026-03-{day:02} 15:00") for day in range(6, 13)]


def test_after_a_conversation_the_eighth_day_is_free_again_over_the_change_of_clocks() -> None:
    """
    The day of the conversation is day 1: a call may be made on day 8 at a minute past eight, local time.
    """
    found = verdict([call("2026-03-06 20:30", outcome="answered")], "2026-03-12 12:00")

    assert [item.rule_id for item in found.fired] == ["us.regf.after-a-conversation"]
    assert found.next_moment == at("2026-03-13 08:01")


@pytest.mark.parametrize(
    ("log", "moment", "outcome"),
    [
        (SEVEN, "2026-03-12 16:00", Outcome.DENIED),
        (SEVEN, "2026-03-13 09:00", Outcome.ALLOWED),
        ([*SEVEN[:-1], call("2026-03-12 15:00", outcome="busy")], "2026-03-12 16:00", Outcome.ALLOWED),
        ([*SEVEN[:-1], call("2026-03-12 15:00", debt="other")], "2026-03-12 16:00", Outcome.ALLOWED),
        ([*SEVEN[:-1], call("2026-03-12 15:00", consented=True)], "2026-03-12 16:00", Outcome.ALLOWED),
    ],
    ids=["the eighth", "the first has left", "a busy line", "another debt", "with consent"],
)
def test_seven_calls_in_seven_days(log: list[PastContact], moment: str, outcome: Outcome) -> None:
    """
    Seven calls that connected, about this debt and without consent, leave room for no eighth in seven days.
    """
    assert verdict(log, moment).outcome is outcome


def test_an_hour_must_do_in_every_zone_that_comes_into_question() -> None:
    """
    Half past nine in the evening in the east is no hour, though it is early in the west, and the other way.
    """
    both = (EAST, WEST)

    assert verdict([], "2026-03-12 20:30", zones=both).outcome is Outcome.ALLOWED
    assert verdict([], "2026-03-12 21:30", zones=both).outcome is Outcome.DENIED
    assert verdict([], "2026-03-12 10:30", zones=both).outcome is Outcome.DENIED
    assert verdict([], "2026-03-12 10:30", zones=both).next_moment == at("2026-03-12 08:01", WEST)

"""Past contacts are counted by key, by calendar day in the person's zone, and by what really happened."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from forbear.law.judge import judge_act
from forbear.law.situation import PastContact
from forbear.law.verdict import Outcome
from forbear.testing.law import act, cn_pack, contact, facts_at, in_china

NOON = in_china("2026-11-24 12:00")


def counted(name: str, log: list[PastContact], at: datetime = NOON, **changes: Any) -> Any:
    return facts_at(cn_pack(), act(log, **changes), at).by_zone[0][name]


def test_a_day_is_a_calendar_day_and_not_24_hours() -> None:
    """
    A call late last night is yesterday's, though 13 hours have not passed.
    """
    log = [contact(in_china("2026-11-23 23:59")), contact(in_china("2026-11-24 00:00"))]

    assert counted("effective_calls_today", log) == 1


def test_a_day_ends_where_the_person_is() -> None:
    """
    For somebody in Ürümqi, Shanghai's half past one in the morning is still yesterday.
    """
    log = [contact(in_china("2026-11-24 01:30"))]

    assert counted("effective_calls_today", log, zones=("Asia/Urumqi",)) == 0
    assert counted("effective_calls_today", log, zones=("Asia/Shanghai",)) == 1


def test_three_effective_calls_are_enough_until_midnight() -> None:
    """
    The fourth effective call of the day waits for the next day, and for the end of the night.
    """
    log = [contact(in_china(f"2026-11-24 {hour}:00")) for hour in ("09", "10", "11")]

    verdict = judge_act(cn_pack(), act(log), at=NOON)

    assert verdict.outcome is Outcome.DENIED
    assert verdict.fired[0].rule_id == "cn.gbt.effective-calls"
    assert dict(verdict.fired[0].values)["effective_calls_today"] == 3
    assert verdict.fired[0].next_moment == in_china("2026-11-25 00:00")
    assert verdict.next_moment == in_china("2026-11-25 08:00")


@pytest.mark.parametrize(
    ("outcome", "two_way", "effective", "in_vain"),
    [
        ("answered", True, 1, 0),
        ("answered", False, 0, 1),
        ("no_answer", False, 0, 1),
        ("voicemail", False, 0, 1),
        ("busy", False, 0, 1),
        ("invalid", False, 0, 1),
        ("unknown", False, 1, 1),
    ],
)
def test_every_call_counts_somewhere(outcome: str, two_way: bool, effective: int, in_vain: int) -> None:
    """
    A call is effective or in vain; one that has not ended counts as both, for it may become either.
    """
    log = [contact(in_china("2026-11-24 10:00"), outcome, two_way=two_way)]

    assert (counted("effective_calls_today", log), counted("unanswered_today", log)) == (effective, in_vain)


def test_effective_calls_count_by_person_and_attempts_by_number() -> None:
    """
    Another number of the same person starts its own count of attempts, not of effective calls.
    """
    ten = in_china("2026-11-24 10:00")
    log = [contact(ten, number="phone-2"), contact(ten, "no_answer", number="phone-2")]
    log += [contact(ten, person="somebody-else"), contact(ten, "no_answer", person="somebody-else")]

    assert counted("effective_calls_today", log) == 1
    assert counted("unanswered_today", log) == 1


def test_calls_that_came_in_do_not_count() -> None:
    """
    The person may call as often as they like.
    """
    log = [contact(in_china("2026-11-24 10:00"), direction="in")]

    assert counted("effective_calls_today", log) == 0


def test_lines_from_the_future_count_as_of_now() -> None:
    """
    A clock that is set back, by an hour or by a day, makes room for no further call.
    """
    log = [contact(NOON + timedelta(seconds=1)), contact(NOON + timedelta(days=1))]

    assert counted("effective_calls_today", log) == 2


def test_visits_count_by_day() -> None:
    """
    A visit this morning leaves none for today.
    """
    log = [contact(in_china("2026-11-24 09:00"), "not_met", channel="visit", number="")]

    assert counted("visits_today", log) == 1


def tries() -> list[PastContact]:
    """Three failures over five days on two channels, the log out of order."""
    return [
        contact(in_china("2026-11-24 09:00"), "busy"),
        contact(in_china("2026-11-20 10:00"), "no_answer"),
        contact(in_china("2026-11-22 19:00"), "undelivered", channel="sms"),
    ]


def test_failures_in_a_row_are_counted_with_channels_and_days() -> None:
    """
    What cannot be reached is counted since the last time it was, over channels and days.
    """
    names = ("consecutive_unreached", "unreached_channels", "unreached_days")

    assert tuple(counted(name, tries()) for name in names) == (3, 2, 5)
    assert tuple(counted(name, []) for name in names) == (0, 0, 0)


@pytest.mark.parametrize(
    "reset",
    [
        {"outcome": "answered", "two_way": False},
        {"outcome": "met", "channel": "visit"},
        {"outcome": "answered", "channel": "portal", "direction": "in", "number": ""},
        {"outcome": "delivered", "channel": "sms", "direction": "in"},
    ],
)
def test_any_sign_of_life_starts_the_row_again(reset: dict[str, Any]) -> None:
    """
    An answer, a meeting, a reply or a visit to the portal resets the count of failures.
    """
    log = [*tries(), contact(in_china("2026-11-23 08:00"), **reset)]

    assert counted("consecutive_unreached", log) == 1


def test_a_delivered_message_neither_reaches_nor_fails() -> None:
    """
    That a text arrived proves nothing of who read it.
    """
    log = [*tries(), contact(in_china("2026-11-23 08:00"), "delivered", channel="sms", two_way=False)]

    assert counted("consecutive_unreached", log) == 3


def test_reaching_is_counted_for_the_debtor_when_somebody_else_is_contacted() -> None:
    """
    For a contact person it is the debtor's failures that count, not theirs.
    """
    relay = {
        "person": "friend",
        "number": "phone-9",
        "debtor": "borrower",
        "party_relation": "contact_person",
        "purpose": "relay",
        "discloses_debt": False,
    }

    reached = judge_act(cn_pack(), act([], **relay), at=NOON)
    unreached = judge_act(cn_pack(), act(tries(), **relay), at=NOON)

    assert reached.outcome is Outcome.DENIED
    assert unreached.outcome is Outcome.ALLOWED


def test_many_calls_in_a_day_do_not_make_somebody_unreachable() -> None:
    """
    Nine calls in one morning do not open the way to a contact person: policy asks for days and channels.
    """
    log = [contact(in_china(f"2026-11-24 10:{minute:02d}"), "no_answer") for minute in range(9)]
    relay = act(
        log,
        person="friend",
        number="phone-9",
        debtor="borrower",
        party_relation="contact_person",
        purpose="relay",
        discloses_debt=False,
    )

    verdict = judge_act(cn_pack(), relay, at=NOON)

    assert [fired.rule_id for fired in verdict.fired] == ["cn.policy.unreachable-is-earned"]

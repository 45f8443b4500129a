"""Grounds for a visit are earned honestly; a promise is kept when the money came."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from forbear.conduct.promises import MoneyIn, PromiseToPay, settle_promises
from forbear.conduct.treatment import VisitLimits
from forbear.conduct.visits import Attempt, visit_grounds
from forbear.law.situation import PastContact
from forbear.services.night.people import attempts_at

LIMITS = VisitLimits(long_overdue_days=91, failures=3, over_days=5, channels=2)
START = date(2026, 11, 1)


def failed(day: int, hour: int, channel: str = "call", **more: object) -> Attempt:
    values = {"on": START + timedelta(days=day), "hour": hour, "channel": channel, "confirmed": True}
    return Attempt(**{**values, "reached": False, **more})


HONEST = [failed(0, 9), failed(2, 15, "sms"), failed(4, 19)]


def grounds(
    attempts: list[Attempt], days_past_due: int = 20, replied_on: date | None = None
) -> tuple[str, ...]:
    return visit_grounds(LIMITS, days_past_due=days_past_due, attempts=attempts, replied_on=replied_on)


def test_three_honest_failures_make_a_person_unreachable() -> None:
    """Three failures over five days, on two channels, at different hours, to a confirmed number."""
    assert grounds(HONEST) == ("unreachable",)


@pytest.mark.parametrize(
    "attempts",
    [
        HONEST[:2],
        [failed(0, 9), failed(2, 15, "sms"), failed(3, 19)],
        [failed(0, 9), failed(2, 15), failed(4, 19)],
        [failed(0, 9), failed(2, 9, "sms"), failed(4, 9)],
        [failed(0, 9, confirmed=False), failed(2, 15, "sms"), failed(4, 19)],
        [failed(0, hour, channel) for hour in range(8, 22) for channel in ("call", "sms")],
        [*HONEST, failed(5, 10, reached=True)],
    ],
    ids=["two", "four days", "one channel", "one hour", "unconfirmed", "many in a day", "reached since"],
)
def test_anything_less_does_not(attempts: list[Attempt]) -> None:
    """Fewer, faster, one channel, one hour, an unconfirmed number, or reached since: not unreachable."""
    assert grounds(attempts) == ()


def test_a_reply_starts_the_count_again() -> None:
    """A reply or a portal visit says that the person is there."""
    assert grounds(HONEST, replied_on=START) == ()
    assert grounds(HONEST, replied_on=START - timedelta(days=1)) == ("unreachable",)


@pytest.mark.parametrize(
    ("outcomes", "reached"),
    [
        (("no_answer", "voicemail", "busy", "undelivered", "not_met"), [False]),
        (("answered", "met", "declined"), [True]),
        (("delivered", "unknown", "invalid"), []),
    ],
)
def test_only_what_reached_nobody_is_a_failure(outcomes: tuple[str, ...], reached: list[bool]) -> None:
    """Who hangs up was reached; a text that arrived, an end not recorded, a dead number prove nothing."""
    for outcome in outcomes:
        assert [attempt.reached for attempt in attempts_at(file_with(outcome))] == reached


def test_who_uses_a_right_declines_nothing() -> None:
    """A conversation declined counts, unless the person asked, objected or named somebody that same day."""
    at = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
    declined = [
        attempts_at(file_with("declined"), rights_used=used)[0].declined
        for used in ((), [at + timedelta(days=1)], [at + timedelta(hours=9)], [at - timedelta(minutes=1)])
    ]
    assert declined == [True, True, False, False]


def file_with(outcome: str) -> Any:
    """Return the file of a person who was called once, with this end and no conversation."""
    point = SimpleNamespace(pk="point", value="19900000001", zone="Asia/Shanghai", confirmed_on=START)
    line = PastContact(
        at=datetime(2026, 11, 2, 1, 0, tzinfo=UTC),
        channel="call",
        direction="out",
        person="party",
        number="19900000001",
        debts=(),
        outcome=outcome,
    )
    return SimpleNamespace(party=SimpleNamespace(pk="party"), points=(point,), log=(line,))


def test_long_overdue_is_a_ground_from_its_day_on() -> None:
    """The table says from which day a loan is long overdue."""
    assert grounds([], days_past_due=90) == ()
    assert grounds([], days_past_due=91) == ("long_overdue",)


def test_two_real_conversations_declined_are_a_refusal() -> None:
    """One is a bad day; a conversation that did not happen declines nothing."""
    talk = failed(0, 9, reached=True, declined=True)
    assert grounds([talk]) == ()
    assert grounds([talk, failed(1, 9, declined=True)]) == ()
    assert grounds([talk, failed(3, 9, reached=True, declined=True)]) == ("refuses_to_talk",)


def promise(number: int, amount: int, due: int, made: int = 0) -> PromiseToPay:
    return PromiseToPay(
        promise_id=f"p{number}",
        amount=amount,
        made_on=START + timedelta(days=made),
        due_on=START + timedelta(days=due),
    )


def settled(promises: list[PromiseToPay], money: list[tuple[int, int]], day: int) -> dict[str, str]:
    arrivals = [MoneyIn(on=START + timedelta(days=on), amount=amount) for on, amount in money]
    return settle_promises(promises, arrivals, as_of=START + timedelta(days=day), grace_days=1)


def test_money_in_time_keeps_a_promise() -> None:
    """Paid in full by the day, in one sum or several, or within the grace for transfers: kept."""
    assert settled([promise(1, 100, 5)], [(2, 60), (5, 40)], 5) == {"p1": "kept"}
    assert settled([promise(1, 100, 5)], [(6, 100)], 6) == {"p1": "kept"}


def test_money_missing_breaks_it_only_after_the_grace() -> None:
    """Until the last moment it is open; then it is broken, also by one cent."""
    assert settled([promise(1, 100, 5)], [(2, 99)], 5) == {}
    assert settled([promise(1, 100, 5)], [(2, 99)], 6) == {"p1": "broken"}
    assert settled([promise(1, 100, 5)], [(7, 100)], 9) == {"p1": "broken"}


def test_money_before_the_promise_was_made_does_not_count() -> None:
    """What was paid before is not what was promised."""
    assert settled([promise(1, 100, 5, made=3)], [(2, 100)], 6) == {"p1": "broken"}


def test_money_counts_for_one_promise_only() -> None:
    """Two promises need the money of two; the one that falls due first is served first."""
    both = [promise(2, 100, 9), promise(1, 100, 5)]
    assert settled(both, [(4, 100)], 10) == {"p1": "kept", "p2": "broken"}
    assert settled(both, [(4, 100), (8, 100)], 10) == {"p1": "kept", "p2": "kept"}

"""Bad input gets a clear error that names what is wrong, and never a verdict."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from forbear.errors import InputError
from forbear.law import judge, parse
from forbear.law.facts import facts_from_mapping
from forbear.law.judge import judge_act
from forbear.law.situation import CLOCK_SLACK, PastContact, Situation
from forbear.law.verdict import Outcome
from forbear.testing.law import act, cn_pack, contact, in_china

NOON = in_china("2026-11-24 12:00")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"chanel": "call"}, "knows no fact 'chanel'. Did you mean 'channel'?"),
        ({"channel": "fax"}, "channel is 'fax'; it must be one of call, sms"),
        ({"robot": 1}, "robot is 1; it must be true or false"),
        ({"robot": "no"}, "robot is 'no'; it must be true or false"),
        ({"visits_today": True}, "visits_today is True; it must be a count from 0"),
        ({"visits_today": -1}, "visits_today is -1; it must be a count from 0"),
        ({"visits_today": 1.0}, "visits_today is 1.0; it must be a count from 0"),
        ({"collectors_present": 10**12}, "it must be a whole number up to"),
        ({"local_time": "24:00"}, "local_time is '24:00'; it must be a time of day as HH:MM"),
        ({"local_time": 1200}, "local_time is 1200; it must be a time of day"),
        ({"zones": ["Asia/Shanghia"]}, "'Asia/Shanghia' is not a time zone"),
        ({"zones": []}, "No time zone is given"),
        ({"zones": 8}, "zones is 8; give a list of IANA names"),
        ({"at": "2026-11-24T12:00"}, "has no time zone; give an instant with its UTC offset"),
        ({"at": "noon"}, "at is 'noon'; write it like"),
        ({"at": "1889-01-01T00:00Z"}, "is not between 1990 and 2100"),
        ({"at": "2020-01-01T00:00+08:00"}, "knows the law from 2025-02-28 on, not that of 2020-01-01"),
    ],
)
def test_facts_that_make_no_sense_are_refused(given: dict[str, Any], says: str) -> None:
    """
    An unknown fact, a wrong type, a zone that does not exist and a time without one are named.
    """
    with pytest.raises(InputError) as caught:
        judge(cn_pack(), facts_from_mapping(cn_pack(), given, now=NOON))

    assert says in str(caught.value)


def test_a_moment_without_a_zone_is_refused_wherever_it_comes_in() -> None:
    """
    Neither the moment judged nor that of a past contact may leave open which hour it means.
    """
    naive = datetime(2026, 11, 24, 12)  # noqa: DTZ001 (what is refused)

    with pytest.raises(InputError, match="at 2026-11-24 12:00:00 has no time zone"):
        judge_act(cn_pack(), act(), at=naive)
    with pytest.raises(InputError, match=r"PastContact\.at 2026-11-24 12:00:00 has no time zone"):
        contact(naive)
    with pytest.raises(InputError, match="now 2026-11-24 12:00:00 has no time zone"):
        facts_from_mapping(cn_pack(), {}, now=naive)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"channel": "telex"}, r"PastContact\.channel is 'telex'; it must be one of call"),
        ({"direction": "up"}, r"PastContact\.direction is 'up'; it must be one of in, out"),
        ({"outcome": "fine"}, r"PastContact\.outcome is 'fine'; it must be one of answered"),
        ({"purpose": "chat"}, r"PastContact\.purpose is 'chat'; it must be one of"),
    ],
)
def test_a_past_contact_of_unknown_words_is_refused(changes: dict[str, Any], says: str) -> None:
    """
    A line of the log speaks the words that regimes count by, or it is not one.
    """
    with pytest.raises(InputError, match=says):
        contact(NOON, **{"outcome": "answered"} | changes)


def test_a_log_out_of_order_is_refused() -> None:
    """
    What was last and what came before it is never guessed: the line is named.
    """
    lines: tuple[PastContact, ...] = (contact(NOON), contact(NOON - timedelta(minutes=1)))

    with pytest.raises(InputError, match=r"Line 2 of the log \(2026-11-24T11:59:00\+08:00\) is earlier"):
        Situation(person="p", number="n", debt="d", zones=("Asia/Shanghai",), log=lines)


def test_a_clock_that_was_set_back_gets_an_error_and_no_verdict() -> None:
    """
    A log that is ahead of the moment by more than five minutes means that the clock is wrong.
    """
    ahead = [contact(NOON + CLOCK_SLACK + timedelta(seconds=1))]
    known = judge_act(cn_pack(), act(ahead, log_ahead=True), at=NOON)

    with pytest.raises(InputError, match=r"later than the moment judged .* the clock was set back"):
        judge_act(cn_pack(), act(ahead), at=NOON)
    assert known.outcome is Outcome.DENIED
    assert judge_act(cn_pack(), act([contact(NOON + CLOCK_SLACK)]), at=NOON).outcome is Outcome.ALLOWED


def test_texts_that_are_no_pack_give_an_error_before_anything_is_judged() -> None:
    """
    A pack that does not parse can't be judged by.
    """
    with pytest.raises(InputError, match="no file has a pack section"):
        parse({"a.yaml": "rules: []"})

"""The China pack agrees with the public cases of the topics it covers, read by the names of their facts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forbear.law.facts import facts_from_mapping
from forbear.law.judge import judge
from forbear.law.verdict import Outcome
from forbear.testing.law import cn_pack, in_china

NOON = in_china("2026-11-24 12:00")
OUTCOMES = {"allow": Outcome.ALLOWED, "deny": Outcome.DENIED}
RULES = {"cba.attempts": "cn.cba.unanswered-attempts", "gbt.voice": "cn.gbt.effective-calls"}

RELAYING = {"purpose": "relay", "discloses_debt": False}
UNREACHED = {"consecutive_unreached": 3, "unreached_channels": 2, "unreached_days": 5}
PEOPLE = {"债务无关第三人": "contact_person", "紧急联系人": "contact_person", "通讯录其他人": "unrelated"}
PEOPLE |= {"配偶": "spouse"}

Facts = dict[str, Any]
Reader = Callable[[Any], Facts]


def window(value: str | None) -> Facts:
    if value is None:
        return {"night_consent": False}
    start, end = value.split("-")
    return {"night_consent": True, "hours_wish": True, "preferred_from": start, "preferred_until": end}


def unreached(times: int) -> Facts:
    return UNREACHED | {"consecutive_unreached": times}


def nothing(_: Any) -> Facts:
    """For what the pack does not look at: other numbers, notes, and what an obligation asks for."""
    return {}


READERS: dict[str, Reader] = {
    "local_time": lambda v: {"local_time": v},
    "channel": lambda v: {"channel": v},
    "debtor_consented": lambda v: {"night_consent": v},
    "agreed_window": window,
    "attempts_today_same_number": lambda v: {"unanswered_today": v},
    "cba_unanswered_attempts_same_number": lambda v: {"unanswered_today": v},
    "attempts_today_other_number": nothing,
    "all_unanswered": nothing,
    "agreed_otherwise": lambda v: {"agreed_frequency": v},
    "counting_basis": nothing,
    "voice_collections_today": lambda v: {"effective_calls_today": v},
    "gbt_voice_connected_today": lambda v: {"effective_calls_today": v},
    "third_party": lambda v: {"party_relation": PEOPLE[v]} | RELAYING,
    "contact": lambda v: {"party_relation": PEOPLE[v]} | RELAYING,
    "debt_used_for_joint_household": nothing,
    "debtor_number_invalid": lambda v: {"number_invalid": v},
    "consecutive_unreached": unreached,
    "debtor_lost_contact": lambda v: unreached(3 if v else 0),
    "debtor_incapacitated": nothing,
    "purpose": lambda v: {"purpose": "remind" if "demand" in v else "relay"},
    "discloses_debt": lambda v: {"discloses_debt": v},
    "third_party_asked_stop": lambda v: {"third_party_objected": v},
    "collectors": lambda v: {"collectors_present": v},
    "visits_today": lambda v: {"visits_today": v},
    "recorded": nothing,
    "credentials_shown": nothing,
    "enters_home": lambda v: {"enters_home": v},
    "enters_office_area": lambda v: {"enters_office": v},
    "posts": lambda v: {"posts_notice": bool(v)},
    "act": lambda v: {"films_inside": "拍摄" in v},
    "consent": lambda v: {"entry_consent": v},
}


def facts_of(case: Facts) -> Facts:
    """Return a public case as facts of the pack: the lawful base, changed by what the case names."""
    given: Facts = {"channel": "visit"} if case["topic"] == "onsite_visit" else {}
    for name, value in case["facts"].items():
        given |= READERS[name](value)
    return {**cn_pack().base_facts, **given}


@pytest.mark.parametrize(
    ("topic", "at_least"),
    [
        ("contact_hours", 6),
        ("contact_hours_gb", 2),
        ("call_frequency", 6),
        ("third_party", 8),
        ("onsite_visit", 10),
        ("composition", 2),
    ],
)
def test_the_pack_agrees_with_the_public_cases(shared: Path, topic: str, at_least: int) -> None:
    """
    Every public case of the topic that asks whether an act may be done gets the answer it expects.
    """
    lines = (shared / "cases" / "law" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    asked = [
        case
        for case in cases
        if (case["jurisdiction"], case["topic"]) == ("CN", topic) and case["expected"]["verdict"] in OUTCOMES
    ]

    for case in asked:
        verdict = judge(cn_pack(), facts_from_mapping(cn_pack(), facts_of(case), now=NOON))
        fired = {item.rule_id for item in verdict.fired}
        assert verdict.outcome is OUTCOMES[case["expected"]["verdict"]], (case["facts"], fired)
        assert {RULES[name] for name in case["expected"].get("fired", ())} <= fired
    assert len(asked) >= at_least

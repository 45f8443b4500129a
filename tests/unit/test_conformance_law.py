"""The suite of the law answers whatever cases of its topics a file holds, from what their facts mean."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.__main__ import main
from conformance.law.suite import SUITE
from conformance.runner import run_suite

GUIDELINE = "中国银行业协会《金融机构个人消费类贷款催收工作指引(试行)》"
STANDARD = "GB/T 45251—2025"


def call(day: int, **row: Any) -> dict[str, Any]:
    base = {"date": f"2026-09-{day:02}", "person": "A", "debt": "card", "number": "1", "outcome": "no_answer"}
    return base | row


def run(tmp_path: Path, jurisdiction: str, topic: str, facts: Any, expected: Any, citation: str = "") -> int:
    row = {
        "id": "own",
        "jurisdiction": jurisdiction,
        "topic": topic,
        "facts": facts,
        "expected": expected,
        "citation": citation,
    }
    file = tmp_path / "own.jsonl"
    file.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    return run_suite(SUITE, file)


def test_the_shared_cases_pass(shared: Path) -> None:
    """
    At least 98 of 100 shared cases are met, and at most 3 are left out.
    """
    assert run_suite(SUITE, shared / "cases" / "law" / "cases.jsonl") == 0


SEVEN = [call(day) for day in range(10, 17)]
CASES: dict[str, tuple[str, str, Any, str]] = {
    "the eighth call in seven days": (
        "US",
        "call_frequency",
        {"calls": [*SEVEN, call(16)]},
        "presumed_violation",
    ),
    "the first one has left": ("US", "call_frequency", {"calls": [*SEVEN, call(17)]}, "presumed_compliance"),
    "a busy line did not connect": (
        "US",
        "call_frequency",
        {"calls": [*SEVEN[:3], call(13, outcome="busy"), *SEVEN[4:], call(16)]},
        "presumed_compliance",
    ),
    "a conversation six days ago": (
        "US",
        "call_frequency",
        {"calls": [call(16)], "conversations": [{"date": "2026-09-10", "person": "A", "debt": "card"}]},
        "presumed_violation",
    ),
    "student loans under one account": (
        "US",
        "call_frequency",
        {
            "calls": [
                call(10 + n // 2, debt=f"loan {n % 3}", debt_type="student", account="X") for n in range(8)
            ]
        },
        "presumed_violation",
    ),
    "night in one zone of two": (
        "US",
        "time_place",
        {"collector_time": "2026-09-01T21:30-04:00", "candidate_tzs": ["America/New_York", "America/Denver"]},
        "deny",
    ),
    "consent that a night call got": (
        "US",
        "time_place",
        {"prior_consent": True, "consent_given_during": "call at 23:10", "local_time": "21:40"},
        "deny",
    ),
    "a message to an employer's address": (
        "US",
        "conduct",
        {"medium": "email", "address_known_employer_provided": True, "route": "creditor_notice"},
        "violation",
    ),
    "the last day of a dispute unanswered": (
        "US",
        "dispute",
        {"dispute": "written", "within_validation_period": True, "action": "call"},
        "deny",
    ),
    "a fourth contact in the city": (
        "US-NYC",
        "contact_frequency",
        {"contacts_7d_all_channels_excl_mail": 3, "new_contact": "email"},
        "deny",
    ),
    "a letter in the city": (
        "US-NYC",
        "contact_frequency",
        {"contacts_7d_all_channels_excl_mail": 3, "new_contact": "mail"},
        "allow",
    ),
    "pressure to borrow": ("UK", "forbearance", {"pressure_to": "borrow from family"}, "deny"),
    "interest in breathing space": (
        "UK",
        "breathing_space",
        {"moratorium_started": "2026-03-02", "today": "2026-04-01", "action": "charge interest"},
        "deny",
    ),
    "seven in the evening": ("IN", "contact_hours", {"local_time": "19:00"}, "allow"),
    "a wedding": ("IN", "sensitive_occasion", {"occasion": "wedding", "channel": "call"}, "deny"),
    "undue influence": ("EU", "conduct", {"conduct": "undue influence"}, "deny"),
}


@pytest.mark.parametrize("name", CASES)
def test_cases_of_the_same_topics_with_other_values_run(tmp_path: Path, name: str) -> None:
    """
    A case is answered by its topic and facts, whatever its id.
    """
    jurisdiction, topic, facts, verdict = CASES[name]

    assert run(tmp_path, jurisdiction, topic, facts, {"verdict": verdict}) == 0


@pytest.mark.parametrize(
    ("facts", "citation", "verdict"),
    [
        ({"local_time": "21:59", "debtor_consented": False}, GUIDELINE, "allow"),
        ({"local_time": "22:00", "debtor_consented": False}, GUIDELINE, "deny"),
        ({"local_time": "22:10", "agreed_window": "22:00-22:30"}, STANDARD, "allow"),
        ({"local_time": "22:30", "agreed_window": "22:00-22:30"}, STANDARD, "deny"),
    ],
)
def test_china_is_asked_under_the_text_that_is_cited(
    tmp_path: Path, facts: Any, citation: str, verdict: str
) -> None:
    """
    The hours of the guideline and of the standard are each asked for by its own name.
    """
    assert run(tmp_path, "CN", "contact_hours", facts, {"verdict": verdict}, citation) == 0


def test_a_wrong_expectation_fails_and_an_unknown_topic_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    An answer on the wrong side fails with its first difference; a topic that nothing answers fails too.
    """
    assert run(tmp_path, "IN", "contact_hours", {"local_time": "07:00"}, {"verdict": "allow"}) == 1
    assert "verdict is against it, expected allow" in capsys.readouterr().out
    assert run(tmp_path, "IN", "tea_time", {}, {"verdict": "allow"}) == 1
    assert "No pack of IN answers the topic tea_time" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\n", "holds no case of law"),
        (b'\n{"cases": [', "own.jsonl, line 2: it is not JSON"),
        (b"[1]", "own.jsonl, line 1: it is no case"),
        (b'{"id": "a", "facts": {}}', "own.jsonl, line 1: it is no case"),
        (b"\xff", "not UTF-8"),
        (None, "There is no file or folder"),
    ],
)
def test_a_file_that_holds_no_cases_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, says: str
) -> None:
    """
    What can't be read ends with status 2 and says in one line where and why.
    """
    file = tmp_path / "own.jsonl"
    if content is not None:
        file.write_bytes(content)

    assert main(["law", "--cases", str(file)]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert says in line


def test_a_case_that_expects_nothing_fails(tmp_path: Path) -> None:
    """
    A case passes by an answer that was compared, never by having none.
    """
    assert run(tmp_path, "IN", "contact_hours", {"local_time": "09:00"}, {"note": "allowed"}) == 1
    assert (
        run(tmp_path, "IN", "contact_hours", {"local_time": "07:00"}, {"verdict": "deny", "fired": []}) == 1
    )

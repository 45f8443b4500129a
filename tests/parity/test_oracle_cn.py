"""An independent oracle and the China pack say the same of simulated attempts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.oracle.attempt import Attempt, FactValue, Line, failures_in_a_row
from tests.oracle.attempts import ORDINARY_ACT, ORDINARY_CONTACT, attempt
from tests.oracle.compare import read_coverage
from tests.oracle.explained import Explanation
from tests.oracle.oracle import CONTACT_ROWS, FORBIDS, HELD_UP, SILENT, Says
from tests.oracle.oracle_acts import ACT_ROWS, judge

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


def contact(
    *, at: datetime = NOON, log: tuple[Line, ...] = (), zone: str = "Asia/Shanghai", **facts: FactValue
) -> Attempt:
    """Return an ordinary call to the borrower at noon in China, changed by what is given."""
    return Attempt(at, (zone,), "p1", "n1", "l1", "", ORDINARY_CONTACT | facts, log)


def calls(count: int, outcome: str, *, minutes_ago: int = 100) -> tuple[Line, ...]:
    """Return calls to the person, one a minute."""
    since = NOON - timedelta(minutes=minutes_ago)
    return tuple(
        Line(
            since + timedelta(minutes=place),
            "call",
            "out",
            "p1",
            "n1",
            ("l1",),
            outcome,
            outcome == "answered",
        )
        for place in range(count)
    )


def test_every_row_is_reached() -> None:
    """
    In 20,000 attempts each row that the oracle judges has something to say.
    """
    spoken: set[str] = set()
    for number in range(20_000):
        spoken |= judge(attempt(7, number)).keys()

    assert spoken == set(CONTACT_ROWS) | set(ACT_ROWS)


@pytest.mark.parametrize(
    ("row", "made", "says"),
    [
        ("CN-H1", contact(at=datetime(2026, 11, 24, 13, 59, 59, tzinfo=UTC)), SILENT),
        ("CN-H1", contact(at=datetime(2026, 11, 24, 14, 0, 0, tzinfo=UTC)), FORBIDS),
        ("CN-H1", contact(at=datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)), FORBIDS),
        ("CN-H1", contact(at=datetime(2026, 11, 24, 0, 0, 0, tzinfo=UTC)), SILENT),
        ("CN-H1", contact(at=datetime(2026, 11, 24, 1, 59, tzinfo=UTC), zone="Asia/Urumqi"), FORBIDS),
        ("CN-H1", contact(at=datetime(2026, 1, 29, 15, 59, 59, tzinfo=UTC)), SILENT),
        ("CN-H2", contact(at=datetime(2026, 1, 29, 15, 59, 59, tzinfo=UTC)), FORBIDS),
        ("CN-H2", contact(at=datetime(2026, 11, 24, 14, tzinfo=UTC), night_consent=None), HELD_UP),
        ("CN-H2", contact(at=datetime(2026, 11, 24, 14, tzinfo=UTC), night_consent=True), SILENT),
        ("CN-F1", contact(log=calls(2, "answered")), SILENT),
        ("CN-F1", contact(log=calls(3, "answered")), FORBIDS),
        ("CN-F1", contact(log=calls(4, "answered", minutes_ago=722)), SILENT),
        ("CN-F1", contact(log=calls(4, "answered", minutes_ago=-5)), FORBIDS),
        ("CN-F2", contact(log=calls(5, "no_answer")), SILENT),
        ("CN-F2", contact(log=calls(6, "no_answer")), FORBIDS),
        ("CN-V1", contact(channel="visit", collectors_present=1), FORBIDS),
        ("CN-V1", contact(channel="visit", collectors_present=2), SILENT),
    ],
)
def test_the_oracle_keeps_the_limits_of_the_table(row: str, made: Attempt, says: Says) -> None:
    """
    22:00 and 08:00, the fourth call, the seventh attempt and the second collector fall where the table
    puts them.
    """
    assert judge(made).get(row, SILENT) == says


def test_what_may_have_reached_the_debtor_ends_a_row_of_failures() -> None:
    """
    Three failures in a row are three without anything between them that may have reached the debtor.
    """
    two, one = calls(2, "no_answer"), calls(1, "busy", minutes_ago=50)
    between = calls(1, "unknown", minutes_ago=60)

    assert failures_in_a_row(contact(log=two + one)) == 3
    assert failures_in_a_row(contact(log=two + between + one)) == 1


def test_an_attempt_is_the_same_whoever_draws_it() -> None:
    """
    A seed and a number name one attempt, so that a disagreement can be looked at again.
    """
    assert attempt(7, 4_711) == attempt(7, 4_711)
    assert attempt(7, 4_711) != attempt(8, 4_711)


def test_an_explanation_covers_only_what_it_names() -> None:
    """
    An entry holds for its row, its direction, its rules and its facts, and for nothing else.
    """
    entry = Explanation("CN-I7", "milder", frozenset(), {"penalty_percent": [120, "unknown"]}, "because")

    def covers(row: str, kind: str, percent: int | None) -> bool:
        facts = ORDINARY_ACT | {"penalty_percent": percent}
        return entry.covers(row, kind, "rule", Attempt(NOON, ("Asia/Shanghai",), "p", "n", "l", "", facts))

    assert covers("CN-I7", "milder", 120)
    assert covers("CN-I7", "milder", None)
    assert not covers("CN-I7", "milder", 130)
    assert not covers("CN-I7", "stricter", 120)
    assert not covers("CN-I6", "milder", 120)


def test_the_published_table_gives_the_rules_of_a_row() -> None:
    """
    Of each line of the table the row is read, and every rule that stands in it.
    """
    table = "| row | rules |\n|---|---|\n| CN-V1 | two | `cn.cba.pair`, `cn.gbt.pair` |\n| CN-A1 | none |\n"

    assert read_coverage(table) == {"CN-V1": ("cn.cba.pair", "cn.gbt.pair"), "CN-A1": ()}

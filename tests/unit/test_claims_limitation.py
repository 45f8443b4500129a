"""Until when a claim is enforceable, what starts the time anew, and what is left afterwards (China)."""

from __future__ import annotations

from datetime import date

import pytest

from forbear.errors import InputError
from forbear.loans.claims_limitation import Standing, after_expiry, limitation

ON = date.fromisoformat


def limited(due, *restarts, **given):
    days = [ON(day) for day in due.split()]
    return limitation(days, years=3, longest_years=20, restarts=[ON(day) for day in restarts], **given)


@pytest.mark.parametrize(
    ("due", "last_day"),
    [
        ("2023-03-02", "2026-03-02"),
        ("2023-03-01", "2026-03-02"),
        ("2023-02-28", "2026-03-02"),
        ("2024-02-29", "2027-03-01"),
        ("2022-02-28", "2025-02-28"),
        ("2021-02-28", "2024-02-28"),
    ],
)
def test_the_last_day_corresponds_and_is_no_rest_day(due, last_day):
    """
    Three years end on the corresponding day or the month's last, moved past a weekend (arts. 188, 202 and
    203).
    """
    found = limited(due)

    assert found.last_day == ON(last_day)
    assert found.standing(ON(last_day)) is Standing.RUNNING
    assert found.standing(date.fromordinal(ON(last_day).toordinal() + 1)) is Standing.BARRED


def test_other_rest_days_move_the_end_too():
    """
    A calendar of holidays says what a rest day is.
    """
    holidays = {ON(f"2026-10-0{day}") for day in range(1, 9)}

    assert limited("2023-10-01", is_rest_day=holidays.__contains__).last_day == ON("2026-10-09")


def test_a_demand_starts_the_period_anew():
    """
    Each demand in time restarts it on its own day (art. 195), in whatever order they are given.
    """
    found = limited("2020-05-06", "2023-04-03", "2022-06-01", "2026-04-02")

    assert (found.restarted_on, found.runs_from) == (ON("2026-04-02"), ON("2026-04-02"))
    assert found.last_day == ON("2029-04-02")


def test_a_demand_on_the_last_day_is_in_time_and_one_later_is_not():
    """
    The last day still runs until midnight; after it a demand restarts nothing.
    """
    assert limited("2023-03-02", "2026-03-02").restarted_on == ON("2026-03-02")
    late = limited("2023-03-02", "2026-03-03")

    assert (late.restarted_on, late.last_day) == (None, ON("2026-03-02"))


def test_a_demand_before_the_day_due_restarts_nothing():
    """
    What does not run yet cannot start anew.
    """
    assert limited("2023-03-02", "2023-01-01", "2023-03-02").restarted_on is None


def test_instalments_run_from_the_last_of_them():
    """
    One debt in instalments runs from the day the last one was due (art. 189).
    """
    assert limited("2023-01-10 2024-01-10 2023-06-10").runs_from == ON("2024-01-10")


def test_no_restart_reaches_beyond_the_longest_period():
    """
    However often it is demanded, a court protects a claim for twenty years at most (art. 188).
    """
    demands = [f"{year}-01-15" for year in range(2003, 2024)]

    assert limited("2002-01-15", *demands).last_day == ON("2022-01-17")


def test_what_is_left_of_the_defence_after_the_end():
    """
    Paid is paid; a promise to perform waives the defence; a signature alone does not (arts. 192 and 19).
    """
    assert after_expiry(paid=True, agreed_to_perform=False) is Standing.PERFORMED
    assert after_expiry(paid=False, agreed_to_perform=True) is Standing.WAIVED
    assert after_expiry(paid=False, agreed_to_perform=False) is Standing.BARRED


def test_a_debt_without_a_day_has_no_period():
    """
    Where no day is due, nothing runs.
    """
    with pytest.raises(InputError):
        limitation([], years=3, longest_years=20)

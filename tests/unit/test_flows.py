"""Roll rates, cures and losses are counts of what the nights' columns say."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from forbear.errors import InvariantError
from forbear.nightly.flows import (
    STATES,
    Curve,
    Night,
    counts_by_state,
    cure_curve,
    loss_curve,
    net_losses,
    principal_by_state,
    rates_ppm,
    roll_matrix,
    roll_total,
    states_of,
)

START = date(2026, 1, 31)


def night(number: int, **states: str) -> Night:
    """Return a night on which each named loan is in the given state and owes 100."""
    ids = np.array(sorted(states))
    codes = [states[loan] for loan in sorted(states)]
    lost = np.array([100 if code == "charged_off" else 0 for code in codes], dtype=np.int64)
    return Night(
        day=START + timedelta(days=30 * number),
        loan_ids=ids,
        states=states_of(codes),
        principal=100 - lost,
        charged_off=lost,
        recovered=lost // 4,
    )


def cell(matrix: np.ndarray, before: str, after: str) -> int:
    return int(matrix[STATES.index(before), STATES.index(after)])


STORY = [
    night(0, a="current", b="current", c="current", d="current"),
    night(1, a="1-30", b="1-30", c="1-30", d="current"),
    night(2, a="current", b="31-60", c="1-30", d="1-30"),
    night(3, a="1-30", b="charged_off", c="current", d="closed"),
]


def test_a_roll_matrix_counts_every_loan_once() -> None:
    """Rows are where loans were, columns where they went, and the sum is the loans in both nights."""
    matrix = roll_matrix(STORY[1], STORY[2])
    assert cell(matrix, "1-30", "current") == cell(matrix, "1-30", "31-60") == 1
    assert cell(matrix, "1-30", "1-30") == cell(matrix, "current", "1-30") == 1
    assert matrix.sum() == 4
    assert roll_total(STORY).sum() == 12


def test_loans_in_one_night_only_are_left_out() -> None:
    """A new loan has not rolled from anywhere."""
    assert roll_matrix(night(0, a="current"), night(1, a="current", b="1-30")).sum() == 1


def test_rates_are_shares_of_the_row() -> None:
    """A third is a third rounded down; a state nobody was in has no rate."""
    rates = rates_ppm(roll_matrix(STORY[1], STORY[2]))
    assert rates[STATES.index("1-30")][STATES.index("current")] == 333_333
    assert rates[STATES.index("91-180")][0] is None


def test_a_cure_counts_from_the_night_a_loan_fell_overdue() -> None:
    """Episodes are counted by age, and only as far as they were observed."""
    curve = cure_curve(STORY, horizon=3)
    assert curve == Curve(at_risk=(5, 4, 3, 0), reached=(0, 2, 2, 0))
    assert curve.shares_ppm() == (0, 500_000, 666_666, None)


def test_a_loss_stays_a_loss() -> None:
    """Of the loans at the start, the charged-off ones; the amounts net of recoveries stand beside."""
    assert loss_curve(STORY) == Curve(at_risk=(4,) * 4, reached=(0, 0, 0, 1))
    assert net_losses(STORY)[-1] == (STORY[-1].day, 100, 25)


def test_the_book_by_state() -> None:
    """Counts and principal by state."""
    assert counts_by_state(STORY[3])[STATES.index("charged_off")] == 1
    assert principal_by_state(STORY[3])[STATES.index("1-30")] == 100
    assert counts_by_state(STORY[3]).sum() == 4


def test_columns_out_of_order_are_a_bug() -> None:
    """A night holds each loan once, in rising order."""
    one = night(0, a="current", b="1-30")
    with pytest.raises(InvariantError):
        Night(
            day=one.day,
            loan_ids=one.loan_ids[::-1],
            states=one.states,
            principal=one.principal,
            charged_off=one.charged_off,
            recovered=one.recovered,
        )

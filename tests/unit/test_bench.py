"""Figures of the benchmarks: their verdict, their line, and how time is taken."""

from __future__ import annotations

from itertools import count

import pytest

from bench.measure import Figure, medians


@pytest.mark.parametrize(
    ("value", "at_least", "holds"),
    [(10.0, True, True), (9.99, True, False), (10.0, False, True), (10.01, False, False)],
)
def test_a_figure_holds_at_what_was_asked(value, at_least, holds):
    """
    A rate must reach what was asked and a time must not pass it; exactly as asked is enough.
    """
    figure = Figure(name="work", value=value, asked=10, unit="times", at_least=at_least)

    assert figure.holds is holds
    assert str(figure) == f"work: {value:.2f} times (asked 10 times)"


def test_jobs_take_turns_and_the_first_turn_does_not_count():
    """
    Each job's median is over its later turns, and no job runs twice before the others have run.
    """
    ticks, turns = count(), []
    lengths = {"short": iter([50, 1, 2, 3]), "long": iter([90, 10, 20, 60])}

    def job(name):
        turns.append(name)
        for _ in range(next(lengths[name]) - 1):
            next(ticks)

    jobs = {name: lambda name=name: job(name) for name in lengths}

    assert medians(jobs, repeats=3, clock=lambda: next(ticks)) == {"short": 2, "long": 20}
    assert turns == ["short", "long"] * 4

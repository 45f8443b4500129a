"""Interest as stretches: joined, cut at a day, told to the cent, and never as more rows than one can read."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from forbear.loans.accrual import Segment
from forbear.loans.explain import AccrualLine
from forbear.money.daycount import DayCount
from forbear.money.rounding import Rounding
from forbear.services.loan_books.interest import MOST_STEPS, Timeline, joined, reckoning_of

START = date(2026, 1, 1)


def segment(base: int, first: date, last: date) -> Segment:
    """Return a stretch at 36.5 % of 365 days: a thousandth a day."""
    days = (last - first).days
    return Segment(
        base=base, rate_annual=Fraction(365, 1000), from_day=first, to_day=last, days=days, year_days=365
    )


def line_of(*pieces: Segment, carried: Fraction = Fraction(0)) -> AccrualLine:
    """Return an accrual that these stretches make, nothing of it paid."""
    exact = carried + sum((piece.exact for piece in pieces), Fraction(0))
    posted = Rounding.HALF_UP.settle(exact)
    return AccrualLine(carried=carried, segments=pieces, exact=exact, posted=posted, settled=0, owed=posted)


def test_stretches_that_go_on_alike_are_one_step() -> None:
    """
    In the order of the days, whatever order they were found in; other bases stay apart.
    """
    steps = joined(
        (
            segment(2000, date(2026, 1, 11), date(2026, 1, 21)),
            segment(1000, START, date(2026, 1, 2)),
            segment(1000, date(2026, 1, 2), date(2026, 1, 11)),
            segment(0, date(2026, 1, 21), date(2026, 1, 25)),
        )
    )

    assert [(step.base, step.days, step.exact) for step in steps] == [(1000, 10, 10), (2000, 10, 20)]


def test_what_came_before_the_last_steps_is_one_sum() -> None:
    """
    However many stretches there are, so many are told, and with the sum of the rest they add up.
    """
    days = [START + timedelta(days=number) for number in range(MOST_STEPS + 11)]
    pieces = [segment(1000 + n, day, day + timedelta(days=1)) for n, day in enumerate(days)]
    told = reckoning_of(line_of(*pieces, carried=Fraction(1, 3)), Rounding.HALF_UP)

    assert len(told.steps) == MOST_STEPS
    assert told.before == Fraction(1, 3) + sum(piece.exact for piece in pieces[:11])
    assert told.before + sum(step.exact for step in told.steps) == told.exact


def test_a_stretch_is_cut_at_a_day_and_periods_add_up() -> None:
    """
    Overlapping stretches, a day within them, and a day beyond: every cut adds up to the whole, rounded once.
    """
    pieces = (
        segment(1333, START, date(2026, 2, 1)),
        segment(777, date(2026, 1, 20), date(2026, 1, 21)),
        segment(2111, date(2026, 2, 1), date(2026, 3, 1)),
    )
    line = line_of(*pieces)
    timeline = Timeline(line, DayCount.ACTUAL_365, Rounding.HALF_UP)
    days = [START, date(2026, 1, 20), date(2026, 1, 21), date(2026, 2, 10), date(2026, 4, 1)]
    told = [timeline.between(first, last) for first, last in pairwise(days)]

    assert sum(one.posted for one in told) == line.posted == timeline.posted(date(2026, 4, 1))
    for one in told:
        assert one.before + sum((step.exact for step in one.steps), Fraction(0)) == one.exact
        assert Rounding.HALF_UP.settle(one.exact) == one.posted
    assert timeline.exact(START) == 0

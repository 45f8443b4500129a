"""The schedule: what a contract plans."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given

from forbear.errors import InputError, InvariantError
from forbear.loans.events import Disbursed
from forbear.loans.fold import fold
from forbear.loans.position import LoanState
from forbear.loans.schedule import build_schedule, schedule_to_date
from forbear.loans.state import Running
from forbear.loans.terms import Recalculation
from forbear.money.daycount import DayCount
from forbear.testing.builders import car_loan, consumer_loan
from forbear.testing.ledger import ledger
from forbear.testing.strategies import loan_terms


@given(terms=loan_terms())
def test_a_schedule_repays_exactly_what_was_lent(terms):
    """
    Principal adds up to the loan; interest to that of its whole life, exactly reckoned and rounded once.
    """
    plan = build_schedule(terms)
    left, exact, start = terms.principal, Fraction(0), terms.disbursed_on
    for due_on, principal in zip(plan.due_on, plan.principal, strict=True):
        exact += left * terms.rate_annual * terms.day_count.year_fraction(start, due_on)
        left -= principal
        start = due_on

    assert left == 0
    assert terms.rounding.interest.settle(exact) == sum(plan.interest)
    assert min(plan.principal + plan.interest) >= 0
    assert len(set(plan.ids)) == len(plan) <= terms.instalments
    assert list(plan.due_on) == sorted(set(plan.due_on))


@given(terms=loan_terms(Recalculation.SCHEDULED))
def test_a_loan_paid_as_planned_ends_as_planned(terms):
    """
    Paying each instalment on its day leaves nothing owed, nothing over, and no overdue interest.
    """
    plan = build_schedule(terms)
    day = terms.disbursed_on
    lines = [f"{day} disburse {terms.principal // 100}.{terms.principal % 100:02d}"]
    for row, due_on in enumerate(plan.due_on):
        total = plan.total(row)
        if total:
            lines.append(f"{due_on} pay {total // 100}.{total % 100:02d} P{row}")
    events = ledger("\n".join(lines), currency=terms.currency)
    position = fold(terms, events, as_of=plan.due_on[-1])

    assert events[0].body == Disbursed(amount=terms.principal)
    assert (position.state, position.payoff, position.credit) == (LoanState.CLOSED, 0, 0)
    assert position.penalty_paid == 0
    assert position.paid_total == sum(plan.principal) + sum(plan.interest)


def test_twelve_equal_months():
    """
    12,000.00 at 24 % by 30/360 months: 2 % a month, the annuity of the textbooks.
    """
    terms = consumer_loan(day_count=DayCount.THIRTY_360)
    plan = build_schedule(terms)

    assert [plan.total(row) for row in range(12)] == [113_472] * 11 + [113_466]
    assert plan.interest[:3] == (24_000, 22_211, 20_385)
    assert plan.ids[:2] == ("1-1", "1-2")


def test_due_days_keep_to_the_end_of_the_month():
    """
    A loan due on the 31st falls due on the last day of shorter months, and on the 31st again.
    """
    plan = build_schedule(consumer_loan(disbursed_on=date(2025, 12, 31), first_due=date(2026, 1, 31)))

    assert plan.due_on[:4] == (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30))


def test_no_interest_is_plain_division():
    """
    At 0 % the level amount is a twelfth, and the last one takes what rounding left.
    """
    plan = build_schedule(consumer_loan(principal=1_000_000, rate_annual=Fraction(0)))

    assert plan.principal == (83_333,) * 11 + (83_337,)
    assert sum(plan.interest) == 0


def test_a_stated_instalment_is_kept_to():
    """
    Where the contract states the level amount, the last instalment takes the difference.
    """
    plan = build_schedule(car_loan())

    assert {plan.total(row) for row in range(71)} == {34_250}
    assert sum(plan.principal) == 2_000_000


def test_a_stated_instalment_that_is_larger_ends_sooner():
    """
    A larger stated amount pays the loan off in fewer instalments.
    """
    assert len(build_schedule(car_loan(instalment=60_000))) == 38


def test_a_simple_interest_loan_has_no_fixed_rows():
    """
    Rows belong to fixed schedules alone: a simple-interest loan bills what has really built up.
    """
    run = Running("L1", car_loan(), date(2026, 1, 1))

    assert list(run.rows_to_come()) == []
    with pytest.raises(InvariantError):
        run.planned(0)


def test_interest_to_date_follows_the_plan():
    """
    All interest borne by a day is that of what was left until then, rounded once; at first it is none.
    """
    terms = consumer_loan(day_count=DayCount.ACTUAL_365)
    plan = build_schedule(terms)
    for day, fallen in (
        (terms.disbursed_on, 0),
        (plan.due_on[0], 1),
        (date(plan.due_on[4].year, plan.due_on[4].month, 28), 5),
        (date(2030, 1, 1), 12),
    ):
        lefts = [terms.principal - sum(plan.principal[:row]) for row in range(fallen + 1)]
        starts = [terms.disbursed_on, *plan.due_on[:fallen]]
        ends = [*plan.due_on[:fallen], max(day, starts[-1])]
        exact = sum(
            left * terms.rate_annual * terms.day_count.year_fraction(start, end)
            for left, start, end in zip(lefts, starts, ends, strict=True)
        )
        assert schedule_to_date(terms, day) == (plan, terms.rounding.interest.settle(Fraction(exact)))
    assert schedule_to_date(terms, date(2020, 1, 1)) == (plan, 0)


def test_a_loan_is_not_reckoned_by_pairs_of_days():
    """
    A day count that numbers no days is refused by the terms, by field.
    """
    with pytest.raises(InputError, match="30E/360") as caught:
        consumer_loan(day_count=DayCount.THIRTY_360_BOND)

    assert caught.value.field == "day_count"

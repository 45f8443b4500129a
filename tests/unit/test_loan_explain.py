"""What I owe and why, and what a day costs."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from forbear.loans.explain import cost_of_waiting, explain
from forbear.loans.fold import fold
from forbear.loans.position import Pot
from forbear.testing.builders import car_loan, consumer_loan
from forbear.testing.ledger import ledger

STORY = """
    2026-01-05 disburse 12000.00
    2026-02-20 pay 500.00 P1
    2026-03-01 pay 20.00 P2
    2026-03-02 reverse P2 no cover
"""


def test_every_amount_has_its_origin():
    """
    Overdue interest is told by its stretches, base x rate x days, and payments by their shares.
    """
    told = explain(consumer_loan(), ledger(STORY), as_of=date(2026, 3, 10))
    first, second = told.unpaid

    assert (first.instalment_id, first.paid.total) == ("1-1", 48_684)
    assert second.unpaid.total == 113_412
    assert told.penalty.posted == told.penalty.settled + told.penalty.owed
    assert [(s.base, s.from_day, s.days) for s in told.penalty.segments[:3]] == [
        (88_952, date(2026, 2, 5), 1),
        (88_952, date(2026, 2, 6), 14),
        (64_728, date(2026, 2, 20), 9),
    ]
    assert told.penalty.segments[0].exact == Fraction(88_952 * 36, 36_500)
    assert told.penalty.carried == 0
    assert [(line.event_id, line.undone_on) for line in told.payments] == [
        ("P1", None),
        ("P2", date(2026, 3, 2)),
    ]
    assert {share.target: share.total for share in told.payments[0].shares} == {
        Pot.PENALTY: 1_316,
        "1-1": 48_684,
    }
    assert told.payments[1].shares == ()


def test_contract_interest_is_told_by_its_stretches():
    """
    A fixed schedule's interest to date is what its principal bore, less what has fallen due.
    """
    told = explain(consumer_loan(), ledger(STORY), as_of=date(2026, 2, 15))

    assert [(s.base, s.days) for s in told.interest.segments] == [(1_200_000, 31), (1_111_048, 10)]
    assert (told.interest.settled, told.interest.owed) == (24_460, 7_306)
    assert told.interest.exact == sum(segment.exact for segment in told.interest.segments)


def test_a_charged_off_claim_is_explained_too():
    """
    After charge-off the unpaid lists still show what was owed, and the sums hold.
    """
    story = "2026-01-05 disburse 12000.00\n2026-03-06 charge-off lost\n2026-04-01 recover 30.00 sale"
    told = explain(consumer_loan(), ledger(story), as_of=date(2026, 4, 2))

    assert told.position.payoff == 1_200_000 + told.position.overdue.total + told.interest.owed - 3_000
    assert [line.amount for line in told.payments] == [3_000]


def test_nothing_recorded_is_nothing_owed():
    """
    A loan of which nothing is known yet owes nothing.
    """
    told = explain(consumer_loan(), (), as_of=date(2026, 1, 1))

    assert (told.position.payoff, told.unpaid, told.payments) == (0, (), ())
    assert cost_of_waiting(told.position, 2) == ((date(2026, 1, 2), 0), (date(2026, 1, 3), 0))


def test_waiting_costs_overdue_interest_and_the_late_fee():
    """
    Within grace waiting is free; when it ends, overdue interest since the due day and the fee are added.
    """
    terms = consumer_loan(grace_days=3, late_fee=2500)
    position = fold(terms, ledger("2026-01-05 disburse 12000.00"), as_of=date(2026, 2, 6))

    assert cost_of_waiting(position, 4) == (
        (date(2026, 2, 7), 0),
        (date(2026, 2, 8), 0),
        (date(2026, 2, 9), 2500 + 351),
        (date(2026, 2, 10), 2500 + 439),
    )


def test_waiting_costs_a_simple_interest_loan_its_daily_interest():
    """
    What is owed keeps bearing interest until it is paid, so a day costs its share of the rate.
    """
    story = ledger("2016-01-15 disburse 20000.00", currency="USD")
    position = fold(car_loan(), story, as_of=date(2016, 2, 20))
    repaid = 34_250 - 13_887  # the level amount less interest of 36 days
    costs = cost_of_waiting(position, 20)

    assert costs[-1][0] == position.as_of + timedelta(days=20)
    for days, (_, cost) in enumerate(costs, 1):
        assert abs(cost - repaid * Fraction(704, 10_000) * days / 365) < 1


def test_interest_is_explained_anew_when_a_payoff_bounces():
    """
    Once the schedule is back, its interest is told as if it had never stopped.
    """
    story = "2026-01-05 disburse 12000.00\n2026-02-05 pay 12244.60 P1\n2026-04-06 reverse P1"
    told = explain(consumer_loan(), ledger(story), as_of=date(2026, 4, 10))
    untouched = explain(consumer_loan(), ledger(story)[:1], as_of=date(2026, 4, 10))

    assert told.interest == untouched.interest
    assert len(told.interest.segments) == 4

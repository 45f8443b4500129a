"""Loans' stories, told in the ledger notation, with what is owed on chosen days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from forbear.loans.fold import fold
from forbear.loans.position import LoanState, Position
from forbear.loans.schedule import Origin, build_schedule
from forbear.loans.terms import LoanTerms, Part, Timing
from forbear.money.rounding import Rounding
from forbear.testing.builders import car_loan, consumer_loan
from forbear.testing.ledger import ledger


def on(day: str, story: str, terms: LoanTerms, **named: LoanTerms) -> Position:
    """Fold a story up to a day."""
    events = ledger(story, currency=terms.currency, terms=named)
    return fold(terms, events, as_of=date.fromisoformat(day))


UNPAID = "2026-01-05 disburse 12000.00"

BOUNCED = """
    2026-01-05 disburse 12000.00
    2026-02-05 pay 1134.12 P1
    2026-02-09 reverse P1 no cover
"""


@pytest.mark.parametrize(
    ("day", "state", "owed", "days_past_due", "penalty"),
    [
        ("2026-01-04", "pending", 0, 0, 0),  # the day before anything happened
        ("2026-01-05", "active", 0, 0, 0),
        ("2026-02-04", "active", 0, 0, 0),
        ("2026-02-05", "active", 113_412, 0, 0),  # due, not overdue
        ("2026-02-06", "active", 113_412 + 88, 1, 88),  # 889.52 x 36 % / 365
        ("2026-02-15", "active", 113_412 + 877, 10, 877),
        ("2026-03-05", "active", 2 * 113_412 + 2457, 28, 2457),
    ],
)
def test_an_unpaid_instalment_is_overdue_from_the_next_day(day, state, owed, days_past_due, penalty):
    """
    On its day an instalment is due; from the next day its principal bears overdue interest.
    """
    position = on(day, UNPAID, consumer_loan())

    assert (state, owed, days_past_due) == (position.state, position.owed_now, position.days_past_due)
    assert penalty == position.overdue.penalty


@pytest.mark.parametrize(
    ("day", "owed", "days_past_due"),
    [("2026-02-05", 0, 0), ("2026-02-08", 0, 0), ("2026-02-09", 113_412, 4), ("2026-02-10", 113_412 + 88, 5)],
)
def test_a_bounced_payment_is_owed_again(day, owed, days_past_due):
    """
    From the day of the reversal the instalment is owed again, without interest for the days before.
    """
    position = on(day, BOUNCED, consumer_loan())

    assert (owed, days_past_due) == (position.owed_now, position.days_past_due)


@pytest.mark.parametrize(
    ("day", "overdue", "due", "penalty", "days_past_due"),
    [
        ("2026-02-08", 0, 113_412, 0, 0),
        ("2026-02-09", 113_412 + 2500 + 351, 0, 351, 4),  # four days from the due day on
    ],
)
def test_within_grace_nothing_is_late_and_after_it_the_days_count(day, overdue, due, penalty, days_past_due):
    """
    Grace ended, days past due and overdue interest count from the due day, and the late fee is charged.
    """
    position = on(day, UNPAID, consumer_loan(grace_days=3, late_fee=2500))

    assert (overdue, due) == (position.overdue.total, position.due_today.total)
    assert (penalty, days_past_due) == (position.overdue.penalty, position.days_past_due)


def test_the_late_fee_is_charged_once_an_instalment():
    """
    One instalment that stays unpaid for months bears one late fee.
    """
    position = on("2026-05-20", UNPAID, consumer_loan(late_fee=2500))

    assert position.overdue.fee == 4 * 2500


def test_a_payment_settles_fee_then_penalty_then_interest_then_principal():
    """
    The order of article 561 holds over all that is past due, the oldest instalment first.
    """
    story = UNPAID + "\n2026-03-15 pay 1000.00 P1"
    position = on("2026-03-15", story, consumer_loan(late_fee=2500))
    paid = {share.target: share.parts for share in position.allocations}

    assert paid["penalty"].penalty + paid["1-1"].total + paid["1-2"].total == 100_000
    assert (position.overdue.fee, position.overdue.penalty, position.overdue.interest) == (0, 0, 0)
    assert paid["1-1"].principal == 88_952 - position.instalments[0].unpaid.principal
    assert paid["1-2"].principal == 0
    assert position.oldest_due == date(2026, 2, 5)


def test_another_order_is_followed_too():
    """
    Terms that put principal first have it paid first.
    """
    order = tuple(
        (timing, part)
        for timing in Timing
        for part in (Part.PRINCIPAL, Part.INTEREST, Part.PENALTY, Part.FEE)
    )
    story = UNPAID + "\n2026-02-15 pay 889.52 P1"
    position = on("2026-02-15", story, consumer_loan(allocation=order))

    assert position.overdue.principal == 0
    assert position.overdue.interest == 24_460 - 0
    assert position.overdue.penalty == 877


def test_money_paid_early_settles_the_next_instalments():
    """
    What exceeds what is owed settles coming instalments in turn, at their fixed amounts.
    """
    position = on("2026-02-20", UNPAID + "\n2026-02-05 pay 3000.00 P1", consumer_loan())

    assert [item.paid.total for item in position.instalments] == [113_412, 113_412, 73_176]
    assert [item.fallen for item in position.instalments] == [True, False, False]
    assert (position.next_due, position.next_due_amount) == (date(2026, 4, 5), 40_236)
    assert position.credit == 0


def test_instalments_of_nothing_are_passed_over():
    """
    Five fen over twelve months fall due in the last one; money paid early goes there.
    """
    terms = consumer_loan(principal=5, rate_annual=Fraction(0))
    position = on("2026-02-10", "2026-01-05 disburse 0.05\n2026-02-01 pay 0.03 P1", terms)

    assert [(item.instalment_id, item.paid.total) for item in position.instalments] == [
        ("1-1", 0),
        ("1-12", 3),
    ]
    assert (position.next_due, position.next_due_amount) == (date(2027, 1, 5), 2)


def test_a_payment_of_the_payoff_ends_the_loan():
    """
    Paying what is due, the rest of the principal and interest to date ends a fixed schedule.
    """
    before = on("2026-02-20", UNPAID, consumer_loan())
    paid = f"{before.payoff // 100}.{before.payoff % 100:02d}"
    after = on("2026-12-31", UNPAID + f"\n2026-02-20 pay {paid} P1", consumer_loan())

    assert before.payoff == 1_200_000 + 24_460 + 1_316 + 10_959  # interest to date 35,418.55 in all
    assert (after.state, after.payoff, after.credit, after.next_due) == (LoanState.CLOSED, 0, 0, None)
    assert after.instalments[-1].origin is Origin.SETTLEMENT


def test_a_payoff_that_bounces_brings_the_schedule_back():
    """
    A bounced payoff leaves the loan with its instalments, those of the meantime included.
    """
    story = UNPAID + "\n2026-02-05 pay 12244.60 P1\n2026-04-06 reverse P1"
    closed, back = on("2026-04-05", story, consumer_loan()), on("2026-04-06", story, consumer_loan())

    assert closed.state is LoanState.CLOSED
    assert back.state is LoanState.ACTIVE
    assert [item.instalment_id for item in back.instalments] == ["1-1", "1-2", "1-3"]
    assert back.overdue.total == 3 * 113_412
    assert back.days_past_due == 60
    assert back.payoff == on("2026-04-06", UNPAID, consumer_loan(penalty_rate_annual=Fraction(0))).payoff


def test_a_payoff_that_bounces_keeps_to_the_day_interest_is_paid_through():
    """
    A loan boarded with interest paid beyond its due days bears none for them when its schedule comes back.
    """
    terms = consumer_loan(penalty_rate_annual=Fraction(0))
    story = "2026-03-20 board 11000.00 next 2026-02-05 paid-through 2026-03-20"
    payoff = on("2026-03-25", story, terms).payoff
    bounced = story + f"\n2026-03-25 pay {payoff // 100}.{payoff % 100:02d} P1\n2026-03-25 reverse P1"

    assert on("2026-03-25", bounced, terms).payoff == payoff


def test_a_settlement_that_rested_on_money_that_bounced_is_taken_back():
    """
    Where money paid in advance bounces, the payoff no longer covered the loan: its schedule comes back.
    """
    story = (
        UNPAID
        + """
        2026-01-05 pay 3000.00 P1
        2026-01-05 pay 9000.00 P2
        2026-01-20 reverse P1
    """
    )
    settled, back = on("2026-01-19", story, consumer_loan()), on("2026-01-20", story, consumer_loan())

    assert settled.state is LoanState.CLOSED
    assert (back.state, back.credit, back.owed_now) == (LoanState.ACTIVE, 0, 0)
    assert sum(item.paid.total for item in back.instalments) == 900_000
    assert back.instalments[0].instalment_id == "1-1"


def test_a_settlement_stands_when_an_older_payment_bounces():
    """
    An instalment whose payment bounces after the payoff is owed again, and nothing else is.
    """
    first = on("2026-02-20", UNPAID + "\n2026-02-05 pay 1134.12 P1", consumer_loan())
    paid = f"{first.payoff // 100}.{first.payoff % 100:02d}"
    story = (
        UNPAID
        + f"""
        2026-02-05 pay 1134.12 P1
        2026-02-20 pay {paid} P2
        2026-02-25 reverse P1
    """
    )
    position = on("2026-02-25", story, consumer_loan())

    assert (position.payoff, position.owed_now, position.next_due) == (113_412, 113_412, None)


def test_what_exceeds_everything_is_credit():
    """
    More than the payoff leaves the rest as credit, which the lender owes back.
    """
    position = on("2026-03-05", UNPAID + "\n2026-01-05 pay 12000.50 P1", consumer_loan())

    assert (position.state, position.credit, position.payoff) == (LoanState.CLOSED, 50, -50)


def test_credit_settles_a_fee_that_comes_later():
    """
    Credit is used as soon as something is owed.
    """
    story = UNPAID + "\n2026-01-05 pay 12000.50 P1\n2026-02-01 fee 0.30 letter\n2026-03-01 fee 1.00 letter"
    position = on("2026-03-02", story, consumer_loan())

    assert (position.state, position.credit, position.overdue.fee) == (LoanState.ACTIVE, 0, 80)
    assert (position.oldest_due, position.days_past_due) == (None, 0)


@pytest.mark.parametrize(
    ("part", "owed"),
    [
        ("penalty", (13_412, 100_000, 0)),
        ("interest", (24_460 - 100, 88_952, 877)),
        ("fee", (24_460, 88_952, 877)),
    ],
)
def test_a_waiver_takes_at_most_what_is_owed(part, owed):
    """
    A waiver of more than is owed brings the part to nothing, and never below.
    """
    amount = {"penalty": "5000.00", "interest": "1.00", "fee": "9.00"}[part]
    position = on("2026-02-15", UNPAID + f"\n2026-02-15 waive {amount} {part} goodwill", consumer_loan())
    if part == "penalty":
        owed = (24_460, 88_952, 0)

    assert owed == (position.overdue.interest, position.overdue.principal, position.overdue.penalty)


def test_a_charge_off_moves_the_principal_and_stops_interest():
    """
    Charged off, the principal is no asset, interest stands still, and recoveries count by themselves.
    """
    story = (
        UNPAID + "\n2026-04-10 charge-off lost\n2026-06-01 recover 100.00 auction\n2026-07-01 pay 50.00 P1"
    )
    before = on("2026-04-09", story, consumer_loan())
    day, later = on("2026-04-10", story, consumer_loan()), on("2026-08-01", story, consumer_loan())

    assert (day.state, day.principal, day.charged_off) == (LoanState.CHARGED_OFF, 0, 1_200_000)
    assert (day.overdue.interest, day.overdue.principal) == (before.overdue.interest, 0)
    assert (later.recovered, later.paid_total) == (15_000, 0)
    assert later.payoff == day.payoff - 15_000
    assert (later.overdue, later.next_due) == (day.overdue, None)
    assert later.days_past_due == (date(2026, 8, 1) - date(2026, 2, 5)).days


def test_a_payment_that_bounces_after_charge_off_adds_to_the_claim():
    """
    Principal that a bounced payment had repaid comes back as charged off; a recovery can bounce too.
    """
    story = (
        UNPAID
        + """
        2026-02-05 pay 1134.12 P1
        2026-04-10 charge-off lost
        2026-04-12 reverse P1
        2026-05-01 pay 10.00 P2
        2026-05-02 reverse P2
        2026-05-03 fee 1.00 letter
    """
    )
    position = on("2026-05-03", story, consumer_loan())

    assert (position.charged_off, position.recovered, position.paid_total) == (1_200_000, 0, 0)
    assert position.overdue.interest == on("2026-04-10", UNPAID, consumer_loan()).overdue.interest
    assert (position.overdue.fee, position.due_today.fee) == (0, 100)


def test_a_charge_off_makes_nothing_late():
    """
    Charged off on its due day, an instalment is past due from the next day, without interest or fee.
    """
    terms = consumer_loan(late_fee=2500)
    story = UNPAID + "\n2026-02-05 charge-off lost"
    day, after = on("2026-02-05", story, terms), on("2026-02-06", story, terms)

    assert (day.days_past_due, day.due_today.total, day.overdue.total) == (0, 24_460, 0)
    assert (after.days_past_due, after.due_today.total, after.overdue.total) == (1, 0, 24_460)
    assert day.payoff == after.payoff


def test_new_terms_spread_what_has_not_fallen_due():
    """
    A cut of rate and a longer term change the coming instalments, and none that has fallen due.
    """
    terms = consumer_loan()
    gentle = replace(terms, version=2, rate_annual=Fraction(12, 100), instalments=24)
    story = UNPAID + "\n2026-03-20 terms gentle hardship"
    before, after = (
        on("2026-03-19", story, terms, gentle=gentle),
        on("2026-03-20", story, terms, gentle=gentle),
    )
    plan = build_schedule(gentle, after.opening)

    assert before.overdue.principal == after.overdue.principal
    assert (after.next_due, plan.ids[0], plan.ids[-1]) == (date(2026, 4, 5), "2-3", "2-24")
    assert sum(plan.principal) == after.principal - after.overdue.principal
    assert after.interest_accrued == before.interest_accrued + 669  # one day more at the old rate
    assert plan.interest[0] == 15_397  # on 10,180.91, 15 days at 24 % and 16 at 12 %


def test_new_terms_keep_what_was_paid_in_advance():
    """
    Money that had settled coming instalments settles coming instalments of the new terms.
    """
    terms = consumer_loan()
    longer = replace(terms, version=2, instalments=24)
    story = UNPAID + "\n2026-02-05 pay 3000.00 P1\n2026-02-10 terms longer hardship"
    position = on("2026-02-10", story, terms, longer=longer)
    paid = {share.target: share.total for share in position.allocations}

    assert sum(paid.values()) == 300_000
    assert paid["1-1"] == 113_412
    assert [target for target in paid if target.startswith("2-")] == ["2-2", "2-3", "2-4", "2-5"]


def test_new_terms_with_a_shorter_grace_make_late_at_once():
    """
    An instalment that the new grace no longer covers is late from the day of the change.
    """
    terms = consumer_loan(grace_days=20)
    strict = replace(terms, version=2, grace_days=0)
    story = UNPAID + "\n2026-02-15 terms strict agreed"
    position = on("2026-02-15", story, terms, strict=strict)

    assert (position.days_past_due, position.overdue.principal, position.overdue.penalty) == (10, 88_952, 0)


BOARDED = "2017-05-31 board 11448.24 next 2017-06-10 paid-through 2017-05-10"
BOARDED_TERMS = car_loan(
    principal=1_364_918, disbursed_on=date(2016, 1, 10), first_due=date(2016, 2, 10), instalment=23_296
)


def test_a_boarded_loan_goes_on_with_its_next_instalment():
    """
    The next instalment bills interest since it was paid last, and principal up to the level amount.
    """
    position = on("2017-06-10", BOARDED, BOARDED_TERMS)
    [item] = position.instalments

    assert item.instalment_id == "1-17"
    assert item.due.interest == round(Fraction(1_144_824 * 704 * 31, 10_000 * 365))
    assert item.due.total == 23_296


def test_a_late_payment_buys_interest_to_its_day():
    """
    The level amount paid late makes the loan current, and reduces the principal by less.
    """
    story = BOARDED + "\n2017-06-30 pay 232.96 P1"
    position = on("2017-06-30", story, BOARDED_TERMS)
    interest = round(Fraction(1_144_824 * 704 * 51, 10_000 * 365))

    assert (position.owed_now, position.days_past_due, position.interest_accrued) == (0, 0, 0)
    assert position.principal == 1_144_824 - (23_296 - interest)


def test_money_paid_ahead_makes_coming_instalments_smaller():
    """
    The part of a payment beyond what was due counts for the coming instalments, by amount.
    """
    story = BOARDED + "\n2017-06-10 pay 600.00 P1"
    first, second = on("2017-06-10", story, BOARDED_TERMS), on("2017-08-10", story, BOARDED_TERMS)

    assert (first.next_due, first.next_due_amount) == (date(2017, 8, 10), 3 * 23_296 - 60_000)
    assert [item.unpaid.total for item in second.instalments] == [0, 0, 3 * 23_296 - 60_000]
    assert second.owed_now == 3 * 23_296 - 60_000


def test_a_month_without_payment_makes_a_simple_interest_loan_past_due():
    """
    Zero months bill the level amount each, with more interest in it, and age from the oldest.
    """
    position = on("2017-08-31", BOARDED, BOARDED_TERMS)

    assert [item.due.total for item in position.instalments] == [23_296] * 3
    assert position.days_past_due == (date(2017, 8, 31) - date(2017, 6, 10)).days
    assert position.instalments[0].due.interest < position.instalments[1].due.interest + 250


def test_a_loan_boarded_behind_is_past_due_at_once():
    """
    Instalments that were due before boarding fall due with it, on their own days, without penalty.
    """
    terms = replace(BOARDED_TERMS, penalty_rate_annual=Fraction(1, 20), late_fee=1500)
    story = "2017-05-31 board 11448.24 next 2017-04-10 paid-through 2017-04-01"
    position = on("2017-05-31", story, terms)

    assert [item.due_on for item in position.instalments] == [date(2017, 4, 10), date(2017, 5, 10)]
    assert position.days_past_due == 51
    assert (position.overdue.penalty, position.overdue.fee) == (0, 0)
    assert position.payoff == 1_144_824 + round(Fraction(1_144_824 * 704 * 60, 10_000 * 365))


def test_a_boarded_fixed_schedule_is_computed_from_what_is_left():
    """
    Without a stated instalment, the rest is spread evenly over the instalments that are left.
    """
    terms = consumer_loan()
    position = on("2026-06-20", "2026-06-20 board 7000.00 next 2026-07-05 paid-through 2026-06-05", terms)
    plan = build_schedule(terms, position.opening)

    assert (plan.ids[0], plan.ids[-1], sum(plan.principal)) == ("1-6", "1-12", 700_000)
    assert max(plan.total(row) for row in range(6)) == min(plan.total(row) for row in range(6))


@pytest.mark.parametrize(
    ("next_due", "after"), [("2026-02-28", date(2026, 3, 31)), ("2026-02-20", date(2026, 3, 20))]
)
def test_boarding_keeps_to_the_day_of_the_month(next_due, after):
    """
    A due day that February cut short comes back in March; one that was moved stays moved.
    """
    terms = consumer_loan(disbursed_on=date(2025, 12, 31), first_due=date(2026, 1, 31))
    story = f"2026-02-10 board 7000.00 next {next_due} paid-through 2026-01-31"

    assert on("2026-03-01", story, terms).next_due == after


def test_the_last_instalment_of_a_simple_interest_loan_bills_everything():
    """
    At maturity all principal and interest is due, and interest goes on until it is paid.
    """
    terms = car_loan(instalments=3, principal=100_000, instalment=20_000)
    story = "2016-01-15 disburse 1000.00\n2016-03-01 pay 500.00 P1"
    due = on("2016-04-15", story, terms)
    late = on("2016-05-15", story, terms)
    paid = f"{late.payoff // 100}.{late.payoff % 100:02d}"
    ended = on("2016-06-30", story + f"\n2016-05-15 pay {paid} P2", terms)

    assert due.payoff == due.owed_now
    assert (due.next_due, late.next_due_amount) == (None, 0)
    assert late.interest_accrued == round(Fraction(late.principal * 704 * 30, 10_000 * 365))
    assert (ended.state, ended.payoff, ended.interest_accrued) == (LoanState.CLOSED, 0, 0)


def test_the_last_amount_due_is_told_before_its_day():
    """
    The next amount of the last instalment is all that is left, with interest up to its day.
    """
    terms = car_loan(instalments=2, principal=100_000, instalment=20_000)
    position = on("2016-02-20", "2016-01-15 disburse 1000.00\n2016-02-15 pay 200.00 P1", terms)
    due = on("2016-03-15", "2016-01-15 disburse 1000.00\n2016-02-15 pay 200.00 P1", terms)

    assert (position.next_due, position.next_due_amount) == (date(2016, 3, 15), due.owed_now)


def test_a_payment_ahead_that_bounces_is_owed_again():
    """
    When money paid ahead comes back, principal, interest and the coming instalment stand as before.
    """
    story = BOARDED + "\n2017-06-03 pay 232.96 P1\n2017-06-05 reverse P1"
    position = on("2017-06-10", story, BOARDED_TERMS)
    plain = on("2017-06-10", BOARDED, BOARDED_TERMS)

    assert position.principal == plain.principal
    assert position.owed_now == plain.owed_now
    assert plain.payoff - position.payoff == 7  # 7.04 % for two days on the 180.12 that were away


@pytest.mark.parametrize(
    ("rounding", "interest"),
    [(Rounding.HALF_UP, 8), (Rounding.HALF_EVEN, 8), (Rounding.DOWN, 7), (Rounding.UP, 8)],
)
def test_a_half_fen_goes_where_the_terms_say(rounding, interest):
    """
    730 fen at 15 % over 25 of 365 days are exactly 7.5 fen.
    """
    terms = consumer_loan(principal=730, rate_annual=Fraction(15, 100))
    terms = replace(terms, rounding=replace(terms.rounding, interest=rounding))

    assert on("2026-01-30", "2026-01-05 disburse 7.30", terms).interest_accrued == interest

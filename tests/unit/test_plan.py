"""The plan: what flows when each step of a contract is done on its day."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from forbear.errors import InputError
from forbear.loans.pattern import Carry
from forbear.loans.plan import FlowKind, Start, run_plan, schedule_of, seen_by_borrower
from forbear.loans.plan_length import instalments_needed, repaid_on
from forbear.loans.plan_reckoning import Period, Reckoning
from forbear.loans.plan_steps import (
    Call,
    Capitalise,
    Charge,
    Disburse,
    FixBase,
    Increase,
    Level,
    Mature,
    PayInterest,
    Prepay,
    Purchase,
    RateRule,
    Redeem,
    ResetRate,
    Scale,
    SetLevel,
    SetRate,
    Terminate,
    planned,
)
from forbear.loans.terms import RoundingSteps
from forbear.money.businessday import WEEKDAYS, BusinessDayRule, Shift
from forbear.money.cycle import Cycle, Unit
from forbear.money.daycount import DayCount
from forbear.money.rounding import Rounding

JANUARY, JULY = date(2025, 1, 1), date(2025, 7, 1)
MONTHS = Cycle(every=1, unit=Unit.MONTH)
THIRTY = Reckoning(day_count=DayCount.THIRTY_360)
TWELVE = Fraction(12, 100)


def _month(number: int) -> date:
    return MONTHS.day(JANUARY, number)


def _run(*steps, reckoning: Reckoning = THIRTY, **start):
    return run_plan(Start(day=JANUARY, rate_annual=TWELVE, **start), steps, reckoning)


def _amounts(plan, kind: FlowKind) -> list[int]:
    return [flow.amount for flow in plan.flows if flow.kind is kind]


def test_a_bullet_loan_pays_interest_and_then_all():
    """
    100,000 at 12 % by months of 30 days bear 1,000 a month; at maturity all is repaid and nothing follows.
    """
    plan = _run(
        planned(JANUARY, Disburse(amount=100_000, premium=-2_000)),
        planned(_month(1), PayInterest()),
        planned(_month(2), Mature()),
        planned(_month(2), PayInterest()),
        planned(_month(3), PayInterest()),
    )

    assert [(flow.kind, flow.amount, flow.principal) for flow in plan.flows] == [
        (FlowKind.DISBURSED, -98_000, 100_000),
        (FlowKind.INTEREST, 1_000, 100_000),
        (FlowKind.INTEREST, 1_000, 100_000),
        (FlowKind.MATURED, 100_000, 0),
    ]
    assert [(each.base, each.share, each.factor) for each in plan.stretches] == [
        (100_000, Fraction(1, 12), Fraction(1, 100))
    ] * 2


def test_the_borrower_sees_the_other_sign():
    """
    What the lender pays the borrower receives, and what is owed to one is owed by the other.
    """
    plan = _run(planned(JANUARY, Disburse(amount=500)), planned(_month(1), PayInterest()))
    paid_out, interest = seen_by_borrower(plan.flows)

    assert (paid_out.amount, paid_out.principal) == (500, -500)
    assert (interest.amount, interest.rate_annual) == (-5, TWELVE)


def test_interest_is_carried_on_or_rounded_each_time():
    """
    Of 100.4 a month the second and the fourth take 101; rounded each time, every month takes 100.
    """
    steps = [planned(JANUARY, Disburse(amount=10_040))]
    steps += [planned(_month(number), PayInterest()) for number in range(1, 6)]

    assert _amounts(_run(*steps), FlowKind.INTEREST) == [100, 101, 100, 101, 100]
    for carry in (Carry.PERIOD, Carry.STRETCH):
        each_time = Reckoning(day_count=DayCount.THIRTY_360, carry=carry)
        assert _amounts(_run(*steps, reckoning=each_time), FlowKind.INTEREST) == [100] * 5


@pytest.mark.parametrize(("rounding", "interest"), [(Rounding.HALF_UP, 11), (Rounding.HALF_EVEN, 10)])
def test_exact_halves_go_by_the_rule(rounding, interest):
    """
    Interest of exactly 10.5 becomes 11 half up and 10 half even.
    """
    reckoning = Reckoning(day_count=DayCount.THIRTY_360, rounding=RoundingSteps(interest=rounding))
    plan = _run(
        planned(JANUARY, Disburse(amount=1_050)), planned(_month(1), PayInterest()), reckoning=reckoning
    )

    assert _amounts(plan, FlowKind.INTEREST) == [interest]
    assert plan.flows[-1].accrued == Fraction(21, 2) - interest


def test_a_level_amount_by_principal_and_by_total():
    """
    Over three months 90,000 are repaid by 30,000 of principal, or by 30,602 of principal and interest.
    """
    days = tuple(_month(number) for number in (1, 2, 3))
    for level, amount in ((Level.PRINCIPAL, 30_000), (Level.TOTAL, 30_602)):
        steps = [planned(JANUARY, Disburse(amount=90_000, level=SetLevel(level=level, days=days)))]
        for day in days[:-1]:
            steps += [planned(day, Redeem(level=level)), planned(day, PayInterest())]
        steps += [planned(days[-1], PayInterest()), planned(days[-1], Mature())]
        schedule = schedule_of(_run(*steps).flows)
        owed = schedule.principal if level is Level.PRINCIPAL else [schedule.total(row) for row in range(3)]

        assert list(owed) == [amount, amount, amount]
        assert schedule.due_on == days
        assert schedule.ids == ("1-1", "1-2", "1-3")
        assert sum(schedule.principal) == 90_000


def test_a_level_amount_is_evened_where_the_last_comes_nearer():
    """
    Rounded each week, 33.58 leaves a last 33.56 and 33.57 one of 33.58: the nearer is taken.
    """
    weeks = Cycle(every=2, unit=Unit.WEEK)
    days = tuple(weeks.day(JANUARY, number) for number in (1, 2, 3))
    starts = (JANUARY, *days[:-1])
    periods = tuple(
        Period(start=start, end=end, share=weeks.nominal_share)
        for start, end in zip(starts, days, strict=True)
    )
    half_even = RoundingSteps(instalment=Rounding.HALF_EVEN, interest=Rounding.HALF_EVEN)
    reckoning = Reckoning(
        day_count=DayCount.ACTUAL_365, periods=periods, carry=Carry.STRETCH, rounding=half_even
    )
    totals = []
    for evened in (False, True):
        level = SetLevel(level=Level.TOTAL, days=days, evened=evened)
        steps = [planned(JANUARY, Disburse(amount=10_000, level=level))]
        for day in days[:-1]:
            steps += [planned(day, Redeem(level=Level.TOTAL)), planned(day, PayInterest())]
        steps += [planned(days[-1], PayInterest()), planned(days[-1], Mature())]
        start = Start(day=JANUARY, rate_annual=Fraction("0.094822"))
        schedule = schedule_of(run_plan(start, steps, reckoning).flows)
        totals.append([schedule.total(row) for row in range(3)])

    assert totals == [[3358, 3358, 3356], [3357, 3357, 3358]]


def test_negative_amortisation_grows_and_without_it_nothing_is_repaid():
    """
    A total of 600 against interest of 1,000: the loan grows by 400, or repays nothing and pays its interest.
    """
    for grows, principal in ((True, 100_400), (False, 100_000)):
        plan = _run(
            planned(JANUARY, Disburse(amount=100_000)),
            planned(_month(1), Redeem(level=Level.TOTAL, amount=600, grows=grows)),
            planned(_month(1), PayInterest()),
        )
        assert plan.flows[-1].principal == principal
        assert _amounts(plan, FlowKind.INTEREST) == [1_000]


def test_interest_waits_where_the_instalment_has_no_room():
    """
    Of an instalment of 5,000 that was prepaid by 4,500, only 500 are left for the interest; the rest waits.
    """
    plan = _run(
        planned(JANUARY, Disburse(amount=100_000, level=SetLevel(level=Level.TOTAL, amount=5_000))),
        planned(date(2025, 1, 16), Prepay(amount=4_500)),
        planned(_month(1), Redeem(level=Level.TOTAL)),
        planned(_month(1), PayInterest(within_level=True)),
    )
    schedule = schedule_of(plan.flows)

    assert (schedule.principal, schedule.interest) == ((4_500,), (500,))
    assert (plan.flows[-1].principal, plan.flows[-1].accrued) == (95_500, Fraction(955, 2))


def test_capitalised_interest_bears_interest():
    """
    1,000 added to the principal bear 10 a month.
    """
    plan = _run(
        planned(JANUARY, Disburse(amount=100_000)),
        planned(_month(1), Capitalise()),
        planned(_month(2), PayInterest()),
    )

    assert plan.flows[1].principal == 101_000
    assert _amounts(plan, FlowKind.INTEREST) == [1_010]
    assert len(schedule_of(plan.flows)) == 1


def test_rates_change_by_statement_and_by_index():
    """
    From 12 % to 6 % as stated, then to twice an index of 2 % plus 1 %.
    """
    rule = RateRule(multiplier=Fraction(2), spread=Fraction(1, 100))
    plan = _run(
        planned(JANUARY, Disburse(amount=120_000)),
        planned(_month(1), SetRate(rate_annual=Fraction(6, 100))),
        planned(_month(2), ResetRate(index=Fraction(2, 100), rule=rule)),
        planned(_month(3), PayInterest()),
    )

    assert [flow.rate_annual for flow in plan.flows] == [
        TWELVE,
        Fraction(6, 100),
        Fraction(5, 100),
        Fraction(5, 100),
    ]
    assert _amounts(plan, FlowKind.INTEREST) == [1_200 + 600 + 500]


@pytest.mark.parametrize(
    ("bounds", "percent"),
    [
        ({}, 9),
        ({"cap": Fraction(8, 100)}, 8),
        ({"floor": Fraction(10, 100)}, 10),
        ({"change_max": Fraction(1, 100)}, 6),
        ({"change_max": Fraction(1, 100), "floor": Fraction(7, 100)}, 7),
        ({"change_min": Fraction(-1, 100)}, 9),
    ],
)
def test_a_rate_stays_within_its_bounds(bounds, percent):
    """
    After 5 %, an index of 9 % gives 9 %, less by a cap or by the greatest rise, more by a floor.
    """
    rate = RateRule(**bounds).rate(Fraction(9, 100), Fraction(5, 100))

    assert rate == Fraction(percent, 100)
    assert RateRule(change_min=Fraction(-1, 100)).rate(Fraction(0), Fraction(5, 100)) == Fraction(4, 100)


def test_flat_interest_runs_on_a_fixed_base():
    """
    On a fixed base interest stays while principal falls, until the base is fixed anew.
    """
    steps = [planned(JANUARY, Disburse(amount=100_000)), planned(JANUARY, FixBase())]
    for number in (1, 2, 3):
        day = _month(number)
        steps += [
            planned(day, Redeem(level=Level.PRINCIPAL, amount=50_000)),
            planned(day, PayInterest()),
        ]
    fixed = [*steps, planned(_month(1), FixBase(amount=50_000))]

    assert _amounts(_run(*steps), FlowKind.INTEREST) == [1_000, 1_000, 0]
    assert _amounts(_run(*fixed), FlowKind.INTEREST) == [1_000, 500, 0]


def test_payments_are_scaled_by_an_index():
    """
    An index that has doubled doubles the interest, the principal, or both.
    """
    for interest, principal in ((True, False), (False, True)):
        scale = Scale(
            index=Fraction(200), index_at_start=Fraction(100), interest=interest, principal=principal
        )
        plan = _run(
            planned(JANUARY, Disburse(amount=100_000)),
            planned(JANUARY, scale),
            planned(_month(1), PayInterest()),
            planned(_month(1), Redeem(level=Level.PRINCIPAL, amount=1_000)),
            planned(_month(1), Mature()),
        )
        assert _amounts(plan, FlowKind.INTEREST) == [2_000 if interest else 1_000]
        assert _amounts(plan, FlowKind.REDEEMED) == [2_000 if principal else 1_000]
        assert _amounts(plan, FlowKind.MATURED) == [198_000 if principal else 99_000]


@pytest.mark.parametrize(("share", "price"), [(1, 91_000), (0, 90_000), (-1, 89_000)])
def test_a_loan_is_bought_and_sold_with_its_interest(share, price):
    """
    A buyer's flows begin with the purchase, at a price with, including or less the interest built up.
    """
    plan = _run(
        planned(JANUARY, Disburse(amount=100_000)),
        planned(_month(1), Purchase(price=90_000, accrued_share=share)),
        planned(_month(1), Terminate(price=90_000, accrued_share=share)),
    )

    assert [(flow.kind, flow.amount) for flow in plan.flows] == [
        (FlowKind.PURCHASED, -price),
        (FlowKind.TERMINATED, price),
    ]
    assert (plan.flows[-1].principal, plan.flows[-1].accrued) == (0, 0)


@pytest.mark.parametrize(("settled", "accrued_when_called"), [(_month(2), 0), (_month(1), 1_000)])
def test_interest_stops_when_a_loan_is_called(settled, accrued_when_called):
    """
    Called in a month, a loan bears no interest until it is settled; what had built up is paid then.
    """
    plan = _run(
        planned(JANUARY, Disburse(amount=100_000)),
        planned(_month(1), Call(settled_on=settled)),
        planned(settled, PayInterest()),
        planned(settled, Mature()),
    )

    assert plan.flows[1].accrued == accrued_when_called
    assert _amounts(plan, FlowKind.INTEREST) == [1_000]


def test_fees_and_increases():
    """
    A fee is charged beside the instalment; an increase is lent at once and bears interest.
    """
    plan = _run(
        planned(JANUARY, Disburse(amount=100_000)),
        planned(JANUARY, Charge(amount=300)),
        planned(_month(1), Increase(amount=100_000)),
        planned(_month(2), PayInterest()),
    )
    schedule = schedule_of(plan.flows)

    assert _amounts(plan, FlowKind.INCREASED) == [-100_000]
    assert (schedule.fee, schedule.interest) == ((300, 0), (0, 3_000))


def test_a_fee_builds_up_on_what_is_owed():
    """
    A fee of 2.4 % a year on the principal is 200 a month of 100,000, and half of it once half is repaid.
    """
    steps = [planned(JANUARY, Disburse(amount=100_000))]
    for number in (1, 2):
        steps += [
            planned(_month(number), Charge()),
            planned(_month(number), Redeem(level=Level.PRINCIPAL, amount=50_000)),
        ]
    plan = _run(*steps, fee_rate_annual=Fraction(24, 1000), fee_accrued=7)

    assert _amounts(plan, FlowKind.CHARGED) == [207, 100]


def test_a_running_loan_starts_in_the_middle():
    """
    A loan may start with principal, interest built up, a base and a level amount.
    """
    level = SetLevel(level=Level.PRINCIPAL, days=(_month(1), _month(2)))
    plan = _run(
        planned(_month(1), Redeem(level=Level.PRINCIPAL)),
        planned(_month(1), PayInterest()),
        principal=50_000,
        accrued=70,
        base=100_000,
        level=level,
    )

    assert [flow.amount for flow in plan.flows] == [25_000, 1_070]


def test_what_is_paid_late_may_be_reckoned_early():
    """
    A payment moved over a weekend bears interest to the day as planned, or to the day it is made.
    """
    saturday, monday = date(2025, 2, 1), date(2025, 2, 3)
    for first, days in ((True, 31), (False, 33)):
        rule = BusinessDayRule(shift=Shift.FOLLOWING, calendar=WEEKDAYS, reckons_first=first)
        plan = _run(
            planned(JANUARY, Disburse(amount=36_500_000)),
            planned(saturday, PayInterest(), rule),
            reckoning=Reckoning(day_count=DayCount.ACTUAL_365),
        )
        assert (plan.flows[-1].day, plan.flows[-1].amount) == (monday, 12_000 * days)


def test_a_part_of_a_period_counts_by_its_days():
    """
    A period counts as its share however long it is, a part of it by its days, and a gap as nothing.
    """
    january = Period(start=JANUARY, end=_month(1), share=Fraction(1, 12))
    march = Period(start=_month(2), end=_month(3), share=Fraction(1, 12))
    reckoning = Reckoning(day_count=DayCount.ACTUAL_365, periods=(january, march))

    assert reckoning.share(JANUARY, date(2025, 1, 8)) == Fraction(7, 31 * 12)
    assert reckoning.share(JANUARY, _month(3)) == Fraction(2, 12)
    assert reckoning.share(_month(1), JANUARY) == 0
    with pytest.raises(InputError, match="later"):
        Period(start=JANUARY, end=JANUARY, share=Fraction(1, 12))


def test_how_many_instalments_a_loan_needs():
    """
    5,000 by 500 of principal take ten; by totals of 500, of which 34 are interest, eleven.
    """
    share = Fraction(31, 365)
    for level, count in ((Level.PRINCIPAL, 10), (Level.TOTAL, 11)):
        needed = instalments_needed(5_000, 500, level, rate_annual=Fraction(8, 100), period_share=share)
        assert needed == count
    with pytest.raises(InputError, match="never repays"):
        instalments_needed(5_000, 33, Level.TOTAL, rate_annual=Fraction(8, 100), period_share=share)


def test_when_changes_of_principal_end():
    """
    The loan ends on the day that brings it to 0; changes that never do are refused.
    """
    changes = [(_month(1), 20), (_month(2), -60), (_month(3), -60)]

    assert repaid_on(100, changes) == _month(3)
    with pytest.raises(InputError, match="unpaid"):
        repaid_on(100, changes[:2])


def test_a_plan_says_what_is_wrong():
    """
    A principal below 0, and a level amount without a day to pay it on, are refused by field.
    """
    with pytest.raises(InputError) as principal:
        Start(day=JANUARY, rate_annual=TWELVE, principal=-1)
    with pytest.raises(InputError) as days:
        _run(planned(JANUARY, Disburse(amount=1, level=SetLevel(level=Level.TOTAL))))

    assert (principal.value.field, days.value.field) == ("principal", "days")

"""Contracts as lenders write them: one worked example for each."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from forbear.errors import InputError
from forbear.loans.plan import FlowKind, schedule_of
from forbear.loans.plan_contracts import Contract, Kind, plan_contract
from forbear.loans.plan_reckoning import Reckoning
from forbear.loans.plan_steps import RateRule
from forbear.money.businessday import WEEKDAYS, BusinessDayRule, Shift
from forbear.money.cycle import Cycle, Unit
from forbear.money.daycount import DayCount

JANUARY = date(2025, 1, 1)
MONTHS = tuple(Cycle(every=1, unit=Unit.MONTH).day(JANUARY, number) for number in range(1, 7))
FOUR = MONTHS[:4]


def _contract(**changes) -> Contract:
    """Lend 120,000 for four months at 12 %, 1 % a month."""
    given = {
        "principal": 120_000,
        "rate_annual": Fraction(12, 100),
        "disbursed_on": JANUARY,
        "days": FOUR,
        "reckoning": Reckoning(day_count=DayCount.THIRTY_360),
    }
    return Contract(**(given | changes))


def _columns(**changes) -> tuple[list[int], list[int]]:
    schedule = schedule_of(plan_contract(_contract(**changes)).flows)
    return list(schedule.principal), list(schedule.interest)


@pytest.mark.parametrize(
    ("changes", "principal", "interest"),
    [
        ({}, [29_554, 29_850, 30_148, 30_448], [1_200, 904, 606, 305]),
        ({"kind": Kind.EQUAL_PRINCIPAL}, [30_000] * 4, [1_200, 900, 600, 300]),
        ({"kind": Kind.FLAT}, [30_000] * 4, [1_200] * 4),
        ({"kind": Kind.BULLET}, [0, 0, 0, 120_000], [1_200] * 4),
        ({"kind": Kind.BULLET, "days": FOUR[-1:]}, [120_000], [4_800]),
        ({"amounts": (40_000,)}, [38_800, 39_188, 39_580, 2_432], [1_200, 812, 420, 24]),
        (
            {"kind": Kind.EQUAL_PRINCIPAL, "amounts": (10_000, 0, 50_000)},
            [10_000, 0, 50_000, 60_000],
            [1_200, 1_100, 1_100, 600],
        ),
        ({"amounts": (11_200, 1_100, 51_100)}, [10_000, 0, 50_000, 60_000], [1_200, 1_100, 1_100, 600]),
    ],
)
def test_each_kind_of_contract(changes, principal, interest):
    """
    Level, equal principal, flat, interest only, bullet, stated, and irregular by principal or by total.
    """
    assert _columns(**changes) == (principal, interest)


def test_a_balloon_is_left_for_the_last_day():
    """
    With 60,000 left for the end, half is repaid in equal parts and the last day takes the balloon too.
    """
    principal, interest = _columns(balloon=60_000)
    equal, _ = _columns(kind=Kind.EQUAL_PRINCIPAL, balloon=60_000)

    totals = [a + b for a, b in zip(principal, interest, strict=True)]
    assert totals[:3] == [15_977] * 3
    assert abs(totals[3] - 60_000 - 15_977) <= 1
    assert equal == [15_000, 15_000, 15_000, 75_000]


@pytest.mark.parametrize(
    ("changes", "principal", "interest"),
    [
        ({"grace_principal": 2}, [0, 0, 59_701, 60_299], [1_200, 1_200, 1_200, 603]),
        (
            {"kind": Kind.EQUAL_PRINCIPAL, "grace_principal": 2},
            [0, 0, 60_000, 60_000],
            [1_200, 1_200, 1_200, 600],
        ),
        ({"kind": Kind.BULLET, "grace_interest": 3}, [120_000], [4_800]),
        ({"kind": Kind.EQUAL_PRINCIPAL, "grace_interest": 1}, [30_000] * 4, [0, 2_100, 600, 300]),
        ({"kind": Kind.EQUAL_PRINCIPAL, "interest_free": 2}, [30_000] * 4, [0, 0, 600, 300]),
        (
            {"down_payment": 20_000, "kind": Kind.EQUAL_PRINCIPAL},
            [20_000] + [25_000] * 4,
            [0, 1_000, 750, 500, 250],
        ),
    ],
)
def test_grace_interest_free_periods_and_down_payments(changes, principal, interest):
    """
    Grace leaves out principal, or puts interest off; a free period bears none; a down payment comes first.
    """
    assert _columns(**changes) == (principal, interest)


def test_what_is_lent_later_is_spread_over_what_is_to_come():
    """
    60,000 more after two months are repaid with what was left, in equal parts.
    """
    principal, interest = _columns(kind=Kind.EQUAL_PRINCIPAL, further=((FOUR[1], 60_000),))

    assert principal == [30_000, 30_000, 60_000, 60_000]
    assert interest == [1_200, 900, 1_200, 600]


def test_a_variable_rate_sets_the_level_amount_anew():
    """
    From 12 % to 24 %, but by no more than 3 points: the rest is repaid at 15 % in two equal amounts.
    """
    rule = RateRule(change_max=Fraction(3, 100), cap=Fraction(20, 100))
    changes = {"rate_rule": rule, "indices": ((FOUR[1], Fraction(24, 100)),)}
    principal, interest = _columns(**changes)
    kept, _ = _columns(**changes, keeps_level=True)

    assert (principal[2:], interest[2:]) == ([30_109, 30_487], [758, 381])
    assert kept[:3] == [29_554, 29_850, 30_754 - 758]


def test_interest_is_capitalised_before_it_is_repaid():
    """
    Two months of interest are added: 120,000 become 122,412, which two equal amounts repay.
    """
    plan = plan_contract(_contract(capitalised=2))
    schedule = schedule_of(plan.flows)

    assert [flow.principal for flow in plan.flows if flow.kind is FlowKind.CAPITALISED] == [121_200, 122_412]
    assert sum(schedule.principal) == 122_412
    assert schedule.due_on == FOUR[2:]
    assert abs(schedule.total(0) - schedule.total(1)) <= 1


def test_a_loan_may_grow_or_not():
    """
    By totals of 1,000 against 1,200 of interest, the debt grows each month; if it may not, it stays.
    """
    grown, _ = _columns(amounts=(1_000,), grows=True)
    kept, interest = _columns(amounts=(1_000,))

    assert grown == [-200, -202, -204, 120_606]
    assert (kept, interest) == ([0, 0, 0, 120_000], [1_200] * 4)


def test_days_move_to_business_days():
    """
    Due days on a weekend move to Monday; the day is that on which it is paid.
    """
    rule = BusinessDayRule(shift=Shift.FOLLOWING, calendar=WEEKDAYS)
    schedule = schedule_of(plan_contract(_contract(business_days=rule)).flows)

    assert schedule.due_on == (date(2025, 2, 3), date(2025, 3, 3), date(2025, 4, 1), date(2025, 5, 1))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"principal": 0}, "principal"),
        ({"days": ()}, "days"),
        ({"days": (JANUARY,)}, "days"),
        ({"days": (FOUR[1], FOUR[0])}, "days"),
        ({"amounts": (1, 2)}, "amounts"),
        ({"amounts": (-1,)}, "amounts"),
        ({"grace_principal": 4}, "grace_principal"),
        ({"interest_free": -1}, "interest_free"),
        ({"balloon": 120_000}, "balloon"),
        ({"down_payment": -1}, "down_payment"),
    ],
)
def test_what_no_contract_says_is_refused(changes, field):
    """
    A contract that cannot be is refused, and the field is named.
    """
    with pytest.raises(InputError) as caught:
        _contract(**changes)

    assert field == caught.value.field

"""Contracts as lenders write them: one worked example for each."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from forbear.errors import InputError
from forbear.loans.events import Disbursed, FurtherDisbursed, PaymentReceived, RateReset
from forbear.loans.layout import plan_of
from forbear.loans.pattern import Carry, InterestBy, Kind, Pattern, Prepaid
from forbear.loans.plan import FlowKind, schedule_of
from forbear.loans.plan_steps import RateRule
from forbear.loans.statement import statement
from forbear.loans.terms import LoanTerms
from forbear.money.businessday import WEEKDAYS, BusinessDayRule, Shift
from forbear.money.cycle import Cycle, Unit
from forbear.money.daycount import DayCount
from forbear.testing.laid_out import Dated, dated, laid_out_loan

JANUARY = date(2025, 1, 1)
MONTHS = tuple(Cycle(every=1, unit=Unit.MONTH).day(JANUARY, number) for number in range(1, 7))
FOUR = MONTHS[:4]


def _terms(instalment: int | None = None, count: int = 4, **changes) -> LoanTerms:
    """Lend 120,000 for four months at 12 %, 1 % a month."""
    pattern = Pattern(**({"interest_by": InterestBy.DAY, "carry": Carry.LIFE} | changes))
    return laid_out_loan(
        pattern,
        principal=120_000,
        rate_annual=Fraction(12, 100),
        day_count=DayCount.THIRTY_360,
        disbursed_on=JANUARY,
        instalments=count,
        instalment=instalment,
    )


def _columns(**changes) -> tuple[list[int], list[int]]:
    schedule = schedule_of(plan_of(_terms(**changes)).flows)
    return list(schedule.principal), list(schedule.interest)


def _lent(*rows: Dated, day: str, **changes) -> tuple[list[int], list[int]]:
    """Return principal and interest of a loan that is lent and to which more happens."""
    lent: Dated = (JANUARY.isoformat(), Disbursed(amount=120_000))
    view = statement(_terms(**changes), dated([lent, *rows]), as_of=date.fromisoformat(day))
    return [row.due.principal for row in view.schedule], [row.due.interest for row in view.schedule]


@pytest.mark.parametrize(
    ("changes", "principal", "interest"),
    [
        ({}, [29_554, 29_850, 30_148, 30_448], [1_200, 904, 606, 305]),
        ({"kind": Kind.EQUAL_PRINCIPAL}, [30_000] * 4, [1_200, 900, 600, 300]),
        ({"kind": Kind.FLAT}, [30_000] * 4, [1_200] * 4),
        ({"kind": Kind.BULLET}, [0, 0, 0, 120_000], [1_200] * 4),
        ({"kind": Kind.BULLET, "days": FOUR[-1:], "count": 1}, [120_000], [4_800]),
        ({"instalment": 40_000}, [38_800, 39_188, 39_580, 2_432], [1_200, 812, 420, 24]),
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
            {"down_payment": Fraction(1, 6), "kind": Kind.EQUAL_PRINCIPAL},
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
    more: Dated = ("2025-03-01", FurtherDisbursed(amount=60_000))
    principal, interest = _lent(more, day="2025-03-01", kind=Kind.EQUAL_PRINCIPAL)

    assert principal == [30_000, 30_000, 60_000, 60_000]
    assert interest == [1_200, 900, 1_200, 600]


def test_a_variable_rate_sets_the_level_amount_anew():
    """
    From 12 % to 24 %, but by no more than 3 points: the rest is repaid at 15 % in two equal amounts.
    """
    rule = RateRule(change_max=Fraction(3, 100), cap=Fraction(20, 100))
    fixed: Dated = ("2025-03-01", RateReset(index=Fraction(24, 100)))
    principal, interest = _lent(fixed, day="2025-03-01", rate_rule=rule)
    kept, _ = _lent(fixed, day="2025-03-01", rate_rule=rule, keeps_level=True)

    assert (principal[2:], interest[2:]) == ([30_110, 30_486], [757, 382])
    assert kept[:3] == [29_554, 29_850, 30_754 - 757]


def test_a_rate_counts_from_the_day_on_which_its_index_was_fixed():
    """
    Fifteen of 31 days at 12 % and sixteen at 15 % are 293 and 391, whatever a prepayment does.
    """
    rule = RateRule(change_max=Fraction(3, 100))
    fixed: Dated = ("2025-03-16", RateReset(index=Fraction(24, 100)))
    paid: list[Dated] = [
        (f"2025-0{month}-01", PaymentReceived(amount=30_754, channel_ref="x")) for month in (2, 3)
    ]
    for prepaid in (None, Prepaid.LOWER):
        _, interest = _lent(*paid, fixed, day="2025-03-16", rate_rule=rule, prepaid=prepaid)

        assert interest[2] == 684


def test_without_a_rule_no_index_is_followed():
    """
    A loan whose terms name no rule refuses an index.
    """
    with pytest.raises(InputError, match="no rule") as caught:
        _lent(("2025-03-01", RateReset(index=Fraction(24, 100))), day="2025-03-01")

    assert caught.value.field == "pattern"


def test_interest_is_capitalised_before_it_is_repaid():
    """
    Two months of interest are added: 120,000 become 122,412, which two equal amounts repay.
    """
    plan = plan_of(_terms(capitalised=2))
    schedule = schedule_of(plan.flows)

    assert [flow.principal for flow in plan.flows if flow.kind is FlowKind.CAPITALISED] == [121_200, 122_412]
    assert sum(schedule.principal) == 122_412
    assert schedule.due_on == FOUR[2:]
    assert abs(schedule.total(0) - schedule.total(1)) <= 1


def test_a_loan_may_grow_or_not():
    """
    By totals of 1,000 against 1,200 of interest, the debt grows each month; if it may not, it stays.
    """
    grown, _ = _columns(instalment=1_000, grows=True)
    kept, interest = _columns(instalment=1_000)

    assert grown == [-200, -202, -204, 120_606]
    assert (kept, interest) == ([0, 0, 0, 120_000], [1_200] * 4)


def test_what_becomes_principal_is_planned_and_not_served():
    """
    Until a loan whose interest is added to the principal can be served, its disbursement is refused.
    """
    for changes in ({"capitalised": 2}, {"grows": True}):
        with pytest.raises(InputError, match="not yet served") as caught:
            _lent(day="2025-01-01", **changes)

        assert caught.value.field == "pattern"


def test_days_move_to_business_days():
    """
    Due days on a weekend move to Monday; the terms state them, and interest runs to them.
    """
    rule = BusinessDayRule(shift=Shift.FOLLOWING, calendar=WEEKDAYS)
    days = Pattern().on_business_days(rule, FOUR[0], 4).days
    schedule = schedule_of(plan_of(_terms(days=days)).flows)

    assert schedule.due_on == (date(2025, 2, 3), date(2025, 3, 3), date(2025, 4, 1), date(2025, 5, 1))
    assert schedule.interest[0] == 1_280


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"days": (JANUARY, *FOUR[:3])}, "first_due"),
        ({"days": (FOUR[1], FOUR[0])}, "days"),
        ({"days": FOUR[:3]}, "days"),
        ({"amounts": (1, 2)}, "amounts"),
        ({"amounts": (1, 2, -1)}, "amounts"),
        ({"grace_principal": 4}, "grace_principal"),
        ({"interest_free": -1}, "interest_free"),
        ({"balloon": 120_000}, "balloon"),
        ({"down_payment": Fraction(-1)}, "down_payment"),
        ({"kind": Kind.FLAT, "prepaid": Prepaid.LAST}, "prepaid"),
        ({"interest_free": 1, "prepaid": Prepaid.LAST}, "prepaid"),
    ],
)
def test_what_no_contract_says_is_refused(changes, field):
    """
    A contract that cannot be is refused, and the field is named.
    """
    with pytest.raises(InputError) as caught:
        _terms(**changes)

    assert field == caught.value.field

"""The page on plans is true."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

from forbear.loans.layout import plan_of
from forbear.loans.pattern import Carry, InterestBy, Kind, Pattern
from forbear.loans.plan import schedule_of
from forbear.money.amount import decimal_text
from forbear.money.daycount import DayCount
from forbear.testing.laid_out import laid_out_loan

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "plans.md"


def _rows(first_cell: str) -> list[list[str]]:
    table = re.search(rf"\| {first_cell} \|.*?\n\n", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert table is not None
    return [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in table[0].splitlines()[2:]
        if line
    ]


def test_each_kind_of_contract_is_as_the_page_says():
    """
    Each row is the schedule of 1,200.00 for four months at 12 % by that kind of contract.
    """
    rows = _rows("Contract")
    for kind, *told in rows:
        terms = laid_out_loan(
            Pattern(kind=Kind(kind), interest_by=InterestBy.DAY, carry=Carry.LIFE),
            principal=120_000,
            rate_annual=Fraction(12, 100),
            day_count=DayCount.THIRTY_360,
        )
        schedule = schedule_of(plan_of(terms).flows)
        pairs = zip(schedule.principal, schedule.interest, strict=True)
        assert told == [f"{decimal_text(part, 2)} + {decimal_text(interest, 2)}" for part, interest in pairs]

    assert [row[0] for row in rows] == list(Kind)


def test_each_day_count_is_as_the_page_says():
    """
    Each row is a convention's share of a year between the days above it.
    """
    rows = _rows("Day count")
    for name, february, winter, _ in rows:
        share = DayCount(name).year_fraction
        assert share(date(2024, 1, 31), date(2024, 2, 29)) == sum(map(Fraction, february.split(" + ")))
        assert share(date(2023, 12, 1), date(2024, 2, 1)) == sum(map(Fraction, winter.split(" + ")))

    assert [row[0] for row in rows] == list(DayCount)

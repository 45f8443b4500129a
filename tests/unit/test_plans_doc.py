"""The page on plans is true."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

from forbear.loans.plan import schedule_of
from forbear.loans.plan_contracts import Contract, Kind, plan_contract
from forbear.loans.plan_reckoning import Reckoning
from forbear.money.amount import decimal_text
from forbear.money.daycount import DayCount

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
        contract = Contract(
            principal=120_000,
            rate_annual=Fraction(12, 100),
            disbursed_on=date(2025, 1, 1),
            days=tuple(date(2025, month, 1) for month in (2, 3, 4, 5)),
            reckoning=Reckoning(day_count=DayCount.THIRTY_360),
            kind=Kind(kind),
        )
        schedule = schedule_of(plan_contract(contract).flows)
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

"""What the page on loan maths says of yearly cost and of the statute is true."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from forbear.loans.claims import Claim, Debt, settle_debts
from forbear.loans.cost import Flow, eu_apr, percent
from forbear.loans.cost_cn import Payment, cn_cost
from forbear.loans.cost_time import UnitPeriod, scheduled_days
from forbear.loans.cost_us import us_apr
from forbear.money.amount import parse_amount

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "loan-maths.md"


def rows_under(head: str) -> list[list[str]]:
    """Return the cells of the table whose head starts like this."""
    text = PAGE.read_text(encoding="utf-8")
    table = text[text.index(f"| {head} |") :].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def minor(text: str) -> int:
    return parse_amount(text, "CNY").minor


def test_the_worked_rates_are_what_the_page_says():
    """
    Each payment's unit-periods and worth stand in the table, and the rates of both laws in the text.
    """
    start = date(2026, 1, 20)
    rows = rows_under("Paid on")
    payments = [Flow(date.fromisoformat(row[0]), 1_750_00) for row in rows]
    advance = [Flow(start, 10_000_00)]
    found = us_apr(advance, payments)
    worth = Decimal(0)
    meant = scheduled_days([payment.on for payment in payments])
    for (_, months, days, told), payment, day in zip(rows, payments, meant, strict=True):
        whole, part = found.unit.between(start, payment.on, day_of_month=day)
        fraction = 1 + found.unit_rate * part.numerator / part.denominator
        exact = payment.amount / (fraction * (1 + found.unit_rate) ** whole)
        worth += exact
        assert (whole, part) == (int(months), Fraction(int(days), 30))
        assert round(exact) == minor(told)

    text = PAGE.read_text(encoding="utf-8")
    assert found.unit == UnitPeriod.parse("1M")
    assert round(worth, 10) == 10_000_00
    assert f"At {percent(found.unit_rate, 4)} % a month" in text
    assert f"12 x {percent(found.unit_rate, 4)} = {percent(found.rate, 2)} %" in text
    assert f"compounds, is {percent(eu_apr(advance, payments), 2)} %" in text


def test_the_worked_disclosure_is_what_the_page_says():
    """
    The four rates of the table are those of twelve payments of 1,000.00 and a fee of 100.00.
    """
    cost = cn_cost(12_000_00, [Payment(1_000_00, 100_00)] * 12, Fraction(12))
    rates = [
        percent(cost.per_period, 4),
        percent(cost.nominal, 2),
        percent(cost.effective, 2),
        percent(cost.simple, 2),
    ]

    assert [Decimal(told) for _, told in rows_under("Rate")] == rates


def test_the_worked_allocation_is_what_the_page_says():
    """
    What each debt gets of 1,800.00 is what the statute gives it.
    """
    rows = rows_under("Debt")
    debts = [
        Debt(
            id=name,
            owed=Claim(principal=minor(owed)),
            due=date.fromisoformat(due),
            secured=minor(secured),
            burden=Fraction(burden.removesuffix(" %")) / 100,
        )
        for name, owed, due, secured, burden, _ in rows
    ]
    found = settle_debts(debts, 1_800_00, as_of=date(2026, 4, 1))

    assert {row[0]: minor(row[-1]) for row in rows} == {name: paid.total for name, paid in found.paid.items()}

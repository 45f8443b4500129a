"""The page on loan maths is true."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from forbear.loans.fold import fold
from forbear.money.amount import decimal_text
from forbear.testing.builders import car_loan, consumer_loan
from forbear.testing.ledger import ledger

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "loan-maths.md"
BOARDED = car_loan(
    principal=1_364_918, disbursed_on=date(2016, 1, 10), first_due=date(2016, 2, 10), instalment=23_296
)


def test_the_worked_examples_are_what_the_fold_gives():
    """
    Every row of both tables is the position of its story on that day.
    """
    text = PAGE.read_text(encoding="utf-8")
    stories = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    tables = re.findall(r"\| Day \|.*?\n\n", text, re.DOTALL)
    checked = 0
    for terms, story, table in zip([consumer_loan(), BOARDED], stories, tables, strict=True):
        events = ledger(story, currency=terms.currency)
        for line in table.strip().splitlines()[2:]:
            day, *told = [cell.strip() for cell in line.strip("|").split("|")]
            position = fold(terms, events, as_of=date.fromisoformat(day))
            amounts = (position.owed_now, position.overdue.penalty, position.principal, position.payoff)
            assert told == [str(position.days_past_due), *(decimal_text(amount, 2) for amount in amounts)]
            checked += 1

    assert checked == 13

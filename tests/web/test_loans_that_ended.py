"""A loan that is paid off, overpaid or charged off says so in words, and its sums add up."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from portal_steps import let_in

from forbear.loans.events import ChargedOff, PaymentReceived, RecoveryReceived
from forbear.loans.position import Position
from forbear.services.ledger import NewEvent, append
from forbear.services.words import debt_values
from forbear.store.selectors.ledger import position_on

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
OVERPAID = 59
CLAIM_ROW = "Charged off, not recovered"


@pytest.fixture
def happens(loan: Any, now: Any) -> Callable[..., Position]:
    """Let events happen to the loan today; its position after them comes back."""

    def happened(*bodies: Any) -> Position:
        events = [NewEvent(value_date=TODAY, body=body) for body in bodies]
        append(
            actor="system:bank", lender_id=loan.lender_id, key="e", now=now, loan_id=loan.pk, events=events
        )
        return position_on(loan, as_of=TODAY)

    return happened


@pytest.fixture
def paid_off(loan: Any, happens: Callable[..., Position]) -> Position:
    """The loan after a payment of 0.59 more than everything."""
    payoff = position_on(loan, as_of=TODAY).payoff
    return happens(PaymentReceived(amount=payoff + OVERPAID, channel_ref="BANK-1"))


@pytest.fixture
def charged_off(happens: Callable[..., Position]) -> Position:
    """The loan charged off today, and a little of it recovered."""
    return happens(ChargedOff(reason="lost"), RecoveryReceived(amount=10_000, source="auction"))


def words(page: Any) -> str:
    """Return what a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def amounts(said: str, first: str, last: str) -> list[float]:
    """Return the amounts that stand from the word ``first`` up to the amount of the word ``last``."""
    part = re.search(rf"{first} .*?{last} CN¥[\d,.]+", said)
    assert part, said
    found = re.findall(r"([−-] ?)?CN¥([\d,]+\.\d\d)", part[0])
    return [round(float(text.replace(",", "")) * (-1 if sign else 1), 2) for sign, text in found]


def test_staff_read_what_was_overpaid_and_no_negative_payoff(
    staff: Any, loan: Any, paid_off: Position
) -> None:
    """The case and the books say that money is to be paid back, not that minus something is owed."""
    client = staff("agent")
    books, case = (words(client.get(f"/console/{page}/{loan.pk}/")) for page in ("loans", "cases"))

    assert paid_off.payoff == -OVERPAID
    assert "To pay off today Nothing Overpaid, to be paid back CN¥0.59" in books
    for said in (books, case):
        assert "CN¥0.59 was paid beyond what is owed, and is to be paid back." in said
        assert "-CN¥" not in said


def test_the_borrower_reads_that_it_is_paid_off_and_what_is_theirs(
    client: Client, borrower: Any, loan: Any, paid_off: Position
) -> None:
    """No empty tables of what is due: it is paid off, what was paid is listed, the rest is theirs."""
    inside = let_in(client, borrower)
    for address in ("/portal/pine/", f"/portal/pine/loans/{loan.pk}/"):
        said = words(inside.get(address))
        assert "Paid off. You owe nothing more on this loan." in said
        assert "You paid CN¥0.59 more than you owed. It is yours: ask us to pay it back." in said
        assert "What you have paid" in said
        assert "What waiting costs" not in said
        assert "-CN¥" not in said


def test_there_is_nothing_to_pay_on_a_loan_that_is_paid_off(
    client: Client, borrower: Any, loan: Any, paid_off: Position
) -> None:
    """An old link to the page that pays says so, instead of asking for an amount."""
    answer = let_in(client, borrower).get(f"/portal/pine/loans/{loan.pk}/pay/")

    assert paid_off.overpaid == OVERPAID
    assert answer.status_code == 409
    assert "There is nothing left to pay on this loan." in words(answer)


@pytest.mark.usefixtures("charged_off")
def test_a_message_asks_for_the_whole_claim(loan: Any) -> None:
    """What a reminder says is owed after charge-off is what the portal asks for, and its parts add up."""
    position = position_on(loan, as_of=TODAY)
    values = debt_values(loan, position, "zh-hans")
    parts = (values[f"owed_{part}"] for part in ("principal", "interest", "penalty", "fee"))

    assert values["owed"] == f"{position.demandable / 100:,.2f}元"
    assert position.demandable > position.owed_now
    assert round(sum(float(part.strip("元").replace(",", "")) for part in parts) * 100) == position.demandable


def test_the_claim_adds_up_for_staff(staff: Any, loan: Any, charged_off: Position) -> None:
    """After charge-off the lines of what is owed add up to the whole claim."""
    said = words(staff("agent").get(f"/console/cases/{loan.pk}/"))
    *lines, total = amounts(said, "Principal", "Owed now")

    assert total == charged_off.demandable / 100
    assert round(sum(lines), 2) == total
    assert f"{CLAIM_ROW} CN¥{charged_off.claim / 100:,.2f}" in said


def test_the_claim_adds_up_for_the_borrower(
    client: Client, borrower: Any, loan: Any, charged_off: Position
) -> None:
    """The unpaid instalments, the rest of the loan and what came since give the amount due."""
    said = words(let_in(client, borrower).get(f"/portal/pine/loans/{loan.pk}/"))
    *lines, total = amounts(said, "Instalments not paid yet", "Together, due now")

    assert total == charged_off.demandable / 100
    assert round(sum(lines), 2) == total
    assert -100.00 in lines
    unpaid = sum(item.unpaid.total for item in charged_off.instalments if item.fallen)
    assert lines[0] == unpaid / 100

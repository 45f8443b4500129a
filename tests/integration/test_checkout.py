"""Paying through a provider: what was ordered is what is recorded, once, on the provider's word."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forbear.errors import InputError, NotVisibleError, RefusedError
from forbear.services import runtime
from forbear.services.checkout import checkout_confirm, checkout_start
from forbear.store.models import LedgerEvent
from forbear.store.selectors.ledger import position_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def start(loan, borrower, now):
    """Order to pay 1,000.00 as the borrower."""

    def starting(key="o-1", **changes):
        given = {"actor": f"borrower:{borrower.pk}", "lender_id": loan.lender_id, "now": now}
        given |= {"loan_id": loan.pk, "amount": 100_000}
        return checkout_start(key=key, **given | changes)

    return starting


def test_a_confirmed_checkout_is_one_payment(start, loan, now):
    """However often the provider confirms, the money is recorded once, on the day that it was paid."""
    checkout = start()
    word = runtime.gateways().payments.pay(checkout.token, now=now)

    receipts = [
        checkout_confirm(now=now + timedelta(days=day), payload=word[0], signature=word[1])
        for day in range(3)
    ]

    assert {receipt.event_id for receipt in receipts} == {LedgerEvent.objects.get(kind="payment").pk}
    assert [receipt.replayed for receipt in receipts] == [False, True, True]
    assert LedgerEvent.objects.get(kind="payment").value_date == date(2026, 11, 24)


def test_the_same_key_is_the_same_order(start):
    """A reload opens no second order."""
    assert start() == start()
    assert start().order_id != start("o-2").order_id


def test_no_more_than_the_debt_and_nothing_on_another_loan(start, loan, other_loan, other_lender):
    """An order is for an amount that is owed, on a loan of one's own."""
    payoff = position_on(loan, as_of=date(2026, 11, 24)).payoff
    for amount in (0, payoff + 1):
        with pytest.raises(InputError, match=f"from 1 to {payoff}"):
            start(amount=amount)
    with pytest.raises(NotVisibleError):
        start(loan_id=other_loan.pk, lender_id=other_lender.pk)
    with pytest.raises(NotVisibleError):
        start(loan_id=other_loan.pk)


def test_a_loan_that_is_paid_takes_no_order(start, loan, now):
    """Nothing owed, nothing to pay."""
    payoff = position_on(loan, as_of=date(2026, 11, 24)).payoff
    word = runtime.gateways().payments.pay(start(amount=payoff).token, now=now)
    checkout_confirm(now=now, payload=word[0], signature=word[1])

    with pytest.raises(RefusedError, match="Nothing is owed"):
        start("o-2")


def test_an_unsigned_word_records_nothing(start, now):
    """Only the provider can say that money came in."""
    payload, signature = runtime.gateways().payments.pay(start().token, now=now)

    with pytest.raises(InputError, match="payment provider"):
        checkout_confirm(now=now, payload=payload.replace(b"100000", b"900000"), signature=signature)
    assert not LedgerEvent.objects.filter(kind="payment").exists()

"""Paying through the portal: the amount is checked, the money counts once, the receipt stands."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from portal_steps import let_in

from forbear.store.models import LedgerEvent
from forbear.store.selectors.ledger import position_on


def pay_address(loan: Any) -> str:
    """Return the first of the two pages."""
    return f"/portal/pine/loans/{loan.pk}/pay/"


def checkout(client: Client, loan: Any, **answers: str) -> str:
    """Choose an amount; return the address of the page that shows everything once more."""
    answer = client.post(pay_address(loan), answers or {"choice": "due", "other": ""})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def payments(loan: Any) -> list[LedgerEvent]:
    """Return the payments in the loan's ledger."""
    return list(LedgerEvent.objects.filter(loan=loan, kind="payment"))


@pytest.fixture
def inside(client: Client, borrower: Any, loan: Any) -> Client:
    """A borrower who is signed in and reads English."""
    return let_in(client, borrower)


@pytest.mark.django_db
def test_what_is_due_can_be_paid_and_is_then_not_due(inside: Client, loan: Any, now: Any) -> None:
    """Choose, check, pay, receipt; then nothing is due."""
    due = position_on(loan, as_of=now.date()).owed_now
    address = checkout(inside, loan)
    page = inside.get(address).content.decode()
    assert "Check before you pay" in page
    assert "None" in page
    answer = inside.post(address, follow=True)
    assert "Thank you. Your payment has arrived." in answer.content.decode()
    assert [event.body["amount"] for event in payments(loan)] == [due]
    assert position_on(loan, as_of=now.date()).owed_now == 0
    assert "Nothing is due today" in inside.get("/portal/pine/").content.decode()


@pytest.mark.django_db
def test_pressing_twice_going_back_and_reloading_pay_once(inside: Client, loan: Any) -> None:
    """The address of the check page names one order, and an order becomes one payment."""
    address = checkout(inside, loan)
    receipts = {inside.post(address)["Location"] for _ in range(3)}
    back = inside.get(address)
    assert back.status_code == 302
    receipts.add(back["Location"])
    assert len(receipts) == 1
    assert len(payments(loan)) == 1


@pytest.mark.django_db
def test_two_tabs_do_not_pay_more_than_is_owed(inside: Client, loan: Any) -> None:
    """What was to end the loan in one tab pays nothing once another tab has ended it."""
    first, second = (checkout(inside, loan, choice="all", other="") for _ in range(2))
    assert inside.post(first).status_code == 302
    for answer in (inside.get(second), inside.post(second)):
        assert answer.status_code == 409
        assert "more than you owe" in answer.content.decode()
    assert len(payments(loan)) == 1


@pytest.mark.django_db
def test_an_order_paid_yesterday_is_the_same_payment_today(inside: Client, loan: Any, clock: Any) -> None:
    """The back button works across midnight too."""
    address = checkout(inside, loan)
    first = inside.post(address)["Location"]
    clock.move_to(clock.now() + timedelta(days=1))
    inside.force_login(inside.session and _user(inside))
    assert inside.post(address)["Location"] == first
    assert len(payments(loan)) == 1


def _user(client: Client) -> Any:
    from forbear.store.models import User

    return User.objects.get(pk=client.session["_auth_user_id"])


@pytest.mark.django_db(transaction=True)
def test_eight_at_the_same_moment_pay_once(borrower: Any, loan: Any) -> None:
    """A double click is two requests at once; so are eight."""
    address = checkout(let_in(Client(), borrower), loan)
    clients = [let_in(Client(), borrower) for _ in range(8)]
    seen: list[str] = []

    def press(client: Client) -> None:
        seen.append(client.post(address)["Location"])
        connection.close()

    threads = [threading.Thread(target=press, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len(set(seen)) == 1
    assert len(payments(loan)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "Choose an amount."),
        ({"choice": "other", "other": ""}, "Enter an amount such as 150 or 150.50."),
        ({"choice": "other", "other": "abc"}, "Enter an amount such as 150 or 150.50."),
        ({"choice": "other", "other": "=1+1"}, "Enter an amount such as 150 or 150.50."),
        ({"choice": "other", "other": "-5"}, "Enter an amount above 0."),
        ({"choice": "other", "other": "0"}, "Enter an amount above 0."),
        ({"choice": "other", "other": "0.001"}, "Enter an amount such as 150 or 150.50."),
        ({"choice": "other", "other": "99999999"}, "That is more than you owe in all"),
        ({"choice": "nonsense", "other": ""}, "Select a valid choice"),
    ],
)
def test_an_amount_that_cannot_be_is_asked_for_again(
    inside: Client, loan: Any, answers: dict[str, str], said: str
) -> None:
    """Each with its own sentence, and nothing is ordered."""
    answer = inside.post(pay_address(loan), answers)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert payments(loan) == []


@pytest.mark.django_db
def test_an_amount_of_ones_own_is_read_to_the_cent(inside: Client, loan: Any) -> None:
    """1,234.5 is 1,234.50, whichever comma was typed."""
    inside.post(checkout(inside, loan, choice="other", other="1，234.5"))
    assert [event.body["amount"] for event in payments(loan)] == [123_450]


@pytest.mark.django_db
def test_a_checkout_that_is_not_ours_or_not_theirs_pays_nothing(
    inside: Client, loan: Any, lender: Any, make_party: Any, make_loan: Any
) -> None:
    """A changed token is unusable; another person's is not there."""
    neighbour = make_party(lender, "测试丙", phone="19900000003")
    theirs = make_loan(lender, [(neighbour, "borrower")], reference="PINE-2")
    address = checkout(let_in(Client(), neighbour), theirs)
    assert inside.get(address).status_code == 404
    assert inside.post(address).status_code == 404
    changed = address[:-2] + ("00" if address[-2:] != "00" else "11")
    assert inside.post(changed).status_code == 400
    assert inside.post("/portal/pine/pay/").status_code == 400
    assert payments(theirs) == []


@pytest.mark.django_db
def test_a_receipt_shows_what_the_money_settled(inside: Client, loan: Any) -> None:
    """To the cent, with the receipt number and the provider's reference."""
    receipt = inside.get(inside.post(checkout(inside, loan))["Location"]).content.decode()
    (event,) = payments(loan)
    for told in (event.event_id, event.body["channel_ref"], "Principal", "Interest", "Overdue interest"):
        assert told in receipt

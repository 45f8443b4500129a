"""A payment that the bank took back: owed again from a day on, once, with the reason."""

from __future__ import annotations

from datetime import date

import pytest
from desk_world import key_of

from forbear.services.payment import payment_record
from forbear.store.models import LedgerEvent
from forbear.store.selectors.ledger import position_on

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
RETURN = {"value_date": "2026-11-24", "reason": "returned for want of funds"}


@pytest.fixture
def payment(loan, now):
    """A payment of 300.00 of two days ago; the page that returns it comes back."""
    receipt = payment_record(
        actor="system:bank",
        lender_id=loan.lender_id,
        key="p-1",
        now=now,
        loan_id=loan.pk,
        amount=30_000,
        value_date=date(2026, 11, 22),
        channel_ref="BANK-7",
    )
    return f"/console/loans/{loan.pk}/payments/{receipt.event_id}/return/"


@pytest.mark.parametrize("role", ["manager", "administrator"])
def test_a_returned_payment_is_owed_again_and_both_entries_stay(staff, loan, payment, role):
    """The loan page leads to the form; afterwards it shows the reason, and no way to do it twice."""
    client = staff(role)
    page = f"/console/loans/{loan.pk}/"
    before = position_on(loan, as_of=TODAY).payoff
    assert payment in client.get(page).content.decode()
    form = client.get(payment)
    assert "BANK-7" in form.content.decode()
    assert 'value="2026-11-24"' in form.content.decode()

    answer = client.post(payment, RETURN | {"key": key_of(form)})
    assert answer.url == page
    assert position_on(loan, as_of=TODAY).payoff > before
    row = LedgerEvent.objects.get(kind="payment_reversed")
    assert (row.actor, row.body["reason"]) == (f"{role}:pine.{role}", RETURN["reason"])
    html = client.get(page).content.decode()
    assert RETURN["reason"] in html
    assert payment not in html
    assert client.get(payment).url == page
    client.post(payment, RETURN | {"key": "0" * 32})
    assert LedgerEvent.objects.filter(kind="payment_reversed").count() == 1


def test_a_form_sent_twice_is_one_return(staff, payment):
    """The key of the form makes a doubled click one act; the second one leads to the loan as well."""
    client = staff("manager")
    key = key_of(client.get(payment))
    urls = [client.post(payment, RETURN | {"key": key}).url for _ in range(2)]
    assert urls[0] == urls[1]
    assert LedgerEvent.objects.filter(kind="payment_reversed").count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value_date": ""}, "Give the day on which the money went back."),
        ({"value_date": "soon"}, "Write the day as year-month-day"),
        ({"value_date": "2026-11-21"}, "Choose a day from that of the payment until today."),
        ({"value_date": "2026-11-25"}, "Choose a day from that of the payment until today."),
        ({"reason": " "}, "Write down why it was returned."),
    ],
)
def test_a_return_that_cannot_be_is_said_beside_its_field(staff, payment, change, words):
    """The error stands in the summary and beside its field, and nothing is recorded."""
    client = staff("manager")
    answer = client.post(payment, RETURN | change | {"key": key_of(client.get(payment))})
    assert answer.status_code == 400
    assert answer.content.decode().count(words) == 2
    assert not LedgerEvent.objects.filter(kind="payment_reversed").exists()


def test_who_may_not_return_a_payment_sees_no_way_to(staff, loan, payment):
    """An agent sees the payment in the ledger, and nothing that would be refused."""
    for role in ("agent", "compliance"):
        assert payment not in staff(role).get(f"/console/loans/{loan.pk}/").content.decode()
        assert staff(role).get(payment).status_code == 403


def test_only_a_payment_of_this_loan_is_returned(staff, loan, payment, other_loan):
    """The opening of the loan, or another loan's payment, is not there to be returned."""
    client = staff("manager")
    opening = LedgerEvent.objects.get(loan=loan, seq=1).pk
    assert client.get(f"/console/loans/{loan.pk}/payments/{opening}/return/").status_code == 404
    assert client.get(payment.replace(loan.pk, other_loan.pk)).status_code == 404


def test_what_another_system_keeps_is_returned_there(staff, loan, payment):
    """Beside a core system no entry is recorded here."""
    type(loan).objects.update(books="core")
    client = staff("manager")
    assert client.get(payment).url == f"/console/loans/{loan.pk}/"

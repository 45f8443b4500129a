"""A payment is one event, exactly once, with its evidence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forbear.errors import InputError, NotVisibleError, RefusedError
from forbear.loans.codec import position_from_body
from forbear.loans.events import AmountWaived, FeeCharged, PaymentReceived
from forbear.services import ledger
from forbear.services.ledger import NewEvent, append
from forbear.services.once import KeyReusedError
from forbear.services.payment import payment_record, payment_reverse
from forbear.store.models import EvidenceLeaf, LedgerEvent, PositionRow, Reply
from forbear.store.selectors.ledger import loan_events, position_on

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)


@pytest.fixture
def pay(loan, now):
    """Pay 1,000.00 on the loan; a test changes what it is about."""

    def paying(**changes):
        given = {
            "actor": "agent:li.na",
            "lender_id": loan.lender_id,
            "key": "p-1",
            "now": now,
            "loan_id": loan.pk,
            "amount": 100_000,
            "value_date": TODAY,
            "channel_ref": "BANK-1",
        }
        return payment_record(**given | changes)

    return paying


def test_a_payment_is_in_ledger_evidence_and_position(loan, pay):
    """One payment: one event, one leaf, the position that the fold gives, and a receipt that says so."""
    before = position_on(loan, as_of=TODAY)

    receipt = pay()

    position = position_on(loan, as_of=TODAY)
    event = LedgerEvent.objects.get(pk=receipt.event_id)
    assert (event.kind, event.seq, receipt.seq) == ("payment", 2, 2)
    assert EvidenceLeaf.objects.filter(kind="event", ref=receipt.event_id).count() == 1
    assert receipt.payoff == position.payoff == before.payoff - 100_000
    assert receipt.owed_now == position.owed_now
    assert receipt.digest == position.digest == event.digest
    row = PositionRow.objects.get(loan=loan)
    assert (row.digest, row.overdue, row.bucket) == (position.digest, position.overdue.total, "61-90")


def test_whatever_order_events_come_in_the_stored_position_is_that_of_the_fold(loan, pay, now):
    """Later, backdated, on the same day, of a lower rank: after each, the stored position is the fold's."""
    first = pay()
    steps = [
        {"value_date": TODAY - timedelta(days=40)},
        {"now": now + timedelta(days=1), "value_date": TODAY + timedelta(days=1)},
        {"now": now + timedelta(days=1), "value_date": TODAY + timedelta(days=1), "amount": 17},
        {"now": now + timedelta(days=9), "value_date": TODAY + timedelta(days=1)},
        {"now": now + timedelta(days=40), "value_date": TODAY + timedelta(days=40), "amount": 9_900_000},
    ]
    for number, step in enumerate(steps, 2):
        receipt = pay(key=f"p-{number}", channel_ref=f"BANK-{number}", **step)
        today = TODAY + (step.get("now", now) - now)
        assert_stored_is_folded(loan, today)
        assert receipt.digest == PositionRow.objects.get(loan=loan).digest
    later = now + timedelta(days=40)
    back = {"actor": "system:test", "lender_id": loan.lender_id, "loan_id": loan.pk, "now": later}
    payment_reverse(
        **back, key="r-1", event_id=first.event_id, value_date=TODAY + timedelta(days=40), reason="returned"
    )
    assert_stored_is_folded(loan, TODAY + timedelta(days=40))
    bodies = [
        PaymentReceived(amount=5, channel_ref="X"),
        FeeCharged(amount=900, reason="letter"),
        AmountWaived(amount=900, part="fee", reason="goodwill"),
    ]
    for number, body in enumerate(bodies):
        event = NewEvent(value_date=TODAY + timedelta(days=40), body=body)
        append(**back, key=f"e-{number}", events=[event])
        assert_stored_is_folded(loan, TODAY + timedelta(days=40))


def assert_stored_is_folded(loan, day):
    stored = position_from_body(PositionRow.objects.get(loan=loan).body)
    assert stored == position_on(loan, as_of=day)


def test_what_counts_after_the_stored_position_goes_on_from_it(loan, pay, now, monkeypatch):
    """A payment of today is carried on from the stored position; only a backdated one reads the ledger."""
    pay()
    read = []
    monkeypatch.setattr(ledger, "loan_events", lambda loan_id: read.append(loan_id) or loan_events(loan_id))

    pay(key="p-2", channel_ref="BANK-2")
    assert read == []

    pay(key="p-3", channel_ref="BANK-3", value_date=TODAY - timedelta(days=1))
    assert read == [loan.pk]


@pytest.mark.parametrize("change", [{"body": {"not": "a position"}}, {"digest": "0" * 64}, {"last_seq": 1}])
def test_a_stored_position_that_says_nothing_of_the_ledger_is_left_aside(loan, pay, change):
    """Where the stored position can't be read, or rests on another ledger, the ledger is folded anew."""
    pay()
    PositionRow.objects.filter(loan=loan).update(**change)

    pay(key="p-2", channel_ref="BANK-2")

    assert_stored_is_folded(loan, TODAY)


def test_the_same_payment_again_is_the_same_payment(loan, pay, now):
    """A repeated request gets the stored reply, even days later, and nothing is recorded."""
    first = pay()

    again = pay(now=now + timedelta(days=3))

    assert again.replayed
    assert not first.replayed
    assert (again.event_id, again.owed_now, again.digest) == (first.event_id, first.owed_now, first.digest)
    assert LedgerEvent.objects.filter(loan=loan).count() == 2


def test_a_key_stands_for_one_request(pay):
    """The same key with another amount is an error that says so; nothing is recorded of it."""
    pay()

    with pytest.raises(KeyReusedError, match="used before with another request") as caught:
        pay(amount=100_001)
    assert caught.value.field == "key"
    assert LedgerEvent.objects.filter(kind="payment").count() == 1


def test_the_same_money_under_two_keys_counts_once(pay):
    """A bank reference that is recorded already is refused under another key."""
    first = pay()

    with pytest.raises(RefusedError, match=f"recorded already, as {first.event_id}"):
        pay(key="p-2")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"amount": 0}, "amount", "cannot be"),
        ({"amount": -5}, "amount", "cannot be"),
        ({"amount": 10**14}, "amount", "cannot be"),
        ({"amount": True}, "amount", "cannot be"),
        ({"value_date": TODAY + timedelta(days=1)}, "value_date", "after the business date"),
        ({"channel_ref": "  "}, "channel_ref", "empty"),
        ({"channel_ref": "a\x00b"}, "channel_ref", "printable"),
        ({"channel_ref": "\ud800"}, "channel_ref", "printable"),
        ({"key": ""}, "key", "1 to 120"),
        ({"key": "k" * 121}, "key", "1 to 120"),
        ({"actor": "nobody"}, "actor", "role:name"),
    ],
)
def test_a_payment_that_cannot_be_names_the_field(pay, changes, field, words):
    """Bad input names its field, and leaves neither event nor reply behind."""
    replies = Reply.objects.count()

    with pytest.raises(InputError, match=words) as caught:
        pay(**changes)
    assert caught.value.field == field
    assert Reply.objects.count() == replies
    assert not LedgerEvent.objects.filter(kind="payment").exists()


def test_before_the_loan_was_paid_out_nothing_can_be_paid(pay):
    """A payment before the first event is an input error of the ledger."""
    with pytest.raises(InputError):
        pay(value_date=date(2026, 8, 1))
    assert not LedgerEvent.objects.filter(kind="payment").exists()


def test_another_lenders_loan_is_not_there(pay, other_lender):
    """Whose loan it is decides; the answer does not tell that it exists."""
    with pytest.raises(NotVisibleError, match="no loan"):
        pay(lender_id=other_lender.pk)


def test_a_borrower_pays_on_their_own_loans_alone(pay, borrower, make_party, lender):
    """A borrower acts for a loan that they stand behind, and for no other."""
    stranger = make_party(lender, "测试丙", phone="19900000003")

    assert pay(actor=f"borrower:{borrower.pk}").amount == 100_000
    with pytest.raises(NotVisibleError):
        pay(actor=f"borrower:{stranger.pk}", key="p-2", channel_ref="BANK-2")


def test_compliance_records_no_payments(pay):
    """A role that may not do it is refused, and told who may."""
    with pytest.raises(RefusedError, match="compliance may not do payment_record; ask administrator"):
        pay(actor="compliance:zhou")


def test_a_reversed_payment_is_owed_again(loan, pay, now):
    """A payment that the bank returned is owed again from that day on, and cannot be returned twice."""
    before = position_on(loan, as_of=TODAY)
    receipt = pay()
    reversal = {"actor": "manager:wu", "lender_id": loan.lender_id, "now": now, "loan_id": loan.pk}
    reversal |= {"event_id": receipt.event_id, "value_date": TODAY, "reason": "returned by the bank"}

    reversed_ = payment_reverse(key="r-1", **reversal)

    assert reversed_.owed_now == before.owed_now
    assert position_on(loan, as_of=TODAY).payoff == before.payoff
    with pytest.raises(InputError):
        payment_reverse(key="r-2", **reversal)
    with pytest.raises(InputError, match="no payment"):
        payment_reverse(key="r-3", **reversal | {"event_id": "ev_unknown"})


def test_an_append_can_insist_on_what_it_read(loan, pay, now):
    """With expected_seq, a ledger that has moved on refuses the append."""
    event = NewEvent(value_date=TODAY, body=loan_events(loan.pk)[0].body)
    pay()

    with pytest.raises(RefusedError, match="The ledger is at 2, not 1"):
        append(
            actor="manager:wu",
            lender_id=loan.lender_id,
            key="a-1",
            now=now,
            loan_id=loan.pk,
            events=[event],
            expected_seq=1,
        )


def test_two_clocks_answer_what_was_known_when(loan, pay, now):
    """A payment recorded today counts for its value date, but nobody knew of it before."""
    earlier = date(2026, 10, 20)
    known_before = now - timedelta(hours=1)
    pay(value_date=earlier)

    assert position_on(loan, as_of=earlier).paid_total == 100_000
    assert position_on(loan, as_of=earlier, known_at=now).paid_total == 100_000
    assert position_on(loan, as_of=earlier, known_at=known_before).paid_total == 0

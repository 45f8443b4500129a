"""Taking people on and opening loans: what cannot be is named, what is repeated is the same."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forbear.errors import InputError, NotVisibleError, RefusedError
from forbear.loans.events import Boarded, Disbursed
from forbear.loans.terms import LoanTerms
from forbear.services.ledger import load
from forbear.services.loan import loan_open
from forbear.services.party import NewContactPoint, party_add, point_end, state_end, state_set
from forbear.services.payment import payment_record
from forbear.store.models import ContactPoint, LedgerEvent, Loan, Party, PersonKey
from forbear.store.selectors.ledger import loan_events, loan_terms, position_on
from forbear.store.selectors.night import events_until

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
POINT = {"medium": "phone", "value": "19900000001", "zone": "Asia/Shanghai", "source": "application"}


@pytest.fixture
def add(lender, now):
    """Take on a person; a test changes what is said of them."""

    def adding(key="a-1", point=None, **changes):
        given = {"name": "测试甲", "language": "zh-hans", "born_on": date(1990, 5, 17)}
        points = [NewContactPoint(valid_from=TODAY, **POINT | (point or {}))]
        return party_add(
            actor="manager:wu", lender_id=lender.pk, key=key, now=now, points=points, **given | changes
        )

    return adding


@pytest.fixture
def open_(lender, borrower, loan, now):
    """Open a loan; a test changes what it is."""

    def opening(key="l-1", **changes):
        terms = loan_terms(loan)
        given = {
            "reference": "PINE-7",
            "product": "演示消费贷",
            "terms": terms,
            "parties": [(borrower.pk, "borrower")],
            "opening": Disbursed(amount=terms.principal),
        }
        return loan_open(actor="manager:wu", lender_id=lender.pk, key=key, now=now, **given | changes)

    return opening


def test_a_person_is_taken_on_once_with_a_key_of_their_own(add):
    """The same request again is the same person; each person's evidence has its own random key."""
    first, again = add(), add()
    other = add("a-2", name="测试乙")

    assert first == again != other
    assert Party.objects.count() == 2
    assert len({bytes(row.key) for row in PersonKey.objects.all()}) == 2
    assert all(len(row.key) == 64 for row in PersonKey.objects.all())
    assert ContactPoint.objects.filter(party_id=first).get().value == "19900000001"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"language": "fr"}, "language"),
        ({"identity_tail": "123456789"}, "identity_tail"),
        ({"point": {"medium": "pager"}}, "medium"),
        ({"point": {"zone": "Asia/Nowhere"}}, "zone"),
        ({"point": {"value": "call me"}}, "value"),
        ({"point": {"medium": "email", "value": "jia@example.invalid\nbcc"}}, "value"),
        ({"point": {"source": ""}}, "source"),
    ],
)
def test_what_cannot_be_a_person_is_named(add, changes, field):
    """Bad input names its field and takes nobody on."""
    with pytest.raises(InputError) as caught:
        add(**changes)
    assert caught.value.field == field
    assert not Party.objects.exists()


def test_a_person_belongs_to_a_lender_that_is_there(now):
    """Nobody is taken on for a lender that is not there."""
    with pytest.raises(NotVisibleError):
        party_add(actor="system:tests", lender_id="nobody", key="a", now=now, name="测试甲", language="en")


def test_points_and_states_end_where_they_are(lender, borrower, other_lender, now):
    """A point or state of somebody else, or none at all, cannot be ended."""
    common = {"actor": "manager:wu", "now": now}
    phone = borrower.contact_points.get(medium="phone").pk
    ended = {"point_id": phone, "because": "new number"}
    with pytest.raises(NotVisibleError):
        point_end(lender_id=other_lender.pk, key="p-1", **ended, **common)
    point_end(lender_id=lender.pk, key="p-2", **ended, **common)
    with pytest.raises(RefusedError, match="It ended on 2026-11-24"):
        point_end(lender_id=lender.pk, key="p-3", **ended, **common)
    with pytest.raises(NotVisibleError):
        state_end(
            lender_id=lender.pk, key="s-1", party_id=borrower.pk, state="dead", because="alive", **common
        )
    with pytest.raises(InputError, match="State 'rich'"):
        state_set(lender_id=lender.pk, key="s-2", party_id=borrower.pk, state="rich", source="x", **common)


def test_a_state_is_noted_once_and_ended_by_those_who_may(lender, borrower, now):
    """Whoever hears of a state notes it, once; an agent does not end what protects a person."""
    common = {"lender_id": lender.pk, "party_id": borrower.pk, "state": "represented"}
    state_set(actor="agent:li.na", key="s-1", now=now, source="letter", **common)
    with pytest.raises(InputError, match="noted already") as caught:
        state_set(actor="compliance:zhou", key="s-2", now=now, source="letter", **common)
    assert caught.value.field == "state"

    later = now + timedelta(days=1)
    with pytest.raises(RefusedError, match="agent may not do state_end"):
        state_end(actor="agent:li.na", key="e-1", now=later, because="so they say", **common)
    with pytest.raises(InputError) as caught:
        state_end(actor="manager:wu", key="e-2", now=later, because=" ", **common)
    assert caught.value.field == "because"
    with pytest.raises(InputError, match="can't end before that") as caught:
        state_end(actor="manager:wu", key="e-2", now=now - timedelta(hours=1), because="set back", **common)
    assert caught.value.field == "state"
    state_end(actor="manager:wu", key="e-3", now=later, because="mandate ended", **common)

    row = borrower.states.get()
    assert (row.noted_by, row.until, row.ended_by) == ("agent:li.na", later, "manager:wu")
    state_set(actor="agent:li.na", key="s-3", now=later, source="another letter", **common)
    assert borrower.states.count() == 2


def test_a_loan_is_opened_once(open_):
    """The same request again is the same loan; its reference cannot be used for another."""
    assert open_() == open_()
    assert Loan.objects.filter(reference="PINE-7").count() == 1
    with pytest.raises(InputError, match="open already") as caught:
        open_("l-2", product="另一种")
    assert caught.value.field == "reference"


def test_a_loan_that_came_over_starts_where_it_stands(open_):
    """A boarded loan has its balance from the day that it is paid through."""
    opening = Boarded(principal=900_000, next_due=date(2026, 12, 15), paid_through=date(2026, 11, 15))

    loan_id = open_(opening=opening)

    loan = Loan.objects.get(pk=loan_id)
    assert loan.opened_on == date(2026, 11, 15)
    assert position_on(loan, as_of=TODAY).principal == 900_000


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reference": ""}, "reference"),
        ({"product": "x" * 81}, "product"),
        ({"books": "both"}, "books"),
        ({"parties": []}, "parties"),
        ({"parties": [("party_x", "friend")]}, "role"),
        ({"parties": [("party_x", "borrower")] * 2}, "parties"),
        ({"opened_on": date(2026, 11, 25)}, "value_date"),
    ],
)
def test_what_cannot_be_a_loan_is_named(open_, changes, field, borrower):
    """Bad input names its field and opens nothing."""
    with pytest.raises(InputError) as caught:
        open_(**changes)
    assert caught.value.field == field
    assert Loan.objects.count() == 1


def test_nobody_of_another_lender_stands_behind_a_loan(open_, other_loan):
    """A person who is not this lender's is not there."""
    with pytest.raises(NotVisibleError, match="no person"):
        open_(parties=[(other_loan.roles.get().party_id, "borrower")])


def test_agents_open_no_loans(lender, borrower, loan, now):
    """Opening is not an agent's to do."""
    with pytest.raises(RefusedError, match="agent may not do loan_open"):
        loan_open(
            actor="agent:li.na",
            lender_id=lender.pk,
            key="l-1",
            now=now,
            reference="PINE-8",
            product="x",
            terms=loan_terms(loan),
            parties=[(borrower.pk, "borrower")],
            opening=Disbursed(amount=1),
        )


def test_a_history_loads_as_if_it_had_been_recorded(lender, loan, open_, now):
    """Bulk loading gives the rows, chain and leaves that appending gives; loading again changes nothing."""
    for number in range(3):
        payment_record(
            actor="system:tests",
            lender_id=lender.pk,
            key=f"p-{number}",
            now=now,
            loan_id=loan.pk,
            amount=1_000,
            value_date=TODAY,
            channel_ref=f"p-{number}",
        )
    events = loan_events(loan.pk)
    rows = list(LedgerEvent.objects.order_by("seq").values_list("digest", flat=True))

    def again(history):
        return load(actor="system:import", lender_id=lender.pk, now=now, histories=[(loan.pk, history)])

    assert again(events) == 0
    assert list(LedgerEvent.objects.order_by("seq").values_list("digest", flat=True)) == rows
    assert again([*events, numbered(events[-1], 5)]) == 1
    assert again([numbered(events[-1], 6)]) == 1
    assert position_on(loan, as_of=TODAY).last_seq == 6
    with pytest.raises(InputError, match="event 7 is missing"):
        again([numbered(events[-1], 8)])
    with pytest.raises(InputError, match="another one already"):
        again([numbered(events[-1], 5, actor="system:other")])
    with pytest.raises(InputError, match="missing or misplaced"):
        again([numbered(events[-1], 7), numbered(events[-1], 9)])
    with pytest.raises(NotVisibleError):
        load(actor="system:import", lender_id=lender.pk, now=now, histories=[("loan_x", events)])


def numbered(event, seq, actor="system:tests"):
    """Return a payment like this one as another entry of the ledger."""
    return type(event)(
        event_id=f"ev_{seq}",
        loan_id=event.loan_id,
        seq=seq,
        value_date=event.value_date,
        booked_on=event.booked_on,
        recorded_at=event.recorded_at + timedelta(seconds=1),
        actor=actor,
        body=event.body,
    )


def test_many_ledgers_are_read_at_once(loan, other_loan, django_assert_num_queries):
    """The events of many loans come in one query, each loan's up to its head; none is an empty ledger."""
    with django_assert_num_queries(1):
        found = events_until({loan.pk: 1, other_loan.pk: 0, "loan_x": 3})

    assert found == {loan.pk: loan_events(loan.pk), other_loan.pk: [], "loan_x": []}
    assert isinstance(loan_terms(loan), LoanTerms)

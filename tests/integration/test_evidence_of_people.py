"""People, their numbers, roles and states are under leaves: a changed byte is found and named."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from evidence_world import corrupt, first_bad

from forbear.errors import RefusedError
from forbear.services.evidence import evidence_seal
from forbear.services.leaves import leaf_change
from forbear.services.party import NewContactPoint, point_add, point_end, state_end, state_set
from forbear.services.signin import code_check, code_proof, code_send
from forbear.store.models import ContactPoint, EvidenceLeaf, LoanRole, Party, PartyState, PersonKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def represented(loan, borrower, now):
    """A lender whose borrower has somebody who speaks for them; everything is sealed."""
    state_set(
        actor="agent:li.na",
        lender_id=loan.lender_id,
        key="s-1",
        now=now,
        party_id=borrower.pk,
        state="represented",
        source="letter of 2026-11-20",
    )
    evidence_seal(lender_id=loan.lender_id, now=now)
    return loan.lender_id


def confirmed(lender_id, monkeypatch, at):
    """Come in with a code and a second fact, which confirms the number."""
    monkeypatch.setattr("forbear.services.signin.secrets.randbelow", lambda most: 123456)
    code_send(lender_id=lender_id, phone="19900000001", now=at)
    who = {"lender_id": lender_id, "phone": "19900000001"}
    code_check(**who, proof=code_proof(**who, code="123456"), second_fact="1990-05-17", now=at)


@pytest.mark.parametrize(
    ("kind", "table", "column", "value"),
    [
        ("party", "store_party", "name", "别的名字"),
        ("party", "store_party", "born_on", "1991-05-17"),
        ("party", "store_party", "identity_tail", "002X"),
        ("point", "store_contactpoint", "value", "19900000009"),
        ("point", "store_contactpoint", "confirmed_on", "2026-11-23"),
        ("point", "store_contactpoint", "valid_until", "2026-11-01"),
        ("point", "store_contactpoint", "zone", "Asia/Urumqi"),
        ("role", "store_loanrole", "role", "contact_person"),
        ("role", "store_loanrole", "since", "2026-08-16"),
        ("state", "store_partystate", "state", "minor"),
        ("state", "store_partystate", "source", "hearsay"),
        ("state", "store_partystate", "until", "2026-11-20 00:00:00+00:00"),
    ],
)
def test_a_changed_row_about_a_person_is_named_with_what_differs(represented, kind, table, column, value):
    """Name, birthday, number, confirmation, role and state each say what was recorded, or are found."""
    assert first_bad(represented) == ""
    corrupt(f"UPDATE {table} SET {column} = %s", [value])  # noqa: S608  # the test's own names

    leaf = EvidenceLeaf.objects.filter(kind=kind).order_by("pk")[0]
    assert first_bad(represented) == (
        f"EvidenceLeaf {leaf.pk} ({kind} {leaf.ref}): the row differs from what was recorded: {column}"
    )


@pytest.mark.parametrize(("kind", "table"), [("role", "store_loanrole"), ("state", "store_partystate")])
def test_a_row_about_a_person_that_was_removed_is_named(represented, kind, table):
    """Who is taken off a loan, or out of a state, in the database alone is missed."""
    corrupt(f"DELETE FROM {table}")  # noqa: S608  # the test's own names
    leaf = EvidenceLeaf.objects.get(kind=kind)
    assert first_bad(represented) == (
        f"EvidenceLeaf {leaf.pk} ({kind} {leaf.ref}):"
        " the row that it vouches for is missing or cannot be read"
    )


def test_a_row_about_a_person_that_was_slipped_in_is_named(represented, loan, borrower, now):
    """A guarantor, a number or a state that nobody recorded has no leaf."""
    common = {"lender_id": represented, "party": borrower}
    ContactPoint.objects.create(
        id="point_x", medium="phone", value="19900000008", zone="UTC", valid_from=now.date(), **common
    )
    assert first_bad(represented) == "ContactPoint point_x: no evidence leaf vouches for it"
    ContactPoint.objects.filter(pk="point_x").delete()

    PartyState.objects.create(id="state_x", state="dead", since=now, **common)
    assert first_bad(represented) == "PartyState state_x: no evidence leaf vouches for it"
    PartyState.objects.filter(pk="state_x").delete()

    LoanRole.objects.create(id="role_x", loan=loan, role="guarantor", since=now.date(), **common)
    assert first_bad(represented) == "LoanRole role_x: no evidence leaf vouches for it"
    LoanRole.objects.filter(pk="role_x").delete()

    Party.objects.create(id="party_x", lender_id=represented, name="测试戊", language="en")
    assert first_bad(represented) == "Party party_x: no evidence leaf vouches for it"


def test_each_confirmation_of_a_number_has_its_leaf(represented, borrower, monkeypatch, now):
    """Coming in confirms the number, once a day; put back or put forward by hand, it is found."""
    phone = borrower.contact_points.get(medium="phone")
    leaves = EvidenceLeaf.objects.filter(kind="point", ref=phone.pk).order_by("change")
    for hours in (0, 1, 24):
        confirmed(represented, monkeypatch, now + timedelta(hours=hours))
    assert [leaf.change for leaf in leaves] == [0, 1, 2]
    assert first_bad(represented) == ""

    evidence_seal(lender_id=represented, now=now)
    for day in (date(2026, 11, 1), date(2026, 11, 24), date(2026, 11, 26)):
        ContactPoint.objects.filter(pk=phone.pk).update(confirmed_on=day)
        assert first_bad(represented) == (
            f"EvidenceLeaf {leaves[2].pk} (point {phone.pk}): the row differs from what was recorded:"
            " confirmed_on"
        )


def test_a_later_leaf_excuses_no_other_number(represented, borrower, now):
    """What never changes of a contact point is vouched for by its first leaf too, whatever came after."""
    phone = borrower.contact_points.get(medium="phone")
    phone.value = "19900000009"
    phone.save()
    leaf_change("point", phone, party_id=borrower.pk, now=now)

    first = EvidenceLeaf.objects.get(kind="point", ref=phone.pk, change=0)
    assert first_bad(represented) == (
        f"EvidenceLeaf {first.pk} (point {phone.pk}): the row differs from what was recorded: value"
    )


def test_the_last_word_is_the_last_in_the_log(represented, borrower, monkeypatch, now):
    """Whoever gives an old leaf a new number, so that an old state looks like the latest, gains nothing."""
    confirmed(represented, monkeypatch, now)
    evidence_seal(lender_id=represented, now=now)
    phone = borrower.contact_points.get(medium="phone")
    first = EvidenceLeaf.objects.get(kind="point", ref=phone.pk, change=0)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA defer_foreign_keys = ON")
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    corrupt("UPDATE store_evidenceleaf SET id = 999999 WHERE id = %s", [first.pk])
    corrupt("UPDATE store_sealedleaf SET leaf_id = 999999 WHERE leaf_id = %s", [first.pk])
    ContactPoint.objects.filter(pk=phone.pk).update(confirmed_on=date(2026, 11, 1))

    assert first_bad(represented).endswith("the row differs from what was recorded: confirmed_on")


def test_points_and_states_come_and_end_with_a_leaf(represented, borrower, now):
    """A number that is added and ended, and a state that has ended, are whole in the evidence."""
    common = {"actor": "agent:li.na", "lender_id": represented, "now": now}
    point = NewContactPoint(
        medium="phone", value="19900000008", zone="Asia/Shanghai", source="call", valid_from=now.date()
    )
    added = point_add(key="p-1", party_id=borrower.pk, point=point, **common)
    point_end(key="p-2", point_id=added, because="wrong person", **common)
    common |= {"actor": "manager:wu"}
    state_end(key="s-2", party_id=borrower.pk, state="represented", because="mandate ended", **common)

    assert EvidenceLeaf.objects.filter(kind="point", ref=added).count() == 2
    assert EvidenceLeaf.objects.filter(kind="state").count() == 2
    assert first_bad(represented) == ""
    PartyState.objects.update(ended_by="agent:li.na")
    assert first_bad(represented).endswith("the row differs from what was recorded: ended_by")
    PartyState.objects.update(until=None, ended_by="manager:wu")
    assert first_bad(represented).endswith("the row differs from what was recorded: until")


def test_nothing_new_is_known_of_a_person_who_was_erased(represented, borrower, monkeypatch, now):
    """Without the key a number can neither be confirmed nor added, and the log still holds."""
    PersonKey.objects.filter(party=borrower).update(key=None, destroyed_at=now)

    with pytest.raises(RefusedError, match="was destroyed"):
        confirmed(represented, monkeypatch, now)
    assert first_bad(represented) == ""

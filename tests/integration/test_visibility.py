"""A cannot read B: who sees which rows, on every table of a lender."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from forbear.errors import NotVisibleError
from forbear.services.evidence import evidence_seal
from forbear.services.hold import hold_open
from forbear.services.once import lock_loan
from forbear.services.preference import preference_set
from forbear.store import querysets
from forbear.store.models import (
    ApiToken,
    Case,
    Contact,
    ContactOutcome,
    Message,
    NightRun,
    PackText,
    PartyState,
    Promise,
    SigninCode,
    Snapshot,
    User,
    Verdict,
    WorkItem,
)
from forbear.store.querysets import Scope, ScopedQuerySet

pytestmark = pytest.mark.django_db

TABLES = [
    model
    for model in apps.get_app_config("store").get_models()
    if isinstance(model._default_manager.all(), ScopedQuerySet)
]
STAFF = ("agent", "manager", "compliance", "administrator")


@pytest.fixture
def fill(now, make_user):
    """Put at least one row about a loan and its borrower into every table."""

    def filling(loan, party):
        lender_id = loan.lender_id
        contact = contact_about(loan, party, now)
        case_about(contact, now)
        Snapshot.objects.create(lender_id=lender_id, loan=loan, as_of=now.date(), balance=1, source="tape")
        common = {"lender_id": lender_id, "party": party}
        PartyState.objects.create(id=f"st_{lender_id}", state="bankrupt", since=now, source="x", **common)
        common = {"actor": "system:tests", "lender_id": lender_id, "now": now, "party_id": party.pk}
        preference_set(key=f"w-{lender_id}", kind="stop", source="letter", **common)
        hold_open(key=f"h-{lender_id}", loan_id=loan.pk, kind="dispute", words="金额不对", **common)
        evidence_seal(lender_id=lender_id, now=now)
        code = {"phone_digest": "p", "code_digest": "c", "sent_at": now, "expires_at": now, "tries_left": 5}
        SigninCode.objects.create(id=f"code_{lender_id}", lender_id=lender_id, **code)
        user = make_user(loan.lender, "borrower", party=party)
        token = {"user": user, "name": "x", "digest": lender_id, "created_at": now}
        ApiToken.objects.create(id=f"tok_{lender_id}", lender_id=lender_id, **token)

    return filling


def contact_about(loan, party, now):
    """Store a text that was sent about a loan, with its verdict, its end and a promise."""
    lender_id = loan.lender_id
    about = {"lender_id": lender_id, "loan": loan, "party": party}
    act = about | {"contact_point": party.contact_points.get(medium="phone")}
    act |= {"channel": "sms", "purpose": "remind", "actor": "agent:x"}
    pack, _ = PackText.objects.get_or_create(
        digest="d" * 64, defaults={"pack_id": "cn", "version": "1", "texts": {}, "first_used_at": now}
    )
    judged = {"outcome": "allowed", "judged_at": now, "expires_at": now + timedelta(hours=1), "pack": pack}
    judged |= {"facts_digest": "f" * 64, "facts": {}, "body": {}}
    verdict = Verdict.objects.create(id=f"vd_{lender_id}", **judged, **act)
    contact = Contact.objects.create(
        id=f"ct_{lender_id}", verdict=verdict, placed_at=now, must_end_at=now, **act
    )
    ends = {"contact": contact, "lender_id": lender_id}
    ContactOutcome.objects.create(**ends, outcome="unknown", two_way=False, actor="agent:x", recorded_at=now)
    Message.objects.create(**ends, template="identify", language="en", to="1", text="x", state="sent")
    promise = {"contact": contact, "amount": 1, "due_on": now.date(), "made_at": now}
    Promise.objects.create(id=f"prom_{lender_id}", **promise, **about)
    return contact


def case_about(contact, now):
    """Store a night, a case and what is to be done about the loan of a contact."""
    lender_id, day = contact.lender_id, now.date()
    NightRun.objects.create(lender_id=lender_id, day=day, started_at=now)
    case = Case.objects.create(id=f"case_{lender_id}", lender_id=lender_id, loan=contact.loan, opened_on=day)
    what = {"rank": 1, "action": "call", "channel": "call", "ground": "overdue", "score": 0}
    what |= {"score_reasons": [], "propensity_ppm": 0, "outcome": "allowed", "verdict": {}}
    about = {"lender_id": lender_id, "loan": contact.loan, "party": contact.party}
    WorkItem.objects.create(case=case, day=day, **what, **about)


@pytest.fixture
def two_lenders(loan, borrower, other_loan, fill):
    """Two lenders, each with a row at least in every table."""
    fill(loan, borrower)
    fill(other_loan, other_loan.roles.get().party)
    return loan.lender, other_loan.lender


def lender_of(row):
    """Return the lender that a row belongs to."""
    column = getattr(type(row), "LENDER_COLUMN", "lender_id")
    return None if column is None else getattr(row, column)


def test_every_table_knows_who_sees_it():
    """Each table of the store has a scope; a new one without it fails here."""
    models = set(apps.get_app_config("store").get_models())
    with_lender = {model for model in models if any(f.name == "lender" for f in model._meta.fields)}

    assert with_lender <= set(TABLES)
    assert all(isinstance(model.SCOPE, Scope) for model in TABLES)


@pytest.mark.parametrize("role", STAFF)
def test_staff_see_all_of_their_own_lender_and_nothing_of_another(two_lenders, make_user, role):
    """Whatever the table: every row of one's own lender, no row of the other."""
    mine, _ = two_lenders
    user = make_user(mine, role)
    for model in TABLES:
        seen = list(model.objects.visible_to(user))
        assert seen, model
        assert {lender_of(row) for row in seen} <= {mine.pk, None}, model
        if lender_of(seen[0]) is not None:
            assert len(seen) == sum(lender_of(row) == mine.pk for row in model.objects.all()), model


def test_a_borrower_sees_what_is_about_them_alone(two_lenders, borrower):
    """A borrower's rows, table by table; what is staff's stays with staff."""
    user = User.objects.get(party=borrower)
    hidden = {model.__name__ for model in TABLES if not model.objects.visible_to(user).exists()}

    assert hidden == {"Case", "NightRun", "WorkItem", "Reply", "SigninCode", "ApiToken"}
    for model in TABLES:
        rows = model.objects.visible_to(user)
        assert {lender_of(row) for row in rows} <= {user.lender_id, None}, model


def test_another_person_of_the_same_lender_sees_nothing_of_it(
    two_lenders, make_party, make_loan, make_user, now
):
    """A neighbour with a loan of their own sees theirs, and no row about anybody else."""
    mine, _ = two_lenders
    neighbour = make_party(mine, "测试戊", phone="19900000005")
    own = make_loan(mine, [(neighbour, "borrower")], reference="PINE-9")
    user = make_user(mine, "borrower", name="neighbour", party=neighbour)
    of_all = {"Lender", "PackText", "Checkpoint"}
    of_own = {"Loan", "LoanRole", "LedgerEvent", "PositionRow", "Party", "ContactPoint", "User"}
    of_own |= {"PersonKey", "EvidenceLeaf"}

    seen = {model.__name__: list(model.objects.visible_to(user)) for model in TABLES}

    assert {name for name, rows in seen.items() if rows} == of_all | of_own
    assert seen["Loan"] == [own]
    assert {event.loan_id for event in seen["LedgerEvent"]} == {own.pk}
    assert seen["Party"] == [neighbour]


def test_a_co_borrower_sees_the_loan_but_not_what_was_said_to_another(
    two_lenders, loan, make_party, make_user, now
):
    """Who is liable sees loan, ledger and position; contacts, wishes and objections stay each one's own."""
    partner = make_party(loan.lender, "测试己", phone="19900000006")
    loan.roles.create(id="role_x", lender=loan.lender, party=partner, role="guarantor", since=now.date())
    user = make_user(loan.lender, "borrower", name="partner", party=partner)

    visible = {model.__name__ for model in TABLES if model.objects.visible_to(user).exists()}

    assert {"Loan", "LedgerEvent", "PositionRow", "Snapshot"} <= visible
    assert not {"Contact", "Verdict", "Message", "Promise", "Hold", "Preference"} & visible


def test_a_contact_person_sees_nothing_of_the_debt(two_lenders, loan, make_party, make_user, now):
    """Who was only named as a contact learns nothing about a loan."""
    friend = make_party(loan.lender, "测试庚", phone="19900000007")
    loan.roles.create(id="role_x", lender=loan.lender, party=friend, role="contact_person", since=now.date())
    user = make_user(loan.lender, "borrower", name="friend", party=friend)

    for name in ("Loan", "LedgerEvent", "PositionRow", "Snapshot", "Contact", "Verdict"):
        assert not apps.get_model("store", name).objects.visible_to(user).exists(), name


def test_who_is_not_signed_in_or_was_shut_out_sees_nothing(two_lenders, make_user):
    """Anonymous, disabled and lenderless accounts see no row of any table."""
    mine, _ = two_lenders
    disabled = make_user(mine, "administrator", is_active=False)
    nowhere = User.objects.create_user(username="nowhere", role="administrator", is_superuser=True)
    for model in TABLES:
        for user in (AnonymousUser(), disabled, nowhere):
            assert not model.objects.visible_to(user).exists(), model


def test_a_loan_is_locked_for_its_own_lender_alone(two_lenders, loan, other_lender):
    """The lock that every change takes looks at the lender too."""
    assert lock_loan(loan.pk, loan.lender_id) == loan
    with pytest.raises(NotVisibleError, match="no loan"):
        lock_loan(loan.pk, other_lender.pk)


def test_the_roles_that_open_a_loan_do_not_include_contact_persons():
    """The list of liable roles is pinned."""
    assert querysets.LIABLE_ROLES == (
        "borrower",
        "co_borrower",
        "guarantor",
        "spouse",
        "representative",
        "estate",
    )

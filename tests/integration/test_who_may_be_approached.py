"""Who may be reminded or visited at all: whose state allows it, while the loan owes, on their own ground."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forbear.errors import RefusedError
from forbear.services.contact import contact_judge, contact_propose
from forbear.services.facts import Proposal
from forbear.services.hold import hold_open
from forbear.services.party import state_set
from forbear.services.payment import payment_record
from forbear.store.models import Case, Contact, Hold, PackText, SigninCode, Verdict
from forbear.store.selectors.ledger import position_on

pytestmark = pytest.mark.django_db

AGENT = "agent:li.na"
UNASKED = "cn.policy.answer-needs-a-request"


@pytest.fixture
def act(loan, borrower):
    """Propose to call the borrower about the debt; a test changes what it is about."""

    def proposing(**changes):
        given = {
            "loan_id": loan.pk,
            "party_id": borrower.pk,
            "contact_point_id": borrower.contact_points.get(medium="phone").pk,
            "channel": "call",
            "purpose": "remind",
        }
        return Proposal(**given | changes)

    return proposing


@pytest.fixture
def judged(loan, act, now):
    """Ask what the law would say, and name the rules that stand in the way."""

    def judging(**changes):
        verdict = contact_judge(actor=AGENT, lender_id=loan.lender_id, now=now, proposal=act(**changes))
        return verdict.outcome.value, [fired.rule_id for fired in verdict.fired]

    return judging


@pytest.fixture
def ask(loan, borrower, now):
    """Object to the amount, as the borrower does; the hold's id comes back."""

    def asking(by=borrower, at=now, actor=""):
        return hold_open(
            actor=actor or f"borrower:{by.pk}",
            lender_id=loan.lender_id,
            key=f"ask-{by.pk}-{at:%d}",
            now=at,
            loan_id=loan.pk,
            party_id=by.pk,
            kind="dispute",
            words="金额不对",
        )

    return asking


def called(loan, party, *, at):
    """Keep a call of the person to us, as a line of the log has it."""
    common = {"lender": loan.lender, "loan": loan, "party": party, "channel": "call", "purpose": "respond"}
    point = party.contact_points.get(medium="phone")
    pack, _ = PackText.objects.get_or_create(
        digest="0" * 64, defaults={"pack_id": "cn", "version": "0", "texts": {}, "first_used_at": at}
    )
    verdict = Verdict.objects.create(
        id=f"vd_{at:%d}",
        contact_point=point,
        actor=AGENT,
        outcome="allowed",
        judged_at=at,
        expires_at=at + timedelta(hours=1),
        pack=pack,
        facts_digest="0" * 64,
        facts={},
        body={},
        **common,
    )
    Contact.objects.create(
        id=f"ct_{at:%d}",
        contact_point=point,
        verdict=verdict,
        direction="in",
        actor=AGENT,
        placed_at=at,
        must_end_at=at + timedelta(minutes=5),
        **common,
    )


@pytest.mark.parametrize(
    "state", ["dead", "incapable", "minor", "bankrupt", "represented", "identity_stolen"]
)
def test_every_state_of_a_person_stops_reminders(judged, loan, borrower, now, state):
    """Each of the states changes what may be done: the person is not reminded of the debt."""
    assert judged()[0] == "allowed"
    state_set(
        actor=AGENT,
        lender_id=loan.lender_id,
        key="s",
        now=now,
        party_id=borrower.pk,
        state=state,
        source="call",
    )
    assert judged()[0] == "denied"


def test_nobody_is_called_about_a_loan_that_was_brought_in_order_today(act, ask, loan, now):
    """The loan is folded again before the act: what the night proposed is void once nothing is owed."""
    payment_record(
        actor="system:tests",
        lender_id=loan.lender_id,
        key="all",
        now=now,
        loan_id=loan.pk,
        amount=position_on(loan, as_of=now.date()).owed_now,
        value_date=now.date(),
        channel_ref="all",
    )

    def call(key="c-1", **changes):
        return contact_propose(
            actor=AGENT, lender_id=loan.lender_id, key=key, now=now, proposal=act(**changes)
        )

    with pytest.raises(RefusedError, match="Nothing is owed on loan PINE-1"):
        call()
    assert not Contact.objects.exists()
    ask(at=now)
    assert call("c-2", purpose="respond").contact_id


def test_an_answer_needs_something_that_was_asked(judged, ask, loan, now):
    """Without a request nothing is answered; an open one waits for its answer, a closed one for 14 days."""
    assert judged(purpose="respond") == ("denied", [UNASKED])
    hold = ask(at=now - timedelta(days=40))
    assert judged(purpose="respond") == ("allowed", [])
    assert judged()[0] == "denied"

    for days, outcome in ((15, "denied"), (14, "allowed")):
        Hold.objects.filter(pk=hold).update(closed_at=now - timedelta(days=days))
        assert judged(purpose="respond")[0] == outcome


def test_what_a_collector_notes_is_no_ground_of_theirs_to_answer(judged, ask):
    """An agent who opens a hold for somebody may not then call them about it, past a stop request or not."""
    ask(actor=AGENT)
    assert judged(purpose="respond") == ("denied", [UNASKED])


def test_looking_into_the_portal_asks_nothing(judged, borrower, now):
    """A sign-in is a contact that came in, and no request."""
    SigninCode.objects.create(
        id="code_1",
        lender_id=borrower.lender_id,
        phone_digest="0" * 64,
        code_digest="1" * 64,
        sent_at=now - timedelta(hours=2),
        expires_at=now - timedelta(hours=1),
        used_at=now - timedelta(hours=2),
        party=borrower,
        tries_left=4,
    )

    assert judged(purpose="respond") == ("denied", [UNASKED])


def test_a_call_that_came_in_may_be_answered(judged, loan, borrower, now):
    """Who called us asked something: for 14 days an answer may be given."""
    for days, outcome in ((15, "denied"), (13, "allowed")):
        called(loan, borrower, at=now - timedelta(days=days))
        assert judged(purpose="respond")[0] == outcome


def test_what_another_person_asked_is_no_ground_to_answer_this_one(judged, ask, make_party, lender, loan):
    """A guarantor's objection is answered to the guarantor."""
    guarantor = make_party(lender, "测试戊", phone="19900000005")
    loan.roles.create(id="role_g", lender=lender, party=guarantor, role="guarantor", since=date(2026, 8, 15))
    ask(by=guarantor)

    assert judged(purpose="respond") == ("denied", [UNASKED])


def test_a_borrower_who_cannot_be_reached_is_no_ground_to_visit_another(
    judged, lender, borrower, make_party, make_loan
):
    """A guarantor is visited because the loan is long overdue, not because the borrower does not answer."""
    guarantor = make_party(lender, "测试戊", phone="19900000005")
    shared = make_loan(lender, [(borrower, "borrower"), (guarantor, "guarantor")], reference="PINE-5")
    case = Case.objects.create(id="case_5", lender=lender, loan=shared, opened_on=date(2026, 11, 1))
    visit = {
        "channel": "visit",
        "loan_id": shared.pk,
        "contact_point_id": borrower.contact_points.get(medium="address").pk,
        "declared": {"collectors_present": 2},
    }
    theirs = visit | {
        "party_id": guarantor.pk,
        "contact_point_id": guarantor.contact_points.get(medium="address").pk,
    }

    case.plan = {"visit_grounds": ["unreachable"]}
    case.save()
    assert judged(**visit)[0] == "allowed"
    assert judged(**theirs) == ("denied", ["cn.policy.visit-ground"])
    case.plan = {"visit_grounds": ["long_overdue"]}
    case.save()
    assert judged(**theirs)[0] == "allowed"

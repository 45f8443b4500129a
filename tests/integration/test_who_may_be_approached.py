"""Who may be reminded or visited at all: whose state allows it, while the loan owes, on their own ground."""

from __future__ import annotations

from datetime import date

import pytest

from forbear.errors import RefusedError
from forbear.services.contact import contact_judge, contact_propose
from forbear.services.facts import Proposal
from forbear.services.party import state_set
from forbear.services.payment import payment_record
from forbear.store.models import Case, Contact
from forbear.store.selectors.ledger import position_on

pytestmark = pytest.mark.django_db

AGENT = "agent:li.na"


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


def test_nobody_is_called_about_a_loan_that_was_brought_in_order_today(act, loan, now):
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
    assert call("c-2", purpose="respond").contact_id


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

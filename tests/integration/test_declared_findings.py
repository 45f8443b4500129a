"""What is found in a script before it is used stops the contact, and a spouse needs evidence on file."""

from __future__ import annotations

from datetime import date

import pytest

from forbear.services.contact import contact_judge
from forbear.services.facts import FINDINGS, Proposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged(loan, borrower, now):
    """Ask what the law would say of a call to a person, with what is declared of it."""

    def judging(party=borrower, **declared):
        proposal = Proposal(
            loan_id=loan.pk,
            party_id=party.pk,
            contact_point_id=party.contact_points.get(medium="phone").pk,
            channel="call",
            purpose="remind",
            declared=declared,
        )
        verdict = contact_judge(actor="agent:li.na", lender_id=loan.lender_id, now=now, proposal=proposal)
        return verdict.outcome.value, verdict.needs

    return judging


@pytest.mark.parametrize("finding", FINDINGS)
def test_whatever_is_found_stops_the_contact(judged, finding):
    """
    Each finding denies a call that would be allowed without it; none found changes nothing.
    """
    assert judged(**{finding: False}) == ("allowed", ())
    assert judged(**{finding: True}) == ("denied", ())


def test_a_spouse_is_contacted_on_evidence_alone(judged, loan, make_party):
    """
    Nobody calls a spouse before somebody said that the file holds evidence of a shared debt.
    """
    spouse = make_party(loan.lender, "测试己", phone="19900000006")
    loan.roles.create(id="role_s", lender=loan.lender, party=spouse, role="spouse", since=date(2026, 8, 15))

    assert judged(spouse) == ("needs", ("joint_debt_evidence",))
    assert judged(spouse, joint_debt_evidence=False)[0] == "needs"
    assert judged(spouse, joint_debt_evidence=True) == ("allowed", ())

"""What the case page asks of the database does not grow with what it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forbear.services.contact import Proposal, contact_close, contact_propose
from forbear.services.hold import hold_open
from forbear.services.preference import preference_set

pytestmark = pytest.mark.django_db
MOST = 25


def asked(client: Client, address: str) -> tuple[int, str]:
    """Return how many queries a page took, and the page."""
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address)
    assert page.status_code == 200
    return len(queries), page.content.decode()


def test_a_case_takes_the_same_queries_for_one_person_and_for_five(
    staff: Callable[..., Client], lender: Any, desk: Any, loan: Any, make_party: Callable[..., Any]
) -> None:
    """Everybody beside a loan is read, and judged on every channel, from one set of questions."""
    client, address = staff("agent"), f"/console/cases/{loan.pk}/"
    asked(client, address)
    alone, _ = asked(client, address)
    for number, role in enumerate(("co_borrower", "guarantor", "spouse", "contact_person")):
        party = make_party(lender, f"测试{number}", phone=f"1990000020{number}")
        loan.roles.create(id=f"role_{number}", lender=lender, party=party, role=role, since=loan.opened_on)

    together, html = asked(client, address)

    assert html.count("测试") >= 5
    assert alone == together
    assert together <= MOST


def test_a_case_takes_the_same_queries_for_a_long_history(
    staff: Callable[..., Client], desk: Any, loan: Any, borrower: Any, now: Any
) -> None:
    """Contacts, wishes and objections make the page longer and ask nothing more."""
    client, address = staff("agent"), f"/console/cases/{loan.pk}/"
    asked(client, address)
    before, _ = asked(client, address)
    who = {"actor": "system:tests", "lender_id": loan.lender_id, "now": now}
    point = borrower.contact_points.get(medium="phone")
    called = contact_propose(
        **who,
        key="call",
        proposal=Proposal(
            loan_id=loan.pk,
            party_id=borrower.pk,
            contact_point_id=point.pk,
            channel="call",
            purpose="remind",
        ),
    )
    contact_close(
        **who,
        key="end",
        contact_id=called.contact_id,
        outcome="no_answer",
        right_party=None,
        two_way=False,
    )
    preference_set(**who, key="wish", party_id=borrower.pk, kind="stop", channel="sms", source="told us")
    hold_open(**who, key="hold", loan_id=loan.pk, party_id=borrower.pk, kind="dispute", words="Not mine.")

    after, html = asked(client, address)

    assert "Not mine." in html
    assert before == after <= MOST

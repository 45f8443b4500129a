"""What a night looks at beside its rows: the promises and past cases of the loans that are worked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from forbear.book.columns import hot_row
from forbear.conduct.features import History
from forbear.services.contact import contact_close, contact_propose
from forbear.services.facts import Proposal
from forbear.services.night.casework import casework
from forbear.store.models import Case, Promise
from forbear.store.selectors.ledger import position_on

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 24)
WHO = {"actor": "agent:li.na", "lender_id": "pine"}


def promise(loan: Any, party: Any, now: datetime, *, state: str, due_on: date) -> None:
    """Let a person promise 1,000.00 on the telephone, and say what became of it."""
    proposal = Proposal(
        loan_id=loan.pk,
        party_id=party.pk,
        contact_point_id=party.contact_points.get(medium="phone").pk,
        channel="call",
        purpose="remind",
    )
    placed = contact_propose(**WHO, key=f"call-{loan.pk}", now=now, proposal=proposal)
    contact_close(
        **WHO,
        key=f"end-{loan.pk}",
        now=now + timedelta(minutes=5),
        contact_id=placed.contact_id,
        outcome="answered",
        right_party=True,
        two_way=True,
        promise=(100_000, due_on),
    )
    Promise.objects.filter(loan=loan).update(state=state)


def past_case(loan: Any, name: str) -> None:
    """Keep a case that ended with a cure in June."""
    Case.objects.create(
        id=name, lender_id="pine", loan=loan, opened_on=date(2026, 6, 1), closed_on=date(2026, 6, 20)
    )


def test_settled_promises_and_past_cases_of_loans_in_order_are_not_read(
    lender: Any, loan: Any, borrower: Any, make_loan: Any, make_party: Any, now: datetime
) -> None:
    """A night's reading grows with the loans that are worked, not with all that ever happened."""
    friend = make_party(lender, "测试乙", phone="19900000042")
    settled = make_loan(lender, [(friend, "borrower")], reference="SETTLED")
    waited = make_loan(lender, [(borrower, "borrower")], reference="WAITED")
    promise(settled, friend, now, state="kept", due_on=date(2026, 11, 27))
    promise(waited, borrower, now, state="open", due_on=date(2026, 11, 27))
    past_case(settled, "case-1")
    past_case(loan, "case-2")

    work = casework(lender, [hot_row(position_on(loan, as_of=DAY))], day=DAY, grace_days=1)

    assert list(work.open) == [loan.pk]
    assert work.histories == {loan.pk: History(past_cures=1)}
    assert list(work.promised) == [waited.pk]

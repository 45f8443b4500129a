"""Contacts of the past are judged, stored and sealed exactly as contacts of the present are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.forms.models import model_to_dict

from forbear.errors import RefusedError
from forbear.law.verdict import ContactRefusedError
from forbear.services.contact import contact_close, contact_propose
from forbear.services.contact_bulk import PastAct, PastContacts, PastEnd, contacts_write
from forbear.services.evidence import evidence_seal, evidence_verify
from forbear.services.facts import Proposal, file_of
from forbear.services.message import message_preview, message_send
from forbear.store.models import (
    Contact,
    ContactOutcome,
    EvidenceLeaf,
    Message,
    Preference,
    Promise,
    Verdict,
)

NIGHT = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
AGENT = "agent:demo.lin"
OWN_NAMES = ("id", "verdict", "contact", "recording_ref", "detail")


@pytest.fixture
def call(loan: Any, borrower: Any) -> Proposal:
    """A reminder by telephone."""
    return proposal(loan, borrower, "call")


@pytest.fixture
def past(lender: Any) -> PastContacts:
    """An empty past."""
    return PastContacts(actor="system:tests", lender_id=lender.pk, pack_id="cn")


def proposal(loan: Any, borrower: Any, channel: str, **declared: Any) -> Proposal:
    """A reminder to a borrower on a channel."""
    medium = {"call": "phone", "sms": "phone", "email": "email", "visit": "address"}[channel]
    point = borrower.contact_points.get(medium=medium)
    return Proposal(
        loan_id=loan.pk,
        party_id=borrower.pk,
        contact_point_id=point.pk,
        channel=channel,
        purpose="remind",
        declared=declared,
    )


def act_of(lender: Any, what: Proposal, at: datetime) -> PastAct:
    """An act at a moment, by what is on file at that moment."""
    file = file_of(lender_id=lender.pk, loan_id=what.loan_id, party_id=what.party_id, now=at)
    return PastAct(at=at, actor=AGENT, proposal=what, file=file)


def write(past: PastContacts) -> None:
    """Write what was collected."""
    contacts_write(past.collected, lender_id=past.lender_id, pack_id="cn", watch=lambda done, total: None)


def stored() -> list[dict[str, Any]]:
    """Every row that contacts leave, without the names that each path gives in its own way."""
    tables = (Verdict, Contact, ContactOutcome, Message, Promise)
    rows = [(table.__name__, model_to_dict(row)) for table in tables for row in table.objects.all()]
    return [{"table": name} | {k: v for k, v in row.items() if k not in OWN_NAMES} for name, row in rows]


def kinds() -> list[str]:
    """The kinds of leaves, in their order, without those of the fixtures."""
    fixed = ("party", "point", "role", "loan", "event", "preference")
    leaves = EvidenceLeaf.objects.order_by("pk").exclude(kind__in=fixed)
    return list(leaves.values_list("kind", flat=True))


def test_a_call_of_the_past_leaves_what_a_call_leaves(
    lender: Any, call: Proposal, past: PastContacts, now: datetime
):
    """
    Verdict, contact, outcome, promise and leaves are the same whichever way they came about.
    """
    ended, due_on = now + timedelta(minutes=3), date(2026, 11, 30)
    with transaction.atomic():
        receipt = contact_propose(actor=AGENT, lender_id=lender.pk, key="k", now=now, proposal=call)
        contact_close(
            actor=AGENT,
            lender_id=lender.pk,
            key="c",
            now=ended,
            contact_id=receipt.contact_id,
            outcome="answered",
            right_party=True,
            two_way=True,
            promise=(50_000, due_on),
        )
        present = (stored(), sorted(kinds()))
        transaction.set_rollback(True)

    act = act_of(lender, call, now)
    end = PastEnd(at=ended, outcome="answered", right_party=True, two_way=True, promise=(50_000, due_on))
    past.call_or_visit(act, past.propose(act), end)
    write(past)

    assert present == (stored(), sorted(kinds()))


def test_a_message_of_the_past_leaves_what_a_message_leaves(
    lender: Any, loan: Any, borrower: Any, past: PastContacts, now: datetime
):
    """
    A text that went out then has the words, the state and the leaves of one that goes out now.
    """
    text = proposal(loan, borrower, "sms")
    with transaction.atomic():
        message_send(
            actor=AGENT,
            lender_id=lender.pk,
            key="m",
            now=now,
            loan_id=loan.pk,
            party_id=borrower.pk,
            contact_point_id=text.contact_point_id,
            channel="sms",
            template="reminder",
        )
        Message.objects.update(claimed_at=None)
        present = (stored(), sorted(kinds()))
        transaction.set_rollback(True)

    words = message_preview(
        actor="system:tests",
        lender_id=lender.pk,
        now=now,
        loan_id=loan.pk,
        party_id=borrower.pk,
        channel="sms",
        template="reminder",
        language="zh-hans",
    )
    act = act_of(lender, text, now)
    past.message(act, past.propose(act), words, delivered=True)
    write(past)

    assert present == (stored(), sorted(kinds()))


def test_a_refusal_of_the_past_is_a_verdict_and_nothing_else(lender: Any, call: Proposal, past: PastContacts):
    """
    A call that would have come at five past ten is denied then as now, and can't be kept as a contact.
    """
    with transaction.atomic():
        with pytest.raises(ContactRefusedError):
            contact_propose(actor=AGENT, lender_id=lender.pk, key="k", now=NIGHT, proposal=call)
        present = (stored(), kinds())
        transaction.set_rollback(True)

    act = act_of(lender, call, NIGHT)
    verdict = past.propose(act)
    end = PastEnd(at=NIGHT, outcome="answered", right_party=True, two_way=True)
    with pytest.raises(RefusedError, match="did not allow"):
        past.call_or_visit(act, verdict, end)
    write(past)

    assert present == (stored(), kinds())
    assert ["verdict"] == kinds()


def test_the_past_is_sealed_in_the_order_of_recording(
    lender: Any, borrower: Any, call: Proposal, past: PastContacts, now: datetime
):
    """
    However the acts were collected, the log has them by time, and everything verifies.
    """
    wish = Preference(
        id="pref_1",
        lender=lender,
        party=borrower,
        kind="stop",
        channel="sms",
        source="call",
        since=now - timedelta(hours=2),
    )
    for minutes in (60, 0):
        act = act_of(lender, call, now - timedelta(minutes=minutes))
        end = PastEnd(at=act.at + timedelta(minutes=1), outcome="no_answer", right_party=None, two_way=False)
        past.call_or_visit(act, past.propose(act), end)
    past.preference(wish)
    write(past)
    evidence_seal(lender_id=lender.pk, now=now)

    times = list(
        EvidenceLeaf.objects.filter(kind__in=("verdict", "preference"))
        .order_by("pk")
        .values_list("recorded_at", flat=True)
    )
    assert sorted(times) == times
    assert 3 == len(times)
    assert evidence_verify(now=now, lender_id=lender.pk).ok

"""However many propose at once, the law's counts hold: nobody slips past a limit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from forbear.gateways.ports import GatewayError
from forbear.law.verdict import ContactRefusedError
from forbear.services import runtime
from forbear.services.contact import contact_close, contact_propose
from forbear.services.evidence import evidence_seal, evidence_verify
from forbear.services.facts import Proposal
from forbear.services.message import message_send, messages_dispatch
from forbear.store.models import Contact, Message, Verdict

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8


def in_threads(work, items):
    """Do work for every item at once, each in a thread that gives its connection back."""

    def one(item):
        try:
            return work(item)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, items))


def test_the_last_call_of_the_day_is_given_to_one(loan, borrower, lender, make_loan, now):
    """With two conversations held, agents who call at once about two loans get one call between them."""
    second = make_loan(lender, [(borrower, "borrower")], reference="PINE-2")
    phone = borrower.contact_points.get(medium="phone").pk

    def propose(number, at=now, about=None):
        proposal = Proposal(
            loan_id=about or (loan.pk, second.pk)[number % 2],
            party_id=borrower.pk,
            contact_point_id=phone,
            channel="call",
            purpose="remind",
        )
        common = {"actor": "agent:li.na", "lender_id": lender.pk, "key": f"c-{number}", "now": at}
        try:
            return contact_propose(proposal=proposal, **common).contact_id
        except ContactRefusedError:
            return None

    for number in (100, 101):
        contact_close(
            actor="agent:li.na",
            lender_id=lender.pk,
            key=f"close-{number}",
            now=now,
            contact_id=propose(number, at=now - timedelta(hours=1)),
            outcome="answered",
            right_party=True,
            two_way=True,
        )

    placed = in_threads(propose, range(16))

    assert sum(contact_id is not None for contact_id in placed) == 1
    assert Contact.objects.count() == 3
    assert Verdict.objects.filter(outcome="denied").count() == 15
    evidence_seal(lender_id=lender.pk, now=now)
    assert evidence_verify(now=now).first_bad == ""


def test_dispatchers_at_once_send_each_message_once(loan, borrower, now, monkeypatch):
    """Four dispatchers over one queue hand every message over exactly once."""
    texts = type(runtime.gateways().text)
    handed_over = []

    def broken(self, text):
        raise GatewayError("carrier down", permanent=False)

    def counting(self, text):
        handed_over.append(text.message_id)
        return text.message_id

    monkeypatch.setattr(texts, "send", broken)
    for number in range(12):
        message_send(
            actor="agent:li.na",
            lender_id=loan.lender_id,
            key=f"m-{number}",
            now=now,
            loan_id=loan.pk,
            party_id=borrower.pk,
            contact_point_id=borrower.contact_points.get(medium="phone").pk,
            channel="sms",
            template="identify",
        )
    monkeypatch.setattr(texts, "send", counting)

    in_threads(lambda minute: messages_dispatch(now=now + timedelta(minutes=minute)), [1] * 4)

    assert sorted(handed_over) == sorted(Contact.objects.values_list("pk", flat=True))
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}

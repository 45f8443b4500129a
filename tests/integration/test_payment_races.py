"""However many ask at once, and wherever a process dies: one payment, equal replies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, connections
from pay_once import pay

from forbear.services.evidence import evidence_seal, evidence_verify
from forbear.services.payment import payment_record
from forbear.store.models import EvidenceLeaf, LedgerEvent, Reply

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 32
DUPLICATES = 2_000
POINTS = ("payment.begun", "payment.appended", "payment.sealed_in_tx", "payment.committed")


def recorded(loan, key, now):
    """Pay 10.00 in a thread of its own, and give its connection back."""
    try:
        return payment_record(
            actor="system:tests",
            lender_id=loan.lender_id,
            key=key,
            now=now,
            loan_id=loan.pk,
            amount=1_000,
            value_date=date(2026, 11, 24),
            channel_ref=key,
        )
    finally:
        connections.close_all()


def test_duplicates_at_once_are_one_payment_with_equal_replies(loan, now):
    """2,000 equal requests from 32 threads: one event, one leaf, one reply, told alike to all."""
    with ThreadPoolExecutor(THREADS) as pool:
        receipts = list(pool.map(lambda _: recorded(loan, "once", now), range(DUPLICATES)))

    assert len({replace(receipt, replayed=True) for receipt in receipts}) == 1
    assert sum(not receipt.replayed for receipt in receipts) == 1
    assert LedgerEvent.objects.filter(loan=loan, kind="payment").count() == 1
    assert EvidenceLeaf.objects.filter(kind="event", ref=receipts[0].event_id).count() == 1
    assert Reply.objects.filter(key="once").count() == 1


def test_different_payments_at_once_make_one_dense_ledger(loan, now):
    """Payments that race for a loan all stand in its ledger, one after the other, in one chain."""
    with ThreadPoolExecutor(THREADS) as pool:
        receipts = list(pool.map(lambda number: recorded(loan, f"p-{number}", now), range(2 * THREADS)))

    assert sorted(receipt.seq for receipt in receipts) == list(range(2, 2 * THREADS + 2))
    evidence_seal(lender_id=loan.lender_id, now=now)
    report = evidence_verify(now=now, lender_id=loan.lender_id)
    assert (report.ok, report.first_bad) == (True, "")


def test_two_sealers_at_once_place_each_leaf_once(loan, now):
    """Whoever seals at the same time, the log is dense and every root is right."""
    for number in range(10):
        recorded(loan, f"p-{number}", now)

    def seal(_):
        try:
            return evidence_seal(lender_id=loan.lender_id, now=now).added
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        added = list(pool.map(seal, range(8)))

    assert sum(added) == EvidenceLeaf.objects.count()
    assert evidence_verify(now=now, lender_id=loan.lender_id).ok


@pytest.mark.parametrize("point", POINTS)
def test_a_payment_survives_death_at_every_point(loan, point, now):
    """Killed at a named point, a payment that is asked for again is there once, with one reply."""
    killed = killed_at(point, loan)
    first, second = pay(loan.lender_id, loan.pk, "p-1"), pay(loan.lender_id, loan.pk, "p-1")

    assert killed.returncode == -signal.SIGKILL
    assert replace(first, replayed=True) == second
    assert first.replayed is (point == "payment.committed")
    assert LedgerEvent.objects.filter(loan=loan, kind="payment").count() == 1
    assert EvidenceLeaf.objects.filter(kind="event").count() == 2
    assert evidence_verify(now=now, lender_id=loan.lender_id).first_bad == ""


def killed_at(point, loan):
    """Record the payment in a process of its own, on the database of this test, that dies at the point."""
    script = Path(__file__).with_name("pay_once.py")
    command = [sys.executable, str(script), loan.lender_id, loan.pk, "p-1"]
    return subprocess.run(
        command, env=environment() | {"FORBEAR_CRASH_AT": point}, capture_output=True, check=False
    )


def environment():
    """Return the environment in which another process finds the test database."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        found = {"FORBEAR_DATA_DIR": str(Path(name).parent)}
    else:
        found = {"FORBEAR_DATABASE_URL": os.environ["FORBEAR_DATABASE_URL"].rpartition("/")[0] + f"/{name}"}
    return os.environ | found | {"DJANGO_SETTINGS_MODULE": "forbear.web.settings"}

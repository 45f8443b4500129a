"""Beside a core system Forbear reads reports: no verb enters anything in a ledger that is not its own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import forbear
from forbear.book.profile import shipped_profile
from forbear.errors import InputError, RefusedError
from forbear.loans.events import AmountWaived, Disbursed, LoanEvent
from forbear.services.checkout import checkout_start
from forbear.services.contact import contact_propose
from forbear.services.facts import Proposal
from forbear.services.ledger import NewEvent, append, load
from forbear.services.loan import loan_open
from forbear.services.message import message_preview, message_send
from forbear.services.payment import payment_record, payment_reverse
from forbear.services.tape import tape_import
from forbear.store.models import Contact, LedgerEvent, Loan, Reply, Snapshot
from tests.conftest import NOW, TODAY, level_terms

pytestmark = pytest.mark.django_db

ELSEWHERE = "Another system keeps the books of loan CORE-1"
COMMON = {"actor": "system:tests", "key": "k-1", "now": NOW}


@pytest.fixture
def core(lender, borrower):
    """A loan whose books another system keeps, to a person who can be reached."""
    loan_id = loan_open(
        **COMMON | {"key": "core"},
        lender_id=lender.pk,
        reference="CORE-1",
        product="演示消费贷",
        terms=level_terms(),
        parties=[(borrower.pk, "borrower")],
        opening=None,
        books="core",
    )
    return Loan.objects.get(pk=loan_id)


def appended(core):
    body = AmountWaived(amount=1, part="penalty", reason="goodwill")
    append(
        **COMMON,
        lender_id=core.lender_id,
        loan_id=core.pk,
        events=[NewEvent(value_date=TODAY, body=body)],
    )


def loaded(core):
    event = LoanEvent(
        event_id="ev_1",
        loan_id=core.pk,
        seq=1,
        value_date=date(2026, 8, 15),
        booked_on=TODAY,
        recorded_at=NOW,
        actor="system:tests",
        body=Disbursed(amount=1_200_000),
    )
    load(actor="system:tests", lender_id=core.lender_id, now=NOW, histories=[(core.pk, [event])])


def paid(core):
    payment_record(
        **COMMON,
        lender_id=core.lender_id,
        loan_id=core.pk,
        amount=100,
        value_date=TODAY,
        channel_ref="P1",
    )


def returned(core):
    payment_reverse(
        **COMMON,
        lender_id=core.lender_id,
        loan_id=core.pk,
        event_id="ev_1",
        value_date=TODAY,
        reason="no cover",
    )


def checked_out(core):
    checkout_start(**COMMON, lender_id=core.lender_id, loan_id=core.pk, amount=100)


@pytest.mark.parametrize("verb", [appended, loaded, paid, returned, checked_out])
def test_no_verb_enters_anything_in_books_kept_elsewhere(core, verb):
    """Each says whose books they are and what to do instead; nothing is stored, no reply either."""
    replies = Reply.objects.count()

    with pytest.raises(RefusedError, match=f"{ELSEWHERE}; record it there, and the next tape brings it here"):
        verb(core)

    assert not LedgerEvent.objects.filter(loan=core).exists()
    assert Reply.objects.count() == replies


def test_one_module_writes_the_ledger():
    """Whatever enters an event goes through services.ledger, which asks whose books they are."""
    root = Path(forbear.__file__).parent
    writes = re.compile(r"\bLedgerEvent\(|LedgerEvent\.objects\.(bulk_)?(create|update|get_or)")
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if writes.search(path.read_text(encoding="utf-8")) and path.parent.name != "models"
    }
    assert found == {"services/ledger.py"}


@pytest.mark.parametrize(
    ("books", "opening"), [("core", Disbursed(amount=1_200_000)), ("own", None)], ids=["core", "own"]
)
def test_a_loan_has_an_opening_in_our_own_books_alone(lender, borrower, books, opening):
    """Kept elsewhere nothing is entered, not even the beginning; kept here there is one."""
    with pytest.raises(InputError) as caught:
        loan_open(
            **COMMON,
            lender_id=lender.pk,
            reference="CORE-2",
            product="x",
            terms=level_terms(),
            parties=[(borrower.pk, "borrower")],
            opening=opening,
            books=books,
        )
    assert caught.value.field == "opening"


def test_nobody_is_reminded_of_an_amount_that_is_not_known_here(core, borrower):
    """A call or message that would say what is owed is refused; who it is may be verified all the same."""
    point = borrower.contact_points.get(medium="phone")
    about = {"loan_id": core.pk, "party_id": borrower.pk}
    call = {**about, "contact_point_id": point.pk, "channel": "call"}
    text = {**about, "channel": "sms", "template": "reminder"}
    unknown = f"{ELSEWHERE}, so what is owed on it now is not known here"

    with pytest.raises(RefusedError, match=unknown):
        contact_propose(**COMMON, lender_id=core.lender_id, proposal=Proposal(**call, purpose="remind"))
    with pytest.raises(RefusedError, match=unknown):
        message_send(**COMMON, lender_id=core.lender_id, contact_point_id=point.pk, **text)
    with pytest.raises(RefusedError, match=unknown):
        message_preview(actor="system:tests", lender_id=core.lender_id, now=NOW, language="en", **text)
    assert not Contact.objects.exists()

    contact_propose(**COMMON, lender_id=core.lender_id, proposal=Proposal(**call, purpose="identify"))
    assert Contact.objects.get().loan == core


CAR_TAPE = (
    "asset,originalLoanAmount,originalInterestRatePercentage,originalLoanTerm,originationDate,"
    "originalFirstPaymentDate,reportingPeriodScheduledPaymentAmount,interestPaidThroughDate,"
    "currentDelinquencyStatus,nextReportingPeriodPaymentAmountDue,obligorGeographicLocation\n"
    "1001,15000,0.06,72,01/2025,02/2025,248.59,05-22-2025,0,248.59,TX\n"
)
CAR_MONTHS = "asset,month,paid,bal,recov,repo\n1001,2025-05,0,14000,,0\n1001,2025-06,248.59,13900,,0\n"


def test_a_tape_of_another_system_brings_reports_and_no_entries(tmp_path):
    """People, loans and the balances reported are kept; the ledger stays empty, and again changes nothing."""
    (tmp_path / "loans.csv").write_text(CAR_TAPE)
    (tmp_path / "months.csv").write_text(CAR_MONTHS)
    shipped = shipped_profile("abs_auto_ally")

    def take_in(key):
        return tape_import(
            actor="system:tests",
            lender_id="cars",
            key=key,
            now=NOW,
            loans_path=tmp_path / "loans.csv",
            payments_path=tmp_path / "months.csv",
            profile=replace(shipped, terms=replace(shipped.terms, books="core")),
        )

    first, again = take_in("t-1"), take_in("t-2")

    assert (first.loans_new, first.events_new, first.settled_loans) == (1, 0, 0)
    assert first.reports_new == Snapshot.objects.count() > 0
    assert (again.loans_new, again.events_new, again.reports_new) == (0, 0, 0)
    assert Loan.objects.get().books == "core"
    assert not LedgerEvent.objects.exists()

"""An import is whole or nothing, once and for all, and adds only what is new."""

from __future__ import annotations

import csv
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.errors import InputError, RefusedError
from forbear.loans.fold import fold
from forbear.loans.position import LoanState
from forbear.services.evidence import evidence_seal, evidence_verify
from forbear.services.tape import ImportSummary, tape_import
from forbear.store.models import (
    ContactPoint,
    EvidenceLeaf,
    LedgerEvent,
    Lender,
    Loan,
    Party,
    PersonKey,
    Reply,
    Snapshot,
)
from forbear.store.selectors.ledger import loan_events, loan_terms
from forbear.testing.tapes import LOANS, PAYMENTS, spoil, write_tape

pytestmark = pytest.mark.django_db

CAR_LOAN = (
    "asset,originalLoanAmount,originalInterestRatePercentage,originalLoanTerm,originationDate,"
    "originalFirstPaymentDate,reportingPeriodScheduledPaymentAmount,interestPaidThroughDate,"
    "currentDelinquencyStatus,nextReportingPeriodPaymentAmountDue,obligorGeographicLocation\n"
    "1001,15000,0.06,72,01/2025,02/2025,248.59,05-22-2025,0,248.59,TX\n"
)
EVERYTHING = (
    Lender, Loan, Party, PersonKey, ContactPoint, LedgerEvent, EvidenceLeaf, Snapshot, Reply
)  # fmt: skip


def take_in(folder: Path, now, *, key: str = "", accept_rejects: bool = False, **changes) -> ImportSummary:
    loans, payments = write_tape(folder, **changes)
    return tape_import(
        actor="system:tests",
        lender_id="mine",
        key=key,
        now=now,
        loans_path=loans,
        payments_path=payments,
        profile="forbear",
        accept_rejects=accept_rejects,
        rejects_path=folder / "rejects.csv",
    )


def standing() -> list[list[object]]:
    """Return every row of every table that an import writes."""
    return [sorted(map(str, model.objects.values_list())) for model in EVERYTHING]


def test_a_tape_makes_lender_people_loans_and_ledgers(tmp_path, now):
    """From two files and a profile comes a book that folds, with every entry vouched for."""
    done = take_in(tmp_path, now)
    assert (done.lender_made, done.loans_new, done.events_new, done.rejects) == (True, 2, 7, 0)
    lender = Lender.objects.get(pk="mine")
    assert (lender.currency, lender.zone, lender.pack_id) == ("CNY", "Asia/Shanghai", "cn")
    loan = Loan.objects.get(reference="L-1")
    position = fold(loan_terms(loan), loan_events(loan.pk), as_of=date(2026, 3, 31))
    assert (position.state, position.days_past_due) == (LoanState.ACTIVE, 0)
    gone = Loan.objects.get(reference="L-2")
    assert fold(loan_terms(gone), loan_events(gone.pk), as_of=date(2026, 8, 1)).recovered == 25_000
    phones = ContactPoint.objects.filter(party__roles__loan=loan, medium="phone")
    assert [point.value for point in phones] == ["19900000001"]
    evidence_seal(lender_id="mine", now=now)
    report = evidence_verify(now=now, lender_id="mine")
    assert report.ok, report.first_bad
    assert report.entries == 15


def test_people_that_a_tape_does_not_know_are_obviously_made_up(tmp_path, now):
    """Without a name the borrower is called by the number of the loan."""
    take_in(tmp_path, now, loans=spoil(LOANS, 2, {1: ""}))
    assert Party.objects.get(roles__loan__reference="L-1").name == "借款人 L-1"


def test_a_tape_writes_a_number_as_it_likes(tmp_path, now):
    """With or without country code, it is the number that the person signs in with."""
    take_in(tmp_path, now, loans=spoil(LOANS, 2, {7: "+86 199-0000-0001"}))
    phone = ContactPoint.objects.get(party__roles__loan__reference="L-1", medium="phone")
    assert phone.value == "19900000001"


def test_the_same_tape_again_changes_nothing(tmp_path, now):
    """A repetition gets the first reply; under another key it finds everything there already."""
    first = take_in(tmp_path, now)
    before = standing()
    assert take_in(tmp_path, now).replayed
    assert standing() == before
    again = take_in(tmp_path, now, key="by hand")
    assert (again.loans_new, again.events_new, again.reports_new) == (0, 0, 0)
    assert standing()[:-1] == before[:-1]
    assert first.events_new == LedgerEvent.objects.count()


def test_a_longer_tape_adds_what_is_new(tmp_path, now):
    """New rows are appended to the ledgers that stand; the others stay as they are."""
    take_in(tmp_path, now, payments=PAYMENTS[:2])
    before = dict(LedgerEvent.objects.values_list("event_id", "digest"))
    done = take_in(tmp_path, now)
    assert (done.loans_new, done.events_new) == (0, 3)
    after = dict(LedgerEvent.objects.values_list("event_id", "digest"))
    assert before.items() < after.items()


def test_a_tape_that_contradicts_the_ledger_is_refused(tmp_path, now):
    """What was recorded is not rewritten: another amount for the same payment stops the import."""
    take_in(tmp_path, now)
    before = standing()
    with pytest.raises(InputError, match="A ledger is not rewritten"):
        take_in(tmp_path, now, payments=spoil(PAYMENTS, 2, {2: "1100.17"}))
    assert standing() == before


def test_rejects_stop_the_import_and_are_listed(tmp_path, now):
    """One bad row: nothing is written but the list of rejects, and the error names the row."""
    before = standing()
    with pytest.raises(InputError, match=r"line 3 of payments\.csv, column amount"):
        take_in(tmp_path, now, payments=spoil(PAYMENTS, 3, {2: "-1"}))
    assert standing() == before
    rows = list(csv.DictReader((tmp_path / "rejects.csv").open(encoding="utf-8")))
    assert [(row["line"], row["reason"]) for row in rows] == [("3", "negative")]


def test_rejects_can_be_left_out(tmp_path, now):
    """With accept_rejects the good rows are taken, and the corrected row comes in with a later tape."""
    spoilt = spoil(PAYMENTS, 3, {2: ""})
    done = take_in(tmp_path, now, payments=spoilt, accept_rejects=True)
    assert (done.rejects, done.events_new) == (1, 6)
    assert take_in(tmp_path, now).events_new == 1


def test_a_profile_can_be_a_file(tmp_path, now):
    """A profile is a shipped name or a path; without a lender the profile's own is made."""
    text = (resources.files("forbear.book") / "profiles/forbear.yaml").read_text(encoding="utf-8")
    path = tmp_path / "own.yaml"
    path.write_text(text.replace("profile: forbear", "profile: own_book"), encoding="utf-8-sig")
    loans, payments = write_tape(tmp_path)
    done = tape_import(actor="system:tests", now=now, loans_path=loans, payments_path=payments, profile=path)
    assert done.lender_id == "own-book"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        tape_import(actor="system:tests", now=now, loans_path=loans, payments_path=payments, profile=path)
    with pytest.raises(InputError, match="letters, digits and hyphens"):
        tape_import(
            actor="system:tests",
            lender_id="../mine",
            now=now,
            loans_path=loans,
            payments_path=payments,
            profile="forbear",
        )


def test_a_reported_balance_is_never_corrected(tmp_path, now):
    """Another balance for a day that was reported before stops the import; a loan too odd is rejected."""
    loans, months = tmp_path / "loans.csv", tmp_path / "months.csv"
    loans.write_text(CAR_LOAN, encoding="utf-8")

    def report(balance: str) -> ImportSummary:
        months.write_text(
            f"asset,month,paid,bal,recov,repo\n1001,2025-05,0,14000,,0\n1001,2025-06,0,{balance},,0\n",
            encoding="utf-8",
        )
        return tape_import(
            actor="system:tests", now=now, loans_path=loans, payments_path=months, profile="abs_auto_ally"
        )

    assert report("14000").reports_new == 2
    with pytest.raises(InputError, match="a report is never corrected"):
        report("13999.99")
    loans.write_text(CAR_LOAN.replace("05-22-2025", "08-22-2025"), encoding="utf-8")
    with pytest.raises(InputError, match="interest is paid through later"):
        report("14000")


def test_only_those_who_may_import_do(tmp_path, now):
    """An agent may not bring in loans."""
    loans, payments = write_tape(tmp_path)
    with pytest.raises(RefusedError, match="may not do tape_import"):
        tape_import(
            actor="agent:one",
            lender_id="mine",
            now=now,
            loans_path=loans,
            payments_path=payments,
            profile="forbear",
        )


def test_another_currency_is_not_mixed_in(tmp_path, now, make_lender):
    """A lender keeps one currency; a profile of another one is refused."""
    make_lender("mine", currency="USD")
    with pytest.raises(InputError, match="keeps USD"):
        take_in(tmp_path, now)
    assert Loan.objects.count() == 0


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_mutated_file_loads_whole_or_leaves_everything_as_it_was(tmp_path, now, data):
    """Whatever bytes a file holds, an import is whole, or an input error and no change at all."""
    loans, payments = write_tape(tmp_path)
    for path in data.draw(st.sampled_from([(loans,), (payments,), (loans, payments)])):
        path.write_bytes(data.draw(mutations(path.read_bytes())))
    before = standing()
    try:
        done = tape_import(
            actor="system:tests",
            lender_id="mine",
            now=now,
            loans_path=loans,
            payments_path=payments,
            profile="forbear",
            rejects_path=tmp_path / "rejects.csv",
        )
    except InputError:
        assert standing() == before
        return
    assert done.rejects == 0
    assert Loan.objects.count() >= done.loans
    after = standing()
    assert tape_import(
        actor="system:tests",
        lender_id="mine",
        now=now,
        loans_path=loans,
        payments_path=payments,
        profile="forbear",
    ).replayed
    assert standing() == after


@st.composite
def mutations(draw, content: bytes) -> bytes:
    """Change a file in one to three places: bytes flipped, cut, doubled, or something nasty put in."""
    nasty = [
        b'"',
        b",",
        b"\n",
        b"\x00",
        b"\xff",
        b"\xef\xbb\xbf",
        b"=1+1",
        b"-",
        b"1e9",
        b"\xd5\xc5",
        b"9" * 30,
    ]
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 12)))
        put = draw(st.one_of(st.sampled_from(nasty), st.binary(max_size=4), st.just(content[start:end] * 2)))
        content = content[:start] + put + content[end:]
    return content

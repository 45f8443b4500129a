"""A night leaves no overdue loan without a word, and closes no day that the book does not have."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from forbear.documents.scalars import LANGUAGES
from forbear.errors import RefusedError
from forbear.services.hold import hold_open
from forbear.services.night import night_run, nights_run
from forbear.services.night.tables import treatment
from forbear.services.preference import preference_set
from forbear.store.models import Case, Loan, NightRun, WorkItem
from forbear.store.verdict_body import verdict_from_body

pytestmark = pytest.mark.django_db

ACTOR = "system:tests"
AGENT = "agent:li.na"
DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai, the day after."""


@pytest.fixture(autouse=True)
def _own_book(settings, tmp_path: Path) -> None:
    """Keep each test's columns to itself."""
    settings.DATA_DIR = tmp_path / "data"


def close(lender, *, now=NOW):
    """Close the day."""
    return night_run(actor=ACTOR, lender_id=lender.pk, now=now, day=DAY)


def plan_of(loan):
    return Case.objects.get(loan=loan, closed_on=None).plan


def test_at_night_a_number_that_nobody_confirmed_stays_on_the_list(lender, make_party, make_loan):
    """The hour and an open question together keep nobody off the list: from when, once that is answered."""
    nobody = make_party(lender, "测试庚", phone="19900000008", confirmed_on=None)
    nobody.contact_points.filter(medium="phone").update(valid_until=date(2026, 10, 1))
    make_loan(lender, [(nobody, "borrower")], reference="PINE-8")
    close(lender, now=datetime(2026, 11, 23, 16, 30, tzinfo=UTC))
    item = WorkItem.objects.get()
    verdict = verdict_from_body(item.verdict)
    assert (item.channel, item.outcome, item.next_moment) == ("email", "denied", None)
    assert verdict.next_if_known == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    assert verdict.needs == ("identity_verified",)


def test_every_open_case_has_a_step_or_a_reason_in_both_languages(
    lender, loan, borrower, make_party, make_loan
):
    """No number, a stop, a dispute, a book kept elsewhere: whoever is not on the list, it is said why."""
    people = [make_party(lender, f"测试{n}", phone=f"1990000010{n}") for n in range(4)]
    loans = [make_loan(lender, [(one, "borrower")], reference=f"PINE-1{n}") for n, one in enumerate(people)]
    people[0].contact_points.update(valid_until=date(2026, 10, 1))
    preference_set(
        actor=AGENT,
        lender_id=lender.pk,
        key="stop",
        now=NOW - timedelta(hours=1),
        party_id=people[1].pk,
        kind="stop",
        source="call",
    )
    hold_open(
        actor=AGENT,
        lender_id=lender.pk,
        key="h",
        now=NOW - timedelta(hours=2),
        loan_id=loans[2].pk,
        party_id=people[2].pk,
        kind="dispute",
        words="账目不对",
    )
    Case.objects.create(id="case_core", lender=lender, loan=loans[3], opened_on=DAY)
    Loan.objects.filter(pk=loans[3].pk).update(books="core")

    summary = close(lender)

    assert [item.loan_id for item in WorkItem.objects.all()] == [loan.pk]
    codes = ["no_contact_point", "law", "dispute", "not_aged"]
    assert [plan_of(one)["code"] for one in loans] == codes
    assert all(plan_of(one)["because"][language] for one in loans for language in LANGUAGES)
    assert summary.waiting == dict.fromkeys(sorted(codes), 1)
    assert all(treatment().reason(code)["zh-hans"] != code for code in codes)


def test_no_day_before_the_book_is_closed(lender, loan):
    """The first day is that of the first event; a day of antiquity or of a far future has no night."""
    begins = date(2026, 8, 15)
    given = {"actor": ACTOR, "lender_id": lender.pk, "now": NOW}
    for day in (begins - timedelta(days=1), date(1, 1, 1)):
        with pytest.raises(RefusedError, match=f"begins on 2026-08-15, so {day} can't be closed"):
            night_run(**given, day=day)
        with pytest.raises(RefusedError, match="begins on 2026-08-15"):
            nights_run(**given, first=day, last=DAY)
    with pytest.raises(RefusedError, match="9999-12-31 has not ended"):
        night_run(**given, day=date(9999, 12, 31))
    assert not NightRun.objects.exists()
    assert night_run(**given, day=begins).loans == 1

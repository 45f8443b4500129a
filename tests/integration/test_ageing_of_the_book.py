"""The book over the nights says what the closes found, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from forbear.services.ageing import LATE_BANDS, ageing, rolls
from forbear.services.night import nights_run
from forbear.services.payment import payment_record
from forbear.store.selectors.ledger import position_on

pytestmark = pytest.mark.django_db

SEPTEMBER, OCTOBER = date(2026, 9, 30), date(2026, 10, 31)


@pytest.fixture
def larch(make_lender):
    """A lender whose nights no other test has closed."""
    return make_lender("larch")


@pytest.fixture
def two(larch, make_party, make_loan, now):
    """Two loans, both late in September; one brings the account in order in October."""
    loans = []
    for number in (1, 2):
        party = make_party(larch, f"测试{number}", phone=f"1990000020{number}")
        loans.append(make_loan(larch, [(party, "borrower")], reference=f"LARCH-{number}"))
    owed = position_on(loans[0], as_of=date(2026, 10, 20)).owed_now
    payment_record(
        actor="system:tests",
        lender_id="larch",
        key="cure",
        now=now,
        loan_id=loans[0].pk,
        amount=owed,
        value_date=date(2026, 10, 20),
        channel_ref="BANK-9",
    )
    return loans


def close(now):
    nights_run(actor="system:tests", lender_id="larch", now=now, first=SEPTEMBER, last=OCTOBER, every="month")


def test_a_book_without_nights_has_no_history(larch):
    """Before the first close there is nothing to draw and nothing that rolled."""
    lender = type(larch).objects.create(**{**_values(larch), "id": "alder"})
    assert ageing(actor="system:tests", lender_id=lender.pk) == []
    assert rolls(actor="system:tests", lender_id=lender.pk) is None


def test_each_night_adds_up_to_the_positions_of_that_day(two, now):
    """What a band owes is the sum over its loans, to the cent; who cured has left it."""
    close(now)
    nights = ageing(actor="system:tests", lender_id="larch")
    assert [night.day for night in nights] == [SEPTEMBER, OCTOBER]
    september = sum(position_on(loan, as_of=SEPTEMBER).overdue.total for loan in two)
    assert nights[0].overdue == (september, 0, 0, 0, 0)
    late = position_on(two[1], as_of=OCTOBER).overdue.total
    assert dict(zip(LATE_BANDS, nights[1].overdue, strict=True))["31-60"] == late
    assert sum(nights[1].overdue) == late


def test_rolls_count_every_loan_once(two, now):
    """Of two loans in the first band, one cured and one went on to the next."""
    close(now)
    moved = rolls(actor="system:tests", lender_id="larch")
    assert (moved.start, moved.end) == (SEPTEMBER, OCTOBER)
    row = dict(zip(moved.states, moved.counts[moved.states.index("1-30")], strict=True))
    assert {state: count for state, count in row.items() if count} == {"current": 1, "31-60": 1}
    assert sum(sum(counts) for counts in moved.counts) == 2


def _values(lender):
    return {field.attname: getattr(lender, field.attname) for field in lender._meta.concrete_fields}

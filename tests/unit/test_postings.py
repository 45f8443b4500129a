"""Double entry of a loan's events, in a chart that is data."""

from __future__ import annotations

from datetime import date

import pytest

from forbear.errors import InputError
from forbear.loans.accruals import AccrualEntry
from forbear.loans.events import ChargedBack, ChargedOff, Disbursed, PaymentReceived, Undone
from forbear.loans.payment_rules import PaymentKind
from forbear.loans.postings import Chart, Posting, postings_of, postings_of_accrual, trial_balance
from forbear.loans.slots import PartAmounts
from forbear.loans.statement import statement
from forbear.testing.builders import consumer_loan
from forbear.testing.laid_out import Dated, dated, laid_out_loan

PARTS = ("principal", "interest", "fee", "penalty")
RECEIVABLE = dict.fromkeys(PARTS, "receivable") | {"principal": "loan", "overpaid": "credit"}
CHART = Chart(
    debits={
        "disbursed": RECEIVABLE,
        "payment": {"whole": "bank"},
        "payment/goodwill": {"whole": "goodwill"},
        "charged_back": RECEIVABLE,
        "charged_off": dict.fromkeys(PARTS, "loss"),
        "accrual": dict.fromkeys(PARTS, "receivable"),
    },
    credits={
        "disbursed": {"whole": "bank"},
        "payment": RECEIVABLE,
        "payment@charged_off": dict.fromkeys(PARTS, "recovery") | {"overpaid": "credit"},
        "charged_back": {"whole": "bank"},
        "charged_off": RECEIVABLE,
        "accrual": dict.fromkeys(PARTS, "income"),
    },
)
LENT: Dated = ("2026-01-01", Disbursed(amount=100_000))


def paid(day: str, amount: int, kind: PaymentKind = PaymentKind.REPAYMENT) -> Dated:
    return (day, PaymentReceived(amount=amount, channel_ref="transfer", payment_kind=kind))


def booked(rows: list[Dated]) -> list[tuple[str, int, int]]:
    view = statement(laid_out_loan(), dated(rows), as_of=date(2026, 12, 31))
    postings: list[Posting] = []
    for row in view.ledger:
        postings += postings_of(row, CHART, charged_off=row.charged_off)
    assert trial_balance(postings) == 0
    return [(posting.role, posting.debit, posting.credit) for posting in postings]


def test_each_event_is_booked_by_its_parts():
    """
    What a payment settles leaves the loan, and what is over goes to the borrower's credit.
    """
    assert booked([LENT, paid("2026-01-10", 110_000)]) == [
        ("loan", 100_000, 0),
        ("bank", 0, 100_000),
        ("bank", 110_000, 0),
        ("loan", 0, 100_000),
        ("credit", 0, 10_000),
    ]


def test_a_kind_of_payment_may_be_booked_in_its_own_way():
    """
    A goodwill credit is an expense and no money in the bank.
    """
    assert ("goodwill", 5_000, 0) in booked([LENT, paid("2026-01-10", 5_000, PaymentKind.GOODWILL)])


def test_what_is_undone_is_booked_back():
    """
    The postings of an undone payment stand, and their opposites beside them.
    """
    rows = booked([LENT, paid("2026-01-10", 5_000), ("2026-01-11", Undone(reason="x"), ("E2",))])

    assert rows[2:] == [("bank", 5_000, 0), ("loan", 0, 5_000), ("bank", 0, 5_000), ("loan", 5_000, 0)]


def test_after_charge_off_the_chart_may_book_otherwise():
    """
    Money that comes in after charge-off is a recovery; the charge-off itself empties the loan.
    """
    rows = booked([LENT, ("2026-03-01", ChargedOff(reason="90 days")), paid("2026-03-05", 30_000)])

    assert rows[2:] == [
        ("loss", 100_000, 0),
        ("loan", 0, 100_000),
        ("bank", 30_000, 0),
        ("recovery", 0, 30_000),
    ]


def test_what_credit_bears_of_a_charge_back_is_booked_to_credit():
    """
    A charge-back takes the credit that there is before principal is owed again.
    """
    rows = booked([LENT, paid("2026-01-10", 110_000), ("2026-01-12", ChargedBack(amount=30_000), ("E2",))])

    assert rows[5:] == [("loan", 20_000, 0), ("credit", 10_000, 0), ("bank", 0, 30_000)]


def test_income_is_booked_as_it_is_earned():
    """
    An accrual makes a receivable and income.
    """
    entry = AccrualEntry(day=date(2026, 2, 1), parts=PartAmounts(interest=250, fee=50), shares=())
    postings = postings_of_accrual(entry, CHART)

    assert [(one.role, one.debit, one.credit) for one in postings] == [
        ("receivable", 300, 0),
        ("income", 0, 300),
    ]


def test_a_chart_must_have_a_rule_for_what_is_booked():
    """
    An event that the chart does not speak of is refused, and nothing is booked.
    """
    view = statement(laid_out_loan(), dated([LENT]), as_of=date(2026, 1, 1))
    with pytest.raises(InputError, match="no rule for disbursed"):
        postings_of(view.ledger[0], Chart(debits={}, credits={}), charged_off=False)


def test_terms_without_a_pattern_have_no_statement():
    """
    A loan that no pattern lays out is explained in another way.
    """
    with pytest.raises(InputError, match="pattern"):
        statement(consumer_loan(), (), as_of=date(2026, 1, 1))

"""The books of one loan: every column adds up, every account agrees with the position, to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import pytest

from forbear.errors import InputError
from forbear.loans.events import (
    AmountWaived,
    ChargedOff,
    Disbursed,
    EventBody,
    FeeCharged,
    LoanEvent,
    PaymentReceived,
    PaymentReversed,
    RecoveryReceived,
    Undone,
)
from forbear.loans.ledger import ledger_of
from forbear.loans.schedule import Origin
from forbear.loans.terms import LoanTerms
from forbear.services.loan_books.chart import parse_chart, standard_chart
from forbear.services.loan_books.entries import changed_by, entries_of
from forbear.services.loan_books.postings import JournalEntry, journal_of
from forbear.services.loan_books.schedule import Standing, instalments_of, totals_of
from forbear.services.loan_books.statement import Books, books_of
from forbear.services.loan_books.why import PrincipalRule, why_of
from forbear.testing.builders import car_loan, consumer_loan
from forbear.testing.laid_out import laid_out_loan

Row = tuple[str, EventBody] | tuple[str, EventBody, str]
PAID = PaymentReceived(amount=113_000, channel_ref="bank")


def told(*rows: Row, terms: LoanTerms | None = None) -> list[LoanEvent]:
    """Return the ledger of a loan that was paid out, and then rows of (day, body, target)."""
    terms = terms or consumer_loan()
    lent = (terms.disbursed_on, Disbursed(amount=terms.principal))
    return ledger_of([lent, *((date.fromisoformat(day), body, *targets) for day, body, *targets in rows)])


def books(events: Sequence[LoanEvent], day: str, terms: LoanTerms | None = None) -> Books:
    """Return the books of such a loan on a day."""
    return books_of(terms or consumer_loan(), events, as_of=date.fromisoformat(day))


def lines(entry: JournalEntry) -> list[tuple[str, int, int]]:
    """Return the lines of an entry by role."""
    return [(line.account.role, line.debit, line.credit) for line in entry.lines]


def balances(shown: Books) -> dict[str, int]:
    """Return debits less credits by role."""
    journal = journal_of(shown, standard_chart())
    return {one.account.role: one.debit - one.credit for one in journal.balances}


def test_the_schedule_says_of_each_instalment_what_became_of_it() -> None:
    """
    Paid, late by so many days, due today, paid ahead or to come; the columns add up to the whole loan.
    """
    events = told(("2026-02-05", PAID), ("2026-02-20", PaymentReceived(amount=150_000, channel_ref="x")))
    shown = books(events, "2026-05-05")
    instalments = instalments_of(shown.statement.schedule, shown.position)

    assert [one.standing for one in instalments[:5]] == [
        Standing.PAID,
        Standing.PAID,
        Standing.LATE,
        Standing.DUE,
        Standing.TO_COME,
    ]
    assert [one.days_late for one in instalments[:4]] == [0, 0, 30, 0]
    totals = totals_of(shown.statement.schedule)
    assert totals.due.principal == 1_200_000
    assert totals.due.total == totals.paid + totals.waived + totals.outstanding
    assert sum(row.unpaid.principal for row in shown.statement.schedule) == shown.position.principal


def test_what_is_paid_before_its_day_is_paid_ahead() -> None:
    """
    An instalment that is settled before it falls due says so, and the next shows the rest of the money.
    """
    shown = books(told(("2026-01-10", PaymentReceived(amount=150_000, channel_ref="x"))), "2026-01-20")
    first, second = instalments_of(shown.statement.schedule, shown.position)[:2]

    assert first.standing is Standing.PAID_AHEAD
    assert (second.standing, second.row.paid.total) == (Standing.TO_COME, 150_000 - first.row.due.total)


def test_a_loan_that_was_ended_early_has_nothing_to_come() -> None:
    """
    The settlement takes the place of the instalments that it ended.
    """
    shown = books(told(("2026-01-25", PaymentReceived(amount=1_300_000, channel_ref="x"))), "2026-06-01")

    assert [row.origin for row in shown.statement.schedule] == [Origin.SETTLEMENT]
    assert totals_of(shown.statement.schedule).outstanding == 0
    assert balances(shown)["loan"] == 0


def test_what_is_to_come_of_a_simple_interest_loan_is_what_will_be_billed() -> None:
    """
    Each amount paid on its day from today on, the engine's own instalments end the loan to the cent.
    """
    terms = car_loan()
    events = told(("2016-02-15", PaymentReceived(amount=100_000, channel_ref="x")), terms=terms)
    shown = books(events, "2016-03-01", terms)
    left = [row.unpaid.principal for row in shown.statement.schedule]

    assert sum(left) == shown.position.principal
    assert shown.statement.schedule[-1].balance == 0
    assert len(shown.statement.schedule) <= terms.instalments


def test_each_owed_amount_is_taken_apart_to_the_cent() -> None:
    """
    Due less paid is what is left; the stretches of interest, rounded once, are the interest that was due.
    """
    events = told(("2026-02-05", PAID), ("2026-03-10", PaymentReceived(amount=50_000, channel_ref="x")))
    shown = books(events, "2026-05-20")
    why = why_of(shown.explanation, events)

    assert why.owed.total == shown.position.owed_now
    assert why.unpaid.total + why.penalty.owed == why.owed.total
    for one in why.instalments:
        due, unpaid = one.state.due, one.state.unpaid
        assert due.total - sum(line.parts.total for line in one.settled) == unpaid.total
        assert one.rule is PrincipalRule.LEVEL
        assert one.level - due.interest == due.principal
        assert one.interest is not None
        exact = one.interest.before + sum((step.exact for step in one.interest.steps), Fraction(0))
        assert exact == one.interest.exact
        assert one.interest.rounding.settle(exact) == due.interest
    penalty = why.penalty
    assert penalty.before + sum((step.exact for step in penalty.steps), Fraction(0)) == penalty.exact
    assert penalty.rounding.settle(penalty.exact) == penalty.posted == penalty.settled + penalty.owed


def test_a_fee_says_when_it_was_charged_and_why() -> None:
    """
    A fee that somebody charged has its reason, the contract's late fee its day.
    """
    terms = consumer_loan(late_fee=2_500)
    events = told(("2026-02-20", FeeCharged(amount=800, reason="copy of the contract")), terms=terms)
    shown = books(events, "2026-03-01", terms)
    fees = [
        (line.charged_on.isoformat(), line.amount, line.reason)
        for one in why_of(shown.explanation, events).instalments
        for line in one.fees
    ]

    assert fees == [("2026-02-06", 2_500, ""), ("2026-02-20", 800, "copy of the contract")]
    assert balances(shown)["fee_receivable"] == 3_300
    assert balances(shown)["fee_income"] == -3_300


def test_a_payment_that_came_back_is_booked_out_as_it_was_booked_in() -> None:
    """
    What the payment had settled is told by both entries, and nothing is left of them on any account.
    """
    events = told(("2026-02-05", PAID), ("2026-02-09", PaymentReversed(reason="no funds"), "E2"))
    shown = books(events, "2026-02-10")
    by_kind = {one.kind: one for one in journal_of(shown, standard_chart()).entries}

    assert lines(by_kind["payment_reversed"]) == [
        (role, credit, debit) for role, debit, credit in lines(by_kind["payment"])[1:]
    ] + [("bank", 0, 113_000)]
    assert balances(shown)["bank"] == -1_200_000
    entry = next(one for one in entries_of(shown, events) if one.event.event_id == "E2")
    assert entry.is_returned
    assert not entry.is_undone
    assert sum(share.total for share in entry.shares) == 113_000


def test_what_is_undone_is_shown_and_books_nothing_in_the_end() -> None:
    """
    Undone twenty times over, an event is told as it stood, and its postings cancel out.
    """
    rows: list[Row] = []
    for number in range(20):
        rows += [("2026-02-05", PAID), ("2026-02-06", Undone(reason="error"), f"E{2 + 2 * number}")]
    events = told(*rows)
    shown = books(events, "2026-02-10")
    undone = [one for one in entries_of(shown, events) if one.is_undone]

    assert [one.amount for one in undone] == [113_000] * 20
    assert all(one.parts.total == 113_000 for one in undone)
    assert balances(shown)["bank"] == -1_200_000


def test_a_waiver_and_a_charge_off_are_booked_with_what_they_really_took() -> None:
    """
    A waiver of more than is owed gives up what is owed; a charge-off takes all principal off the books.
    """
    events = told(
        ("2026-04-01", AmountWaived(amount=10**9, part="penalty", reason="hardship")),
        ("2026-07-01", ChargedOff(reason="lost")),
        ("2026-07-05", RecoveryReceived(amount=30_000, source="sale")),
        ("2026-07-06", RecoveryReceived(amount=-5_000, source="costs")),
        ("2026-07-07", PaymentReceived(amount=20_000, channel_ref="x")),
        ("2026-07-08", PaymentReversed(reason="no funds"), "E6"),
    )
    shown = books(events, "2026-08-01")
    found = balances(shown)

    assert found["concession"] == shown.position.penalty_waived > 0
    assert (found["loss"], found["loan"]) == (1_200_000, 0)
    assert found["recovery"] == -shown.position.recovered == -25_000
    assert found["penalty_receivable"] == shown.position.overdue.penalty


def test_what_a_backdated_payment_changed_is_listed_by_day_and_amount() -> None:
    """
    A payment that counts from before another one takes its place, and the other moves on.
    """
    events = told(("2026-03-05", PAID), ("2026-02-05", PAID))
    shown = books(events, "2026-03-10")
    late, first = entries_of(shown, events)[0], entries_of(shown, events)[1]

    assert (late.is_backdated, first.is_backdated) == (True, False)
    changed = changed_by(consumer_loan(), events, late.event)
    assert changed == tuple(sorted(changed, key=lambda one: one.day))
    moved = [one for one in changed if one.name == "E2"]
    assert sum(one.after - one.before for one in moved) == 0
    assert any(one.what == "paid" and one.day == date(2026, 3, 5) and one.after for one in changed)


def test_a_first_event_changed_nothing() -> None:
    """
    There were no books before it to compare with.
    """
    events = told()
    assert changed_by(consumer_loan(), events, events[0]) == ()


def test_a_loan_with_a_pattern_has_the_same_books() -> None:
    """
    Schedule, ledger and postings of terms with a pattern are those of its statement, and balance.
    """
    terms = laid_out_loan(rate_annual=Fraction(12, 100))
    events = told(("2026-02-01", PaymentReceived(amount=30_000, channel_ref="x")), terms=terms)
    shown = books(events, "2026-03-10", terms)
    journal = journal_of(shown, standard_chart())
    why = why_of(shown.explanation, events)

    assert sum(one.debit - one.credit for one in journal.balances) == 0
    assert balances(shown)["loan"] == shown.position.principal
    assert why.owed.total == shown.position.owed_now
    assert sum(share.total for share in entries_of(shown, events)[0].shares) == 30_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "accounts: {bank: {number: '1', name: {zh-hans: 银行, en: Bank}}}\ndebits: {}\ncredits: {}",
            "unbooked",
        ),
        (
            "accounts: {bank: {number: '1', name: {zh-hans: 银行, en: Bank}}}\n"
            "debits: {payment: {whole: bnak}}\ncredits: {}\nunbooked: []",
            "bank",
        ),
        (
            "accounts: {bank: {number: '1', name: {zh-hans: 银行, en: Bank}}}\n"
            "debits: {payment: {hole: bank}}\ncredits: {}\nunbooked: []",
            "whole",
        ),
    ],
)
def test_a_mistake_in_a_chart_is_named(text: str, said: str) -> None:
    """
    A key that is missing or not known, or an account that is not there, stops the reading with a cure.
    """
    with pytest.raises(InputError, match=said):
        parse_chart(text)

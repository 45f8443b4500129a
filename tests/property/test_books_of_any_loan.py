"""Whatever happened to a loan, its books agree with its position: accounts, schedule and explanation."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.loans.position import LoanState
from forbear.loans.terms import Recalculation
from forbear.services.loan_books.chart import standard_chart
from forbear.services.loan_books.entries import changed_by, entries_of
from forbear.services.loan_books.postings import journal_of
from forbear.services.loan_books.schedule import instalments_of, totals_of
from forbear.services.loan_books.statement import books_of
from forbear.services.loan_books.why import why_of
from forbear.testing.laid_out import laid_out_histories
from forbear.testing.strategies import History, histories

SOMETIMES = settings(max_examples=120)


@SOMETIMES
@given(histories())
def test_every_account_holds_what_the_position_says(history: History) -> None:
    """
    Entries balance one by one, and loans, receivables, credit, losses and recoveries end at the position's.
    """
    shown = books_of(history.terms, history.events, as_of=history.last_day)
    position, journal = shown.position, journal_of(shown, standard_chart())
    held = {one.account.role: one.debit - one.credit for one in journal.balances}
    overdue, due = position.overdue, position.due_today
    expected = {
        "loan": position.principal,
        "interest_receivable": overdue.interest
        + due.interest
        + position.interest_accrued
        - position.interest_unearned,
        "penalty_receivable": overdue.penalty + due.penalty,
        "fee_receivable": overdue.fee + due.fee,
        "credit": -position.credit,
        "recovery": -position.recovered,
        "loss": position.charged_off,
    }

    assert {role: held.get(role, 0) for role in expected} == expected
    for entry in journal.entries:
        assert sum(line.debit - line.credit for line in entry.lines) == 0
    assert sum(one.over_debit - one.over_credit for one in journal.balances) == 0


@SOMETIMES
@given(histories())
def test_the_schedule_and_the_ledger_end_where_the_position_stands(history: History) -> None:
    """
    What has fallen due is owed, what is left of the principal is outstanding, and so says the last balance.
    """
    shown = books_of(history.terms, history.events, as_of=history.last_day)
    position, rows = shown.position, shown.statement.schedule
    instalments = instalments_of(rows, position)
    totals = totals_of(rows)

    assert totals.due.total == totals.paid + totals.waived + totals.outstanding
    if position.state is not LoanState.CHARGED_OFF:
        owed = sum(one.row.outstanding for one in instalments if one.is_owed)
        assert owed + shown.explanation.penalty.owed == position.owed_now
        assert shown.statement.ledger[-1].balance == position.principal
    if position.state is LoanState.ACTIVE and history.terms.recalculation is Recalculation.SCHEDULED:
        assert sum(row.unpaid.principal for row in rows) == position.principal


@SOMETIMES
@given(histories())
def test_every_owed_amount_is_told_by_rows_that_add_up(history: History) -> None:
    """
    Due less what settled it is what is left, for each part; each interest is its stretches, rounded once.
    """
    shown = books_of(history.terms, history.events, as_of=history.last_day)
    why = why_of(shown.explanation, history.events)

    assert why.unpaid.total == sum(one.state.unpaid.total for one in why.instalments)
    for one in why.instalments:
        for part in ("principal", "interest", "fee", "penalty"):
            settled = sum(getattr(line.parts, part) for line in one.settled)
            left = getattr(one.state.due, part) - getattr(one.state.waived, part) - settled
            assert left == getattr(one.state.unpaid, part)
        assert sum(line.amount for line in one.fees) == one.state.due.fee
        if one.interest is not None:
            assert one.interest.posted == one.state.due.interest
    told = [why.penalty, why.coming, *(one.interest for one in why.instalments if one.interest)]
    for reckoning in told:
        exact = reckoning.before + sum((step.exact for step in reckoning.steps), Fraction(0))
        assert exact == reckoning.exact
        assert reckoning.posted == reckoning.settled + reckoning.owed


@settings(max_examples=60)
@given(histories(), st.data())
def test_what_an_entry_changed_can_always_be_told(history: History, data: st.DataObject) -> None:
    """
    Whatever the event is, the books before and after it can be set side by side, and money is conserved.
    """
    events = sorted(history.events, key=lambda event: event.seq)
    event = data.draw(st.sampled_from(events))
    shown = books_of(history.terms, history.events, as_of=history.last_day)

    assert all(one.before != one.after for one in changed_by(history.terms, events, event))
    for entry in entries_of(shown, events):
        if entry.shares:
            assert sum(share.total for share in entry.shares) == entry.amount


@settings(max_examples=60)
@given(laid_out_histories())
def test_loans_with_a_pattern_are_booked_whole(history: History) -> None:
    """
    The standard chart has a rule for everything that can happen, and every entry balances.
    """
    shown = books_of(history.terms, history.events, as_of=history.last_day)
    journal = journal_of(shown, standard_chart())
    why = why_of(shown.explanation, history.events)

    assert sum(line.debit - line.credit for entry in journal.entries for line in entry.lines) == 0
    assert why.owed.total == shown.position.owed_now
    assert len(instalments_of(shown.statement.schedule, shown.position)) == len(shown.statement.schedule)

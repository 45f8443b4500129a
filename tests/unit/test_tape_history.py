"""A tape becomes a ledger by one rule for every loan: which day money came in, and what it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from forbear.book.comparison import Report, one_step, paid_through_of, share_within
from forbear.book.history import SETTLEMENT, boarding, history_of, ledger_of, position_of
from forbear.book.profile import PaymentDay, shipped_profile
from forbear.book.rejects import CellError, Reason
from forbear.book.tape import TapeLoan, TapeMonth, TapePayment
from forbear.loans.events import (
    Boarded,
    ChargedOff,
    Disbursed,
    FeeCharged,
    PaymentReceived,
    RecoveryReceived,
)
from forbear.loans.fold import fold
from forbear.loans.position import LoanState

MONTHLY = shipped_profile("abs_auto_ally")
DATED = shipped_profile("forbear")

LOAN = TapeLoan(
    reference="A-1",
    line=2,
    principal=1_500_000,
    rate=Fraction(6, 100),
    instalments=72,
    disbursed_on=date(2019, 1, 1),
    first_due=date(2019, 2, 1),
    instalment=24_859,
    paid_through=date(2019, 5, 22),
    days_past_due=0,
    due_next=None,
    name="",
    language="en",
    phone="",
    email="",
    place="",
    zone="America/New_York",
)


def month(number: int, paid: int, balance: int, **more: int) -> TapeMonth:
    last = (date(2019, number + 1, 1) if number < 12 else date(2020, 1, 1)).toordinal() - 1
    values = {"recovered": 0, "proceeds": 0} | more
    return TapeMonth(on=date.fromordinal(last), line=number, paid=paid, balance=balance, **values)


FIRST = month(5, 24_859, 1_400_000)


def bodies(*months: TapeMonth, loan: TapeLoan = LOAN) -> list[tuple[date, object]]:
    history = history_of(loan, [FIRST, *months], MONTHLY)
    return [(entry.value_date, entry.body) for entry in history.entries]


def test_a_loan_is_boarded_with_its_first_report():
    """The first reported balance opens the ledger; its own month's money is in that balance already."""
    (day, opened), *rest = bodies()
    assert (day, rest) == (date(2019, 5, 31), [])
    assert opened == Boarded(principal=1_400_000, next_due=date(2019, 6, 22), paid_through=date(2019, 5, 22))


def test_a_loan_of_which_nothing_falls_due_next_is_an_instalment_ahead():
    """Paid ahead at the first report, a loan owes its next instalment a month later."""
    ahead = history_of(replace(LOAN, due_next=0), [FIRST], MONTHLY)
    assert ahead.entries[0].body.next_due == date(2019, 7, 22)


def test_money_comes_in_on_the_day_up_to_which_interest_was_paid():
    """Known by month only, money is dated to the loan's day of the month, or the month's last day."""
    late = replace(LOAN, paid_through=date(2019, 5, 31))
    days = [day for day, _ in bodies(month(6, 24_859, 1_382_000), month(7, 24_859, 1_364_000), loan=late)]
    assert days[1:] == [date(2019, 6, 30), date(2019, 7, 31)]
    assert bodies(month(6, 24_859, 1_382_000))[1][0] == date(2019, 6, 22)


@pytest.mark.parametrize(("rule", "day"), [(PaymentDay.DUE_DAY, 19), (PaymentDay.LAST_DAY, 30)])
def test_the_profile_chooses_the_day(rule, day):
    """Due day and last day are the other two rules; the due day follows from the days past due."""
    behind = replace(LOAN, days_past_due=12)
    history = history_of(behind, [FIRST, month(6, 24_859, 1_382_000)], replace(MONTHLY, payment_day=rule))
    assert history.entries[0].body.next_due == date(2019, 5, 19)
    assert history.entries[1].value_date == date(2019, 6, day)


def test_a_month_without_money_is_no_event():
    """Where nothing was paid, nothing happened."""
    assert len(bodies(month(6, 0, 1_400_000))) == 1


@pytest.mark.parametrize(
    ("paid", "charge"),
    [
        (24_859, 0),
        (2 * 24_859, 0),
        (24_859 + 1_243, 1_243),
        (2 * 24_859 + 2_486, 2_486),
        (24_859 + 1_260, 0),
        (1_243, 0),
    ],
)
def test_a_late_charge_is_recognised_by_its_exact_amount(paid, charge):
    """Whole instalments and exactly one or two late charges beyond them pay those charges."""
    fees = [body for _, body in bodies(month(6, paid, 1_390_000)) if isinstance(body, FeeCharged)]
    assert [fee.amount for fee in fees] == ([charge] if charge else [])


def test_money_that_ends_the_loan_dates_itself():
    """A payoff came in on the last day of its month on which it was still enough."""
    interest_to_the_11th = round(1_400_000 * 0.06 / 365 * 20)
    history = history_of(LOAN, [FIRST, month(6, 1_400_000 + interest_to_the_11th, 0)], MONTHLY)
    assert history.entries[1].value_date == date(2019, 6, 11)
    after = position_of(history.terms, history.entries, as_of=date(2019, 6, 30))
    assert (after.state, after.principal, after.credit) == (LoanState.CLOSED, 0, 0)


def test_a_loan_reported_as_paid_off_is_balanced_openly():
    """Where our days leave something owed on a loan that is reported as paid off, an entry says so."""
    history = history_of(LOAN, [FIRST, month(6, 1_390_000, 0)], MONTHLY)
    settled = history.entries[-1].body
    assert isinstance(settled, PaymentReceived)
    assert settled.channel_ref == SETTLEMENT
    assert position_of(history.terms, history.entries, as_of=date(2019, 6, 30)).state is LoanState.CLOSED


def test_proceeds_of_the_collateral_mark_the_charge_off():
    """The month with proceeds is the month of charge-off; proceeds and costs count as recoveries."""
    found = bodies(month(6, 3_000, 1_399_000), month(7, 0, 0, proceeds=-30_000, recovered=500))
    assert found[2:] == [
        (date(2019, 7, 31), ChargedOff(reason="collateral")),
        (date(2019, 7, 31), RecoveryReceived(amount=-30_000, source="collateral")),
        (date(2019, 7, 31), RecoveryReceived(amount=500, source="borrower")),
    ]


def test_nothing_is_opened_without_a_balance():
    """No report, or none with a balance at the first, is no loan to open."""
    assert history_of(LOAN, [], MONTHLY) is None
    assert history_of(LOAN, [replace_balance(FIRST, 0)], MONTHLY) is None


def replace_balance(row: TapeMonth, balance: int) -> TapeMonth:
    return TapeMonth(row.on, row.line, row.paid, balance, row.recovered, row.proceeds)


def test_terms_that_no_loan_can_have_reject_it():
    """A boarded loan whose interest is paid beyond its first report is impossible, and says why."""
    ahead = replace(LOAN, paid_through=date(2019, 7, 1))
    with pytest.raises(CellError) as caught:
        history_of(ahead, [FIRST], MONTHLY)
    assert caught.value.reason is Reason.IMPOSSIBLE


def test_dated_rows_become_events_of_their_days():
    """A payments file with days is taken at its word."""
    loan = replace(LOAN, instalment=None, instalments=12, first_due=date(2019, 2, 1), paid_through=None)
    rows = [
        TapePayment(date(2019, 2, 1), 2, "payment", 130_000, "P-1"),
        TapePayment(date(2019, 6, 1), 3, "charge_off", 0, ""),
        TapePayment(date(2019, 7, 1), 4, "recovery", 20_000, ""),
    ]
    history = history_of(loan, rows, DATED)
    assert [entry.body for entry in history.entries] == [
        Disbursed(amount=1_500_000),
        PaymentReceived(amount=130_000, channel_ref="P-1"),
        ChargedOff(reason="reported"),
        RecoveryReceived(amount=20_000, source="tape"),
    ]
    position = fold(history.terms, ledger_of(history.entries), as_of=date(2019, 8, 1))
    assert (position.state, position.recovered) == (LoanState.CHARGED_OFF, 20_000)


def test_one_step_needs_nothing_but_the_last_report():
    """From a report, one instalment a month later leaves the balance less the instalment's principal."""
    opening = boarding(LOAN, FIRST, MONTHLY)
    next_month = month(6, 24_859, 0)
    entries = opening.entries_of(next_month, None, charged_off=False)
    step = one_step(
        opening.terms,
        Report(FIRST.on, FIRST.balance),
        entries,
        on=next_month.on,
        due_day=22,
        paid_through=date(2019, 5, 22),
    )
    interest = round(1_400_000 * 0.06 / 365 * 31)
    assert step.balance == 1_400_000 - (24_859 - interest)
    assert step.paid_through == date(2019, 6, 22)


def test_interest_is_paid_through_the_day_that_the_owed_interest_says():
    """A loan that owes ten days of interest at its month's end is paid through the day ten days before."""
    opening = boarding(replace(LOAN, paid_through=date(2019, 5, 21)), FIRST, MONTHLY)
    assert paid_through_of(position_of(opening.terms, [opening.entry], as_of=FIRST.on)) == date(2019, 5, 21)


def test_shares_count_what_is_within_whole_units():
    """A difference of exactly the limit is within it, on either side."""
    assert share_within([0, 100, -100, 101, -500], 1) == 60.0
    assert share_within([], 1) == 0.0

"""What decisions make of loans that a pattern lays out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from forbear.errors import InputError
from forbear.loans.events import (
    Boarded,
    ChargedOff,
    FeeWaived,
    Reaged,
    Reamortised,
    RecoveryReceived,
    Rescheduled,
    Settled,
    TermsChanged,
    WrittenOff,
)
from forbear.loans.pattern import InterestBy, Kind, Pattern, Prepaid
from forbear.loans.position import LoanState
from forbear.loans.slots import PartAmounts
from forbear.money.cycle import Cycle, Unit
from forbear.testing.laid_out import LENT, Dated, fee, laid_out_loan, outstanding, paid, principal, shown


def test_a_waiver_that_was_decided_stands_when_a_payment_lands_before_it():
    """
    The amount that was given up stays; what the earlier payment had set there pays what else is owed.
    """
    rows = [
        LENT,
        fee("2026-01-01", 1_000, "2026-02-01"),
        ("2026-01-20", FeeWaived(reason="kind", amount=900), ("E2",)),
        paid("2026-01-18", 1_500),
    ]
    view = shown(laid_out_loan(), rows, "2026-01-20")

    assert view.schedule[0].paid == PartAmounts(principal=1_400, fee=100)
    assert (view.charges[0].paid, view.charges[0].waived) == (100, 900)


def test_a_holiday_moves_what_is_to_come():
    """
    A due day that is moved takes the later ones along at their distance.
    """
    body = Rescheduled(from_due=date(2026, 3, 1), moved_to=date(2026, 4, 15), reason="illness")
    view = shown(laid_out_loan(), [LENT, ("2026-01-10", body)], "2026-01-10")

    assert [row.due_on.isoformat() for row in view.schedule] == [
        "2026-02-01",
        "2026-04-15",
        "2026-05-15",
        "2026-06-15",
    ]


def test_more_instalments_make_each_smaller():
    """
    Two extra instalments spread what is to come over more of them.
    """
    body = Rescheduled(from_due=date(2026, 3, 1), extra_instalments=2, reason="hardship")

    assert principal(shown(laid_out_loan(), [LENT, ("2026-02-10", body)], "2026-02-10")) == [
        25_000,
        *[15_000] * 5,
    ]


def test_reageing_plans_all_unpaid_principal_anew():
    """
    What was overdue and what was to come lie in the new instalments; the old ones ask for nothing.
    """
    body = Reaged(
        first_due=date(2026, 7, 1), cycle=Cycle(every=1, unit=Unit.MONTH), count=3, reason="hardship"
    )
    view = shown(laid_out_loan(), [LENT, paid("2026-02-01", 25_000), ("2026-06-10", body)], "2026-06-10")

    assert principal(view) == [25_000, 0, 0, 0, 25_000, 25_000, 25_000]
    assert view.position.overdue.total == 0
    assert view.ledger[-1].parts.principal == 75_000


def test_reamortising_spreads_what_is_past_due():
    """
    Principal past due moves into the instalments to come.
    """
    view = shown(laid_out_loan(), [LENT, ("2026-02-20", Reamortised(reason="x"))], "2026-02-20")

    assert principal(view) == [0, 33_333, 33_333, 33_334]


def test_a_charge_off_leaves_the_contract_as_it_is():
    """
    After charge-off instalments still fall due and are paid; the amounts of the decision stand.
    """
    rows = [LENT, ("2026-02-20", ChargedOff(reason="90 days")), paid("2026-03-05", 25_000)]
    view = shown(laid_out_loan(), rows, "2026-03-05")

    assert view.position.state is LoanState.CHARGED_OFF
    assert view.position.laid_out.charge_off == PartAmounts(principal=100_000)
    assert outstanding(view) == [0, 25_000, 25_000, 25_000]
    with pytest.raises(InputError, match="charged off"):
        shown(laid_out_loan(), [*rows, fee("2026-03-06", 100, "2026-03-06")], "2026-03-06")


def test_a_write_off_ends_the_loan():
    """
    What is written off is waived everywhere, and nothing can be changed after it.
    """
    written = WrittenOff(amounts=PartAmounts(principal=100_000), reason="dead")
    view = shown(laid_out_loan(), [LENT, ("2026-02-20", written)], "2026-02-20")

    assert (view.position.state, view.outstanding) == (LoanState.WRITTEN_OFF, 0)


def test_a_settlement_gives_up_what_is_left():
    """
    What was paid counts for the whole: the rest is waived and the loan is closed.
    """
    rows = [LENT, paid("2026-02-20", 60_000), ("2026-02-21", Settled(reason="agreed"))]
    view = shown(laid_out_loan(), rows, "2026-02-21")

    assert (view.position.state, view.outstanding) == (LoanState.CLOSED, 0)
    assert view.ledger[-1].parts.principal == 40_000


def test_a_mid_term_grace_puts_off_interest_and_principal():
    """
    In a month of grace nothing is asked for; its interest falls due with the next instalment.
    """
    terms = laid_out_loan(Pattern(kind=Kind.FLAT), rate_annual=Fraction(12, 100))
    body = Rescheduled(from_due=date(2026, 3, 1), grace_principal=1, grace_interest=1, reason="hardship")
    view = shown(terms, [LENT, ("2026-02-10", body)], "2026-02-10")

    assert principal(view) == [25_000, 0, 25_000, 25_000, 25_000]
    assert [row.due.interest for row in view.schedule] == [1_000, 0, 2_000, 1_000, 1_000]


def test_a_recovery_pays_what_the_contract_still_asks_for():
    """
    After charge-off a recovery settles instalments as a payment does; before it there is none.
    """
    recovered: Dated = ("2026-03-05", RecoveryReceived(amount=25_000, source="agency"))
    view = shown(
        laid_out_loan(), [LENT, ("2026-02-20", ChargedOff(reason="90 days")), recovered], "2026-03-05"
    )

    assert outstanding(view) == [0, 25_000, 25_000, 25_000]
    assert (view.ledger[-1].parts.principal, view.ledger[-1].balance) == (25_000, 75_000)
    with pytest.raises(InputError, match="follow a charge-off") as caught:
        shown(laid_out_loan(), [LENT, recovered], "2026-03-05")
    assert caught.value.field == "body"


def test_a_loan_is_boarded_where_another_system_stopped():
    """
    What is left is laid out over the instalments from the next due one on, with interest since it was paid.
    """
    body = Boarded(principal=60_000, next_due=date(2026, 3, 1), paid_through=date(2026, 2, 1))
    terms = laid_out_loan(Pattern(interest_by=InterestBy.DAY), rate_annual=Fraction(12, 100))
    view = shown(terms, [("2026-02-20", body)], "2026-02-20")

    assert [row.due_on for row in view.schedule] == [date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)]
    assert [row.instalment_id for row in view.schedule] == ["1-2", "1-3", "1-4"]
    assert (sum(principal(view)), view.schedule[0].due.interest) == (60_000, 552)
    assert view.position.interest_accrued == 375
    assert [(row.kind, row.amount, row.balance) for row in view.ledger] == [("boarded", 60_000, 60_000)]

    late = shown(terms, [("2026-04-20", body)], "2026-04-20")

    assert late.position.days_past_due == 50


def test_boarded_on_another_day_the_cycle_goes_on_from_there():
    """
    A next due day that is none of the contract's starts the rest of its cycle.
    """
    body = Boarded(principal=60_000, next_due=date(2026, 3, 10), paid_through=date(2026, 2, 1))
    view = shown(laid_out_loan(), [("2026-02-20", body)], "2026-02-20")

    assert [row.due_on.isoformat() for row in view.schedule] == ["2026-03-10", "2026-04-10"]


@pytest.mark.parametrize("prepaid", [None, Prepaid.LOWER])
def test_other_terms_spread_what_is_not_due_over_their_days(prepaid):
    """
    A lower rate and two more instalments: what is due stays, and the running period bears both rates.
    """
    terms = laid_out_loan(
        Pattern(interest_by=InterestBy.DAY, prepaid=prepaid), rate_annual=Fraction(365, 1000)
    )
    changed = replace(terms, version=2, rate_annual=Fraction(0), instalments=6)
    rows = [LENT, paid("2026-02-01", 26_882), ("2026-02-11", TermsChanged(terms=changed, reason="hardship"))]
    view = shown(terms, rows, "2026-02-11")

    assert [row.instalment_id for row in view.schedule] == ["1-1", "1-2", "1-3", "1-4", "2-5", "2-6"]
    assert sum(principal(view)) == 100_000
    left = 100_000 - view.schedule[0].due.principal
    assert view.schedule[1].due.interest == round(left / 1000 * 10)
    assert [row.due.interest for row in view.schedule[2:]] == [0] * 4
    assert len(set(principal(view)[2:5])) == 1


def test_other_terms_keep_what_was_charged_and_paid():
    """
    A fee of an instalment that is no longer there stays due on its day, and money in advance is set anew.
    """
    terms = laid_out_loan()
    changed = replace(terms, version=2, instalments=2)
    rows = [
        LENT,
        fee("2026-01-02", 700, due="2026-04-15"),
        paid("2026-01-10", 10_000),
        ("2026-01-11", TermsChanged(terms=changed, reason="asked for")),
    ]
    view = shown(terms, rows, "2026-01-11")

    assert outstanding(view) == [40_000, 50_000, 700]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"version": 1}, "version"),
        ({"principal": 90_000}, "principal"),
        ({"pattern": None}, "pattern"),
        ({"pattern": Pattern(prepaid=Prepaid.LAST)}, "pattern"),
        ({"instalments": 1}, "instalments"),
    ],
)
def test_terms_that_no_loan_can_change_to_are_refused(changes, field):
    """
    A lower version, another principal, no pattern, or no day to come is refused, by field.
    """
    changed = replace(laid_out_loan(), **({"version": 2} | changes))
    with pytest.raises(InputError) as caught:
        shown(laid_out_loan(), [LENT, ("2026-02-11", TermsChanged(terms=changed, reason="x"))], "2026-02-11")

    assert caught.value.field == field

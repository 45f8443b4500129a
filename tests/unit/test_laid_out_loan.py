"""Loans that a pattern lays out, told step by step."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from forbear.book.columns import FLAG_SCALAR, hot_row
from forbear.errors import InputError
from forbear.loans.delinquency import lateness, lateness_by_instalment, stays
from forbear.loans.events import (
    ChargedBack,
    CreditRefunded,
    DelinquencyPaused,
    FurtherDisbursed,
    PaymentReversed,
    Undone,
)
from forbear.loans.fold import advance, fold
from forbear.loans.pattern import Pattern
from forbear.loans.payment_rules import Advance, Direction, PaymentKind, PaymentRule
from forbear.loans.position import LoanState
from forbear.loans.rules import Delinquency
from forbear.loans.slots import Part, PartAmounts, Timing
from forbear.testing.laid_out import (
    LENT,
    ORDER,
    dated,
    fee,
    laid_out_loan,
    outstanding,
    paid,
    principal,
    shown,
)

DOWN = Pattern(down_payment=Fraction(1, 4))


def test_a_share_is_paid_down_on_the_day_of_disbursement():
    """
    The down payment falls due at once, and the rest is laid out over the instalments.
    """
    view = shown(laid_out_loan(DOWN, instalments=3), [LENT], "2026-01-01")

    assert [row.due_on.isoformat() for row in view.schedule] == [
        "2026-01-01",
        "2026-02-01",
        "2026-03-01",
        "2026-04-01",
    ]
    assert principal(view) == [25_000] * 4
    assert view.position.due_today.principal == 25_000


def test_instalments_keep_to_their_multiple_and_the_last_takes_the_rest():
    """
    1,000.00 over three instalments of whole units is 333, 333 and 334.
    """
    view = shown(laid_out_loan(Pattern(multiple=100), instalments=3), [LENT], "2026-01-01")

    assert principal(view) == [33_300, 33_300, 33_400]


def test_a_further_disbursement_is_spread_over_what_is_to_come():
    """
    What falls due after a second disbursement bears it in equal shares; what fell due before does not.
    """
    rows = [LENT, ("2026-02-10", FurtherDisbursed(amount=30_000))]

    assert principal(shown(laid_out_loan(), rows, "2026-02-10")) == [25_000, 35_000, 35_000, 35_000]


def test_more_than_the_terms_allow_is_not_disbursed():
    """
    A disbursement beyond the limit of the terms is refused with its field.
    """
    terms = laid_out_loan(over_disbursed=Fraction(1, 2))
    rows = [LENT, ("2026-01-02", FurtherDisbursed(amount=50_001))]
    with pytest.raises(InputError, match="150000 in all") as caught:
        shown(terms, rows, "2026-01-02")

    assert caught.value.field == "amount"


def test_horizontally_one_instalment_is_paid_after_the_other():
    """
    Horizontally, a fee of the second instalment waits for the principal of the first.
    """
    rows = [LENT, fee("2026-01-02", 1_000, due="2026-02-15"), paid("2026-03-05", 25_500)]
    view = shown(laid_out_loan(), rows, "2026-03-05")

    assert [row.paid.total for row in view.schedule[:2]] == [25_000, 500]
    assert view.schedule[1].paid.fee == 500


def test_vertically_one_part_is_paid_after_the_other():
    """
    Vertically, the fees of all instalments that are late come before the principal of any.
    """
    vertical = PaymentRule(order=ORDER, direction=Direction.VERTICAL)
    rows = [LENT, fee("2026-01-02", 1_000, due="2026-02-15"), paid("2026-03-05", 25_500)]
    view = shown(laid_out_loan(payment_rules=(vertical,)), rows, "2026-03-05")

    assert [row.paid.principal for row in view.schedule[:2]] == [24_500, 0]
    assert view.schedule[1].paid.fee == 1_000


@pytest.mark.parametrize(
    ("place", "left"),
    [
        (Advance.NEXT, [15_000, 25_000, 25_000, 25_000]),
        (Advance.LAST, [25_000, 25_000, 25_000, 15_000]),
        (Advance.ALL, [22_500, 22_500, 22_500, 22_500]),
    ],
)
def test_terms_say_where_money_in_advance_goes(place, left):
    """
    Money that is not due yet is set against the next instalment, the last, or all alike.
    """
    terms = laid_out_loan(payment_rules=(PaymentRule(order=ORDER, advance=place),))

    assert outstanding(shown(terms, [LENT, paid("2026-01-10", 10_000)], "2026-01-10")) == left


def test_each_kind_of_payment_may_have_its_own_rule():
    """
    A goodwill credit goes to the last instalment where its rule says so, a repayment to the next.
    """
    rules = (
        PaymentRule(order=ORDER),
        PaymentRule(order=ORDER, kinds=(PaymentKind.GOODWILL,), advance=Advance.LAST),
    )
    rows = [LENT, paid("2026-01-10", 5_000), paid("2026-01-11", 5_000, PaymentKind.GOODWILL)]
    view = shown(laid_out_loan(payment_rules=rules), rows, "2026-01-11")

    assert outstanding(view) == [20_000, 25_000, 25_000, 20_000]


def test_a_charge_may_fall_due_before_its_instalment():
    """
    By charge, a penalty is due on its own day, and what else is in the instalment is not.
    """
    order = tuple(
        (timing, part)
        for timing in Timing
        for part in (
            (Part.PRINCIPAL, Part.PENALTY, Part.FEE, Part.INTEREST)
            if timing is Timing.IN_ADVANCE
            else (Part.PENALTY, Part.FEE, Part.INTEREST, Part.PRINCIPAL)
        )
    )
    terms = laid_out_loan(payment_rules=(PaymentRule(order=order, by_charge=True),))
    penalties = [fee("2026-01-01", 500, day, Part.PENALTY) for day in ("2026-01-15", "2026-01-20")]
    view = shown(terms, [LENT, *penalties, paid("2026-01-15", 1_500)], "2026-01-15")

    assert view.schedule[0].paid == PartAmounts(principal=1_000, penalty=500)
    assert [row.paid for row in view.charges] == [500, 0]


def test_what_is_charged_back_is_owed_again_in_the_next_instalment():
    """
    A charge-back adds to the next instalment; after the last it makes one of its own.
    """
    rows = [LENT, paid("2026-02-01", 25_000), ("2026-02-05", ChargedBack(amount=25_000), ("E2",))]

    assert outstanding(shown(laid_out_loan(), rows, "2026-02-05")) == [0, 50_000, 25_000, 25_000]

    late = [LENT, paid("2026-05-01", 100_000), ("2026-06-05", ChargedBack(amount=7_000), ("E2",))]
    view = shown(laid_out_loan(), late, "2026-06-05")

    assert outstanding(view) == [0, 0, 0, 0, 7_000]
    assert view.ledger[-1].balance == 7_000


def test_terms_may_say_which_parts_a_charge_back_makes_owed_again():
    """
    With an order for it, a charge-back takes the parts back that the payment had settled.
    """
    terms = laid_out_loan(credit_order=(Part.PENALTY, Part.FEE, Part.INTEREST, Part.PRINCIPAL))
    rows = [
        LENT,
        fee("2026-01-01", 300, "2026-02-01", Part.PENALTY),
        paid("2026-02-01", 25_300),
        ("2026-02-05", ChargedBack(amount=5_000), ("E3",)),
    ]
    view = shown(terms, rows, "2026-02-05")

    assert view.schedule[1].due == PartAmounts(principal=29_700, penalty=300)


def test_credit_is_refunded_and_what_it_lacks_is_owed():
    """
    A refund takes the credit there is; a payment that is undone later leaves the refund owed.
    """
    rows = [LENT, paid("2026-01-10", 90_000), paid("2026-01-11", 20_000)]
    refunded = [*rows, ("2026-01-12", CreditRefunded(amount=10_000))]
    view = shown(laid_out_loan(), refunded, "2026-01-12")

    assert (view.position.state, view.position.credit, view.outstanding) == (LoanState.CLOSED, 0, 0)

    undone = [*refunded, ("2026-01-13", Undone(reason="bounced"), ("E3",))]

    assert shown(laid_out_loan(), undone, "2026-01-13").outstanding == 20_000


def test_what_is_undone_never_was_but_its_row_is_still_shown():
    """
    An undone payment settles nothing from its own day on; the ledger keeps its row as it stood.
    """
    rows = [LENT, paid("2026-02-01", 25_000), paid("2026-03-01", 25_000)]
    view = shown(laid_out_loan(), [*rows, ("2026-03-02", Undone(reason="error"), ("E2",))], "2026-03-02")

    assert [row.settled_on for row in view.schedule[:2]] == [date(2026, 3, 1), None]
    assert [(row.event_id, row.balance, row.undone) for row in view.ledger] == [
        ("E1", 100_000, False),
        ("E2", 75_000, True),
        ("E3", 75_000, False),
    ]


def test_an_undoing_can_be_undone_and_must_name_what_counts():
    """
    Undoing an undoing brings the event back; undoing nothing is refused.
    """
    rows = [LENT, paid("2026-02-01", 25_000), ("2026-02-02", Undone(reason="x"), ("E2",))]
    again = [*rows, ("2026-02-03", Undone(reason="x"), ("E3",))]

    assert shown(laid_out_loan(), again, "2026-02-03").outstanding == 75_000
    with pytest.raises(InputError, match="E9") as caught:
        shown(laid_out_loan(), [LENT, ("2026-02-02", Undone(reason="x"), ("E9",))], "2026-02-02")
    assert caught.value.field == "targets"


def test_an_undoing_is_folded_and_never_advanced():
    """
    What undoes the past can't be added to a position that holds it.
    """
    events = dated([LENT, paid("2026-02-01", 25_000), ("2026-02-02", Undone(reason="x"), ("E2",))])
    position = fold(laid_out_loan(), events[:2], as_of=date(2026, 2, 1))
    with pytest.raises(InputError, match="fold anew"):
        advance(position, events[2])


def test_a_returned_payment_is_owed_again_from_its_return_on():
    """
    A reversal, unlike an undoing, leaves the days before it as they were.
    """
    rows = [LENT, paid("2026-02-01", 25_000), ("2026-02-10", PaymentReversed(reason="bounced"), ("E2",))]
    before, after = (shown(laid_out_loan(), rows, day) for day in ("2026-02-09", "2026-02-10"))

    assert (before.outstanding, after.outstanding) == (75_000, 100_000)
    assert after.position.overdue.principal == 25_000


def test_days_past_due_have_grace_and_pauses():
    """
    A loan is late from the end of its grace; days of a pause are not counted.
    """
    terms = laid_out_loan(delinquency=Delinquency(grace_days=3))
    rows = [LENT, ("2026-02-10", DelinquencyPaused(until=date(2026, 2, 20)))]
    late = lateness(fold(terms, dated(rows), as_of=date(2026, 2, 25)))

    assert (late.since, late.past_due_days, late.days, late.amount) == (date(2026, 2, 4), 24, 11, 25_000)
    assert late.band == "1-30"
    by_instalment = lateness_by_instalment(fold(terms, dated([LENT]), as_of=date(2026, 3, 5)))
    assert {name: item.past_due_days for name, item in by_instalment.items()} == {"1-1": 32, "1-2": 4}


def test_the_bands_that_a_loan_was_in_follow_from_its_ledger():
    """
    A loan enters a band with its first day, and leaves it with the next band's or when it is cured.
    """
    terms = laid_out_loan(instalments=1)
    found = stays(terms, dated([LENT, paid("2026-03-10", 100_000)]), as_of=date(2026, 3, 31))

    assert [(stay.band, stay.since, stay.until) for stay in found] == [
        ("1-30", date(2026, 2, 2), date(2026, 3, 4)),
        ("31-60", date(2026, 3, 4), date(2026, 3, 10)),
    ]


def test_a_loan_of_fixed_length_ends_on_its_day():
    """
    The last instalment falls due when the length says, whatever the cycle.
    """
    view = shown(laid_out_loan(Pattern(length_days=100)), [LENT], "2026-01-01")

    assert view.schedule[-1].due_on == date(2026, 4, 11)


def test_a_charge_back_is_overdue_from_its_own_day():
    """
    Money taken back is late since it was, though the instalment that it was added to is not due.
    """
    rows = [LENT, paid("2026-02-01", 25_000), ("2026-02-05", ChargedBack(amount=25_000), ("E2",))]
    late = lateness(fold(laid_out_loan(), dated(rows), as_of=date(2026, 2, 10)))

    assert (late.since, late.amount) == (date(2026, 2, 5), 25_000)


def test_a_laid_out_loan_takes_the_nights_scalar_lane():
    """
    No kernel ages a loan with a pattern by column: its row says so, with the next day that matters.
    """
    row = hot_row(fold(laid_out_loan(), dated([LENT]), as_of=date(2026, 1, 20)))

    assert row["flags"] == FLAG_SCALAR
    assert row["next_due"] == row["next_change"] == date(2026, 2, 1)
    assert row["principal"] == 100_000

"""Loans that a pattern lays out, told step by step."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from forbear.book.columns import FLAG_SCALAR, hot_row
from forbear.errors import InputError
from forbear.loans.accruals import accrue
from forbear.loans.delinquency import lateness, lateness_by_instalment, stays
from forbear.loans.events import (
    ChargedBack,
    ChargedOff,
    CreditRefunded,
    DelinquencyPaused,
    Disbursed,
    FeeCharged,
    FeeWaived,
    FurtherDisbursed,
    InterestPaused,
    PaymentReceived,
    PaymentReversed,
    Reaged,
    Reamortised,
    RecoveryReceived,
    Rescheduled,
    Settled,
    Undone,
    WrittenOff,
)
from forbear.loans.fold import advance, fold
from forbear.loans.pattern import InterestBy, Kind, Pattern, Prepaid
from forbear.loans.payment_rules import Advance, Direction, PaymentKind, PaymentRule
from forbear.loans.position import LoanState
from forbear.loans.rules import Delinquency
from forbear.loans.slots import Part, PartAmounts, Timing
from forbear.loans.statement import Statement, statement
from forbear.loans.terms import LoanTerms
from forbear.money.cycle import Cycle, Unit
from forbear.testing.laid_out import ORDER, Dated, dated, laid_out_loan

LENT: Dated = ("2026-01-01", Disbursed(amount=100_000))
DOWN = Pattern(down_payment=Fraction(1, 4))


def paid(day: str, amount: int, kind: PaymentKind = PaymentKind.REPAYMENT) -> Dated:
    return (day, PaymentReceived(amount=amount, channel_ref="transfer", payment_kind=kind))


def shown(terms: LoanTerms, rows: list[Dated], day: str) -> Statement:
    return statement(terms, dated(rows), as_of=date.fromisoformat(day))


def principal(view: Statement) -> list[int]:
    return [row.due.principal for row in view.schedule]


def outstanding(view: Statement) -> list[int]:
    return [row.outstanding for row in view.schedule]


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


def fee(day: str, amount: int, due: str | None = None, part: Part = Part.FEE) -> Dated:
    due_on = date.fromisoformat(due) if due else None
    return (day, FeeCharged(amount=amount, reason="late", part=part, due_on=due_on))


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


def test_a_returned_payment_is_owed_again_from_its_return_on():
    """
    A reversal, unlike an undoing, leaves the days before it as they were.
    """
    rows = [LENT, paid("2026-02-01", 25_000), ("2026-02-10", PaymentReversed(reason="bounced"), ("E2",))]
    before, after = (shown(laid_out_loan(), rows, day) for day in ("2026-02-09", "2026-02-10"))

    assert (before.outstanding, after.outstanding) == (75_000, 100_000)
    assert after.position.overdue.principal == 25_000


def test_events_of_other_loans_are_refused():
    """
    A loan with a pattern is rescheduled and paid; its terms aren't changed and it has no recoveries.
    """
    with pytest.raises(InputError, match="no such event") as caught:
        shown(laid_out_loan(), [LENT, ("2026-02-01", RecoveryReceived(amount=1, source="x"))], "2026-02-01")

    assert caught.value.field == "body"


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


def test_a_mid_term_grace_puts_off_interest_and_principal():
    """
    In a month of grace nothing is asked for; its interest falls due with the next instalment.
    """
    terms = laid_out_loan(Pattern(kind=Kind.FLAT), rate_annual=Fraction(12, 100))
    body = Rescheduled(from_due=date(2026, 3, 1), grace_principal=1, grace_interest=1, reason="hardship")
    view = shown(terms, [LENT, ("2026-02-10", body)], "2026-02-10")

    assert principal(view) == [25_000, 0, 25_000, 25_000, 25_000]
    assert [row.due.interest for row in view.schedule] == [1_000, 0, 2_000, 1_000, 1_000]


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


def test_flat_interest_is_on_what_was_lent():
    """
    A flat month at 12 % a year bears a twelfth of it on the whole sum, whatever is repaid.
    """
    terms = laid_out_loan(Pattern(kind=Kind.FLAT), rate_annual=Fraction(12, 100))
    view = shown(terms, [LENT], "2026-01-01")

    assert [row.due.interest for row in view.schedule] == [1_000] * 4
    assert principal(view) == [25_000] * 4


def test_late_principal_goes_on_bearing_interest():
    """
    Where interest follows the balance, a missed instalment adds its days to the next one's interest.
    """
    terms = laid_out_loan(
        Pattern(interest_by=InterestBy.DAY, prepaid=Prepaid.LAST), rate_annual=Fraction(12, 100)
    )
    on_time = shown(terms, [LENT, paid("2026-02-01", 25_628)], "2026-03-01")
    missed = shown(terms, [LENT], "2026-03-01")

    assert [row.due.interest for row in on_time.schedule[:2]] == [1_019, 694]
    assert missed.schedule[1].due.interest == 921
    assert shown(terms, [LENT], "2026-02-01").schedule[1].due.interest == 694


def following(**changes) -> LoanTerms:
    pattern = Pattern(interest_by=InterestBy.DAY, prepaid=Prepaid.LAST, **changes)
    return laid_out_loan(pattern, rate_annual=Fraction(12, 100))


def test_planned_by_events_alone_a_quiet_period_keeps_its_interest():
    """
    Nothing that happens leaves the plan as it is; a payment in the period counts what was late until then.
    """
    terms = following(plans_daily=False)

    assert shown(terms, [LENT], "2026-03-01").schedule[1].due.interest == 694
    assert shown(terms, [LENT, paid("2026-02-11", 25_628)], "2026-02-11").schedule[1].due.interest == 775


def test_overdue_interest_bears_interest_where_it_compounds():
    """
    Ten days of 12 % on the 10.19 that were overdue are 3 cents.
    """
    rows = [LENT, paid("2026-02-11", 25_628)]
    plain, compounding = (
        shown(following(compounds=compounds), rows, "2026-02-11").schedule[1].due.interest
        for compounds in (False, True)
    )

    assert compounding - plain == 3


def test_with_rests_a_payment_within_a_period_does_not_change_its_interest():
    """
    What is repaid in mid-period bears interest to the due day all the same, else to the day itself.
    """
    rows = [LENT, paid("2026-01-11", 50_000)]
    interest = [
        shown(following(rests=rests), rows, "2026-01-11").schedule[0].due.interest for rests in (False, True)
    ]

    assert interest == [679, 1_019]


def test_paid_off_early_a_loan_may_bear_its_periods_interest_all_the_same():
    """
    What ends a loan early costs interest to date, or that of the whole running period.
    """
    to_date, to_period_end = (
        fold(following(ends_with_period=ends), dated([LENT]), as_of=date(2026, 1, 11)).payoff
        for ends in (False, True)
    )

    assert (to_date, to_period_end) == (100_329, 101_019)


def test_no_interest_is_borne_while_it_is_paused():
    """
    Ten days without interest take ten days off the period's.
    """
    terms = laid_out_loan(
        Pattern(interest_by=InterestBy.DAY, prepaid=Prepaid.LAST), rate_annual=Fraction(12, 100)
    )
    body = InterestPaused(start=date(2026, 1, 11), until=date(2026, 1, 20))
    view = shown(terms, [LENT, ("2026-01-05", body)], "2026-01-05")

    assert view.schedule[0].due.interest == 690


def test_income_is_posted_as_the_difference_to_what_was_posted():
    """
    Runs on any days post in all what is earned by the last of them, each what was missing.
    """
    terms = laid_out_loan(Pattern(kind=Kind.FLAT), rate_annual=Fraction(12, 100))
    posted = accrue(shown(terms, [LENT], "2026-01-10"), (), through=date(2026, 1, 10))
    more = accrue(shown(terms, [LENT], "2026-02-05"), posted, through=date(2026, 2, 4))

    assert [(entry.day, entry.parts.interest) for entry in posted] == [(date(2026, 1, 10), 290)]
    assert [(entry.day, entry.parts.interest) for entry in more] == [
        (date(2026, 2, 1), 710),
        (date(2026, 2, 4), 107),
    ]
    assert accrue(shown(terms, [LENT], "2026-02-05"), [*posted, *more], through=date(2026, 2, 4)) == ()


def test_a_laid_out_loan_takes_the_nights_scalar_lane():
    """
    No kernel ages a loan with a pattern by column: its row says so, with the next day that matters.
    """
    row = hot_row(fold(laid_out_loan(), dated([LENT]), as_of=date(2026, 1, 20)))

    assert row["flags"] == FLAG_SCALAR
    assert row["next_due"] == row["next_change"] == date(2026, 2, 1)
    assert row["principal"] == 100_000

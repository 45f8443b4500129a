"""What loans that a pattern lays out bear."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from forbear.loans.accruals import accrue
from forbear.loans.events import AmountWaived, Disbursed, InterestPaused, Reaged, Settled
from forbear.loans.fold import fold
from forbear.loans.pattern import MONTHLY, InterestBy, Kind, Pattern, Prepaid
from forbear.loans.position import LoanState
from forbear.loans.schedule import Origin
from forbear.loans.slots import PartAmounts
from forbear.loans.terms import LoanTerms
from forbear.money.cycle import Cycle, Unit
from forbear.testing.laid_out import LENT, Dated, dated, laid_out_loan, paid, principal, shown


def test_reaged_instalments_are_level_where_interest_follows_the_balance():
    """
    The new instalments pay the principal off in equal amounts, whatever the contract's were.
    """
    body = Reaged(
        first_due=date(2026, 4, 1), cycle=Cycle(every=1, unit=Unit.MONTH), count=6, reason="hardship"
    )
    view = shown(following(), [LENT, paid("2026-02-01", 25_628), ("2026-03-01", body)], "2026-03-02")
    asked = [row.due.total for row in view.schedule if row.origin is Origin.REAGED]

    assert len(asked) == 6
    assert max(asked) - min(asked) <= 3


def test_flat_interest_is_on_what_was_lent():
    """
    A flat month at 12 % a year bears a twelfth of it on the whole sum, whatever is repaid.
    """
    terms = laid_out_loan(Pattern(kind=Kind.FLAT), rate_annual=Fraction(12, 100))
    view = shown(terms, [LENT], "2026-01-01")

    assert [row.due.interest for row in view.schedule] == [1_000] * 4
    assert principal(view) == [25_000] * 4


def test_flat_interest_of_a_tiny_loan_is_never_below_zero():
    """
    Six times 0.6 of a fen are 4 in all: the first four instalments bear 1 each, the rest none.
    """
    terms = laid_out_loan(
        Pattern(kind=Kind.FLAT), principal=600, rate_annual=Fraction(12, 1000), instalments=6
    )
    view = shown(terms, [("2026-01-01", Disbursed(amount=600))], "2026-01-01")

    assert [row.due.interest for row in view.schedule] == [1, 1, 1, 1, 0, 0]


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


def test_reaged_instalments_bear_the_contracts_interest():
    """
    Where interest does not follow the balance, the running period and what comes bear it; overdue principal
    does from the decision on.
    """
    body = Reaged(first_due=date(2026, 4, 1), cycle=MONTHLY, count=2, reason="hardship")
    terms = laid_out_loan(Pattern(interest_by=InterestBy.DAY), rate_annual=Fraction(365, 1000))
    rows = [LENT, ("2026-02-11", body)]
    view = shown(terms, rows, "2026-02-11")
    overdue = 100_000 - sum(principal(shown(terms, [LENT], "2026-02-11"))[1:])
    first, second = (row.due for row in view.schedule if row.origin is Origin.REAGED)

    assert first.principal + second.principal == 100_000
    assert first.interest == round((100_000 - overdue) * 59 / 1000 + overdue * 49 / 1000)
    assert second.interest == round(second.principal * 30 / 1000)


def test_late_principal_may_bear_overdue_interest():
    """
    At 36.5 % a year 250.00 bear 0.25 a day from the due day on, after grace; it is paid before interest.
    """
    terms = laid_out_loan(penalty_rate_annual=Fraction(365, 1000), grace_days=3)
    in_grace, late = (fold(terms, dated([LENT]), as_of=date(2026, 2, day)) for day in (4, 11))

    assert (in_grace.overdue.penalty, late.overdue.penalty, late.penalty_per_day) == (0, 250, 25)

    view = shown(terms, [LENT, paid("2026-02-11", 10_250)], "2026-02-21")

    assert view.ledger[-1].parts == PartAmounts(principal=10_000, penalty=250)
    assert view.position.overdue == PartAmounts(principal=15_000, penalty=150)
    assert view.position.payoff == 90_150


def test_overdue_interest_is_waived_earned_and_ends():
    """
    A waiver gives overdue interest up, income runs count it by the day, and a settlement ends it.
    """
    terms = laid_out_loan(penalty_rate_annual=Fraction(365, 1000))
    waived: Dated = ("2026-02-11", AmountWaived(amount=100, part="penalty", reason="kind"))
    view = shown(terms, [LENT, waived], "2026-02-11")

    assert view.position.overdue.penalty == 150
    earned = accrue(view, (), through=date(2026, 2, 11))
    assert [entry.parts for entry in earned] == [PartAmounts(penalty=250)]

    ended = shown(terms, [LENT, waived, ("2026-02-12", Settled(reason="agreed"))], "2026-02-20")

    assert (ended.position.state, ended.position.owed_now) == (LoanState.CLOSED, 0)
    assert ended.ledger[-1].parts.penalty == 175

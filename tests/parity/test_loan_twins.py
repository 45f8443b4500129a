"""The fold beside slow, obvious twins of itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal, localcontext
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from forbear.loans.events import Boarded, PaymentReceived
from forbear.loans.fold import advance, fold
from forbear.loans.position import LoanState
from forbear.loans.schedule import level_instalment, opening_of
from forbear.loans.terms import LoanTerms, Recalculation
from forbear.money.daycount import DayCount
from forbear.money.rounding import Rounding
from forbear.testing.builders import consumer_loan
from forbear.testing.ledger import ledger
from forbear.testing.strategies import FIRST_DAY, History, histories, loan_terms


def simple_interest(terms: LoanTerms, history: History) -> tuple[int, int]:
    """Walk a simple-interest loan day by day; return its principal and the interest paid."""
    opening = history.events[0].body
    boarded = isinstance(opening, Boarded)
    day = opening.paid_through if boarded else terms.disbursed_on
    principal = opening.principal if boarded else opening.amount
    exact, paid = Fraction(0), 0
    payments = [event for event in history.events if isinstance(event.body, PaymentReceived)]
    while day < history.last_day:
        exact += principal * terms.rate_annual * terms.day_count.year_fraction(day, day + timedelta(days=1))
        day += timedelta(days=1)
        for event in payments:
            if event.value_date == day:
                interest = min(event.body.amount, terms.rounding.interest.settle(exact) - paid)
                paid += interest
                principal -= min(principal, event.body.amount - interest)
    return principal, paid


@given(history=histories(Recalculation.ACTUAL, kinds=("pay",)))
def test_simple_interest_is_interest_to_date_first_and_principal_with_the_rest(history):
    """
    However late or early, a payment buys interest up to its day, and then principal.
    """
    terms = replace(history.terms, penalty_rate_annual=Fraction(0), late_fee=0)
    same_day = [event for event in history.events[1:] if event.value_date == history.events[0].value_date]
    events = [event for event in history.events if event not in same_day]
    history = History(terms, tuple(replace(e, seq=n) for n, e in enumerate(events, 1)), history.last_day)
    position = fold(terms, history.events, as_of=history.last_day)
    interest_paid = sum(share.parts.interest for share in position.allocations)

    assert simple_interest(terms, history) == (position.principal, interest_paid)


@given(history=histories(kinds=("pay", "fee", "waive")))
def test_overdue_interest_is_overdue_principal_night_by_night(history):
    """
    Each night bears interest on what is late; when grace ends, the nights since the due day are added.
    """
    terms = history.terms
    if isinstance(history.events[0].body, Boarded):
        return
    day, exact = terms.disbursed_on, Fraction(0)
    position = fold(terms, history.events, as_of=day)
    while day < history.last_day and position.state is not LoanState.CHARGED_OFF:
        night, day = day, day + timedelta(days=1)
        before, position = position, advance(position, day)
        for item in before.instalments:
            ends_grace = (day - item.due_on).days == terms.grace_days + 1
            since = item.due_on if ends_grace else night
            if item.fallen and (day - item.due_on).days > terms.grace_days:
                share = terms.day_count.year_fraction(since, day)
                exact += item.unpaid.principal * terms.penalty_rate_annual * share
    owed = position.overdue.penalty + position.penalty_paid + position.penalty_waived

    assert terms.rounding.penalty.settle(exact) == owed


@given(terms=loan_terms(Recalculation.SCHEDULED))
def test_the_level_instalment_pays_the_loan_off(terms):
    """
    Reckoned with 60 digits instead of exact fractions, the level amount is the same to the cent.
    """
    terms = replace(terms, instalment=None, rounding=replace(terms.rounding, instalment=Rounding.HALF_UP))
    opening = opening_of(terms)
    growth, worth, start = Decimal(1), Decimal(0), terms.disbursed_on
    with localcontext() as context:
        context.prec = 60
        for number in range(1, terms.instalments + 1):
            share = terms.rate_annual * terms.day_count.year_fraction(start, opening.due_on(number))
            growth *= 1 + Decimal(share.numerator) / Decimal(share.denominator)
            worth += 1 / growth
            start = opening.due_on(number)
        level = Fraction(terms.principal / worth)

    assert abs(level_instalment(terms, opening) - level) <= Fraction(1, 2) + Fraction(1, 10**30)


@example(principal=730, rate_bp=1500, days=25)  # exactly 7.5 fen
@example(principal=73, rate_bp=5000, days=5)  # exactly half a fen
@given(principal=st.integers(1, 10**9), rate_bp=st.integers(0, 3600), days=st.integers(1, 366))
def test_interest_to_date_is_rounded_once(principal, rate_bp, days):
    """
    Interest after any number of days is principal x rate x days / 365, halves up, once.
    """
    rate = Fraction(rate_bp, 10_000)
    terms = consumer_loan(
        principal=principal,
        rate_annual=rate,
        disbursed_on=FIRST_DAY,
        first_due=FIRST_DAY + timedelta(days=400),
        day_count=DayCount.ACTUAL_365,
    )
    story = ledger(f"{FIRST_DAY} disburse {principal // 100}.{principal % 100:02d}")
    position = fold(terms, story, as_of=FIRST_DAY + timedelta(days=days))
    twice = 2 * principal * rate * days / 365

    assert (twice + 1) // 2 == position.interest_accrued

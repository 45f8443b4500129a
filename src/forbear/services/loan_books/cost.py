"""What a loan costs in a year by its contract, as its country discloses it, beside the caps of the law.

Overdue interest and fees that were charged later are not in it: the rate is that of the contract kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from forbear.errors import InputError
from forbear.law.amounts import AmountValue, LegalAmount
from forbear.loans.cost import Flow, eu_apr
from forbear.loans.cost_cn import Payment, cn_cost
from forbear.loans.cost_us import us_apr
from forbear.loans.events import Disbursed
from forbear.loans.ledger import ledger_of
from forbear.loans.pattern import MONTHLY
from forbear.loans.schedule import build_schedule
from forbear.loans.statement import statement
from forbear.loans.terms import LoanTerms
from forbear.money.calendar import add_months
from forbear.services.lawbook import amounts_of
from forbear.store.models import Loan
from forbear.store.selectors.ledger import loan_terms

CAP_DIGITS = 6
"""Decimals of a yearly share to which a cost is compared with a cap: a ten-thousandth of a point."""


class Measure(StrEnum):
    """What a number of the law is held against: the yearly cost, the penalty rate, or the loan prime rate."""

    COST = "cost"
    PENALTY = "penalty"
    LPR = "lpr"


CAPS = {
    "financial_loan_line": Measure.COST,
    "assisted_lending_max": Measure.COST,
    "private_lpr_multiple": Measure.LPR,
    "penalty_rate_most": Measure.PENALTY,
}
"""The amounts of the law that limit what a loan may cost: a yearly share, or a multiple of a rate."""


class Method(StrEnum):
    """By which law the yearly cost is reckoned."""

    CHINA = "cn"
    UNITED_STATES = "us"
    EUROPE = "eu"


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyCost:
    """A contract's cost in a year, as a share. ``rate`` is the figure to disclose.

    In China ``per_period`` is the internal rate of return of one period, ``rate`` that times ``periods`` of a
    year, ``effective`` its compounding, and ``simple`` all cost over the principal used. ``is_even`` tells
    that all periods are alike; where the first is longer or shorter it counts as one all the same.
    """

    method: Method
    rate: Decimal
    is_even: bool = True
    periods: Fraction | None = None
    per_period: Decimal | None = None
    effective: Decimal | None = None
    simple: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """A number of the law beside what the loan takes: what held on the contract's day, or the first after it.

    ``actual`` is what the loan has of what is measured, as a share or a multiple; None where that is not on
    file, as the loan prime rate of the day is not.
    """

    amount: LegalAmount
    value: AmountValue
    in_force: bool
    measure: Measure
    actual: Fraction | None

    @property
    def is_kept(self) -> bool | None:
        """Whether the loan stays within it; None where that can't be told."""
        return None if self.actual is None else self.actual <= self.value.value


@dataclass(frozen=True, slots=True)
class Planned:
    """One instalment of the contract: its day, principal, and what it costs beyond that."""

    flow: Flow
    principal: int
    cost: int


def _one(due_on: date, principal: int, cost: int) -> Planned:
    return Planned(Flow(due_on, principal + cost), principal, cost)


def yearly_cost(loan: Loan) -> YearlyCost | None:
    """Return what the loan's contract costs in a year; None where no rate can be found for it."""
    try:
        return _cost(loan_terms(loan), _method(loan.lender.country))
    except InputError:
        return None


def caps_of(loan: Loan, cost: YearlyCost | None) -> tuple[Cap, ...]:
    """Return the caps that the lender's law knows, with what holds on the day of the contract."""
    if loan.lender.country != "CN":
        return ()
    amounts = amounts_of(loan.lender.pack_id)
    terms = loan_terms(loan)
    found = []
    for name, measure in CAPS.items():
        if amount := amounts.get(name):
            held = amount.on(terms.disbursed_on)
            actual = _actual(measure, terms, cost)
            value = held or amount.values[0]
            in_force = held is not None
            found.append(Cap(amount=amount, value=value, in_force=in_force, measure=measure, actual=actual))
    return tuple(found)


def _actual(measure: Measure, terms: LoanTerms, cost: YearlyCost | None) -> Fraction | None:
    if measure is Measure.COST and cost is not None:
        return Fraction(round(cost.rate * 10**CAP_DIGITS), 10**CAP_DIGITS)
    if measure is Measure.PENALTY and terms.rate_annual:
        return terms.penalty_rate_annual / terms.rate_annual
    return None


def _method(country: str) -> Method:
    return {"CN": Method.CHINA, "US": Method.UNITED_STATES}.get(country, Method.EUROPE)


@lru_cache(maxsize=1024)
def _cost(terms: LoanTerms, method: Method) -> YearlyCost:
    planned = _planned(terms)
    if method is Method.CHINA:
        return _china(terms, planned)
    advances = [Flow(terms.disbursed_on, terms.principal)]
    payments = [one.flow for one in planned if one.flow.amount]
    if method is Method.UNITED_STATES:
        return YearlyCost(method=method, rate=us_apr(advances, payments).rate)
    return YearlyCost(method=method, rate=eu_apr(advances, payments))


def _china(terms: LoanTerms, planned: list[Planned]) -> YearlyCost:
    """Reckon by periods; a down payment on the day of the payout was never received."""
    received = terms.principal - sum(one.principal for one in planned if one.flow.on <= terms.disbursed_on)
    later = [one for one in planned if one.flow.on > terms.disbursed_on]
    payments = [Payment(one.principal, one.cost) for one in later]
    cycle = terms.pattern.cycle if terms.pattern else MONTHLY
    year_share = terms.pattern.year_share if terms.pattern else Fraction(1, 12)
    cost = cn_cost(received, payments, 1 / year_share)
    first = add_months(terms.disbursed_on, 1) if cycle is MONTHLY else cycle.day(terms.disbursed_on, 1)
    return YearlyCost(
        method=Method.CHINA,
        rate=cost.nominal,
        is_even=terms.first_due == first,
        periods=1 / year_share,
        per_period=cost.per_period,
        effective=cost.effective,
        simple=cost.simple,
    )


def _planned(terms: LoanTerms) -> list[Planned]:
    """Return what the contract plans, as if all of it were paid out on its first day."""
    if terms.pattern is None:
        plan = build_schedule(terms)
        return [_one(*row) for row in zip(plan.due_on, plan.principal, plan.interest, strict=True)]
    events = ledger_of([(terms.disbursed_on, Disbursed(amount=terms.principal))])
    rows = statement(terms, events, as_of=terms.disbursed_on).schedule
    return [_one(row.due_on, row.due.principal, row.due.total - row.due.principal) for row in rows]

"""What a loan costs in a year, solved from its flows: the internal rate of return and the EU's annual rate.

Belongs here: the flows, the solver and the rates that any law builds on. The US method is in ``cost_us``, the
disclosure in China in ``cost_cn``. Amounts are integers of one scale, so the scale moves no rate. Rates
are Decimals, a share and not a percentage: ln(1 + rate) is right to ``TOLERANCE``, reckoned in ``DIGITS``
digits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import (
    MAX_EMAX,
    MIN_EMIN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    localcontext,
)
from fractions import Fraction
from itertools import pairwise

from forbear.errors import InputError
from forbear.loans.cost_time import WEEK_DAYS, YEAR_MONTHS, YEAR_WEEKS, full_months, scheduled_days
from forbear.money.calendar import add_months

DIGITS = 40
EXACT = Context(prec=DIGITS, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[InvalidOperation, DivisionByZero])
"""What rates are reckoned in, whatever the caller's own context: no rate is too large to be written."""

TOLERANCE = Decimal("1e-20")
GROWTH_BOUNDS = (Decimal(-64), Decimal(2**19))
"""Between what ln(1 + rate) is sought; beyond, there is no rate to be found."""

DISCOUNTS_MAX = 2_000
"""Flows beyond this number are a mistake in the input, not a consumer loan."""


@dataclass(frozen=True, slots=True, order=True)
class Flow:
    """Money that changes hands on a day: ``amount`` in integers of 10^-scale, above 0."""

    on: date
    amount: int


def check_flows(advances: Sequence[Flow], payments: Sequence[Flow]) -> None:
    """Raise InputError unless money goes both ways, above 0, and none is paid before the first advance."""
    for field, flows in (("advances", advances), ("payments", payments)):
        if not 1 <= len(flows) <= DISCOUNTS_MAX:
            raise InputError(f"There are {len(flows)} {field}; give 1 to {DISCOUNTS_MAX}.", field=field)
        for flow in flows:
            if flow.amount <= 0:
                raise InputError(f"An amount of {field} is {flow.amount}; give one above 0.", field=field)
    first, last = min(advances).on, max(payments).on
    if min(payments).on < first:
        raise InputError(f"A payment is due before the first advance ({first}).", field="payments")
    if last == first:
        raise InputError(
            f"All is paid on {first}, the day of the advance: no time, no rate.", field="payments"
        )


def solve(value: Callable[[Decimal], Decimal]) -> Decimal:
    """Return the rate per period at which ``value`` is 0, found inside a bracket by Ridders' method.

    ``value`` is what was received less what is paid, each discounted at the rate it is given: below 0
    at a rate of 0 where the loan costs something. Sought is ln(1 + rate), from 0 outwards, upwards where the
    loan costs something and else downwards. Raises InputError where no rate balances the two.

    Source: C. Ridders, A new algorithm for computing a single root of a real continuous function, 1979.
    """
    with localcontext(EXACT):
        at_zero = value(Decimal(0))
        if at_zero == 0:
            return Decimal(0)

        def value_of(growth: Decimal) -> Decimal:
            return value(growth.exp() - 1)

        return _within(value_of, *_bracket(value_of, costs=at_zero < 0)).exp() - 1


def _bracket(value: Callable[[Decimal], Decimal], *, costs: bool) -> tuple[Decimal, Decimal]:
    near, far = Decimal(0), Decimal(1 if costs else -1)
    while GROWTH_BOUNDS[0] <= far <= GROWTH_BOUNDS[1]:
        if (value(far) >= 0) == costs:
            return (near, far) if costs else (far, near)
        near, far = far, far * 2
    raise InputError("No rate makes what is paid worth what was received.", field="payments")


def _within(value: Callable[[Decimal], Decimal], low: Decimal, high: Decimal) -> Decimal:
    at_low, at_high = value(low), value(high)
    found, before = low if at_low == 0 else high, None
    while at_low and at_high and (before is None or abs(found - before) > TOLERANCE):
        middle = (low + high) / 2
        at_middle = value(middle)
        step = (middle - low) * at_middle / (at_middle * at_middle - at_low * at_high).sqrt()
        before, found = found, middle + (step if at_low > at_high else -step)
        points = {low: at_low, middle: at_middle, found: value(found), high: at_high}
        low, high = next(
            (left, right) for left, right in pairwise(sorted(points)) if points[left] * points[right] <= 0
        )
        at_low, at_high = points[low], points[high]
    return found


def irr(flows: Sequence[int]) -> Decimal:
    """Return the internal rate of return per period of flows at equal distances, the first at once.

    Received and paid have opposite signs; which is which does not matter. Raises InputError where
    all flows have one sign, or where no rate balances them.
    """
    if not (min(flows, default=0) < 0 < max(flows, default=0)) or len(flows) > DISCOUNTS_MAX:
        raise InputError("Give flows of both signs: what was received, and what is paid.", field="flows")
    sign = 1 if next(flow for flow in flows if flow) > 0 else -1
    exact = [Decimal(sign * flow) for flow in reversed(flows)]

    def value(rate: Decimal) -> Decimal:
        discount, total = 1 / (1 + rate), Decimal(0)
        for flow in exact:
            total = total * discount + flow
        return total

    return solve(value)


def nominal_annual(rate: Decimal, periods_per_year: Fraction) -> Decimal:
    """Return a rate per period times the periods of a year: the yearly rate without compounding."""
    with localcontext(EXACT):
        return rate * periods_per_year.numerator / periods_per_year.denominator


def effective_annual(rate: Decimal, periods_per_year: Fraction) -> Decimal:
    """Return the yearly rate with compounding: (1 + rate per period) ^ periods - 1."""
    with localcontext(EXACT):
        exponent = Decimal(periods_per_year.numerator) / periods_per_year.denominator
        return (1 + rate) ** exponent - 1


def percent(rate: Decimal, decimals: int) -> Decimal:
    """Return a share as a percentage with so many decimals, halves up: 0.10345 is 10.35 with two."""
    with localcontext(EXACT) as context:
        context.prec = max(DIGITS, rate.adjusted() + decimals + DIGITS)
        return (rate * 100).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def eu_apr(advances: Sequence[Flow], payments: Sequence[Flow]) -> Decimal:
    """Return the EU's annual percentage rate of charge, as a share.

    Time runs from the first drawdown, in whole months or whole weeks where all intervals are such, else in
    whole months and days (see ``eu_years``). Raises InputError for flows that make no loan, or have no rate.

    Source: Directive 2008/48/EC, annex I; Directive 2014/17/EU, annex I, part I; Directive (EU)
    2023/2225, annex III, part I.
    """
    check_flows(advances, payments)
    start = min(advances).on
    signed = [*_dated(1, advances), *_dated(-1, payments)]
    in_months = all(full_months(start, on, day_of_month=day)[1] == 0 for _, on, day in signed)
    in_weeks = all((on - start).days % WEEK_DAYS == 0 for _, on, _ in signed)
    by_weeks = in_weeks and not in_months
    terms = [(amount, eu_years(start, on, day_of_month=day, by_weeks=by_weeks)) for amount, on, day in signed]

    def value(rate: Decimal) -> Decimal:
        growth = (1 + rate).ln()
        worth = (amount * (-growth * years.numerator / years.denominator).exp() for amount, years in terms)
        return sum(worth, Decimal(0))

    return solve(value)


def _dated(sign: int, flows: Sequence[Flow]) -> list[tuple[int, date, int]]:
    """Return each flow signed, with its day and the day of the month that was meant."""
    meant = scheduled_days([flow.on for flow in flows])
    return [(sign * flow.amount, flow.on, day) for flow, day in zip(flows, meant, strict=True)]


def eu_years(start: date, end: date, *, day_of_month: int | None = None, by_weeks: bool = False) -> Fraction:
    """Return the time between two days in years, as the EU's equation takes it.

    A year has 12 equal months, or 52 weeks. Days that are left once whole months are counted back from
    ``end`` are divided by the days (365 or 366) of the year that ends on the last of them.
    ``day_of_month`` is the day that ``end`` was scheduled for, where its month is too short for it.
    """
    if by_weeks:
        return Fraction((end - start).days, WEEK_DAYS * YEAR_WEEKS)
    months, days = full_months(start, end, day_of_month=day_of_month)
    last = start + timedelta(days=days)
    return Fraction(months, YEAR_MONTHS) + Fraction(days, (last - add_months(last, -YEAR_MONTHS)).days)

"""The rows that a pattern gives: due days, principal and interest of each instalment.

Everything here is arithmetic on terms; what happened to a loan is in ``instalments``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from forbear.errors import InputError
from forbear.loans.pattern import InterestBy, Kind, Pattern, Spread
from forbear.loans.schedule import Origin, Schedule, instalment_id
from forbear.loans.terms import LoanTerms

Span = tuple[date, date]
"""A stretch of days: its start and its end, both as interest counts them."""


@dataclass(slots=True, kw_only=True)
class Row:
    """One instalment that is still to fall due; its interest runs from ``start``."""

    id: str
    start: date
    due_on: date
    principal: int = 0
    interest: int = 0
    origin: Origin = Origin.CONTRACT


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What rows are to bear: ``principal``, and interest at ``rate``; flat interest is on what was ``lent``.

    ``level`` is an amount that was fixed before and stays. ``added`` are sums that the principal grows by
    within the first row, with their day; ``free`` are stretches that bear no interest.
    """

    principal: int
    lent: int
    rate: Fraction
    level: int | None = None
    added: tuple[tuple[date, int], ...] = ()
    free: tuple[Span, ...] = ()


def pattern_of(terms: LoanTerms) -> Pattern:
    """Return the pattern of terms that have one; raises InputError for others."""
    if terms.pattern is None:
        raise InputError(
            "These terms have no pattern; only a level-payment schedule follows.", field="pattern"
        )
    return terms.pattern


def due_days(terms: LoanTerms, start: date, count: int) -> list[date]:
    """Return the first due days of a loan disbursed on ``start``.

    They are counted from the disbursement, unless the terms set a first due day of their own.
    """
    pattern = pattern_of(terms)
    if terms.first_due != pattern.due_on(terms.disbursed_on, 1):
        return [pattern.due_on(terms.first_due, number) for number in range(count)]
    days = [pattern.due_on(start, number) for number in range(1, count + 1)]
    if pattern.length_days is None:
        return days
    end = start + timedelta(days=pattern.length_days)
    return [*(min(day, end) for day in days[:-1]), end]


def contract_rows(terms: LoanTerms, start: date, principal: int, lent: int) -> list[Row]:
    """Return the rows of a loan as it is first disbursed: ``principal`` without its down payment."""
    days = due_days(terms, start, terms.instalments)
    starts = [start, *days[:-1]]
    rows = [
        Row(id=instalment_id(terms.version, number), start=begin, due_on=day)
        for number, (begin, day) in enumerate(zip(starts, days, strict=True), 1)
    ]
    debt = Debt(principal=principal, lent=lent, rate=terms.rate_annual)
    fill(terms, rows, replace(debt, level=contract_level(terms, rows, lent)), passed=0)
    return rows


def contract_level(terms: LoanTerms, rows: Sequence[Row], lent: int) -> int | None:
    """Return the level amount of the whole contract, where parts of it are still to be lent; else None."""
    pattern = pattern_of(terms)
    is_level = pattern.kind is Kind.LEVEL and pattern.spread is Spread.CONTRACT and terms.rate_annual > 0
    if not is_level or lent >= terms.principal or pattern.grace_principal:
        return None
    return level_amount(terms, rows, Debt(principal=terms.principal, lent=lent, rate=terms.rate_annual))


def fill(terms: LoanTerms, rows: Sequence[Row], debt: Debt, *, passed: int) -> None:
    """Set principal and interest of the rows; ``passed`` instalments of the contract lie before them."""
    pattern = pattern_of(terms)
    if pattern.kind is Kind.FLAT or (debt.rate == 0 and pattern.kind is not Kind.BULLET):
        _fill_flat(terms, rows, debt, passed)
        return
    grace = max(0, pattern.grace_principal - passed)
    bearing = rows[grace:]
    level = debt.level
    if pattern.kind is Kind.LEVEL and level is None and bearing:
        level = level_amount(terms, bearing, debt)
    share = terms.rounding.instalment.settle(Fraction(debt.principal, max(1, len(bearing))))
    left, deferred = debt.principal, 0
    for index, row in enumerate(rows):
        borne = interest_of(terms, row, left, debt, added=debt.added if index == 0 else ())
        number = passed + index
        borne = 0 if number < pattern.interest_free else borne
        deferred += borne
        row.interest = 0 if number < pattern.grace_interest else deferred
        deferred -= row.interest
        if row is rows[-1]:
            row.principal = left
        elif index < grace or pattern.kind is Kind.BULLET:
            row.principal = 0
        elif pattern.kind is Kind.EQUAL_PRINCIPAL:
            row.principal = min(share, left)
        else:
            row.principal = max(0, min((level or 0) - row.interest, left))
        left -= row.principal


def _fill_flat(terms: LoanTerms, rows: Sequence[Row], debt: Debt, passed: int) -> None:
    """Equal amounts of principal and flat interest, rounded to the multiple; the last takes the rest."""
    pattern, settle = pattern_of(terms), terms.rounding.interest.settle
    grace = max(0, pattern.grace_principal - passed)
    count = max(1, len(rows) - grace)
    exact = debt.lent * debt.rate * pattern.year_share
    interest = settle(exact)
    level = debt.level
    if level is None:
        level = pattern.rounded(Fraction(debt.principal, count) + exact, terms.rounding.instalment)
    left = debt.principal
    for index, row in enumerate(rows):
        is_last = row is rows[-1]
        row.interest = settle(exact * len(rows)) - interest * index if is_last else interest
        row.principal = left if is_last else 0 if index < grace else max(0, min(level - interest, left))
        left -= row.principal


def level_amount(terms: LoanTerms, rows: Sequence[Row], debt: Debt) -> int:
    """Return the level amount that pays the debt off over the rows, rounded to the multiple.

    With growth g_j = 1 + interest share of row j: principal x g_1...g_n / (1 + g_n + g_n g_(n-1) + ...).
    """
    pattern = pattern_of(terms)
    product, annuity = Fraction(1), Fraction(0)
    for row in rows:
        growth = 1 + _level_share(terms, row, debt.rate)
        annuity = 1 + annuity * growth
        product *= growth
    return pattern.rounded(debt.principal * product / annuity, terms.rounding.instalment)


def _level_share(terms: LoanTerms, row: Row, rate: Fraction) -> Fraction:
    pattern = pattern_of(terms)
    if pattern.level_days is None:
        return period_share(terms, row.start, row.due_on, rate)
    return rate * pattern.level_days * pattern.cycle.every / 365


def period_share(terms: LoanTerms, start: date, end: date, rate: Fraction) -> Fraction:
    """Return the interest of a whole period as a share of principal."""
    pattern = pattern_of(terms)
    if pattern.interest_by is InterestBy.PERIOD:
        return rate * pattern.year_share
    return rate * terms.day_count.year_fraction(start, end)


def interest_of(
    terms: LoanTerms, row: Row, principal: int, debt: Debt, *, added: Sequence[tuple[date, int]]
) -> int:
    """Return the interest of one row on ``principal``, of which ``added`` came only within it."""
    later = sum(amount for _, amount in added)
    exact = (principal - later) * period_share(terms, row.start, row.due_on, debt.rate)
    for day, amount in added:
        exact += amount * stretch(terms, row, max(day, row.start), row.due_on, debt.rate)
    for start, end in debt.free:
        start, end = max(start, row.start), min(end, row.due_on)
        if start < end:
            exact -= principal * stretch(terms, row, start, end, debt.rate)
    return terms.rounding.interest.settle(exact)


def stretch(terms: LoanTerms, row: Row, start: date, end: date, rate: Fraction) -> Fraction:
    """Return the interest of some days of a row's period as a share of principal, by days of the period."""
    whole = max(1, (row.due_on - row.start).days)
    return period_share(terms, row.start, row.due_on, rate) * (end - start).days / whole


def borne(
    terms: LoanTerms, row: Row, base: int, span: Span, rate: Fraction, free: Sequence[Span] = ()
) -> Fraction:
    """Return the interest that ``base`` bears over some days of a row's period, by days of the period.

    ``free`` are stretches that bear none. Where the pattern says so, the stretch is rounded for itself.
    """
    start, end = span
    days = (end - start).days
    for begin, until in free:
        days -= max(0, (min(until, end) - max(begin, start)).days)
    whole = max(1, (row.due_on - row.start).days)
    exact = base * period_share(terms, row.start, row.due_on, rate) * max(0, days) / whole
    return Fraction(terms.rounding.interest.settle(exact)) if pattern_of(terms).rounds_stretches else exact


def schedule_of(rows: Sequence[Row]) -> Schedule:
    """Return rows as a schedule: parallel tuples."""
    nothing = (0,) * len(rows)
    return Schedule(
        ids=tuple(row.id for row in rows),
        due_on=tuple(row.due_on for row in rows),
        principal=tuple(row.principal for row in rows),
        interest=tuple(row.interest for row in rows),
        fee=nothing,
        penalty=nothing,
        origin=tuple(row.origin for row in rows),
    )

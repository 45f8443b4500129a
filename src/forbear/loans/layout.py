"""What terms plan: steps for the interpreter, and the rows of a schedule that come of them.

Everything here is arithmetic on terms; what happened to a loan is in ``instalments``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from forbear.loans.annuity import level_amount
from forbear.loans.pattern import Carry, InterestBy, Kind, Pattern, Spread
from forbear.loans.plan import FlowKind, Plan, Start, run_plan
from forbear.loans.plan_reckoning import Period, Reckoning, Span
from forbear.loans.plan_steps import (
    Capitalise,
    Defer,
    Disburse,
    FixBase,
    Level,
    Mature,
    PayInterest,
    Planned,
    Redeem,
    SetLevel,
    SetRate,
    Step,
    planned,
)
from forbear.loans.schedule import Origin, Schedule, instalment_id
from forbear.loans.terms import LoanTerms

LEVEL_MONTHLY = Pattern(interest_by=InterestBy.DAY, carry=Carry.LIFE)
"""The pattern of terms that name none: one amount a month, interest by the day and rounded once in all."""


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
    within the first row, with their day; ``free`` are stretches that bear no interest. ``rate_before`` ran
    in the first row up to a day.
    """

    principal: int
    lent: int
    rate: Fraction
    level: int | None = None
    added: tuple[tuple[date, int], ...] = ()
    free: tuple[Span, ...] = ()
    rate_before: tuple[date, Fraction] | None = None


def pattern_of(terms: LoanTerms) -> Pattern:
    """Return the pattern that terms have, or that of a level-payment loan where they name none."""
    return terms.pattern or LEVEL_MONTHLY


def due_days(terms: LoanTerms, start: date, count: int) -> list[date]:
    """Return the first due days of a loan disbursed on ``start``.

    They are counted from the disbursement, unless the terms state them or set a first due day of their own.
    """
    pattern = pattern_of(terms)
    if pattern.days:
        more = range(1, count - len(pattern.days) + 1)
        return [*pattern.days[:count], *(pattern.due_on(pattern.days[-1], number) for number in more)]
    if terms.first_due != pattern.due_on(terms.disbursed_on, 1):
        return [pattern.due_on(terms.first_due, number) for number in range(count)]
    days = [pattern.due_on(start, number) for number in range(1, count + 1)]
    if pattern.length_days is None:
        return days
    end = start + timedelta(days=pattern.length_days)
    return [*(min(day, end) for day in days[:-1]), end]


def plan_of(terms: LoanTerms) -> Plan:
    """Return what a loan plans that is disbursed as its terms say; raises InputError as the plan does."""
    lent = terms.principal
    down = pattern_of(terms).down_payment_of(lent, terms.rounding.instalment)
    rows = blank_rows(terms, terms.disbursed_on, due_days(terms, terms.disbursed_on, terms.instalments))
    debt = Debt(principal=lent, lent=lent, rate=terms.rate_annual)
    repaid = [planned(terms.disbursed_on, Redeem(level=Level.PRINCIPAL, amount=down))] if down else []
    return _run(terms, rows, debt, [*repaid, *_steps(terms, rows, replace(debt, principal=lent - down), 0)])


def contract_rows(terms: LoanTerms, start: date, principal: int, lent: int) -> list[Row]:
    """Return the rows of a loan as it is first disbursed: ``principal`` without its down payment."""
    rows = blank_rows(terms, start, due_days(terms, start, terms.instalments))
    debt = Debt(principal=principal, lent=lent, rate=terms.rate_annual)
    fill(terms, rows, replace(debt, level=contract_level(terms, rows, lent)), passed=0)
    return rows


def blank_rows(terms: LoanTerms, start: date, days: Sequence[date], passed: int = 0) -> list[Row]:
    """Return rows that fall due on these days, after so many have passed, and bear nothing yet."""
    return [
        Row(id=instalment_id(terms.version, number), start=begin, due_on=day)
        for number, (begin, day) in enumerate(zip([start, *days[:-1]], days, strict=True), passed + 1)
    ]


def contract_level(terms: LoanTerms, rows: Sequence[Row], lent: int) -> int | None:
    """Return the level amount of the whole contract, where parts of it are still to be lent; else None."""
    pattern = pattern_of(terms)
    is_level = pattern.kind is Kind.LEVEL and pattern.spread is Spread.CONTRACT and terms.rate_annual > 0
    if not is_level or lent >= terms.principal or pattern.grace_principal:
        return None
    return level_over(terms, rows, Debt(principal=terms.principal, lent=lent, rate=terms.rate_annual))


def fill(terms: LoanTerms, rows: Sequence[Row], debt: Debt, *, passed: int) -> None:
    """Set principal and interest of the rows; ``passed`` instalments of the contract lie before them.

    A row whose interest is added to the principal, in whole or in part, has a principal below 0.
    """
    if not rows:
        return
    steps = sorted(_steps(terms, rows, debt, passed), key=lambda step: step.order)
    flows = _run(terms, rows, debt, steps, passed).flows
    for row in rows:
        row.principal = row.interest = 0
    left = 0
    for step, flow in zip(steps, flows[len(flows) - len(steps) :], strict=True):
        row = rows[step.turn - 1]
        match flow.kind:
            case FlowKind.REDEEMED | FlowKind.MATURED:
                row.principal += flow.amount
            case FlowKind.INTEREST:
                row.interest += flow.amount
            case FlowKind.CAPITALISED:
                row.principal -= flow.principal - left
                row.interest += flow.principal - left
        left = flow.principal


def _run(
    terms: LoanTerms, rows: Sequence[Row], debt: Debt, steps: Sequence[Planned], passed: int = 0
) -> Plan:
    """Run the steps of rows, after what they bear from their first day on was lent."""
    begin = rows[0].start
    lent = planned(begin, Disburse(amount=debt.principal - sum(amount for _, amount in debt.added)))
    start = Start(day=begin, rate_annual=debt.rate_before[1] if debt.rate_before else debt.rate)
    return run_plan(start, [lent, *steps], reckoning_of(terms, rows, debt.free, passed))


def reckoning_of(
    terms: LoanTerms, rows: Sequence[Row], free: Sequence[Span] = (), passed: int = 0
) -> Reckoning:
    """Return how rows bear interest: each its share of a year, a part of it by the days of its period."""
    unborne = max(0, pattern_of(terms).interest_free - passed)
    return Reckoning(
        day_count=terms.day_count,
        periods=tuple(
            Period(start=row.start, end=row.due_on, share=_share(terms, row) * (number >= unborne))
            for number, row in enumerate(rows)
            if row.start < row.due_on
        ),
        free=tuple(free),
        carry=pattern_of(terms).carry,
        rounding=terms.rounding,
    )


def _share(terms: LoanTerms, row: Row) -> Fraction:
    """Return the share of a year that a row's period is."""
    if pattern_of(terms).interest_by is InterestBy.PERIOD:
        return pattern_of(terms).year_share
    return terms.day_count.year_fraction(row.start, row.due_on)


def _steps(terms: LoanTerms, rows: Sequence[Row], debt: Debt, passed: int) -> Iterator[Planned]:
    """Yield what the rows plan, each row's steps on its day and at its turn, counted from 1."""
    pattern = pattern_of(terms)
    begin = max([rows[0].start, *(day for day, _ in debt.added)])
    if debt.rate_before:
        begin = debt.rate_before[0]
        yield planned(begin, SetRate(rate_annual=debt.rate))
    for day, amount in debt.added:
        yield planned(max(day, rows[0].start), Disburse(amount=amount))
    if pattern.kind is Kind.FLAT:
        yield planned(begin, FixBase(amount=debt.lent))
        yield from _flat_steps(terms, rows, debt, passed)
        return
    graced = max(0, max(pattern.grace_principal, pattern.capitalised) - passed)
    if pattern.kind is not Kind.BULLET and graced < len(rows):
        after = graced if graced and pattern.capitalised > passed else 0
        level = _level_step(terms, rows[graced:], debt)
        yield planned(rows[after - 1].due_on, level, turn=after) if after else planned(begin, level)
    for turn, row in enumerate(rows, 1):
        for step in _row_steps(terms, passed + turn - 1, is_last=row is rows[-1]):
            yield planned(row.due_on, step, turn=turn)


def _row_steps(terms: LoanTerms, number: int, *, is_last: bool) -> Iterator[Step]:
    """Yield what the instalment of a number, counted from 0, plans."""
    pattern = pattern_of(terms)
    if is_last:
        yield PayInterest()
        yield Mature()
        return
    if number < pattern.capitalised:
        yield Capitalise()
        return
    is_deferred = number < pattern.grace_interest
    if number >= pattern.grace_principal and pattern.kind is not Kind.BULLET:
        amount = pattern.amounts[number] if number < len(pattern.amounts) else None
        level = Level.PRINCIPAL if is_deferred else _level_of(pattern)
        yield Redeem(level=level, amount=amount, grows=pattern.grows)
    yield Defer() if is_deferred else PayInterest()


def _level_of(pattern: Pattern) -> Level:
    return Level.TOTAL if pattern.kind is Kind.LEVEL else Level.PRINCIPAL


def _level_step(terms: LoanTerms, rows: Sequence[Row], debt: Debt) -> SetLevel:
    pattern = pattern_of(terms)
    return SetLevel(
        level=_level_of(pattern),
        amount=terms.instalment if debt.level is None else debt.level,
        shares=_level_shares(terms, rows),
        residual=pattern.balloon,
        multiple=pattern.multiple,
    )


def _flat_steps(terms: LoanTerms, rows: Sequence[Row], debt: Debt, passed: int) -> Iterator[Planned]:
    """Yield equal amounts, flat interest and principal, rounded to the multiple; the last takes the rest."""
    pattern, settle = pattern_of(terms), terms.rounding.interest.settle
    grace = max(0, pattern.grace_principal - passed)
    exact = debt.lent * debt.rate * pattern.year_share
    level, unborne = debt.level, settle(exact * len(rows))
    if level is None:
        share = Fraction(debt.principal, max(1, len(rows) - grace))
        level = pattern.rounded(share + exact, terms.rounding.instalment)
    for turn, row in enumerate(rows, 1):
        is_last = row is rows[-1]
        interest = unborne if is_last else min(settle(exact), unborne)
        unborne -= interest
        yield planned(row.due_on, PayInterest(amount=interest), turn=turn)
        redeemed = Redeem(level=Level.PRINCIPAL, amount=max(0, level - interest) if turn > grace else 0)
        yield planned(row.due_on, Mature() if is_last else redeemed, turn=turn)


def level_over(terms: LoanTerms, rows: Sequence[Row], debt: Debt) -> int:
    """Return the level amount that pays the debt off over the rows, rounded to the multiple."""
    first, *later = [debt.rate * share for share in _level_shares(terms, rows)]
    return level_amount(
        debt.principal * (1 + first),
        later,
        terms.rounding.instalment,
        residual=pattern_of(terms).balloon,
        multiple=pattern_of(terms).multiple,
    )


def _level_shares(terms: LoanTerms, rows: Sequence[Row]) -> tuple[Fraction, ...]:
    pattern = pattern_of(terms)
    if pattern.level_days is None:
        return tuple(_share(terms, row) for row in rows)
    return (Fraction(pattern.level_days * pattern.cycle.every, 365),) * len(rows)


def borne(terms: LoanTerms, row: Row, base: int, span: Span, free: Sequence[Span] = ()) -> Fraction:
    """Return the interest that ``base`` bears over some days of a row's period, by days of the period.

    ``free`` are stretches that bear none. Where the pattern says so, the stretch is rounded for itself.
    """
    exact = base * terms.rate_annual * reckoning_of(terms, [row], free).share(*span)
    is_rounded = pattern_of(terms).carry is Carry.STRETCH
    return Fraction(terms.rounding.interest.settle(exact)) if is_rounded else exact


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

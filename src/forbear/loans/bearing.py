"""Interest that follows what is really outstanding, in a loan that a pattern lays out.

A period's interest is the sum of its stretches, one for each balance it had. What is to come is planned on
the view that what is overdue is paid today, and every instalment on its day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from forbear.loans.instalments import debt_of, planned_count, planned_of, rows_of, set_rows
from forbear.loans.layout import Row, borne, fill, level_over, pattern_of
from forbear.loans.pattern import Pattern, Prepaid
from forbear.loans.position import Bearing
from forbear.loans.sharing import follows_balance, give_back, respread
from forbear.loans.state import INTEREST, PRINCIPAL, Item, Running


def borne_by(run: Running, row: Row, day: date) -> Fraction:
    """Return the interest of the running period by the end of ``day``."""
    bearing = _bearing(run)
    return bearing.borne + _stretch(run, row, bearing.base, bearing.from_day, day)


def _stretch(run: Running, row: Row, base: int, start: date, end: date) -> Fraction:
    return borne(run.terms, row, base, (start, end), run.interest_pauses)


def _bearing(run: Running) -> Bearing:
    return run.bearing or Bearing(level=0, base=_base(run), from_day=run.day)


def follow_balance(run: Running) -> None:
    """After a change today, let interest run on what is outstanding now, and plan what is to come anew."""
    if not follows_balance(run) or run.written_off is not None:
        if run.is_patterned:
            give_back(run)
        return
    rows = rows_of(run)
    planned = planned_of(rows)
    if not planned:
        return
    if run.bearing is None:
        level = planned[0].principal + planned[0].interest
        run.bearing = Bearing(level=level, base=_base(run), from_day=planned[0].start)
    bearing = _bearing(run)
    counts = not pattern_of(run.terms).rests or bearing.from_day == run.day
    if counts and bearing.base != _base(run) and not _is_over(run):
        so_far = borne_by(run, planned[0], run.day)
        run.bearing = replace(bearing, base=_base(run), from_day=run.day, borne=so_far)
    for item, amount in run.prepayments:
        _after_prepayment(run, item, amount)
    run.prepayments.clear()
    _plan(run, planned)
    if pattern_of(run.terms).prepaid is Prepaid.SHORTER:
        rows = [row for row in rows if row not in planned or row.principal or row.id in run.early]
    set_rows(run, rows)
    if pattern_of(run.terms).prepaid is Prepaid.LAST:
        respread(run)
    if give_back(run):
        follow_balance(run)


def follow_days(run: Running) -> None:
    """Plan anew for a day that was reached, where the pattern plans daily."""
    if follows_balance(run) and pattern_of(run.terms).plans_daily:
        follow_balance(run)


def _base(run: Running) -> int:
    """Return what bears interest now: the principal outstanding, and overdue interest where it compounds."""
    if not pattern_of(run.terms).compounds:
        return run.principal
    return run.principal + sum(item.unpaid(INTEREST) for item in run.open)


def _is_over(run: Running) -> bool:
    """Tell whether the loan is paid off early and bears the interest of its running period all the same."""
    return run.principal == 0 and pattern_of(run.terms).ends_with_period


def _plan(run: Running, planned: Sequence[Row]) -> None:
    """Plan interest on what will be outstanding, principal at the level; early money lies in the first."""
    pattern, bearing = pattern_of(run.terms), _bearing(run)
    overdue = sum(item.unpaid(PRINCIPAL) for item in run.open)
    spreads = pattern.prepaid is Prepaid.LAST
    in_rows = {row.id: _early(run, row) for row in planned}
    early = sum(in_rows.values())
    credited = {row.id: _credited(run, row) for row in planned}
    again = sum(credited.values())
    scheduled, pool = run.principal - overdue + early - again, bearing.pool
    for index, row in enumerate(planned):
        balance = scheduled - early + again
        if index == 0:
            row.interest = _first_interest(run, row, balance)
        else:
            exact = _stretch(run, row, balance, row.start, row.due_on)
            row.interest = run.terms.rounding.interest.settle(exact)
        wanted = max(0, bearing.level - row.interest)
        taken = min(pool, wanted)
        pool -= taken
        paid = 0 if spreads else in_rows[row.id]
        is_last = row is planned[-1]
        row.principal = scheduled if is_last else min(max(wanted - taken, paid - credited[row.id]), scheduled)
        early -= min(early, row.principal + credited[row.id]) if spreads else paid
        scheduled -= row.principal
        again -= credited[row.id]


def _first_interest(run: Running, row: Row, balance: int) -> int:
    bearing = _bearing(run)
    rests = pattern_of(run.terms).rests and bearing.from_day < run.day
    if bearing.base == balance or rests or _is_over(run):
        exact = borne_by(run, row, row.due_on)
    else:
        exact = borne_by(run, row, run.day) + _stretch(run, row, balance, run.day, row.due_on)
    return run.terms.rounding.interest.settle(exact)


def _credited(run: Running, row: Row) -> int:
    item = run.early.get(row.id)
    return sum(amount for _, amount in item.credits) if item else 0


def _early(run: Running, row: Row) -> int:
    item = run.early.get(row.id)
    return item.paid[PRINCIPAL] if item else 0


def _after_prepayment(run: Running, item: Item, amount: int) -> None:
    """Let a prepayment do what the pattern says it does."""
    pattern = pattern_of(run.terms)
    bearing = _bearing(run)
    is_due = item.id in run.items
    if pattern.prepaid is Prepaid.NEXT and is_due:
        run.bearing = replace(bearing, pool=bearing.pool + amount)
    elif pattern.prepaid is Prepaid.LOWER and (is_due or _fills(item, bearing, pattern)):
        rows = planned_of(rows_of(run))
        rest = rows if is_due else rows[1:]
        overdue = sum(open_item.unpaid(PRINCIPAL) for open_item in run.open)
        if rest and run.principal > overdue:
            debt = replace(debt_of(run, rest), principal=run.principal - overdue)
            run.bearing = replace(bearing, level=level_over(run.terms, rest, debt))


def relevel(run: Running) -> None:
    """Let the instalments to come have the level amount that pays what is outstanding off over them."""
    rows = planned_of(rows_of(run))
    if not follows_balance(run) or not rows or run.principal <= 0:
        return
    overdue = sum(item.unpaid(PRINCIPAL) for item in run.open)
    debt = replace(debt_of(run, rows), principal=run.principal - overdue)
    run.bearing = replace(_bearing(run), level=level_over(run.terms, rows, debt))


def keep_borne(run: Running) -> None:
    """Keep what the running period has borne by today, before the rate or the days of its end change."""
    planned = planned_of(rows_of(run))
    if planned and run.bearing is not None:
        so_far = borne_by(run, planned[0], run.day)
        run.bearing = replace(run.bearing, borne=so_far, from_day=run.day)


def reset_rate(run: Running, rate: Fraction) -> None:
    """From today on let interest run at a rate; the level amount follows, unless the contract keeps it."""
    rows = rows_of(run)
    planned, keeps = planned_of(rows), pattern_of(run.terms).keeps_level
    before = run.terms.rate_annual
    keep_borne(run)
    run.take_terms(replace(run.terms, rate_annual=rate))
    if planned and not follows_balance(run):
        level = planned[0].principal + planned[0].interest if keeps else None
        debt = replace(debt_of(run, planned), level=level, rate_before=(run.day, before))
        fill(run.terms, planned, debt, passed=planned_count(run))
        set_rows(run, rows)
    elif not keeps:
        relevel(run)


def _fills(item: Item, bearing: Bearing, pattern: Pattern) -> bool:
    return item.paid[PRINCIPAL] + item.due[INTEREST] > bearing.level


def close_period(run: Running, item: Item) -> None:
    """After an instalment has fallen due, begin the next period; early money that it used is gone."""
    bearing = run.bearing
    if bearing is None or not item.origin.is_planned:
        return
    wanted = max(0, bearing.level - item.due[INTEREST])
    used = max(0, min(bearing.pool, wanted - item.due[PRINCIPAL]))
    pool = bearing.pool - used
    run.bearing = replace(bearing, base=_base(run), from_day=run.day, borne=Fraction(0), pool=pool)

"""What decisions make of the instalments to come of a loan that a pattern lays out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

from forbear.loans.events import Boarded, Reaged, Rescheduled
from forbear.loans.instalments import (
    credited,
    debt_of,
    last_planned_day,
    lent_so_far,
    let_today_fall,
    open_with,
    planned_count,
    planned_of,
    rows_of,
    set_rows,
)
from forbear.loans.layout import Debt, Row, blank_rows, due_days, fill, pattern_of
from forbear.loans.pattern import Kind
from forbear.loans.position import Disbursement
from forbear.loans.schedule import Origin
from forbear.loans.sharing import release, spend_credit_by_rule
from forbear.loans.state import FEE, INTEREST, PENALTY, PRINCIPAL, Item, Running
from forbear.loans.terms import LoanTerms
from forbear.money.cycle import Cycle


def board(run: Running, event_id: str, body: Boarded) -> None:
    """Lay out what another system left: the instalments from ``next_due`` on, the last taking the rest.

    The contract's days go on where ``next_due`` is one of them; else its cycle goes on from there.
    """
    terms, pattern = run.terms, pattern_of(run.terms)
    days = due_days(terms, terms.disbursed_on, terms.instalments)
    passed = min(bisect_left(days, body.next_due), len(days) - 1)
    coming = days[passed:]
    if coming[0] != body.next_due:
        coming = [pattern.due_on(body.next_due, number) for number in range(len(coming))]
    run.disbursements.append(Disbursement(event_id=event_id, day=body.paid_through, amount=body.principal))
    run.principal = body.principal
    rows = blank_rows(terms, body.paid_through, coming, passed)
    debt = Debt(principal=body.principal, lent=terms.principal, rate=terms.rate_annual)
    fill(terms, rows, debt, passed=passed)
    open_with(run, rows, body.principal, body.paid_through)


def days_to_come(run: Running, terms: LoanTerms) -> tuple[int, list[date]]:
    """Return how many due days of other terms have passed by today, and those that are to come."""
    days = due_days(terms, run.disbursements[0].day, terms.instalments)
    passed = bisect_right(days, run.day)
    return passed, days[passed:]


def change_terms(run: Running, terms: LoanTerms) -> None:
    """Spread what has not fallen due over the days to come of other terms; interest to date is kept.

    Instalments keep their ids, and with them what was charged to them, as far as there are as many.
    """
    release(run)
    rows = rows_of(run)
    old, others = planned_of(rows), [row for row in rows if not row.origin.is_planned]
    before, start = run.terms.rate_annual, last_planned_day(run)
    principal = sum(row.principal for row in old)
    passed, days = days_to_come(run, terms)
    run.penalty.run_at(terms.penalty_rate_annual, run.day)
    run.take_terms(terms)
    fresh = blank_rows(terms, start, days, passed)
    for row, known in zip(fresh, old, strict=False):
        row.id = known.id
    debt = Debt(
        principal=principal,
        lent=lent_so_far(run),
        rate=terms.rate_annual,
        free=tuple(run.interest_pauses),
        rate_before=(run.day, before),
    )
    fill(terms, fresh, debt, passed=passed)
    for row in old[len(fresh) :]:
        row.principal = row.interest = 0
        held = run.early.get(row.id)
        others += [row] if held and (held.due[FEE] or held.due[PENALTY] or held.credits) else []
    set_rows(run, [*others, *fresh])
    spend_credit_by_rule(run)


def reschedule(run: Running, event_id: str, body: Rescheduled) -> None:
    """Move, put off, stretch or reprice the planned rows from a due day on."""
    if run.terms.resets_advance:
        release(run)
    rows = rows_of(run)
    planned = planned_of(rows)
    touched = [row for row in planned if row.due_on >= body.from_due]
    passed = planned_count(run) + len(planned) - len(touched)
    if body.rate_annual is not None:
        run.take_terms(replace(run.terms, rate_annual=body.rate_annual))
    extra = body.extra_instalments + body.grace_principal
    anchor = _move(run, touched, body.moved_to)
    pattern = pattern_of(run.terms)
    for number in range(extra):
        last = touched[-1].due_on
        day = max(pattern.due_on(anchor, len(touched)), pattern.due_on(last, 1))
        touched.append(Row(id=f"{event_id}-{number + 1}", start=touched[-1].due_on, due_on=day))
    debt = debt_of(run, touched)
    graced, bearing = touched[: body.grace_principal], touched[body.grace_principal :]
    for row in graced:
        row.principal = 0
    fill(run.terms, bearing, debt, passed=max(passed, pattern.grace_principal))
    _defer_interest(touched, body.grace_interest)
    set_rows(run, [row for row in rows if row not in touched] + touched)
    spend_credit_by_rule(run)


def _defer_interest(rows: Sequence[Row], count: int) -> None:
    """Let the interest of the first rows fall due with the one after them."""
    for row, after in pairwise(rows[: count + 1]):
        after.interest += row.interest
        row.interest = 0


def _move(run: Running, rows: Sequence[Row], moved_to: date | None) -> date:
    """Move rows so that the first falls due on ``moved_to``; return the day that they are counted from."""
    pattern = pattern_of(run.terms)
    first = moved_to or rows[0].due_on
    start = rows[0].start
    for number, row in enumerate(rows):
        if moved_to is not None:
            row.due_on = pattern.due_on(first, number)
        row.start = start
        start = row.due_on
    return first


def reage(run: Running, event_id: str, body: Reaged) -> int:
    """Plan all unpaid principal anew, with the contract's interest; return how much that is.

    An instalment to come that principal was paid of keeps it, and is due with the decision. Principal that
    was overdue bears contract interest again from today on.
    """
    moved = lifted = sum(_lift_principal(run, item) for item in run.open)
    rows = rows_of(run)
    kept = []
    for row in rows:
        touched = run.early.get(row.id)
        if touched is None:
            moved += row.principal
            continue
        moved += _lift_principal(run, touched)
        row.principal = touched.due[PRINCIPAL] - credited(touched)
        row.due_on = run.day if touched.paid[PRINCIPAL] else row.due_on
        kept.append(row)
    days = [body.cycle.day(body.first_due, number) for number in range(body.count)]
    starts = [last_planned_day(run), *days[:-1]]
    fresh = [
        Row(id=f"{event_id}-{number}", start=start, due_on=day, origin=Origin.REAGED)
        for number, (start, day) in enumerate(zip(starts, days, strict=True), 1)
    ]
    _fill_reaged(run, fresh, body.cycle, moved, lifted)
    set_rows(run, kept + fresh)
    let_today_fall(run)
    run.find_open()
    return moved


def _fill_reaged(run: Running, rows: Sequence[Row], cycle: Cycle, total: int, overdue: int) -> None:
    """Lay out rows as the contract does, a bullet as level ones, without its grace and stated amounts."""
    terms, pattern = run.terms, pattern_of(run.terms)
    kind = Kind.LEVEL if pattern.kind is Kind.BULLET else pattern.kind
    plain = replace(pattern, kind=kind, cycle=cycle, amounts=(), balloon=0)
    debt = Debt(
        principal=total,
        lent=total,
        rate=terms.rate_annual,
        added=((run.day, overdue),) if overdue else (),
        free=tuple(run.interest_pauses),
    )
    fill(replace(terms, pattern=plain, instalment=None), rows, debt, passed=terms.instalments)


def _lift_principal(run: Running, item: Item) -> int:
    lifted = item.unpaid(PRINCIPAL)
    item.due[PRINCIPAL] -= lifted
    if lifted and item.is_settled:
        item.settled_on = run.day
    return lifted


def reamortise(run: Running) -> int:
    """Spread unpaid principal that has fallen due over the planned rows; return how much that is."""
    rows = rows_of(run)
    planned = planned_of(rows)
    moved = sum(_lift_principal(run, item) for item in run.open)
    share = pattern_of(run.terms).rounded(Fraction(moved, len(planned)), run.terms.rounding.instalment)
    left = moved
    for row in planned:
        part = left if row is planned[-1] else min(share, left)
        row.principal += part
        left -= part
    set_rows(run, rows)
    run.find_open()
    return moved


def accelerate(run: Running, event_id: str) -> None:
    """Let all principal and the interest to date fall due today, in place of the rows to come."""
    interest, lifted, kept = run.interest_unbilled(run.day), 0, []
    for row in rows_of(run):
        touched = run.early.get(row.id)
        if touched is None:
            lifted += row.principal
            continue
        lifted += _lift_principal(run, touched)
        row.principal = touched.due[PRINCIPAL] - credited(touched)
        row.interest = touched.paid[INTEREST] + touched.waived[INTEREST]
        row.due_on = run.day
        kept.append(row)
    today = [item for item in run.items.values() if item.due_on == run.day and item.origin.is_planned]
    if today:
        today[-1].due[PRINCIPAL] += lifted
        today[-1].settled_on = None
    elif lifted or interest:
        start = last_planned_day(run)
        kept.append(Row(id=event_id, start=start, due_on=run.day, principal=lifted, interest=interest))
    set_rows(run, kept)
    let_today_fall(run)
    run.find_open()


def relay_interest(run: Running) -> None:
    """Reckon principal and interest of the rows to come again, at the level amount that they have."""
    rows = rows_of(run)
    planned = planned_of(rows)
    if planned:
        level = planned[0].principal + planned[0].interest
        debt = replace(debt_of(run, planned), level=level)
        fill(run.terms, planned, debt, passed=planned_count(run))
        set_rows(run, rows)

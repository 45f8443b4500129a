"""The instalments of a loan that a pattern lays out, and what events make of those to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from forbear.errors import InvariantError
from forbear.loans.layout import (
    Debt,
    Row,
    contract_rows,
    due_days,
    fill,
    pattern_of,
    schedule_of,
)
from forbear.loans.pattern import Kind, Spread
from forbear.loans.payment_rules import PaymentKind
from forbear.loans.position import Disbursement, Position
from forbear.loans.schedule import Opening, Origin
from forbear.loans.sharing import release, spend_credit_by_rule
from forbear.loans.state import INTEREST, PRINCIPAL, Item, Running


def disburse(run: Running, event_id: str, amount: int) -> None:
    """Pay out a part of the principal: the first lays the instalments out, a further one those to come."""
    down = pattern_of(run.terms).down_payment_of(amount, run.terms.rounding.instalment)
    run.principal += amount
    is_first = run.opening is None
    run.disbursements.append(Disbursement(event_id=event_id, day=run.day, amount=amount))
    if down:
        _add_down_payment(run, event_id, down)
    if is_first:
        _open(run, amount - down)
    else:
        if run.terms.resets_advance:
            release(run)
        _spread_further(run, event_id, amount - down)
    run.find_open()
    _set_against_credit(run, event_id)


def down_payment_to_collect(position: Position, amount: int) -> int:
    """Return what a borrower pays down on a disbursement of ``amount``, after credit that waits."""
    terms = position.terms
    down = pattern_of(terms).down_payment_of(amount, terms.rounding.instalment)
    return max(0, down - position.credit)


def _set_against_credit(run: Running, event_id: str) -> None:
    if run.terms.resets_advance:
        spend_credit_by_rule(run)
        return
    spent = spend_credit_by_rule(run, via=event_id, kind=PaymentKind.REPAYMENT, on_own_day=False)
    if spent:
        run.disbursements[-1] = replace(run.disbursements[-1], spent=spent)


def _open(run: Running, principal: int) -> None:
    rows = contract_rows(run.terms, run.day, principal, run.disbursements[0].amount)
    open_with(run, rows, principal, run.day)


def open_with(run: Running, rows: Sequence[Row], principal: int, from_day: date) -> None:
    """Let a loan begin with these rows to come, and interest run from a day on."""
    first = rows[0].due_on
    run.opening = Opening(
        principal=principal,
        from_day=from_day,
        number=1,
        first_due=first,
        due_day=first.day,
        last_number=len(rows),
    )
    run.next_number = 1
    run.plan = schedule_of(rows)


def _add_down_payment(run: Running, event_id: str, amount: int) -> None:
    item = Item(event_id, run.day, [amount, 0, 0, 0], Origin.DOWN_PAYMENT)
    item.place = run.down_payment_place
    run.items[item.id] = item


def rows_of(run: Running) -> list[Row]:
    """Return the rows that are still to fall due."""
    rows, start = [], last_planned_day(run)
    for item in [as_planned(run, row) for row in run.rows_to_come()]:
        rows.append(item)
        item.start = start
        start = item.due_on if item.origin.is_planned else start
    return rows


def as_planned(run: Running, row: int) -> Row:
    """Return one row as the plan has it, without what was paid of it or charged to it."""
    plan = run.plan
    if plan is None:
        raise InvariantError("a loan laid out by a pattern has a plan")
    return Row(
        id=plan.ids[row],
        start=plan.due_on[row],
        due_on=plan.due_on[row],
        principal=plan.principal[row],
        interest=plan.interest[row],
        origin=plan.origin[row],
    )


def last_planned_day(run: Running) -> date:
    """Return where the running period began: the last planned due day that has passed, or the start."""
    days = [item.due_on for item in run.items.values() if item.origin.is_planned]
    return max([run.disbursements[0].day, *days])


def set_rows(run: Running, rows: Sequence[Row]) -> None:
    """Let these rows be what is still to fall due; what was paid of them and charged to them stays."""
    if run.opening is None:
        raise InvariantError("a plan changes after it was opened")
    ordered = sorted(rows, key=lambda row: row.due_on)
    run.opening = replace(run.opening, number=run.next_number)
    run.plan = schedule_of(ordered)
    for row in ordered:
        item = run.early.get(row.id)
        if item is not None:
            again = credited(item)
            item.due[PRINCIPAL] = row.principal + again
            item.due[INTEREST] = row.interest
            item.due_on = row.due_on


def planned_of(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that principal is spread over."""
    return [row for row in rows if row.origin.is_planned]


def debt_of(run: Running, planned: Sequence[Row], more: int = 0) -> Debt:
    """Return what the planned rows bear: their principal and ``more``, which is lent today."""
    return Debt(
        principal=sum(row.principal for row in planned) + more,
        lent=sum(part.amount for part in run.disbursements),
        rate=run.terms.rate_annual,
        added=((run.day, more),) if more else (),
        free=tuple(run.interest_pauses),
    )


def lent_so_far(run: Running) -> int:
    """Return all that was disbursed."""
    return sum(part.amount for part in run.disbursements)


def planned_count(run: Running) -> int:
    """Return how many planned instalments have fallen due."""
    return sum(item.origin.is_planned for item in run.items.values())


def _spread_further(run: Running, event_id: str, amount: int) -> None:
    """Spread what was lent in addition over the planned rows; where none is to come, add one."""
    if run.terms.resets_advance:
        _take_back_today(run)
    rows = rows_of(run)
    planned = planned_of(rows)
    passed = planned_count(run)
    if not planned:
        days = due_days(run.terms, run.disbursements[0].day, passed + 1)
        day = next((day for day in days if day > run.day), days[-1])
        planned = [Row(id=f"{event_id}-1", start=last_planned_day(run), due_on=max(day, run.day))]
        rows += planned
        fill(run.terms, planned, debt_of(run, planned, amount), passed=passed)
        set_rows(run, rows)
        let_today_fall(run)
        return
    debt = debt_of(run, planned, amount)
    pattern = pattern_of(run.terms)
    if pattern.keeps_level:
        debt = replace(debt, level=planned[0].principal + planned[0].interest)
    elif pattern.spread is Spread.CONTRACT and pattern.kind in (Kind.FLAT, Kind.LEVEL):
        debt = replace(debt, level=_contract_level(run, planned, amount))
    fill(run.terms, planned, debt, passed=passed)
    set_rows(run, rows)
    let_today_fall(run)


def _take_back_today(run: Running) -> None:
    """Put what has fallen due today back among what is to come, so that it is planned anew."""
    today = [item for item in run.items.values() if item.due_on == run.day and item.origin.is_planned]
    rows = rows_of(run)
    for item in today:
        del run.items[item.id]
        run.early[item.id] = item
        again = credited(item)
        principal, interest = item.due[PRINCIPAL] - again, item.due[INTEREST]
        start = last_planned_day(run)
        rows.append(Row(id=item.id, start=start, due_on=item.due_on, principal=principal, interest=interest))
    if today:
        set_rows(run, rows)
        release(run)


def let_today_fall(run: Running) -> None:
    """Let rows that are due by today fall due."""
    while run.rows_to_come() and as_planned(run, run.rows_to_come().start).due_on <= run.day:
        item = run.planned(run.rows_to_come().start)
        run.next_number += 1
        run.early.pop(item.id, None)
        run.items[item.id] = item


def _contract_level(run: Running, planned: Sequence[Row], more: int) -> int | None:
    """Return what an instalment would be, had all been lent at the start; None where interest decides."""
    pattern = pattern_of(run.terms)
    if pattern.kind is Kind.LEVEL and run.terms.rate_annual:
        first = planned[0]
        return first.principal + first.interest if lent_so_far(run) <= run.terms.principal else None
    fallen = [item for item in run.items.values() if item.origin.is_planned]
    principal = more + sum(row.principal for row in planned)
    principal += sum(item.due[PRINCIPAL] - credited(item) for item in fallen)
    count = len(fallen) + len(planned)
    lent = sum(part.amount for part in run.disbursements)
    flat = lent * run.terms.rate_annual * pattern.year_share
    return pattern.rounded(Fraction(principal, count) + flat, run.terms.rounding.instalment)


def credited(item: Item) -> int:
    """Return what charge-backs and refunds made due again with an instalment."""
    return sum(amount for _, amount in item.credits)


def add_row(run: Running, row_id: str, due_on: date, origin: Origin) -> Item:
    """Return the additional instalment after the last planned one, moved to ``due_on`` if that is later."""
    for row in rows_of(run):
        if row.origin.is_additional:
            return _moved_later(run, row, due_on)
    held = [item for item in run.items.values() if item.origin.is_additional]
    if held:
        item = held[-1]
        item.due_on = max(item.due_on, due_on)
        _put_back(run, item)
        return item
    item = Item(row_id, due_on, [0, 0, 0, 0], origin)
    if due_on <= run.day:
        run.items[item.id] = item
        return item
    run.early[item.id] = item
    set_rows(run, [*rows_of(run), Row(id=row_id, start=due_on, due_on=due_on, origin=origin)])
    return item


def _moved_later(run: Running, row: Row, due_on: date) -> Item:
    rows = rows_of(run)
    later = max(row.due_on, due_on)
    set_rows(run, [replace(old, due_on=later) if old.id == row.id else old for old in rows])
    index = next(index for index in run.rows_to_come() if as_planned(run, index).id == row.id)
    item = run.planned(index)
    run.early[item.id] = item
    return item


def _put_back(run: Running, item: Item) -> None:
    """Let an additional instalment that moved to a day to come fall due again on that day."""
    if item.due_on > run.day:
        del run.items[item.id]
        run.early[item.id] = item
        row = Row(id=item.id, start=item.due_on, due_on=item.due_on, origin=item.origin)
        set_rows(run, [*rows_of(run), row])
        item.late = False
    elif item.due_on == run.day:
        item.late = False


def item_for(run: Running, day: date) -> Item | None:
    """Return the planned instalment in whose period a day lies; None after the last."""
    for item in sorted(run.items.values(), key=lambda item: item.order):
        if item.origin.is_planned and day <= item.due_on:
            return item
    for item in run.coming():
        if item.origin.is_planned and day <= item.due_on:
            run.early[item.id] = item
            return item
    return None

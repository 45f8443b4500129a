"""The days that pass by themselves: instalments fall due, and their grace ends."""

from __future__ import annotations

from datetime import date, timedelta

from forbear.loans.allocation import spend_credit, use_ahead
from forbear.loans.bearing import close_period, follow_balance, follow_days
from forbear.loans.charges import charge_late
from forbear.loans.schedule import instalment_id
from forbear.loans.state import FEE, INTEREST, PRINCIPAL, Item, Running


def run_to(run: Running, day: date) -> None:
    """Move to ``day``, letting all fall due and turn late that does by its end."""
    while (turn := _next_turn(run)) is not None and turn <= day:
        run.day = turn
        run.last_rank = -1
        _end_grace(run)
        if run.next_due_on() == turn:
            fall_due(run, turn)
            spend_credit(run)
    if day > run.day:
        run.day = day
        run.last_rank = -1
        follow_days(run)


def _next_turn(run: Running) -> date | None:
    """Return the next day on which something changes by itself."""
    turn = run.next_due_on()
    if not run.open:
        return turn
    grace = timedelta(days=run.terms.grace_days + 1)
    for item in run.open:
        if not item.late and (turn is None or item.due_on + grace < turn):
            turn = item.due_on + grace
    return turn


def fall_due(run: Running, due_on: date) -> None:
    """Let the next instalment fall due."""
    follow_days(run)
    item = _planned_instalment(run, due_on) if run.plan else _billed_instalment(run, due_on)
    run.next_number += 1
    run.early.pop(item.id, None)
    run.items[item.id] = item
    if not item.is_settled:
        run.open.append(item)
        run.open.sort(key=lambda open_item: open_item.order)
    close_period(run, item)
    follow_balance(run)


def _planned_instalment(run: Running, due_on: date) -> Item:
    """Take the next instalment from a fixed schedule; its principal stops bearing contract interest."""
    item = run.planned(run.rows_to_come().start)
    run.stop_bearing(item.due[PRINCIPAL], due_on)
    run.interest_billed += item.due[INTEREST]
    return item


def _billed_instalment(run: Running, due_on: date) -> Item:
    """Bill the level amount of a simple-interest loan, less what was paid ahead.

    Interest to date comes first, and principal fills the rest. The last instalment bills all.
    """
    item = Item(instalment_id(run.terms.version, run.next_number), due_on, [0, 0, 0, 0])
    unbilled, undue = run.interest_unbilled(due_on), run.undue_principal()
    is_last = run.opening is not None and run.next_number == run.opening.last_number
    ahead = run.ahead if is_last else min(run.ahead, run.level)
    interest = unbilled if is_last else min(unbilled, run.level - ahead)
    item.due[INTEREST] = interest
    item.due[PRINCIPAL] = undue if is_last else min(undue, run.level - ahead - interest)
    run.interest_billed += interest
    if ahead:
        use_ahead(run, item, ahead)
    return item


def _end_grace(run: Running) -> None:
    """Turn late what is still unpaid when its grace ends.

    Overdue interest then counts from the due day, and the late fee is charged, once. After charge-off
    there is neither.
    """
    for item in run.open:
        if _is_past_grace(run, item):
            item.late = True
            if item.is_behind and not run.is_charged_off:
                run.penalty.add(item.unpaid(PRINCIPAL), item.due_on, run.day)
                item.due[FEE] += run.terms.late_fee
                charge_late(run, item)
    run.set_bases()


def catch_up(run: Running) -> None:
    """Settle where every instalment stands after a change in what has fallen due by today.

    What turns late here was in order, or another's to charge for, until today: neither overdue
    interest for the days before nor a late fee is added.
    """
    run.find_open()
    while (due_on := run.next_due_on()) is not None and due_on <= run.day:
        fall_due(run, due_on)
    run.find_open()
    for item in run.open:
        item.late |= _is_past_grace(run, item)
    run.set_bases()
    spend_credit(run)


def _is_past_grace(run: Running, item: Item) -> bool:
    return not item.late and (run.day - item.due_on).days > run.terms.grace_days

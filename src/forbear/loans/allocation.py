"""How a payment is shared out, and how its shares are taken back.

What has fallen due comes first, slot by slot in the order of the terms, the oldest instalment first
within a slot. What is left goes in advance: a scheduled loan's next instalments, one after the
other; or the interest to date and then the principal of a simple-interest loan. The rest is credit.
"""

from __future__ import annotations

from forbear.errors import InputError
from forbear.loans.charges import pay
from forbear.loans.payment_rules import PaymentKind
from forbear.loans.position import Pot
from forbear.loans.schedule import Origin
from forbear.loans.sharing import Purse, share_by_rule
from forbear.loans.state import INTEREST, PENALTY, PRINCIPAL, Item, Running

SETTLEMENT_ID = "settlement"


def receive(
    run: Running,
    event_id: str,
    amount: int,
    kind: PaymentKind = PaymentKind.REPAYMENT,
    charges: tuple[str, ...] = (),
) -> None:
    """Take in a payment of ``amount``, made for certain ``charges`` first.

    After charge-off all of it is a recovery, unless the loan's pattern goes on.
    """
    if run.is_charged_off and not run.is_patterned:
        recover(run, event_id, amount)
        return
    run.paid_total += amount
    if run.is_patterned:
        purse = Purse(event_id, kind, amount, run.day)
        for charge_id in charges:
            pay(run, charge_id, purse)
        share_by_rule(run, purse)
        run.find_open()
        return
    share_out(run, event_id, amount)
    run.set_bases()


def recover(run: Running, event_id: str, amount: int) -> None:
    """Take in money after charge-off; a negative amount is a cost of the recovery."""
    run.recovered += amount
    run.lot(event_id, Pot.RECOVERED).unspent += amount


def share_out(run: Running, event_id: str, amount: int) -> None:
    """Set an amount of one payment against what is owed, then in advance, then as credit."""
    if run.is_actual:
        _bill_to_date(run)
    due_slots, advance = run.order
    left = amount
    if _covers_payoff(run, amount):
        _settle_early(run)
        _spend_lots(run)
    if run.open or run.penalty_owed() > 0:
        for late, part in due_slots:
            left -= _pay_slot(run, event_id, left, late=late, part=part)
        run.open = [item for item in run.open if not item.is_settled]
    if left and run.is_actual:
        left -= _pay_ahead(run, event_id, left)
    elif left and run.falls_due:
        left -= _pay_next_instalments(run, event_id, left, advance)
    if left:
        run.credit += left
        run.lot(event_id, Pot.CREDIT).unspent += left


def _pay_slot(run: Running, event_id: str, left: int, *, late: bool, part: int) -> int:
    """Pay one part of all instalments that are late, or are not; return what was used."""
    used = 0
    if part == PENALTY:
        if late and left:
            used = min(left, run.penalty_owed())
            run.penalty_paid += used
            if used:
                run.lot(event_id, Pot.PENALTY).parts[PENALTY] += used
        return used
    for item in run.open:
        if used == left:
            break
        if item.late == late:
            used += _settle(run, event_id, item, (part,), left - used)
    return used


def _settle(run: Running, event_id: str, item: Item, parts: tuple[int, ...], at_most: int) -> int:
    """Pay parts of one instalment, one after the other, as far as the money goes; return what was used."""
    left, due, paid, waived = at_most, item.due, item.paid, item.waived
    for part in parts:
        owed = due[part] - paid[part] - waived[part]
        used = owed if owed < left else left
        if used:
            left -= used
            paid[part] += used
            run.lot(event_id, item.id).parts[part] += used
            if part == PRINCIPAL:
                run.principal -= used
    return at_most - left


def _bill_to_date(run: Running) -> None:
    """Let all unpaid interest, to date, stand in the oldest instalments, in place of their principal.

    A late payer's level amount then buys what it does in a simple-interest loan: interest up to
    the day of the payment first, and principal with the rest. No instalment's amount
    changes, save that the last one also takes the interest that has built up since.
    """
    if not run.open:
        return
    unbilled = run.interest_unbilled(run.day)
    last = next((item for item in reversed(run.open) if item.origin is Origin.CONTRACT), None)
    if last is not None and run.next_due_on() is None:
        last.due[INTEREST] += unbilled
        run.interest_billed += unbilled
        unbilled = 0
    left = unbilled + sum(item.unpaid(INTEREST) for item in run.open)
    for item in run.open:
        interest = min(left, item.unpaid(INTEREST) + item.unpaid(PRINCIPAL))
        moved = interest - item.unpaid(INTEREST)
        item.due[INTEREST] += moved
        item.due[PRINCIPAL] -= moved
        left -= interest
    run.interest_billed += unbilled - left


def _pay_ahead(run: Running, event_id: str, left: int) -> int:
    """Pay interest to date, then principal, of a simple-interest loan; return what was used."""
    interest = min(left, run.interest_unbilled(run.day))
    principal = min(left - interest, run.undue_principal())
    used = interest + principal
    if used:
        run.interest_billed += interest
        run.principal -= principal
        run.ahead += used
        lot = run.lot(event_id, Pot.AHEAD)
        lot.parts[INTEREST] += interest
        lot.parts[PRINCIPAL] += principal
    return used


def _pay_next_instalments(run: Running, event_id: str, left: int, parts: tuple[int, ...]) -> int:
    """Pay the next instalments of a fixed schedule before their day; return what was used."""
    used, ids = 0, run.plan.ids if run.plan else ()
    for row in run.rows_to_come():
        if used == left:
            break
        early = run.early.get(ids[row])
        if early is not None and early.paid == early.due:
            continue
        item = early or run.planned(row)
        paid = _settle(run, event_id, item, parts, left - used)
        if paid:
            used += paid
            run.early[item.id] = item
    return used


def _covers_payoff(run: Running, amount: int) -> bool:
    """Tell whether a payment is enough to end a loan with a fixed schedule before its last day.

    Most payments are told by a bound: no payoff is below the principal less credit and interest paid early.
    """
    if run.is_actual or not run.falls_due:
        return False
    given_back = sum([item.paid[INTEREST] for item in run.early.values()])
    if amount < run.principal - run.credit - given_back:
        return False
    return run.undue_principal() > 0 and run.payoff() <= amount


def _settle_early(run: Running) -> None:
    """Let the rest of the principal and the interest to date fall due, in place of the schedule.

    What coming instalments were paid turns into credit, so that no interest is paid for days to come.
    """
    release_advance(run)
    interest = run.interest_unbilled(run.day)
    item = Item(SETTLEMENT_ID, run.day, [run.undue_principal(), interest, 0, 0], Origin.SETTLEMENT)
    run.items[item.id] = item
    run.open.append(item)
    run.interest_billed += interest
    run.is_settled_early = True
    run.contract.run_on(0, run.day)


def spend_credit(run: Running) -> None:
    """Share out anew what payments have left as credit, the oldest first."""
    if run.credit and not run.is_charged_off and not run.is_patterned:
        _spend_lots(run)
        run.set_bases()


def _spend_lots(run: Running) -> None:
    lots = run.lots_in(Pot.CREDIT)
    for lot in lots:
        run.drop_lot(lot)
        run.credit -= lot.unspent
    for lot in lots:
        share_out(run, lot.event_id, lot.unspent)


def release_advance(run: Running) -> None:
    """Turn what a fixed schedule's coming instalments were paid into credit again."""
    for item_id in run.early:
        _to_credit(run, item_id)
    run.early.clear()


def _to_credit(run: Running, item_id: str) -> None:
    """Turn what an instalment was paid into credit."""
    for lot in run.lots_in(item_id):
        run.drop_lot(lot)
        run.principal += lot.parts[PRINCIPAL]
        run.credit += sum(lot.parts)
        run.lot(lot.event_id, Pot.CREDIT).unspent += sum(lot.parts)


def use_ahead(run: Running, item: Item, amount: int) -> None:
    """Set money that was paid ahead against an instalment that falls due; the oldest first."""
    left = amount
    for lot in run.lots_in(Pot.AHEAD):
        if left == 0:
            break
        share = run.lot(lot.event_id, item.id)
        for part in (INTEREST, PRINCIPAL):
            used = min(left, lot.parts[part])
            lot.parts[part] -= used
            share.parts[part] += used
            item.due[part] += used
            item.paid[part] += used
            left -= used
        if not sum(lot.parts):
            run.drop_lot(lot)
    run.ahead -= amount


def take_back(run: Running, event_id: str) -> bool:
    """Undo what a payment settled, as it lies now; tell whether there was such a payment."""
    lots = run.lots_of(event_id)
    for lot in lots:
        run.drop_lot(lot)
        total = sum(lot.parts) + lot.unspent
        match lot.target:
            case Pot.RECOVERED:
                run.recovered -= total
                total = 0
            case Pot.CREDIT:
                run.credit -= total
            case Pot.REFUNDED:
                run.lots[lot.event_id, lot.target, lot.paid_on, lot.via] = lot
                raise InputError(
                    f"Payment {event_id} left credit that was paid out; undo that first.", field="targets"
                )
            case Pot.PENALTY:
                run.penalty_paid -= total
            case Pot.AHEAD:
                run.ahead -= total
                run.interest_billed -= lot.parts[INTEREST]
                _owe_again(run, lot.parts[PRINCIPAL])
            case _:
                _take_back_from(run, lot.target, lot.parts)
        run.paid_total -= total
    if run.is_settled_early and not run.is_charged_off:
        _reopen(run)
    return bool(lots)


def _take_back_from(run: Running, item_id: str, parts: list[int]) -> None:
    item = run.early[item_id] if item_id in run.early else run.items[item_id]
    for part, amount in enumerate(parts):
        item.paid[part] -= amount
    item.settled_on = item.settled_on if item.is_settled else None
    _owe_again(run, parts[PRINCIPAL])
    if item_id in run.early and not any(item.paid):
        del run.early[item_id]


def _reopen(run: Running) -> None:
    """Take an early settlement back when money that it rested on is gone; the rest turns into credit."""
    run.find_open()
    settlement = run.items[SETTLEMENT_ID]
    if not (settlement.is_behind or run.undue_principal() or run.interest_unbilled(run.day)):
        return
    run.interest_billed -= settlement.due[INTEREST]
    _to_credit(run, SETTLEMENT_ID)
    del run.items[SETTLEMENT_ID]
    run.is_settled_early = False
    run.resume_schedule()


def _owe_again(run: Running, principal: int) -> None:
    if run.is_charged_off and not run.is_patterned:
        run.charged_off += principal
    else:
        run.principal += principal

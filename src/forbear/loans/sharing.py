"""How a payment is shared out by a rule: over instalments past due, due and to come, part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from forbear.errors import InvariantError
from forbear.loans.pattern import Prepaid
from forbear.loans.payment_rules import Advance, Direction, PaymentKind, PaymentRule
from forbear.loans.position import Pot
from forbear.loans.slots import Part, Timing
from forbear.loans.state import FEE, INDEX_OF, INTEREST, PENALTY, PRINCIPAL, Item, Lot, Running


@dataclass(slots=True)
class Purse:
    """Money on its way: whose it is, the day it counts as paid on, and the event that spends it."""

    event_id: str
    kind: PaymentKind
    left: int
    paid_on: date
    via: str = ""


def share_by_rule(run: Running, purse: Purse) -> None:
    """Set the money of a purse against what is owed, then in advance; the rest is credit."""
    rule = run.terms.rule_for(purse.kind)
    if rule is None:
        raise InvariantError("a loan laid out by a pattern has a rule for every payment")
    if rule.direction is Direction.HORIZONTAL:
        for timing, parts in rule.groups:
            _pay_group(run, purse, rule, timing, parts)
    else:
        for timing, part in rule.order:
            _pay_group(run, purse, rule, timing, (part,))
    run.open = [item for item in run.open if not item.is_settled]
    if purse.left and _takes_principal_alone(run):
        _prepay(run, purse)
        _pay_running_interest(run, purse)
    _keep_as_credit(run, purse)


def _keep_as_credit(run: Running, purse: Purse) -> None:
    if purse.left:
        run.credit += purse.left
        lot = run.lot(purse.event_id, Pot.CREDIT, purse.paid_on)
        lot.kind = purse.kind
        lot.unspent += purse.left
        purse.left = 0


def _pay_group(
    run: Running, purse: Purse, rule: PaymentRule, timing: Timing, parts: tuple[Part, ...]
) -> None:
    if not purse.left:
        return
    wanted = [INDEX_OF[part] for part in parts]
    if timing is Timing.IN_ADVANCE and _takes_principal_alone(run):
        wanted = [part for part in wanted if part in (FEE, PENALTY)]
    due = _amount_due(run, purse.paid_on, rule, timing)
    items = sorted(unsettled(run), key=lambda item: item.order)
    if timing is Timing.IN_ADVANCE and follows_balance(run):
        due = _without_interest_to_come(run, due)
    if timing is Timing.IN_ADVANCE and rule.advance is Advance.ALL:
        _pay_alike(run, purse, items, wanted, due)
        return
    if timing is Timing.IN_ADVANCE and rule.advance is Advance.LAST:
        items.reverse()
    if timing is Timing.PAST_DUE and PENALTY in wanted:
        for item in items[:1]:
            _pay(run, purse, item, wanted[: wanted.index(PENALTY)], due, purse.left)
        _pay_overdue_interest(run, purse)
    for item in items:
        if not purse.left:
            break
        _pay(run, purse, item, wanted, due, purse.left)


def _pay_overdue_interest(run: Running, purse: Purse) -> None:
    """Pay what late principal has borne; it comes before the penalties of the oldest instalment."""
    used = min(purse.left, run.penalty_owed())
    if used > 0:
        run.penalty_paid += used
        purse.left -= used
        run.lot(purse.event_id, Pot.PENALTY, purse.paid_on, purse.via).parts[PENALTY] += used


def _takes_principal_alone(run: Running) -> bool:
    """Tell whether money that is not due reduces principal only: interest that is not borne can't be paid."""
    pattern = run.terms.pattern
    return pattern is not None and pattern.prepaid not in (None, Prepaid.LAST) and not pattern.rests


def _pay_running_interest(run: Running, purse: Purse) -> None:
    """Let what is left once all principal is paid go to the interest of the running period."""
    for item in run.coming()[:1]:
        amount = min(purse.left, item.unpaid(INTEREST))
        if amount > 0:
            settle_part(run, purse, item, INTEREST, amount)


def _prepay(run: Running, purse: Purse) -> None:
    """Let a due day's instalment, or else the next, take money that is not due as principal."""
    undue = run.principal - sum(item.unpaid(PRINCIPAL) for item in run.open)
    amount = min(purse.left, undue)
    today = [item for item in run.items.values() if item.due_on == purse.paid_on and item.origin.is_planned]
    items = today[-1:] or [item for item in run.coming() if item.origin.is_planned][:1]
    if amount <= 0 or not items:
        return
    item = items[0]
    item.due[PRINCIPAL] = max(item.due[PRINCIPAL], item.paid[PRINCIPAL] + amount)
    settle_part(run, purse, item, PRINCIPAL, amount)
    run.prepayments.append((item, amount))


Due = Callable[[Item, int], int]
"""What of one part of an instalment stands in the timing at hand."""


def follows_balance(run: Running) -> bool:
    """Tell whether the loan's interest follows what is really outstanding."""
    pattern = run.terms.pattern
    return pattern is not None and pattern.prepaid is not None and run.opening is not None


def _without_interest_to_come(run: Running, due: Due) -> Due:
    """Leave out interest that no day has borne yet: that of all periods but the running one."""
    coming = [item for item in run.coming() if item.origin.is_planned]
    running = coming[0].id if coming else ""

    def amount(item: Item, part: int) -> int:
        return 0 if part == INTEREST and item.id != running else due(item, part)

    return amount


def respread(run: Running) -> None:
    """Set principal that was paid before it was due against the instalments to come anew, in order.

    What they have no room for any more is credit.
    """
    purses = []
    coming = [item for item in run.coming() if item.origin.is_planned]
    for item in coming:
        for lot in run.lots_in(item.id):
            amount = lot.parts[PRINCIPAL]
            if amount:
                purses.append(Purse(lot.event_id, lot.kind, amount, lot.paid_on or run.day, lot.via))
                run.principal += amount
                item.paid[PRINCIPAL] -= amount
                lot.parts[PRINCIPAL] = 0
                lot.early -= min(amount, lot.early)
                item.settled_on = None
                if not any(lot.parts):
                    run.drop_lot(lot)
    for purse in sorted(purses, key=lambda purse: purse.paid_on):
        for item in coming:
            amount = min(purse.left, item.unpaid(PRINCIPAL))
            if amount:
                settle_part(run, purse, item, PRINCIPAL, amount)
        _keep_as_credit(run, purse)


def _amount_due(run: Running, paid_on: date, rule: PaymentRule, timing: Timing) -> Due:
    grace = run.terms.grace_days

    def amount(item: Item, part: int) -> int:
        unpaid = item.unpaid(part)
        days = (paid_on - item.due_on).days
        if days >= 0:
            return (
                unpaid
                if (timing is Timing.PAST_DUE) == (days > grace) and timing is not Timing.IN_ADVANCE
                else 0
            )
        early = 0
        if rule.by_charge and part in (FEE, PENALTY):
            charged = _charged_by(run, item, part, paid_on)
            early = min(unpaid, max(0, charged - item.paid[part] - item.waived[part]))
        return {Timing.PAST_DUE: 0, Timing.DUE: early, Timing.IN_ADVANCE: unpaid - early}[timing]

    return amount


def _charged_by(run: Running, item: Item, part: int, day: date) -> int:
    charges = (charge for charge in run.charges.values() if charge.part == part and item.id in charge.shares)
    return sum(charge.shares[item.id] for charge in charges if charge.due_on is None or charge.due_on <= day)


def unsettled(run: Running) -> list[Item]:
    """Return the instalments that are not settled, fallen or to come."""
    return run.open + [item for item in run.coming() if not item.is_settled]


def _pay(run: Running, purse: Purse, item: Item, parts: Iterable[int], due: Due, at_most: int) -> int:
    """Pay parts of one instalment as far as money and limit go; return what was used."""
    used = 0
    for part in parts:
        amount = min(at_most - used, purse.left, due(item, part))
        if amount > 0:
            settle_part(run, purse, item, part, amount)
            used += amount
    return used


def settle_part(run: Running, purse: Purse, item: Item, part: int, amount: int) -> None:
    """Set an amount of a purse against one part of one instalment."""
    item.paid[part] += amount
    purse.left -= amount
    if part == PRINCIPAL:
        run.principal -= amount
    if item.id not in run.items:
        run.early[item.id] = item
    lot = run.lot(purse.event_id, item.id, purse.paid_on, purse.via)
    lot.kind = purse.kind
    lot.parts[part] += amount
    lot.early += amount if purse.paid_on < item.due_on else 0
    lot.late += amount if purse.paid_on > item.due_on else 0
    if item.is_settled:
        item.settled_on = purse.paid_on


def _pay_alike(run: Running, purse: Purse, items: list[Item], parts: list[int], due: Due) -> None:
    """Divide the money among all instalments to come; what one can't take goes round again."""
    while purse.left:
        takers = [item for item in items if any(due(item, part) for part in parts)]
        if not takers:
            return
        share = run.terms.rounding.instalment.settle_ratio(purse.left, len(takers))
        rest = purse.left - share * (len(takers) - 1)
        for item in takers:
            _pay(run, purse, item, parts, due, rest if item is takers[-1] else share)
        items = takers


def release(run: Running) -> None:
    """Turn what instalments to come were paid into credit again, with the day it was paid on."""
    for item in list(run.early.values()):
        for lot in run.lots_in(item.id):
            run.drop_lot(lot)
            run.principal += lot.parts[PRINCIPAL]
            run.credit += sum(lot.parts)
            back = run.lot(lot.event_id, Pot.CREDIT, lot.paid_on)
            back.kind = lot.kind
            back.unspent += sum(lot.parts)
        item.paid = [0, 0, 0, 0]
        item.settled_on = None
        if not any(item.due) and not item.credits:
            del run.early[item.id]


def release_excess(run: Running, item: Item, part: int) -> None:
    """Turn what was paid of a part beyond what is owed of it into credit again, the latest payment first."""
    excess = -item.unpaid(part)
    for lot in reversed(run.lots_in(item.id)):
        if excess <= 0:
            return
        freed = min(excess, lot.parts[part])
        excess -= freed
        lot.parts[part] -= freed
        lot.early -= min(freed, lot.early)
        lot.late -= min(freed, lot.late)
        item.paid[part] -= freed
        run.credit += freed
        back = run.lot(lot.event_id, Pot.CREDIT, lot.paid_on)
        back.kind = lot.kind
        back.unspent += freed
        if not any(lot.parts):
            run.drop_lot(lot)


def give_back(run: Running) -> bool:
    """Set what was paid beyond what instalments to come ask for against what else is owed; tell if any."""
    over = [(item, part) for item in run.coming() for part in (PRINCIPAL, INTEREST) if item.unpaid(part) < 0]
    for item, part in over:
        if part == PRINCIPAL:
            run.principal -= item.unpaid(part)
        release_excess(run, item, part)
    return bool(over) and spend_credit_by_rule(run) > 0


def spend_credit_by_rule(
    run: Running, *, via: str = "", kind: PaymentKind | None = None, on_own_day: bool = True
) -> int:
    """Share out anew what payments left as credit, the oldest first; return what was spent.

    Money counts on the day on which it came in, or today where that is asked.
    ``via`` is the event that spends it where it does not go to what the payment itself was for.
    """
    before = run.credit
    lots = _credit(run)
    for lot in lots:
        run.drop_lot(lot)
        run.credit -= lot.unspent
    for lot in lots:
        paid_on = lot.paid_on if on_own_day and lot.paid_on else run.day
        purse = Purse(lot.event_id, kind or lot.kind, lot.unspent, paid_on, via)
        share_by_rule(run, purse)
        _keep_origin(run, lot)
    run.find_open()
    return before - run.credit


def _keep_origin(run: Running, spent: Lot) -> None:
    """Let credit that was not used go on counting from the day on which it came in."""
    held = run.lots.pop((spent.event_id, Pot.CREDIT, run.day, ""))
    if held is not None:
        back = run.lot(spent.event_id, Pot.CREDIT, spent.paid_on)
        back.kind = spent.kind
        back.unspent += held.unspent


def _credit(run: Running) -> list[Lot]:
    return sorted(run.lots_in(Pot.CREDIT), key=lambda lot: lot.paid_on or date.min)


def take_credit(run: Running, amount: int, *, via: str) -> int:
    """Pay out of credit, the oldest first, what was taken back or refunded; return how much there was."""
    left = amount
    for lot in _credit(run):
        used = min(left, lot.unspent)
        if not used:
            break
        lot.unspent -= used
        if not lot.unspent:
            run.drop_lot(lot)
        gone = run.lot(lot.event_id, Pot.REFUNDED, lot.paid_on, via)
        gone.kind = lot.kind
        gone.unspent += used
        left -= used
    run.credit -= amount - left
    return amount - left


def use_credit_for(run: Running, item: Item, amounts: list[int], *, via: str) -> int:
    """Set credit against given parts of one instalment; return what was used."""
    used = 0
    for lot in _credit(run):
        purse = Purse(lot.event_id, lot.kind, lot.unspent, run.day, via)
        for part in (PENALTY, FEE, 1, PRINCIPAL):
            amount = min(purse.left, amounts[part])
            if amount:
                settle_part(run, purse, item, part, amount)
                amounts[part] -= amount
                used += amount
        run.credit -= lot.unspent - purse.left
        lot.unspent = purse.left
        if not lot.unspent:
            run.drop_lot(lot)
    return used

"""Fees and penalties that are charged to instalments, and what is waived of them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from forbear.loans.events import FeeCharged
from forbear.loans.instalments import add_row, item_for
from forbear.loans.schedule import Origin
from forbear.loans.sharing import Purse, release_excess, settle_part, spend_credit_by_rule
from forbear.loans.slots import Part
from forbear.loans.state import INDEX_OF, PENALTY, PRINCIPAL, Charge, Item, Running


def charge(run: Running, event_id: str, body: FeeCharged) -> None:
    """Charge a fee or penalty to the instalment it falls due with, or to each."""
    charged = Charge(event_id, INDEX_OF[body.part], run.day, body.due_on)
    run.charges[event_id] = charged
    if body.each_instalment:
        for item in [*run.items.values(), *run.coming()]:
            if item.origin.is_planned:
                _add(run, charged, item, share_of_item(run, item, body.share, body.share_of))
    else:
        amount = body.amount if body.share is None else share_of_loan(run, body.share, body.share_of)
        _add(run, charged, _item_of(run, event_id, body.due_on), amount)
    run.find_open()
    spend_credit_by_rule(run)


def _item_of(run: Running, event_id: str, due_on: date | None) -> Item:
    """Return the instalment that a charge falls due with; one that is owed at once stands alone."""
    if due_on is not None:
        return item_for(run, due_on) or add_row(run, event_id, due_on, Origin.ADDED)
    item = run.items[event_id] = Item(event_id, run.day, [0, 0, 0, 0], Origin.FEE)
    return item


def pay(run: Running, charge_id: str, purse: Purse) -> None:
    """Set a payment that was made for one charge against it; the rest of the money stays in the purse."""
    charged = run.charges[charge_id]
    for item_id, unpaid in unpaid_by_item(run, charged).items():
        item = run.items.get(item_id) or run.early[item_id]
        amount = min(purse.left, unpaid)
        if amount:
            settle_part(run, purse, item, charged.part, amount)
    run.find_open()


def _add(run: Running, charged: Charge, item: Item, amount: int) -> None:
    item.due[charged.part] += amount
    charged.shares[item.id] = amount
    item.settled_on = None if not item.is_settled else item.settled_on
    if item.id not in run.items:
        run.early[item.id] = item


def share_of_loan(run: Running, share: Fraction, of: tuple[Part, ...]) -> int:
    """Return a share of what is lent, and of all its interest where ``of`` names that."""
    base = sum(part.amount for part in run.disbursements) if Part.PRINCIPAL in of else 0
    if Part.INTEREST in of:
        interest = INDEX_OF[Part.INTEREST]
        base += sum(item.due[interest] for item in [*run.items.values(), *run.coming()])
    return run.terms.rounding.interest.settle(base * share)


def share_of_item(run: Running, item: Item, share: Fraction | None, of: tuple[Part, ...]) -> int:
    """Return a share of the named parts of one instalment."""
    base = sum(item.due[INDEX_OF[part]] for part in of)
    return run.terms.rounding.interest.settle(base * (share or Fraction(0)))


def charge_late(run: Running, item: Item) -> None:
    """Charge the penalty that the terms set on what is unpaid of an instalment when its grace ends."""
    of = run.terms.late_share_of
    base = sum(item.unpaid(INDEX_OF[part]) for part in of)
    amount = run.terms.rounding.penalty.settle(base * run.terms.late_share)
    if amount and item.unpaid(PRINCIPAL):
        charged = Charge(f"late-{item.id}", PENALTY, run.day, item.due_on)
        run.charges[charged.id] = charged
        _add(run, charged, item, amount)


def waive(run: Running, charge_id: str, amount: int | None = None) -> int:
    """Give up an amount of one charge, or all that is unpaid; return how much that is.

    An amount that was decided stands: what had been paid of it by then goes to what else is owed.
    """
    charged, given_up = run.charges[charge_id], 0
    left = sum(unpaid_by_item(run, charged).values()) if amount is None else amount
    for item_id, share in charged.shares.items():
        item = run.items.get(item_id) or run.early[item_id]
        part = min(left, share - charged.waived.get(item_id, 0))
        item.waived[charged.part] += part
        charged.waived[item_id] = charged.waived.get(item_id, 0) + part
        given_up += part
        left -= part
        release_excess(run, item, charged.part)
        if part and item.is_settled:
            item.settled_on = run.day
    run.find_open()
    spend_credit_by_rule(run)
    return given_up


def paid_by_item(run: Running, charged: Charge) -> dict[str, int]:
    """Return what is paid of a charge in each instalment: within one, the charge due first is paid first."""
    return {item_id: _paid_in(run, charged, item_id) for item_id in charged.shares}


def unpaid_by_item(run: Running, charged: Charge) -> dict[str, int]:
    """Return what is neither paid nor waived of a charge in each instalment."""
    paid = paid_by_item(run, charged)
    return {
        item_id: share - charged.waived.get(item_id, 0) - paid[item_id]
        for item_id, share in charged.shares.items()
    }


def _paid_in(run: Running, charged: Charge, item_id: str) -> int:
    item = run.items.get(item_id) or run.early[item_id]
    left = item.paid[charged.part]
    peers = [peer for peer in run.charges.values() if peer.part == charged.part and item_id in peer.shares]
    for peer in sorted(peers, key=lambda peer: peer.due_on or peer.day):
        paid = min(left, peer.shares[item_id] - peer.waived.get(item_id, 0))
        if peer is charged:
            return paid
        left -= paid
    return 0

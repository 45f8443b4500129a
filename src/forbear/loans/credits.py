"""What makes principal owed again: money charged back by a payer, and credit paid out to the borrower."""

from __future__ import annotations

from forbear.loans.instalments import add_row
from forbear.loans.schedule import Origin
from forbear.loans.sharing import take_credit, use_credit_for
from forbear.loans.slots import PartAmounts
from forbear.loans.state import INDEX_OF, PRINCIPAL, Amounts, Entry, Item, Running


def charge_back(run: Running, event_id: str, payment_id: str, amount: int) -> None:
    """Let what a payer took back be owed again; a credit balance bears as much of it as there is."""
    if run.terms.credit_order:
        parts = _parts_taken_back(run, payment_id, amount)
        credit_bears = min(run.credit, amount)
        _record(run, event_id, parts, credit_bears)
        run.charged_back.setdefault(payment_id, []).append(parts)
        if credit_bears == amount:
            take_credit(run, amount, via=event_id)
            return
        item = _owe_again(run, event_id, parts)
        use_credit_for(run, item, list(parts), via=event_id)
    else:
        _credit_principal(run, event_id, amount)
    run.find_open()


def refund_credit(run: Running, event_id: str, amount: int) -> None:
    """Pay credit out; what there is no credit for is owed as principal again."""
    _credit_principal(run, event_id, amount)
    run.find_open()


def _credit_principal(run: Running, event_id: str, amount: int) -> None:
    credit_bears = min(run.credit, amount)
    _record(run, event_id, [amount - credit_bears, 0, 0, 0], credit_bears)
    if credit_bears == amount:
        take_credit(run, amount, via=event_id)
        return
    item = _owe_again(run, event_id, [amount, 0, 0, 0])
    use_credit_for(run, item, [amount, 0, 0, 0], via=event_id)


def _record(run: Running, event_id: str, parts: Amounts, from_credit: int) -> None:
    if run.entries is not None:
        principal, interest, fee, penalty = parts
        amounts = PartAmounts(principal=principal, interest=interest, fee=fee, penalty=penalty)
        run.entries[event_id] = Entry(amounts, from_credit)


def _parts_taken_back(run: Running, payment_id: str, amount: int) -> Amounts:
    """Divide what is charged back by the parts that the payment settled, in the order of the terms."""
    left, taken = amount, [0, 0, 0, 0]
    settled = [0, 0, 0, 0]
    for lot in run.lots_of(payment_id):
        if not lot.via:
            settled = [have + more for have, more in zip(settled, lot.parts, strict=True)]
    for earlier in run.charged_back.get(payment_id, ()):
        settled = [have - gone for have, gone in zip(settled, earlier, strict=True)]
    for part in run.terms.credit_order:
        index = INDEX_OF[part]
        taken[index] = max(0, min(left, settled[index]))
        left -= taken[index]
    taken[PRINCIPAL] += left
    return taken


def _owe_again(run: Running, event_id: str, parts: Amounts) -> Item:
    item = _next_planned(run) or _today(run) or add_row(run, event_id, run.day, Origin.CHARGE_BACK)
    for part, amount in enumerate(parts):
        item.due[part] += amount
    if parts[PRINCIPAL]:
        item.credits.append((run.day, parts[PRINCIPAL]))
    run.principal += parts[PRINCIPAL]
    item.settled_on = None
    return item


def _next_planned(run: Running) -> Item | None:
    """Return the next instalment to come that the plan holds."""
    for item in run.coming():
        if not item.origin.is_additional:
            run.early[item.id] = item
            return item
    return None


def _today(run: Running) -> Item | None:
    """Return the last instalment where it falls due today."""
    fallen = sorted(run.items.values(), key=lambda item: item.order)
    is_today = bool(fallen) and fallen[-1].due_on == run.day
    return fallen[-1] if is_today else None

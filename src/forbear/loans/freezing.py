"""From a position to a running loan and back."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

from forbear.loans.allocation import SETTLEMENT_ID
from forbear.loans.events import LoanEvent
from forbear.loans.position import (
    Allocation,
    ChargeState,
    InstalmentState,
    LaidOut,
    LoanState,
    Position,
    Pot,
)
from forbear.loans.schedule import Opening, Origin, Schedule
from forbear.loans.slots import NOTHING, PartAmounts, part_amounts
from forbear.loans.state import (
    ALL_PARTS,
    FEE,
    INDEX_OF,
    PARTS,
    PENALTY,
    PRINCIPAL,
    Amounts,
    Charge,
    Item,
    Lot,
    Running,
)

NOT_LAID_OUT = LaidOut()
"""What every loan without a pattern has for it."""


def thaw(position: Position, *, trail: bool = False) -> Running:
    """Return the running loan that stands where ``position`` does."""
    accruals = (position.contract, position.penalty)
    run = Running(position.loan_id, position.terms, position.as_of, trail, accruals)
    run.last_rank = position.last_rank
    run.opening = position.opening
    run.next_number = position.next_number
    run.look_ahead()
    run.is_charged_off = position.state is LoanState.CHARGED_OFF
    run.principal = position.principal
    run.interest_billed = position.interest_billed
    run.credit = position.credit
    run.penalty_paid = position.penalty_paid
    run.penalty_waived = position.penalty_waived
    run.paid_total = position.paid_total
    run.charged_off = position.charged_off
    run.recovered = position.recovered
    _thaw_instalments(run, position.instalments)
    run.lots.hold(
        {(share.event_id, share.target, share.paid_on, share.via): share for share in position.allocations},
        _lot,
    )
    if run.is_actual:
        shares = position.allocations
        run.ahead = sum(share.parts.total for share in shares if share.target == Pot.AHEAD)
    if run.is_patterned:
        _thaw_pattern(run, position.laid_out)
    return run


def _thaw_instalments(run: Running, instalments: tuple[InstalmentState, ...]) -> None:
    """Put instalments on their shelf; only what is still to be paid of them is thawed."""
    place = run.down_payment_place
    fallen: dict[str, InstalmentState | None] = {
        state.instalment_id: state for state in instalments if state.fallen
    }
    run.is_settled_early = SETTLEMENT_ID in fallen
    run.items.hold(fallen, lambda state: _item(state, place))
    unsettled = [
        state
        for state in instalments
        if state.fallen and (state.paid is not state.due or state.waived is not NOTHING)
        if not state.is_settled
    ]
    run.open = sorted((run.items[state.instalment_id] for state in unsettled), key=lambda item: item.order)
    for state in instalments[len(fallen) :]:
        run.early[state.instalment_id] = _item(state, place)


def _lot(share: Allocation) -> Lot:
    lot = Lot(share.event_id, share.target, share.paid_on, share.via)
    lot.kind = share.kind
    lot.early, lot.late = share.early, share.late
    lot.parts = _list(share.parts)
    lot.unspent = share.unspent
    return lot


def _thaw_pattern(run: Running, laid_out: LaidOut) -> None:
    run.plan = laid_out.plan
    run.disbursements = list(laid_out.disbursements)
    run.pauses = list(laid_out.pauses)
    run.interest_pauses = list(laid_out.interest_pauses)
    run.bearing = laid_out.bearing
    run.charge_off = laid_out.charge_off
    run.charged_off_on = laid_out.charged_off_on
    run.is_charged_off = laid_out.charge_off is not None
    run.written_off = laid_out.written_off
    for state in laid_out.charges:
        charged = Charge(state.event_id, INDEX_OF[state.part], state.charged_on, state.due_on)
        charged.shares, charged.waived = dict(state.shares), dict(state.waived)
        run.charges[charged.id] = charged
    for payment_id, parts in laid_out.charged_back:
        run.charged_back.setdefault(payment_id, []).append(_list(parts))


def _item(instalment: InstalmentState, down_payment_place: int) -> Item:
    item = Item(instalment.instalment_id, instalment.due_on, _list(instalment.due), instalment.origin)
    item.paid = _list(instalment.paid)
    item.waived = _list(instalment.waived)
    item.late = instalment.late
    item.credits = list(instalment.credits)
    item.settled_on = instalment.settled_on
    item.place = down_payment_place if instalment.origin is Origin.DOWN_PAYMENT else 1
    return item


def _list(parts: PartAmounts) -> Amounts:
    return [parts.principal, parts.interest, parts.fee, parts.penalty]


def _parts(amounts: Amounts) -> PartAmounts:
    principal, interest, fee, penalty = amounts
    if principal or interest or fee or penalty:
        return part_amounts(principal, interest, fee, penalty)
    return NOTHING


def freeze(run: Running, *, last_seq: int, digest: str, pending: tuple[LoanEvent, ...]) -> Position:
    """Return the position at the end of ``run.day``."""
    penalty_owed = run.penalty_owed()
    overdue, due_today = _owed(run, penalty_owed)
    behind = next((item for item in run.open if item.is_behind), None)
    interest = run.interest_balance(run.day)
    next_due, next_due_amount = _next_due(run)
    owes = bool(run.open) or run.principal > 0 or penalty_owed > 0 or interest > 0
    owes = owes or (run.is_patterned and any(not item.is_settled for item in run.coming()))
    return Position(
        loan_id=run.loan_id,
        as_of=run.day,
        last_seq=last_seq,
        digest=digest,
        state=_state(run, owes=owes),
        terms=run.terms,
        principal=run.principal,
        overdue=overdue,
        due_today=due_today,
        interest_accrued=max(0, interest),
        interest_unearned=max(0, -interest),
        penalty_per_day=run.penalty.per_day,
        oldest_due=behind.due_on if behind else None,
        days_past_due=(run.day - behind.due_on).days if behind and behind.late else 0,
        next_due=next_due,
        next_due_amount=next_due_amount,
        credit=run.credit,
        paid_total=run.paid_total,
        charged_off=run.charged_off,
        recovered=run.recovered,
        instalments=run.items.frozen(_fallen)
        + tuple(_frozen(item, fallen=False) for item in run.early.values()),
        allocations=run.lots.frozen(_allocation),
        contract=run.contract.frozen(),
        penalty=run.penalty.frozen(),
        opening=_opening(run),
        next_number=run.next_number,
        interest_billed=run.interest_billed,
        penalty_paid=run.penalty_paid,
        penalty_waived=run.penalty_waived,
        last_rank=run.last_rank,
        pending=pending,
        laid_out=_laid_out(run) if run.is_patterned else NOT_LAID_OUT,
    )


def _laid_out(run: Running) -> LaidOut:
    return LaidOut(
        plan=_plan_to_come(run),
        disbursements=tuple(run.disbursements),
        charges=tuple(_charge_state(charged) for charged in run.charges.values()),
        charges_to_come=sum(item.unpaid(FEE) + item.unpaid(PENALTY) for item in run.coming()),
        pauses=tuple(run.pauses),
        interest_pauses=tuple(run.interest_pauses),
        bearing=run.bearing,
        charge_off=run.charge_off,
        charged_off_on=run.charged_off_on,
        written_off=run.written_off,
        charged_back=tuple(
            (payment_id, _parts(parts)) for payment_id, taken in run.charged_back.items() for parts in taken
        ),
    )


def _opening(run: Running) -> Opening | None:
    """A pattern's plan is kept from its next row on, and its opening counts from there."""
    if run.opening is None or not run.is_patterned:
        return run.opening
    return replace(run.opening, number=run.next_number)


def _plan_to_come(run: Running) -> Schedule | None:
    if run.plan is None or not run.is_patterned:
        return None
    rows = slice(run.rows_to_come().start, None)
    plan = run.plan
    return Schedule(
        ids=plan.ids[rows],
        due_on=plan.due_on[rows],
        principal=plan.principal[rows],
        interest=plan.interest[rows],
        fee=plan.fee[rows],
        penalty=plan.penalty[rows],
        origin=plan.origin[rows],
    )


def _charge_state(charged: Charge) -> ChargeState:
    return ChargeState(
        event_id=charged.id,
        part=PARTS[charged.part],
        charged_on=charged.day,
        due_on=charged.due_on,
        shares=tuple(charged.shares.items()),
        waived=tuple(charged.waived.items()),
    )


def _state(run: Running, *, owes: bool) -> LoanState:
    if run.opening is None:
        return LoanState.PENDING
    if run.written_off is not None:
        return LoanState.WRITTEN_OFF
    if run.is_charged_off and (owes or not run.is_patterned):
        return LoanState.CHARGED_OFF
    return LoanState.ACTIVE if owes else LoanState.CLOSED


def _owed(run: Running, penalty_owed: int) -> tuple[PartAmounts, PartAmounts]:
    """Add up what is past its grace and what is within it; a charged-off principal is in neither."""
    late, within = [0, 0, 0, penalty_owed], [0, 0, 0, 0]
    for item in run.open:
        amounts = late if item.late else within
        for part in ALL_PARTS:
            amounts[part] += item.unpaid(part)
    if run.is_charged_off and not run.is_patterned:
        late[PRINCIPAL] = within[PRINCIPAL] = 0
    return _parts(late), _parts(within)


def _next_due(run: Running) -> tuple[date | None, int]:
    """Return the first day to come on which something is to be paid, and how much as things stand."""
    if run.plan is None:
        return _next_due_actual(run)
    for row in run.rows_to_come() if run.falls_due else ():
        early = run.early.get(run.plan.ids[row])
        amount = sum(map(early.unpaid, range(4))) if early else run.plan.total(row)
        if amount > 0:
            return run.plan.due_on[row], amount
    return None, 0


def _next_due_actual(run: Running) -> tuple[date | None, int]:
    due_on = run.next_due_on()
    if due_on is None or run.opening is None:
        return None, 0
    number, last, ahead = run.next_number, run.opening.last_number, run.ahead
    while ahead >= run.level > 0 and number != last:
        ahead -= run.level
        number += 1
    due_on = run.opening.due_on(number)
    rest = run.undue_principal() + run.interest_unbilled(due_on)
    return due_on, rest if number == last else min(max(0, run.level - ahead), rest)


def _allocation(lot: Lot) -> Allocation:
    """Freeze a share; its slots are set one by one, in half of its constructor's time."""
    share = object.__new__(Allocation)
    _set_event_id(share, lot.event_id)
    _set_target(share, lot.target)
    _set_parts(share, _parts(lot.parts))
    _set_unspent(share, lot.unspent)
    _set_kind(share, lot.kind)
    _set_paid_on(share, lot.paid_on)
    _set_via(share, lot.via)
    _set_early(share, lot.early)
    _set_late(share, lot.late)
    return share


(
    _set_event_id,
    _set_target,
    _set_parts,
    _set_unspent,
    _set_kind,
    _set_paid_on,
    _set_via,
    _set_early,
    _set_late,
) = (getattr(Allocation, field.name).__set__ for field in fields(Allocation))


def _fallen(item: Item) -> InstalmentState:
    return _frozen(item, fallen=True)


def _frozen(item: Item, *, fallen: bool) -> InstalmentState:
    due = _parts(item.due)
    return InstalmentState(
        instalment_id=item.id,
        due_on=item.due_on,
        due=due,
        paid=due if item.paid == item.due else _parts(item.paid),
        waived=_parts(item.waived),
        origin=item.origin,
        fallen=fallen,
        late=item.late,
        credits=tuple(item.credits),
        settled_on=item.settled_on if item.is_settled else None,
    )

"""What decisions and credits do to a loan that a pattern lays out."""

from __future__ import annotations

from datetime import timedelta

from forbear.errors import InputError
from forbear.loans.bearing import relevel, reset_rate
from forbear.loans.charges import charge, waive
from forbear.loans.credits import charge_back, refund_credit
from forbear.loans.events import (
    Accelerated,
    ChargedBack,
    ChargedOff,
    CreditRefunded,
    DelinquencyPaused,
    DelinquencyResumed,
    FeeCharged,
    FeeWaived,
    InterestPaused,
    LoanEvent,
    RateReset,
    Reaged,
    Reamortised,
    Rescheduled,
    Settled,
    WrittenOff,
)
from forbear.loans.instalments import disburse, rows_of
from forbear.loans.layout import pattern_of
from forbear.loans.replanning import accelerate, reage, reamortise, relay_interest, reschedule
from forbear.loans.slots import PartAmounts
from forbear.loans.state import PRINCIPAL, Entry, Running


def disburse_part(run: Running, event: LoanEvent, amount: int) -> None:
    """Pay out a part of the principal; raises InputError where that is more than the terms allow."""
    lent = sum(part.amount for part in run.disbursements) + amount
    most = run.terms.limit
    require(amount > 0, event, "the amount must be above 0", "amount")
    require(most is None or lent <= most, event, f"the terms allow {most} in all", "amount")
    require(not run.is_charged_off and run.written_off is None, event, "the loan is charged off", "body")
    refuse_capitalised(run, event)
    disburse(run, event.event_id, amount)


def refuse_capitalised(run: Running, event: LoanEvent) -> None:
    """Refuse to serve a loan whose interest becomes principal; raises InputError."""
    adds = pattern_of(run.terms).capitalised > 0 or pattern_of(run.terms).grows
    rule = "a loan whose interest becomes principal is planned and not yet served"
    require(not adds, event, rule, "pattern")


def charge_off(run: Running, event: LoanEvent, body: ChargedOff) -> None:
    """Take the loan off the books; the contract goes on, and what the decision was taken on stands."""
    require(not run.is_charged_off, event, "the loan is charged off already", "body")
    run.is_charged_off = True
    run.charge_off = body.amounts or outstanding(run)
    run.charged_off_on = run.day
    note(run, event, run.charge_off)


def outstanding(run: Running) -> PartAmounts:
    """Return all that the schedule still asks for, by part, with overdue interest among the penalties."""
    amounts = [0, 0, 0, run.penalty_owed()]
    for item in [*run.items.values(), *run.coming()]:
        amounts = [have + item.unpaid(part) for part, have in enumerate(amounts)]
    principal, interest, fee, penalty = amounts
    return PartAmounts(principal=principal, interest=interest, fee=fee, penalty=penalty)


def amend(run: Running, event: LoanEvent) -> None:
    """Let one decision or credit take effect; raises InputError for one that can't."""
    require(run.is_patterned, event, "the terms need a pattern for it", "body")
    require(run.written_off is None, event, "the loan is written off", "body")
    match event.body:
        case FeeCharged() as body:
            require(body.share is not None or body.amount > 0, event, "the amount must be above 0", "amount")
            require(not run.is_charged_off, event, "the loan is charged off", "body")
            charge(run, event.event_id, body)
        case FeeWaived(amount=given_up):
            target = _target(event, "the one fee that it waives")
            require(target in run.charges, event, f"there is no fee {target} by then", "targets")
            note(run, event, _fee_amounts(run, target, waive(run, target, given_up)))
        case ChargedBack(amount=amount):
            target = _target(event, "the one payment that is charged back")
            require(amount > 0, event, "the amount must be above 0", "amount")
            charge_back(run, event.event_id, target, amount)
        case CreditRefunded(amount=amount):
            require(amount > 0, event, "the amount must be above 0", "amount")
            refund_credit(run, event.event_id, amount)
        case DelinquencyPaused() | DelinquencyResumed() | InterestPaused():
            _pause(run, event)
        case _:
            _replan(run, event)


def _replan(run: Running, event: LoanEvent) -> None:
    match event.body:
        case Rescheduled() as body:
            require(not run.is_charged_off, event, "the loan is charged off", "body")
            days = [row.due_on for row in rows_of(run) if row.origin.is_planned]
            require(any(day >= body.from_due for day in days), event, "no instalment is due then", "from_due")
            before = max([event.value_date, *(day for day in days if day < body.from_due)])
            moved = body.moved_to is None or body.moved_to > before
            require(moved, event, f"it must be later than {before}", "moved_to")
            reschedule(run, event.event_id, body)
        case RateReset(index=index):
            rule = pattern_of(run.terms).rate_rule
            if rule is None:
                raise unfit(event, "the terms have no rule by which the rate follows an index", "pattern")
            reset_rate(run, rule.rate(index, run.terms.rate_annual))
        case Reaged() as body:
            require(body.count >= 1, event, "give 1 instalment or more", "count")
            require(run.principal > 0, event, "no principal is unpaid", "body")
            require(body.first_due >= event.value_date, event, "the first is due before today", "first_due")
            note(run, event, PartAmounts(principal=reage(run, event.event_id, body)))
            relevel(run)
        case Reamortised():
            is_due = any(row.origin.is_planned for row in rows_of(run))
            require(is_due, event, "no instalment is to come", "body")
            note(run, event, PartAmounts(principal=reamortise(run)))
        case Accelerated():
            accelerate(run, event.event_id)
            note(run, event, outstanding(run))
        case Settled():
            given_up = outstanding(run)
            _give_up(run)
            note(run, event, given_up)
        case WrittenOff(amounts=amounts):
            run.written_off = amounts
            _give_up(run)
            note(run, event, amounts)
        case _:
            require(False, event, "it can't be applied to a loan", "body")


def _give_up(run: Running) -> None:
    """Waive all that the schedule still asks for, and overdue interest."""
    run.penalty_waived += run.penalty_owed()
    for item in [*run.items.values(), *run.coming()]:
        for part in range(4):
            unpaid = item.unpaid(part)
            item.waived[part] += unpaid
            run.principal -= unpaid if part == PRINCIPAL else 0
        if item.id not in run.items:
            run.early[item.id] = item
    run.find_open()


def _pause(run: Running, event: LoanEvent) -> None:
    match event.body:
        case DelinquencyPaused(until=until):
            day = event.value_date
            require(until >= day, event, "the pause ends before it starts", "until")
            clear = all(end <= day or until <= start for start, end in run.pauses)
            require(clear, event, "it overlaps another pause", "value_date")
            owes = outstanding(run).total > 0
            require(owes, event, "nothing is owed that could be late", "body")
            run.pauses.append((day, until))
        case DelinquencyResumed():
            running = [span for span in run.pauses if span[0] <= event.value_date <= span[1]]
            require(bool(running), event, "no pause is running", "value_date")
            last = max(running)
            run.pauses.remove(last)
            run.pauses.append((last[0], event.value_date))
        case InterestPaused(start=start, until=until):
            require(event.value_date <= start <= until, event, "the pause starts before today", "start")
            run.interest_pauses.append((start - timedelta(days=1), until))
            relay_interest(run)


def _fee_amounts(run: Running, charge_id: str, amount: int) -> PartAmounts:
    return PartAmounts(fee=amount) if run.charges[charge_id].part == 2 else PartAmounts(penalty=amount)


def note(run: Running, event: LoanEvent, parts: PartAmounts) -> None:
    """Keep what an event did, where the loan is folded with its trail."""
    if run.entries is not None:
        run.entries[event.event_id] = Entry(parts)


def _target(event: LoanEvent, what: str) -> str:
    require(len(event.targets) == 1, event, f"it must name {what}", "targets")
    return event.targets[0]


def require(holds: bool, event: LoanEvent, rule: str, field: str) -> None:
    """Raise InputError naming the event and the rule where it does not hold."""
    if not holds:
        raise unfit(event, rule, field)


def unfit(event: LoanEvent, rule: str, field: str) -> InputError:
    """Return the error that names an event and the rule that it breaks."""
    return InputError(
        f"Loan {event.loan_id}, event {event.seq} ({event.kind}) of {event.value_date}: {rule}.", field=field
    )

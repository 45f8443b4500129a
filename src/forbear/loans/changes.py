"""What each kind of event does to a running loan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import assert_never

from forbear.loans.accrual import RunningAccrual
from forbear.loans.allocation import receive, recover, release_advance, spend_credit, take_back
from forbear.loans.amendments import amend, charge_off, disburse_part, refuse_capitalised, require
from forbear.loans.bearing import follow_balance, keep_borne, relevel
from forbear.loans.due import catch_up
from forbear.loans.events import (
    Accelerated,
    AmountWaived,
    Boarded,
    ChargedBack,
    ChargedOff,
    CreditRefunded,
    DelinquencyPaused,
    DelinquencyResumed,
    Disbursed,
    FeeCharged,
    FeeWaived,
    FurtherDisbursed,
    InterestPaused,
    LoanEvent,
    PaymentReceived,
    PaymentReversed,
    RateReset,
    Reaged,
    Reamortised,
    RecoveryReceived,
    Rescheduled,
    Settled,
    TermsChanged,
    Undone,
    WrittenOff,
)
from forbear.loans.instalments import rows_of
from forbear.loans.position import Accrual
from forbear.loans.replanning import board, change_terms, days_to_come
from forbear.loans.schedule import Opening, Origin, opening_of
from forbear.loans.sharing import follows_balance
from forbear.loans.slots import Part
from forbear.loans.state import INDEX_OF, Item, Running
from forbear.loans.terms import LoanTerms
from forbear.money.calendar import add_months

UNCHANGING = ("currency", "scale", "day_count", "rounding", "recalculation", "principal")
"""Fields of the terms that no change of terms may touch in the kinds of loan there are so far."""

OPENINGS = (Disbursed, Boarded)
"""The kinds of event that a loan begins with."""

WAIVABLE = (Part.PENALTY, Part.FEE, Part.INTEREST)
"""What a lender can give up while the loan runs; principal leaves by charge-off alone."""


def apply(run: Running, event: LoanEvent) -> None:
    """Let one event take effect on its value date; raises InputError for one that can't."""
    body = event.body
    if run.is_patterned and isinstance(body, Disbursed | FurtherDisbursed):
        disburse_part(run, event, body.amount)
        follow_balance(run)
        run.last_rank = event.rank
        return
    if isinstance(body, OPENINGS):
        require(run.opening is None, event, "a loan is disbursed or boarded once", "body")
    else:
        require(run.opening is not None, event, "the loan must be disbursed or boarded first", "value_date")
    match body:
        case PaymentReceived():
            _pay(run, event, body)
        case Disbursed():
            _disburse(run, event, body)
        case Boarded():
            _board(run, event, body)
        case PaymentReversed():
            _reverse(run, event)
        case FeeCharged() if body.due_on is None and not run.is_patterned:
            require(body.amount > 0, event, "the amount must be above 0", "amount")
            _charge_fee(run, event, body)
        case AmountWaived():
            _waive(run, event, body)
        case TermsChanged():
            _change_terms(run, event, body.terms)
        case ChargedOff() if run.is_patterned:
            charge_off(run, event, body)
        case ChargedOff():
            _charge_off(run, event)
        case RecoveryReceived():
            require(run.is_charged_off, event, "recoveries follow a charge-off; record a payment", "body")
            _recover(run, event, body.amount)
        case (
            FurtherDisbursed()
            | Undone()
            | FeeCharged()
            | FeeWaived()
            | ChargedBack()
            | CreditRefunded()
            | Rescheduled()
            | RateReset()
            | Reaged()
            | Reamortised()
            | Accelerated()
            | DelinquencyPaused()
            | DelinquencyResumed()
            | InterestPaused()
            | Settled()
            | WrittenOff()
        ):
            amend(run, event)
        case _:
            assert_never(body)
    follow_balance(run)
    if run.is_patterned:
        run.set_bases()
    run.last_rank = event.rank


def _pay(run: Running, event: LoanEvent, body: PaymentReceived) -> None:
    require(body.amount > 0, event, "the amount must be above 0", "amount")
    for name in event.targets:
        require(name in run.charges, event, f"there is no charge {name} to pay by then", "targets")
    receive(run, event.event_id, body.amount, body.payment_kind, event.targets)


def _recover(run: Running, event: LoanEvent, amount: int) -> None:
    """Take money in after charge-off; where the contract goes on, it pays what the schedule asks for."""
    if run.is_patterned:
        require(amount > 0, event, "the amount must be above 0; charge a fee for what it cost", "amount")
        receive(run, event.event_id, amount)
    else:
        require(amount != 0, event, "the amount must not be 0", "amount")
        recover(run, event.event_id, amount)


def _disburse(run: Running, event: LoanEvent, body: Disbursed) -> None:
    terms = run.terms
    require(body.amount == terms.principal, event, f"the terms say {terms.principal}", "amount")
    require(
        event.value_date == terms.disbursed_on, event, f"the terms say {terms.disbursed_on}", "value_date"
    )
    _open(run, opening_of(terms))


def _board(run: Running, event: LoanEvent, body: Boarded) -> None:
    """Go on where another system stopped; instalments that were due by now fall due at once."""
    terms = run.terms
    require(body.principal > 0, event, "the principal must be above 0", "principal")
    require(
        event.value_date >= terms.disbursed_on, event, f"the terms start {terms.disbursed_on}", "value_date"
    )
    require(body.paid_through <= event.value_date, event, "interest is paid through later", "paid_through")
    first = terms.first_due
    require(body.next_due >= first, event, f"the first instalment is due {first}", "next_due")
    if run.is_patterned:
        refuse_capitalised(run, event)
        board(run, event.event_id, body)
    else:
        _board_level(run, body)
    catch_up(run)


def _board_level(run: Running, body: Boarded) -> None:
    terms = run.terms
    number = _months_between(terms.first_due, body.next_due) + 1
    is_stated = terms.instalment is not None
    _open(
        run,
        Opening(
            principal=body.principal,
            from_day=body.paid_through,
            number=number,
            first_due=body.next_due,
            due_day=_due_day(terms, body.next_due, number),
            last_number=None if is_stated else max(number, terms.instalments),
        ),
    )


def _open(run: Running, opening: Opening) -> None:
    run.open_at(opening)
    run.principal = opening.principal
    run.contract = run.contract_at_opening(opening)
    still = Accrual(base=0, rate_annual=run.terms.penalty_rate_annual, from_day=run.day)
    run.penalty = RunningAccrual(still, run.terms.day_count, run.penalty_trail)


def _months_between(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def _due_day(terms: LoanTerms, next_due: date, number: int) -> int:
    """Keep the contract's day of the month where ``next_due`` is that day, cut short by its month."""
    is_in_step = add_months(terms.first_due, number - 1) == next_due
    return terms.first_due.day if is_in_step else next_due.day


def _reverse(run: Running, event: LoanEvent) -> None:
    """Take the money of one payment back out; what it settled is owed again from today."""
    require(len(event.targets) == 1, event, "it must name the one payment that it undoes", "targets")
    found = take_back(run, event.targets[0])
    require(found, event, f"there is no payment {event.targets[0]} to undo by then", "targets")
    catch_up(run)


def _charge_fee(run: Running, event: LoanEvent, body: FeeCharged) -> None:
    item = Item(event.event_id, run.day, [0, 0, body.amount, 0], Origin.ADDED)
    run.items[item.id] = item
    run.open.append(item)
    spend_credit(run)


def _waive(run: Running, event: LoanEvent, body: AmountWaived) -> None:
    """Give up what is owed of one part, the oldest first, and no more than is owed."""
    require(body.amount > 0, event, "the amount must be above 0", "amount")
    require(body.part in WAIVABLE, event, f"the part must be one of {', '.join(WAIVABLE)}", "part")
    part, left = INDEX_OF[Part(body.part)], body.amount
    if body.part == Part.PENALTY:
        overdue_interest = min(left, run.penalty_owed())
        run.penalty_waived += overdue_interest
        left -= overdue_interest
    for item in run.open:
        waived = min(left, item.unpaid(part))
        item.waived[part] += waived
        left -= waived
    run.open = [item for item in run.open if not item.is_settled]


def _charge_off(run: Running, event: LoanEvent) -> None:
    """Move the principal off the books; interest stops, and instalments no longer fall due."""
    require(not run.is_charged_off, event, "the loan is charged off already", "body")
    run.charged_off, run.principal = run.principal, 0
    run.is_charged_off = True
    run.set_bases()


def _change_terms(run: Running, event: LoanEvent, terms: LoanTerms) -> None:
    """Spread what has not fallen due over the due days that the new terms have after today.

    What was paid in advance is set against the new instalments. Interest to date is kept.
    """
    runs = run.falls_due and not run.is_charged_off
    require(runs, event, "the loan has ended or is charged off", "body")
    require(terms.version > run.terms.version, event, "the new terms need a higher version", "version")
    for name in UNCHANGING:
        require(getattr(terms, name) == getattr(run.terms, name), event, f"{name} can't change", name)
    fits = follows_balance(run) == (terms.pattern is not None and terms.pattern.prepaid is not None)
    fits = fits and run.is_patterned == (terms.pattern is not None)
    require(fits, event, "a loan keeps its pattern, and what its interest follows", "pattern")
    if run.is_patterned:
        _relay(run, event, terms)
    else:
        _reopen(run, event, terms)
    catch_up(run)


def _relay(run: Running, event: LoanEvent, terms: LoanTerms) -> None:
    is_due = any(row.origin.is_planned for row in rows_of(run))
    require(is_due, event, "no instalment is to come", "body")
    require(bool(days_to_come(run, terms)[1]), event, "no instalment is left after that day", "instalments")
    keep_borne(run)
    change_terms(run, terms)
    if run.bearing is not None:
        run.bearing = replace(run.bearing, pool=0)
    relevel(run)


def _reopen(run: Running, event: LoanEvent, terms: LoanTerms) -> None:
    number = max(1, _months_between(terms.first_due, run.day) + 1)
    whole = opening_of(terms)
    number += whole.due_on(number) <= run.day
    require(number <= terms.instalments, event, "no instalment is left after that day", "instalments")
    release_advance(run)
    run.contract.run_at(terms.rate_annual, run.day)
    run.penalty.run_at(terms.penalty_rate_annual, run.day)
    run.take_terms(terms)
    run.open_at(
        replace(
            whole,
            principal=run.undue_principal(),
            from_day=run.day,
            number=number,
            first_due=whole.due_on(number),
            carry=run.contract.frozen().carry,
            billed=run.interest_billed,
        )
    )

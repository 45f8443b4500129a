"""What holds for every loan that a pattern lays out, whatever happens to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.loans.codec import position_from_body, position_to_body
from forbear.loans.events import (
    Boarded,
    ChargedBack,
    CreditRefunded,
    Disbursed,
    FurtherDisbursed,
    PaymentReceived,
    RecoveryReceived,
    Undone,
)
from forbear.loans.explain import explain
from forbear.loans.fold import advance, fold
from forbear.loans.position import LoanState, Position, Pot
from forbear.loans.statement import statement
from forbear.testing.laid_out import event_of, laid_out_histories
from forbear.testing.strategies import History, renumbered


def folded(history: History) -> Position:
    return fold(history.terms, history.events, as_of=history.last_day)


@settings(max_examples=20)
@given(history=laid_out_histories())
def test_principal_repaid_and_outstanding_make_what_was_lent(history):
    """
    Principal repaid and outstanding add up to what was lent and what charge-backs made owed again.
    """
    position = folded(history)
    lent = sum(part.amount for part in position.laid_out.disbursements)
    owed_again = sum(amount for item in position.instalments for _, amount in item.credits)
    repaid = sum(share.parts.principal for share in position.allocations)

    assert lent + owed_again == repaid + position.principal


@settings(max_examples=20)
@given(history=laid_out_histories())
def test_every_payment_is_somewhere(history):
    """
    The shares of each payment add up to it, and instalments hold exactly what shares say.
    """
    position = folded(history)
    for event in history.events:
        if isinstance(event.body, PaymentReceived):
            shares = [share for share in position.allocations if share.event_id == event.event_id]
            assert sum(share.total for share in shares) == event.body.amount
    for item in position.instalments:
        held = [share.parts for share in position.allocations if share.target == item.instalment_id]
        assert item.paid.total == sum(parts.total for parts in held)


@settings(max_examples=20)
@given(history=laid_out_histories())
def test_nothing_is_negative(history):
    """
    No amount of any instalment falls below zero, and credit stands only where nothing is owed.
    """
    shown = statement(history.terms, history.events, as_of=history.last_day)
    position = shown.position

    for row in shown.schedule:
        for parts in (row.due, row.paid, row.waived, row.unpaid):
            assert min(parts.principal, parts.interest, parts.fee, parts.penalty) >= 0
    assert min(position.principal, position.credit) >= 0
    if position.credit:
        assert shown.outstanding == 0
        assert position.state is LoanState.CLOSED


@settings(max_examples=20)
@given(history=laid_out_histories())
def test_the_schedule_bears_the_principal(history):
    """
    What the schedule still asks for in principal is what is outstanding.
    """
    shown = statement(history.terms, history.events, as_of=history.last_day)

    assert shown.unpaid.principal == shown.position.principal


@settings(max_examples=20)
@given(history=laid_out_histories(), data=st.data())
def test_a_fold_over_any_split_equals_the_whole(history, data):
    """
    Stopping anywhere, keeping the position as JSON, and going on event by event changes nothing.
    """
    split = data.draw(st.integers(1, len(history.events)))
    day = history.events[split - 1].value_date
    position = fold(history.terms, history.events[:split], as_of=day)
    position = position_from_body(position_to_body(position))
    for event in history.events[split:]:
        idle = data.draw(st.integers(0, max(0, (event.value_date - position.as_of).days - 1)))
        position = advance(position, position.as_of + timedelta(days=idle))
        position = advance(position, event)

    assert advance(position, history.last_day) == folded(history)


@settings(max_examples=20)
@given(history=laid_out_histories(distinct_days=True), data=st.data())
def test_backdated_equals_sorted(history, data):
    """
    The order in which events became known changes nothing, save where a later one refers to an earlier.
    """
    first, *rest = history.events
    shuffled = [event for event in data.draw(st.permutations(rest)) if not event.targets]
    kept = sorted(shuffled, key=lambda event: event.value_date)
    in_order = fold(history.terms, renumbered([first, *kept]), as_of=history.last_day)
    as_known = fold(history.terms, renumbered([first, *shuffled]), as_of=history.last_day)

    assert replace(as_known, digest="", pending=()) == replace(in_order, digest="", pending=())


@settings(max_examples=20)
@given(history=laid_out_histories(), data=st.data())
def test_what_is_undone_never_was(history, data):
    """
    Undoing the last event gives the position that there was without it.
    """
    last = history.events[-1]
    if isinstance(last.body, Disbursed | Boarded):
        return
    undoing = event_of(len(history.events) + 1, history.last_day, Undone(reason="x"), (last.event_id,))
    undone = fold(history.terms, [*history.events, undoing], as_of=history.last_day)
    without = fold(history.terms, history.events[:-1], as_of=history.last_day)

    assert replace(undone, digest="", last_seq=0) == replace(without, digest="", last_seq=0)


@settings(max_examples=20)
@given(history=laid_out_histories())
def test_the_ledger_adds_up(history):
    """
    Money lent and given back, less money that came in, is what is owed of principal, less credit.
    """
    position = folded(history)
    out = in_ = 0
    for event in history.events:
        match event.body:
            case Disbursed(amount=amount) | FurtherDisbursed(amount=amount):
                out += amount
            case ChargedBack(amount=amount) | CreditRefunded(amount=amount):
                out += amount
            case Boarded(principal=amount):
                out += amount
            case PaymentReceived(amount=amount) | RecoveryReceived(amount=amount):
                in_ += amount
    kept = sum(share.total for share in position.allocations if share.target != Pot.REFUNDED)
    refunded = sum(share.unspent for share in position.allocations if share.target == Pot.REFUNDED)

    assert in_ == kept + refunded
    assert out >= refunded


@settings(max_examples=20)
@given(history=laid_out_histories())
def test_the_explanation_adds_up(history):
    """
    What explains a laid-out loan adds up to what it owes, and to what would end it.
    """
    explained = explain(history.terms, history.events, as_of=history.last_day)

    assert explained.position == folded(history)
    unpaid = sum(item.unpaid.total for item in explained.unpaid)
    assert unpaid + explained.penalty.owed == explained.position.owed_now

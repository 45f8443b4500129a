"""What holds for every loan, whatever happens to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from forbear.loans.codec import position_from_body, position_to_body
from forbear.loans.events import PaymentReceived, PaymentReversed, RecoveryReceived
from forbear.loans.explain import cost_of_waiting, explain
from forbear.loans.fold import Head, advance, fold
from forbear.loans.position import LoanState, Position, Pot
from forbear.loans.terms import Recalculation
from forbear.testing.strategies import History, histories, renumbered


def folded(history: History) -> Position:
    return fold(history.terms, history.events, as_of=history.last_day)


@given(history=histories())
def test_principal_repaid_and_outstanding_make_what_was_lent(history):
    """
    Principal repaid, outstanding and charged off add up to the principal lent or boarded.
    """
    position = folded(history)
    opening = history.events[0].body
    lent = getattr(opening, "principal", getattr(opening, "amount", None))
    repaid = sum(share.parts.principal for share in position.allocations)

    assert lent == repaid + position.principal + position.charged_off


@given(history=histories())
def test_every_payment_is_somewhere(history):
    """
    The shares of each payment add up to it, and instalments hold exactly what shares say.
    """
    position = folded(history)
    undone = {event.targets[0] for event in history.events if isinstance(event.body, PaymentReversed)}
    money_in = sum(
        event.body.amount
        for event in history.events
        if isinstance(event.body, PaymentReceived | RecoveryReceived) and event.event_id not in undone
    )

    assert money_in == sum(share.total for share in position.allocations)
    assert money_in == position.paid_total + position.recovered
    for item in position.instalments:
        held = [share.parts for share in position.allocations if share.target == item.instalment_id]
        assert item.paid.total == sum(parts.total for parts in held)


@given(history=histories())
def test_nothing_is_negative(history):
    """
    No balance falls below zero, and credit stands only where nothing is owed.
    """
    position = folded(history)

    for item in position.instalments:
        for parts in (item.due, item.paid, item.waived, item.unpaid):
            assert min(parts.principal, parts.interest, parts.fee, parts.penalty) >= 0
    assert min(position.principal, position.charged_off, position.credit, position.interest_accrued) >= 0
    assert min(position.overdue.penalty, position.overdue.total, position.next_due_amount) >= 0
    assert position.principal >= position.overdue.principal + position.due_today.principal
    if position.credit and position.state is not LoanState.CHARGED_OFF:
        assert position.owed_now == 0
        assert position.state is LoanState.CLOSED


@given(history=histories(), data=st.data())
def test_a_fold_over_any_split_equals_the_whole(history, data):
    """
    Stopping anywhere, keeping the position as JSON, and going on event by event changes nothing.
    """
    cut = data.draw(st.integers(0, len(history.events)))
    first, rest = history.events[:cut], history.events[cut:]
    day = first[-1].value_date if first else history.terms.disbursed_on - timedelta(days=3)
    position = position_from_body(position_to_body(fold(history.terms, first, as_of=day)))
    for event in rest:
        position = advance(position, event)
    position = advance(position, history.last_day)

    assert folded(history) == position


@given(history=histories(), data=st.data())
def test_a_known_head_spares_the_chain_and_changes_nothing(history, data):
    """
    A fold that goes on from the digest of some event chains only what follows it, to the same position.
    """
    cut = data.draw(st.integers(0, len(history.events)))
    last_day = history.last_day
    known = fold(history.terms, history.events[:cut], as_of=last_day)
    head = Head(known.last_seq, known.digest)

    assert fold(history.terms, history.events, as_of=last_day, head=head) == folded(history)


@given(history=histories(Recalculation.SCHEDULED, kinds=("pay", "pay", "pay", "reverse", "fee")))
def test_no_payment_short_of_the_payoff_ends_a_loan(history):
    """
    A loan that runs is ended by a payment of its payoff, and not by one that is a cent short.
    """
    position = advance(folded(history), history.last_day + timedelta(days=1))
    if position.next_due is None or position.payoff < 2:
        return
    after = [
        advance(
            position,
            replace(
                history.events[-1],
                event_id="P",
                seq=position.last_seq + 1,
                value_date=position.as_of,
                body=PaymentReceived(amount=amount, channel_ref="p"),
                targets=(),
            ),
        )
        for amount in (position.payoff - 1, position.payoff)
    ]

    assert after[1].state is LoanState.CLOSED
    assert after[1].next_due is None
    assert after[0].payoff == 1


@given(history=histories())
def test_advancing_night_by_night_equals_the_fold(history):
    """
    A loan that is moved one night at a time ends where the fold does, to the last fraction.
    """
    position = advance(fold(history.terms, (), as_of=history.terms.disbursed_on), history.events[0])
    for event in history.events[1:]:
        while position.as_of < event.value_date:
            position = advance(position, position.as_of + timedelta(days=1))
        position = advance(position, event)
    while position.as_of < history.last_day:
        position = advance(position, position.as_of + timedelta(days=1))

    assert folded(history) == position


@given(history=histories(), data=st.data())
def test_an_event_known_before_its_day_waits_for_it(history, data):
    """
    What is recorded ahead of its value date counts from that date on.
    """
    day = data.draw(st.sampled_from([event.value_date for event in history.events]))
    early = fold(history.terms, history.events, as_of=day)
    kept = position_from_body(position_to_body(early))

    assert kept == early
    assert advance(kept, history.last_day) == folded(history)


@given(history=histories(), data=st.data())
def test_backdated_equals_in_order(history, data):
    """
    In whatever order events are recorded, they count in the order of their value dates.
    """
    mixed = renumbered(data.draw(st.permutations(history.events)))
    straight = renumbered(sorted(mixed, key=lambda event: event.order))
    late = fold(history.terms, mixed, as_of=history.last_day)

    assert late.last_seq == len(mixed)
    assert replace(late, digest="") == replace(
        fold(history.terms, straight, as_of=history.last_day), digest=""
    )


@given(history=histories(), data=st.data())
def test_two_clocks(history, data):
    """
    What was known at an instant is the ledger without anything that was recorded after it.
    """
    cut = data.draw(st.integers(1, len(history.events)))
    known_at = history.events[cut - 1].recorded_at
    known = [event for event in history.events if event.recorded_at <= known_at]

    assert fold(history.terms, history.events, as_of=history.last_day, known_at=known_at) == fold(
        history.terms, known, as_of=history.last_day
    )


@given(history=histories(kinds=("pay", "fee", "waive")), amount=st.integers(1, 60_000_000))
def test_a_payment_undone_at_once_leaves_no_trace_in_what_is_owed(history, amount):
    """
    A payment and its reversal on one day leave what ends the loan as it was.
    """
    before = folded(history)
    day = history.last_day
    last = history.events[-1]
    paid = replace(
        last,
        event_id="P",
        seq=last.seq + 1,
        value_date=day,
        body=PaymentReceived(amount=amount, channel_ref="p"),
    )
    back = replace(paid, event_id="R", seq=last.seq + 2, body=PaymentReversed(reason="r"), targets=("P",))
    after = fold(history.terms, [*history.events, paid, back], as_of=day)

    assert (before.payoff, before.paid_total) == (after.payoff, after.paid_total)
    assert (before.credit, before.state) == (after.credit, after.state)


@given(history=histories(kinds=("pay", "reverse", "waive")))
def test_the_explanation_adds_up(history):
    """
    Instalments, both interests and the payments' shares add up to the position, to the cent.
    """
    told = explain(history.terms, history.events, as_of=history.last_day)
    position = folded(history)

    assert told.position == position
    assert told.penalty.owed == position.overdue.penalty
    assert told.penalty.exact == told.penalty.carried + sum(
        (segment.exact for segment in told.penalty.segments), Fraction(0)
    )
    assert told.penalty.carried == 0
    assert told.interest.owed == position.interest_accrued
    for line in told.payments:
        assert sum(share.total for share in line.shares) == (0 if line.undone_on else line.amount)


@given(history=histories())
def test_interest_of_a_day_is_the_difference_of_two_roundings(history):
    """
    Whatever the number of nights between, overdue interest owed equals its exact sum, rounded once.
    """
    position = folded(history)
    run = position.penalty
    days = position.terms.day_count.days(run.from_day, position.as_of)
    exact = run.carry + run.base * run.rate_annual * days / position.terms.day_count.year_days
    posted = position.terms.rounding.penalty.settle(exact)

    assert posted == position.overdue.penalty + position.penalty_paid + position.penalty_waived


@given(history=histories(kinds=("pay", "fee")), days=st.integers(1, 40))
def test_the_cost_of_waiting_is_what_paying_today_saves(history, days):
    """
    Paying today what is owed saves, on any later day, exactly the cost of having waited.
    """
    position = folded(history)
    costs = cost_of_waiting(position, days)
    day = costs[-1][0]
    saved = 0
    if position.owed_now and position.state is LoanState.ACTIVE:
        paid = replace(
            history.events[-1],
            event_id="P",
            seq=position.last_seq + 1,
            value_date=position.as_of,
            body=PaymentReceived(amount=position.owed_now, channel_ref="p"),
        )
        now = fold(history.terms, [*history.events, paid], as_of=day)
        saved = advance(position, day).payoff - now.payoff - position.owed_now

    assert costs[-1] == (position.as_of + timedelta(days=days), saved)
    assert all(cost >= 0 for _, cost in costs)


@given(history=histories(Recalculation.ACTUAL, kinds=("pay", "fee", "reverse")))
def test_money_paid_ahead_is_kept_with_its_payment(history):
    """
    What reduces a coming instalment is held by name, until an instalment takes it.
    """
    position = folded(history)

    assert all(
        share.unspent == 0 and share.parts.fee == share.parts.penalty == 0
        for share in position.allocations
        if share.target == Pot.AHEAD
    )


@given(history=histories(), data=st.data())
def test_a_step_leaves_the_position_that_it_starts_from(history, data):
    """
    Advancing never changes the position it starts from, although the next one shares what it did not touch.
    """
    cut = data.draw(st.integers(0, len(history.events) - 1))
    first = history.events[:cut]
    day = first[-1].value_date if first else history.terms.disbursed_on
    before = fold(history.terms, first, as_of=day)
    told = repr(before)
    after = advance(before, history.events[cut])
    advance(after, history.last_day)

    assert repr(before) == told
    assert advance(before, history.events[cut]) == after

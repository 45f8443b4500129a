"""Terms with a pattern, ledgers for them, and Hypothesis strategies of both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from forbear.errors import InputError
from forbear.loans.events import (
    Accelerated,
    Boarded,
    ChargedBack,
    ChargedOff,
    CreditRefunded,
    DelinquencyPaused,
    Disbursed,
    EventBody,
    FeeCharged,
    FeeWaived,
    FurtherDisbursed,
    LoanEvent,
    PaymentReceived,
    RateReset,
    Reaged,
    Reamortised,
    RecoveryReceived,
    Rescheduled,
    TermsChanged,
)
from forbear.loans.fold import fold
from forbear.loans.pattern import Carry, InterestBy, Kind, Pattern, Prepaid, Spread
from forbear.loans.payment_rules import Advance, Direction, PaymentKind, PaymentRule
from forbear.loans.plan_steps import RateRule
from forbear.loans.slots import Part, Slot, Timing
from forbear.loans.statement import Statement, statement
from forbear.loans.terms import LoanTerms, RoundingSteps
from forbear.money.cycle import Cycle, Unit
from forbear.money.daycount import DayCount
from forbear.money.rounding import Rounding
from forbear.testing.strategies import History

START = date(2026, 1, 1)
ORDER: tuple[Slot, ...] = tuple(
    (timing, part) for timing in Timing for part in (Part.PENALTY, Part.FEE, Part.INTEREST, Part.PRINCIPAL)
)
"""Penalty, fee, interest, principal: whatever is late first, then what is due, then what is to come."""

Dated = tuple[str, EventBody] | tuple[str, EventBody, tuple[str, ...]]


LENT: Dated = (START.isoformat(), Disbursed(amount=100_000))


def paid(day: str, amount: int, kind: PaymentKind = PaymentKind.REPAYMENT) -> Dated:
    """Return a payment of this amount on a day."""
    return (day, PaymentReceived(amount=amount, channel_ref="transfer", payment_kind=kind))


def fee(day: str, amount: int, due: str | None = None, part: Part = Part.FEE) -> Dated:
    """Return a fee, or another part, that is charged on a day and falls due on another."""
    due_on = date.fromisoformat(due) if due else None
    return (day, FeeCharged(amount=amount, reason="late", part=part, due_on=due_on))


def shown(terms: LoanTerms, rows: Iterable[Dated], day: str) -> Statement:
    """Return the statement of a loan as of a day."""
    return statement(terms, dated(rows), as_of=date.fromisoformat(day))


def principal(view: Statement) -> list[int]:
    """Return the principal that each instalment asks for."""
    return [row.due.principal for row in view.schedule]


def outstanding(view: Statement) -> list[int]:
    """Return what is still to be paid of each instalment."""
    return [row.outstanding for row in view.schedule]


def laid_out_loan(pattern: Pattern | None = None, **changes: Any) -> LoanTerms:
    """Return 1,000.00 without interest in four monthly instalments from 1 January 2026."""
    pattern = pattern or Pattern()
    given: dict[str, Any] = {
        "currency": "CNY",
        "principal": 100_000,
        "rate_annual": Fraction(0),
        "day_count": DayCount.ACTUAL_365,
        "instalments": 4,
        "disbursed_on": START,
        "pattern": pattern,
        "payment_rules": (PaymentRule(order=ORDER),),
        "rounding": RoundingSteps(instalment=Rounding.HALF_EVEN, interest=Rounding.HALF_EVEN),
    }
    return LoanTerms(**(given | changes))


def dated(rows: Iterable[Dated]) -> list[LoanEvent]:
    """Return events from (day, body) or (day, body, targets), named E1, E2 and so on."""
    events = []
    for number, (day, body, *targets) in enumerate(rows, 1):
        value_date = date.fromisoformat(day)
        events.append(event_of(number, value_date, body, tuple(*targets)))
    return events


def event_of(number: int, day: date, body: EventBody, targets: tuple[str, ...] = ()) -> LoanEvent:
    """Return the event of this number, recorded in that order."""
    return LoanEvent(
        event_id=f"E{number}",
        loan_id="L1",
        seq=number,
        value_date=day,
        booked_on=day,
        recorded_at=datetime.combine(START, time(), UTC) + timedelta(minutes=number),
        actor="test",
        body=body,
        targets=targets,
    )


@st.composite
def patterns(draw: st.DrawFn) -> Pattern:
    """Draw a pattern of any kind."""
    prepaid = draw(st.sampled_from([None, None, *Prepaid]))
    kind = Kind.LEVEL if prepaid else draw(st.sampled_from(list(Kind)))
    return Pattern(
        cycle=Cycle(every=draw(st.sampled_from([1, 2])), unit=draw(st.sampled_from([Unit.MONTH, Unit.WEEK]))),
        kind=kind,
        interest_by=InterestBy.DAY if prepaid else draw(st.sampled_from(list(InterestBy))),
        spread=draw(st.sampled_from(list(Spread))),
        multiple=draw(st.sampled_from([1, 100])),
        grace_principal=0 if prepaid else draw(st.integers(0, 1)),
        grace_interest=0 if prepaid else draw(st.integers(0, 1)),
        down_payment=draw(st.sampled_from([Fraction(0), Fraction(1, 4)])),
        carry=draw(st.sampled_from(list(Carry))),
        balloon=draw(st.sampled_from([0, 0, 50])),
        rate_rule=RateRule(spread=Fraction(1, 100), cap=Fraction(20, 100)),
        keeps_level=draw(st.booleans()),
        prepaid=prepaid,
        plans_daily=draw(st.booleans()),
        compounds=draw(st.booleans()),
        rests=draw(st.booleans()),
    )


@st.composite
def laid_out_terms(draw: st.DrawFn) -> LoanTerms:
    """Draw terms with a pattern and with rules of every direction."""
    rules = (
        PaymentRule(
            order=tuple(draw(st.permutations(ORDER))) if draw(st.booleans()) else ORDER,
            direction=draw(st.sampled_from(list(Direction))),
            advance=draw(st.sampled_from(list(Advance))),
            by_charge=draw(st.booleans()),
        ),
        PaymentRule(order=ORDER, kinds=(PaymentKind.GOODWILL,), advance=Advance.LAST),
    )
    return laid_out_loan(
        draw(patterns()),
        principal=draw(st.integers(100, 1_000_000)),
        rate_annual=draw(st.sampled_from([Fraction(0), Fraction(12, 100), Fraction(36, 100)])),
        penalty_rate_annual=draw(st.sampled_from([Fraction(0), Fraction(0), Fraction(54, 100)])),
        instalments=draw(st.integers(2, 6)),
        payment_rules=rules,
        credit_order=draw(st.sampled_from([(), (Part.PENALTY, Part.FEE, Part.INTEREST, Part.PRINCIPAL)])),
        resets_advance=draw(st.booleans()),
        late_share=draw(st.sampled_from([Fraction(0), Fraction(1, 50)])),
    )


@st.composite
def laid_out_histories(draw: st.DrawFn, *, distinct_days: bool = False) -> History:
    """Draw terms and a ledger that such a loan can have: what it refuses is left out."""
    terms = draw(laid_out_terms())
    opened, day = draw(_openings(terms))
    events = [event_of(1, day, opened)]
    for _ in range(draw(st.integers(0, 7))):
        day += timedelta(days=draw(st.integers(1 if distinct_days else 0, 40)))
        body, targets = draw(_bodies(terms, events, day))
        step = event_of(len(events) + 1, day, body, targets)
        try:
            fold(terms, [*events, step], as_of=day + timedelta(days=400))
        except InputError:
            continue
        events.append(step)
    return History(terms, tuple(events), day + timedelta(days=draw(st.integers(0, 60))))


def _openings(terms: LoanTerms) -> st.SearchStrategy[tuple[EventBody, date]]:
    """Draw how a loan begins, and on which day: paid out, or taken over from another system."""
    boarded = st.builds(
        Boarded,
        principal=st.integers(1, terms.principal),
        next_due=st.integers(0, 70).map(lambda days: terms.first_due + timedelta(days=days)),
        paid_through=st.just(START + timedelta(days=5)),
    )
    return st.one_of(
        st.just((Disbursed(amount=terms.principal), START)),
        st.just((Disbursed(amount=terms.principal), START)),
        boarded.map(lambda body: (body, START + timedelta(days=20))),
    )


def _changed(terms: LoanTerms, events: list[LoanEvent]) -> st.SearchStrategy[EventBody]:
    """Draw a change of the terms that hold after these events: another rate, more or fewer instalments."""
    held = [event.body.terms for event in events if isinstance(event.body, TermsChanged)]
    last = held[-1] if held else terms
    return st.builds(
        TermsChanged,
        terms=st.builds(
            replace,
            st.just(last),
            version=st.just(last.version + 1),
            rate_annual=st.sampled_from([Fraction(0), Fraction(24, 100)]),
            instalments=st.integers(2, 9),
        ),
        reason=st.just("x"),
    )


def _bodies(
    terms: LoanTerms, events: list[LoanEvent], day: date
) -> st.SearchStrategy[tuple[EventBody, tuple[str, ...]]]:
    money = st.integers(1, terms.principal)
    paid = [event.event_id for event in events if isinstance(event.body, PaymentReceived)]
    fees = [event.event_id for event in events if isinstance(event.body, FeeCharged)]
    later = st.integers(1, 50).map(lambda days: day + timedelta(days=days))
    kinds = st.sampled_from(list(PaymentKind))
    plain: list[st.SearchStrategy[EventBody]] = [
        st.builds(PaymentReceived, amount=money, channel_ref=st.just("x"), payment_kind=kinds),
        st.builds(PaymentReceived, amount=money, channel_ref=st.just("x"), payment_kind=kinds),
        st.builds(FurtherDisbursed, amount=money),
        st.builds(CreditRefunded, amount=money),
        st.builds(
            FeeCharged,
            amount=st.integers(1, 5000),
            reason=st.just("late"),
            part=st.sampled_from([Part.FEE, Part.PENALTY]),
            due_on=st.none() | later | st.just(day),
            in_turn=st.booleans(),
        ),
        st.builds(Rescheduled, from_due=later, reason=st.just("x"), extra_instalments=st.integers(0, 2)),
        st.builds(Rescheduled, from_due=st.just(day), moved_to=later, reason=st.just("x")),
        st.builds(
            Reaged,
            first_due=later,
            cycle=st.just(Cycle(every=1, unit=Unit.MONTH)),
            count=st.integers(1, 4),
            reason=st.just("x"),
        ),
        st.builds(Reamortised, reason=st.just("x")),
        st.builds(Accelerated, reason=st.just("x")),
        _changed(terms, events),
        st.builds(RateReset, index=st.sampled_from([Fraction(1, 100), Fraction(30, 100)])),
        st.builds(RecoveryReceived, amount=money, source=st.just("x")),
        st.builds(ChargedOff, reason=st.just("x"), in_turn=st.booleans()),
        st.builds(DelinquencyPaused, until=later),
    ]
    choices = [body.map(lambda made: (made, ())) for body in plain]
    if paid:
        choices.append(st.tuples(st.builds(ChargedBack, amount=money), st.tuples(st.sampled_from(paid))))
    if fees:
        waived = st.builds(FeeWaived, reason=st.just("x"), amount=st.none() | st.integers(1, 100))
        choices.append(st.tuples(waived, st.tuples(st.sampled_from(fees))))
    return st.one_of(choices)

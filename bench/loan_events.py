"""A loan's events, advanced by one and derived anew as a whole, in memory."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from types import ModuleType

from bench.measure import Figure, medians
from forbear.errors import invariant
from forbear.loans.events import Disbursed, EventBody, LoanEvent, PaymentReceived
from forbear.loans.fold import Head, advance, fold
from forbear.loans.terms import LoanTerms
from forbear.money.calendar import add_months
from forbear.money.daycount import DayCount

START = date(2014, 1, 5)
EVENTS = 4_500
ADVANCES = 50
SCHEDULES = 500
ADVANCE_MICROSECONDS = 100
REFOLD_MILLISECONDS = 50


@dataclass(frozen=True, slots=True)
class Story:
    """A loan, its events in order, and the day on which it is looked at."""

    terms: LoanTerms
    events: tuple[LoanEvent, ...]
    day: date


def level_terms(*, principal: int, instalments: int) -> LoanTerms:
    """Return a loan at 18 %, with half as much again on what is overdue."""
    return LoanTerms(
        currency="CNY",
        principal=principal,
        rate_annual=Fraction(18, 100),
        penalty_rate_annual=Fraction(27, 100),
        day_count=DayCount.ACTUAL_365,
        instalments=instalments,
        disbursed_on=START,
        first_due=add_months(START, 1),
    )


def entry(seq: int, value_date: date, body: EventBody, *, loan_id: str, booked_on: date) -> LoanEvent:
    """Return an event as a ledger holds it."""
    return LoanEvent(
        event_id=f"{loan_id}-{seq}",
        loan_id=loan_id,
        seq=seq,
        value_date=value_date,
        booked_on=booked_on,
        recorded_at=datetime(booked_on.year, booked_on.month, booked_on.day, 8, tzinfo=UTC),
        actor="system:bench",
        body=body,
    )


def three_years_old() -> Story:
    """Return a loan over five years of which 36 instalments were paid on their days."""
    terms = level_terms(principal=1_200_000, instalments=60)
    first = entry(1, START, Disbursed(amount=terms.principal), loan_id="three", booked_on=START)
    paid = [
        entry(
            number + 1,
            day,
            PaymentReceived(amount=30_473, channel_ref="debit"),
            loan_id="three",
            booked_on=day,
        )
        for number in range(1, 37)
        for day in [add_months(START, number)]
    ]
    return Story(terms, (first, *paid), add_months(START, 36) + timedelta(days=14))


def paid_day_by_day(loan_id: str = "long", events: int = EVENTS) -> Story:
    """Return a loan over thirty years that is paid in small sums, nearly every day of the first twelve."""
    terms = level_terms(principal=60_000_000, instalments=360)
    dice = random.Random(1)  # noqa: S311 - a story that is the same each time, no secret
    days = sorted(dice.randrange(1, 12 * 365) for _ in range(events - 1))
    first = entry(1, START, Disbursed(amount=terms.principal), loan_id=loan_id, booked_on=START)
    paid = [
        entry(
            seq,
            START + timedelta(days=day),
            PaymentReceived(amount=dice.randrange(1_000, 60_000), channel_ref=f"debit-{seq}"),
            loan_id=loan_id,
            booked_on=START + timedelta(days=day),
        )
        for seq, day in enumerate(days, 2)
    ]
    return Story(terms, (first, *paid), START + timedelta(days=12 * 365 + 1))


def event_figures(reference: ModuleType | None, *, repeats: int) -> list[Figure]:
    """Measure, in processor time, one payment more and one payment backdated to the start.

    The digest of the ledger before the backdated payment is known, as it is wherever a ledger is kept.

    Beside the reference, print how many of its plain Decimal schedules each takes: a measure that does
    not depend on the machine.
    """
    young, long = three_years_old(), paid_day_by_day()
    position = fold(young.terms, young.events, as_of=young.day)
    due = add_months(START, 37)
    next_payment = entry(
        38, due, PaymentReceived(amount=30_473, channel_ref="debit"), loan_id="three", booked_on=due
    )
    backdated = entry(
        len(long.events) + 1,
        START + timedelta(days=1),
        PaymentReceived(amount=12_345, channel_ref="late"),
        loan_id="long",
        booked_on=long.day,
    )
    ledger = (*long.events, backdated)
    before = fold(long.terms, long.events, as_of=long.day)
    head = Head(before.last_seq, before.digest)
    after = fold(long.terms, ledger, as_of=long.day, head=head)
    invariant(after.allocations[0] != before.allocations[0], "the payment comes first")

    def advances() -> None:
        for _ in range(ADVANCES):
            advance(position, next_payment)

    def schedules() -> None:
        if reference is not None:
            for loan in reference.LOANS[:SCHEDULES]:
                reference.sched_decimal(*loan)

    jobs = {
        "advance": advances,
        "refold": lambda: fold(long.terms, ledger, as_of=long.day, head=head),
        "schedules": schedules,
    }
    seconds = medians(jobs, repeats=repeats, clock=time.process_time)
    if reference is not None:
        schedule = seconds["schedules"] / SCHEDULES
        print(f"  advancing takes {seconds['advance'] / ADVANCES / schedule:.1f} Decimal schedules,")
        print(f"  deriving {EVENTS:,} events anew {seconds['refold'] / schedule:,.0f}")
    return [
        Figure(
            name="one payment advanced on a loan three years old",
            value=1e6 * seconds["advance"] / ADVANCES,
            asked=ADVANCE_MICROSECONDS,
            unit="µs",
        ),
        Figure(
            name=f"{EVENTS:,} events after a payment backdated to the start, in memory",
            value=1e3 * seconds["refold"],
            asked=REFOLD_MILLISECONDS,
            unit="ms",
        ),
    ]

"""Hypothesis strategies for loan terms and for histories that a loan can have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from forbear.loans.events import (
    AmountWaived,
    Boarded,
    ChargedOff,
    Disbursed,
    EventBody,
    FeeCharged,
    LoanEvent,
    PaymentReceived,
    PaymentReversed,
    RecoveryReceived,
    TermsChanged,
)
from forbear.loans.fold import fold
from forbear.loans.terms import LoanTerms, Recalculation, RoundingSteps
from forbear.money.calendar import add_months
from forbear.money.daycount import DayCount
from forbear.money.rounding import Rounding

FIRST_DAY = date(2024, 1, 1)
KINDS = ("pay", "pay", "pay", "reverse", "fee", "waive", "terms")


@dataclass(frozen=True, slots=True)
class History:
    """Terms, a ledger that fits them, and a last day at or after every value date."""

    terms: LoanTerms
    events: tuple[LoanEvent, ...]
    last_day: date


@st.composite
def loan_terms(draw: st.DrawFn, recalculation: Recalculation | None = None) -> LoanTerms:
    """Draw terms of every kind: day counts, roundings, grace, fees, stated or computed instalments."""
    disbursed_on = FIRST_DAY + timedelta(days=draw(st.integers(0, 365)))
    principal = draw(st.integers(1, 50_000_000))
    count = draw(st.integers(1, 14))
    rate = Fraction(draw(st.integers(0, 3600)), 10_000)
    stated = draw(st.sampled_from([None, principal // count + principal // 20 + 1]))
    rounding = st.sampled_from(list(Rounding))
    return LoanTerms(
        currency=draw(st.sampled_from(["CNY", "USD"])),
        principal=principal,
        rate_annual=rate,
        penalty_rate_annual=draw(st.sampled_from([Fraction(0), rate * 3 / 2, Fraction(1, 7)])),
        day_count=draw(st.sampled_from([day_count for day_count in DayCount if day_count.is_additive])),
        instalments=count,
        disbursed_on=disbursed_on,
        first_due=disbursed_on + timedelta(days=draw(st.integers(1, 45))),
        instalment=stated,
        grace_days=draw(st.sampled_from([0, 0, 3, 15, 40])),
        late_fee=draw(st.sampled_from([0, 0, 2500])),
        recalculation=recalculation or draw(st.sampled_from(list(Recalculation))),
        rounding=RoundingSteps(instalment=draw(rounding), interest=draw(rounding), penalty=draw(rounding)),
    )


@st.composite
def histories(
    draw: st.DrawFn, recalculation: Recalculation | None = None, *, kinds: tuple[str, ...] = KINDS
) -> History:
    """Draw a loan's life: opened, paid more or less than due, bounced, charged, changed, charged off.

    Sequence and order of value dates agree; ``renumbered`` of another order makes entries backdated.
    """
    terms = draw(loan_terms(recalculation))
    writer = _Writer(terms)
    _open(draw, writer)
    for _ in range(draw(st.integers(0, 12))):
        writer.day += timedelta(days=draw(st.sampled_from([0, 0, 1, 5, 29, 31, 61])))
        _go_on(draw, writer, draw(st.sampled_from(kinds)))
    if "terms" in kinds and draw(st.integers(0, 3)) == 0:
        writer.add(ChargedOff(reason="lost"))
        for _ in range(draw(st.integers(0, 3))):
            writer.day += timedelta(days=draw(st.integers(0, 60)))
            amount = draw(st.integers(1, terms.principal))
            writer.add(RecoveryReceived(amount=draw(st.sampled_from([amount, -amount])), source="sale"))
    last_day = writer.day + timedelta(days=draw(st.integers(0, 120)))
    return History(terms=terms, events=writer.in_order(), last_day=last_day)


def renumbered(events: Iterable[LoanEvent]) -> tuple[LoanEvent, ...]:
    """Return the events recorded in the order in which they are given."""
    return tuple(replace(event, seq=seq) for seq, event in enumerate(events, 1))


class _Writer:
    """Collects what happens, and gives it sequence numbers in the order in which it counts."""

    def __init__(self, terms: LoanTerms) -> None:
        self.terms = self.current = terms
        self.day = terms.disbursed_on
        self.entries: list[tuple[date, EventBody, tuple[str, ...], str]] = []
        self.unreversed: list[str] = []
        self.changed_on: date | None = None

    def add(self, body: EventBody, *targets: str) -> None:
        event_id = f"E{len(self.entries) + 1}"
        self.entries.append((self.day, body, targets, event_id))
        if isinstance(body, PaymentReceived):
            self.unreversed.append(event_id)

    def in_order(self) -> tuple[LoanEvent, ...]:
        ordered = sorted(self.entries, key=lambda entry: (entry[0], entry[1].RANK))
        return tuple(
            LoanEvent(
                event_id=event_id,
                loan_id="L1",
                seq=seq,
                value_date=day,
                booked_on=day,
                recorded_at=datetime.combine(day, time(8), UTC),
                actor="strategy",
                body=body,
                targets=targets,
            )
            for seq, (day, body, targets, event_id) in enumerate(ordered, 1)
        )


def _open(draw: st.DrawFn, writer: _Writer) -> None:
    terms = writer.terms
    if draw(st.integers(0, 3)):
        writer.add(Disbursed(amount=terms.principal))
        return
    writer.day += timedelta(days=draw(st.integers(0, 200)))
    writer.add(
        Boarded(
            principal=draw(st.integers(1, terms.principal)),
            next_due=add_months(terms.first_due, draw(st.integers(0, terms.instalments - 1))),
            paid_through=writer.day - timedelta(days=draw(st.integers(0, 90))),
        )
    )


def _go_on(draw: st.DrawFn, writer: _Writer, kind: str) -> None:
    amount = draw(st.integers(1, 1 + writer.terms.principal // draw(st.sampled_from([1, 5, 12, 100]))))
    if kind == "pay":
        writer.add(PaymentReceived(amount=amount, channel_ref="bank"))
    elif kind == "reverse" and writer.unreversed:
        target = draw(st.sampled_from(writer.unreversed))
        writer.unreversed.remove(target)
        writer.add(PaymentReversed(reason="no cover"), target)
    elif kind == "fee":
        writer.add(FeeCharged(amount=amount, reason="letter"))
    elif kind == "waive":
        part = draw(st.sampled_from(["penalty", "fee", "interest"]))
        writer.add(AmountWaived(amount=amount, part=part, reason="goodwill"))
    elif kind == "terms" and writer.changed_on != writer.day:
        _change_terms(draw, writer)


def _change_terms(draw: st.DrawFn, writer: _Writer) -> None:
    """Change terms, if the loan still runs at the start of the day."""
    old, day = writer.current, writer.day
    before = [event for event in writer.in_order() if event.value_date < day]
    if fold(writer.terms, before, as_of=day).next_due is None:
        return
    gone = (day.year - old.first_due.year) * 12 + day.month - old.first_due.month
    writer.current = replace(
        old,
        version=old.version + 1,
        rate_annual=draw(st.sampled_from([old.rate_annual, old.rate_annual / 2, Fraction(1, 3)])),
        penalty_rate_annual=draw(st.sampled_from([Fraction(0), Fraction(1, 6)])),
        instalments=max(gone, 0) + draw(st.integers(2, 12)),
        instalment=None,
        grace_days=draw(st.sampled_from([0, 5, 20])),
    )
    writer.changed_on = day
    writer.add(TermsChanged(terms=writer.current, reason="hardship"))

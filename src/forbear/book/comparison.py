"""How far balances are from those that another system reports.

One step: the loan is boarded anew with the balance reported last, and folded on through what happened
since. Free running is the ledger's own position, so nothing is needed for it here but the shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from forbear.book.history import OPENING, Entry, ledger_of, payoff_day, position_of
from forbear.loans.events import Boarded, FeeCharged, PaymentReceived
from forbear.loans.fold import fold
from forbear.loans.position import Position
from forbear.loans.terms import LoanTerms
from forbear.money.calendar import add_months

THRESHOLDS = (1, 5, 20, 50)
"""Whole units of the currency within which a balance is counted as met."""


@dataclass(frozen=True, slots=True)
class Report:
    """A balance, in minor units, that another system reported for the end of a day."""

    on: date
    balance: int


@dataclass(frozen=True, slots=True)
class Step:
    """A balance reached from the last report, and the day up to which interest is paid by then."""

    balance: int
    paid_through: date


def one_step(
    terms: LoanTerms,
    before: Report,
    entries: Sequence[Entry],
    *,
    on: date,
    due_day: int,
    paid_through: date,
) -> Step:
    """Return the balance at the end of ``on``, from the report before and what happened since.

    ``entries`` count after ``before.on`` and by ``on``. ``paid_through`` is that of the step before, at first
    that of the opening; a month without money leaves it as it is.
    """
    next_due = add_months(before.on, 1, day_of_month=due_day)
    opened = Boarded(principal=before.balance, next_due=next_due, paid_through=paid_through)
    start = Entry(OPENING, before.on, opened)
    redated = _redated(terms, start, entries, on=on)
    after = fold(terms, ledger_of([start, *redated]), as_of=on)
    moved = paid_through_of(after) if entries else None
    return Step(after.principal, moved or paid_through)


def paid_through_of(position: Position) -> date | None:
    """Return the day up to which the interest that is owed says interest is paid; None without a balance."""
    terms = position.terms
    daily = position.principal * terms.rate_annual / terms.day_count.year_days
    if not daily:
        return None
    interest = position.payoff + position.credit - position.principal - position.overdue.fee
    return position.as_of - timedelta(days=round(interest / daily))


def _redated(terms: LoanTerms, start: Entry, entries: Sequence[Entry], *, on: date) -> Sequence[Entry]:
    """Date money that ends the loan by what is owed in this step, as ``history`` does in the ledger."""
    paid = [entry.body.amount for entry in entries if isinstance(entry.body, PaymentReceived)]
    if len(paid) != 1 or not isinstance(start.body, Boarded) or paid[0] < start.body.principal:
        return entries
    day = payoff_day(position_of(terms, [start], as_of=start.value_date), paid[0], on=on)
    rest = [entry for entry in entries if not isinstance(entry.body, FeeCharged)]
    return [
        replace(entry, value_date=day) if day and isinstance(entry.body, PaymentReceived) else entry
        for entry in rest
    ]


def share_within(errors: Sequence[int | Fraction], units: int, *, digits: int = 2) -> float:
    """Return which share, in per cent, of errors in minor units is within whole units of the currency."""
    limit = units * 10**digits
    met = sum(1 for error in errors if abs(error) <= limit)
    return 100.0 * met / max(1, len(errors))

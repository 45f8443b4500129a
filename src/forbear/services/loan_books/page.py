"""One loan's page put together: everything on it follows from one reading of its ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from forbear.loans.events import LoanEvent
from forbear.loans.explain import MOST_DAYS_AHEAD
from forbear.loans.fold import fold
from forbear.loans.position import Position
from forbear.services.loan_books.chart import standard_chart
from forbear.services.loan_books.cost import Cap, YearlyCost, caps_of, yearly_cost
from forbear.services.loan_books.entries import LedgerEntry, entries_of
from forbear.services.loan_books.postings import Journal, journal_of
from forbear.services.loan_books.schedule import Instalment, Totals, instalments_of, totals_of
from forbear.services.loan_books.statement import Books, books_of
from forbear.services.loan_books.why import Why, why_of
from forbear.store.models import Loan
from forbear.store.selectors.ledger import loan_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanBooks:
    """A loan at the end of a day: what is owed and why, schedule, ledger, postings, and its yearly cost."""

    position: Position
    why: Why
    instalments: tuple[Instalment, ...]
    totals: Totals
    entries: Sequence[LedgerEntry]
    journal: Journal
    cost: YearlyCost | None
    caps: tuple[Cap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payoff:
    """What ends a loan on a day, taken apart: ``total`` is what is owed then, and the rest, less credit."""

    day: date
    owed: int
    not_yet_due: int
    interest: int
    charges: int
    claim: int
    credit: int
    total: int

    @property
    def overpaid(self) -> int:
        """What was paid beyond all of it."""
        return max(0, -self.total)


def payoff_of(position: Position) -> Payoff:
    """Take the payoff of a position apart, in minor units."""
    due = position.overdue.principal + position.due_today.principal
    return Payoff(
        day=position.as_of,
        owed=position.owed_now,
        not_yet_due=position.principal - due,
        interest=position.interest_accrued - position.interest_unearned,
        charges=position.laid_out.charges_to_come,
        claim=position.claim,
        credit=position.credit,
        total=position.payoff,
    )


def loan_books(loan: Loan, events: Sequence[LoanEvent], *, as_of: date) -> LoanBooks:
    """Put the books of a loan together from all its events; raises InputError as ``fold`` does."""
    books: Books = books_of(loan_terms(loan), events, as_of=as_of)
    rows = books.statement.schedule
    cost = yearly_cost(loan)
    return LoanBooks(
        position=books.position,
        why=why_of(books.explanation, events),
        instalments=instalments_of(rows, books.position),
        totals=totals_of(rows),
        entries=entries_of(books, events),
        journal=journal_of(books, standard_chart()),
        cost=cost,
        caps=caps_of(loan, cost),
    )


def payoff_days(loan: Loan, today: date) -> tuple[date, date]:
    """Return the first and the last day for which a payoff can be asked."""
    return loan.opened_on, today + timedelta(days=MOST_DAYS_AHEAD)


def payoff_on(loan: Loan, events: Sequence[LoanEvent], day: date) -> Payoff:
    """Return what ends the loan on ``day``, nothing more being paid; raises InputError as ``fold`` does."""
    return payoff_of(fold(loan_terms(loan), events, as_of=day))

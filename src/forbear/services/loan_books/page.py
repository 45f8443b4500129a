"""One loan's page put together: everything on it follows from one reading of its ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from forbear.errors import InputError
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


def payoff_on(loan: Loan, events: Sequence[LoanEvent], *, day: date, today: date) -> Position:
    """Return the loan as it will stand on ``day``, nothing more being paid, or as it stood.

    Raises InputError for a day before the loan began, or more than a year ahead.
    """
    first, last = payoff_days(loan, today)
    if not first <= day <= last:
        raise InputError(f"{day} is not between {first} and {last}; choose a day in between.", field="payoff")
    return fold(loan_terms(loan), events, as_of=day)

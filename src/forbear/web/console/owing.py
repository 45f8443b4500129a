"""What is owed and why, to the cent, and what waiting costs. The numbers are those of the loan's books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from forbear.loans.events import LoanEvent
from forbear.loans.explain import cost_of_waiting, explain
from forbear.loans.position import Position
from forbear.services.loan_books.why import Why, why_of
from forbear.store.models import Loan
from forbear.store.selectors.ledger import loan_terms

WEEK = 7
MONTH = 30


@dataclass(frozen=True, slots=True)
class Owing:
    """A loan today: why each amount is owed, and what waiting costs."""

    why: Why
    waiting: list[tuple[int, date, int]]

    @property
    def position(self) -> Position:
        """The position that all this explains."""
        return self.why.position

    @property
    def currency(self) -> str:
        """The loan's currency."""
        return self.position.terms.currency

    @property
    def scale(self) -> int:
        """The decimals that amounts of this loan are kept in."""
        return self.position.terms.scale


def owing_of(loan: Loan, events: Sequence[LoanEvent], today: date) -> Owing:
    """Explain the loan, by its whole ledger, as of the end of ``today``."""
    return owing_because(why_of(explain(loan_terms(loan), events, as_of=today), events))


def owing_because(why: Why) -> Owing:
    """Add to what is owed what waiting costs."""
    costs = cost_of_waiting(why.position, MONTH) if why.position.owed_now else ()
    return Owing(why=why, waiting=[(ahead, *costs[ahead - 1]) for ahead in (1, WEEK, MONTH) if costs])

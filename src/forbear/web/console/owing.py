"""What is owed and why, to the cent, laid out for a page. The numbers are ``loans.explain``'s."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from forbear.loans.events import LoanEvent
from forbear.loans.explain import Explanation, cost_of_waiting, explain
from forbear.loans.position import Position
from forbear.loans.slots import PartAmounts
from forbear.store.models import Loan
from forbear.store.selectors.ledger import loan_terms
from forbear.web.sums import Accrued, accrued

WEEK = 7
MONTH = 30


@dataclass(frozen=True, slots=True)
class Owing:
    """A loan today: its position, where each amount comes from, and what waiting costs."""

    explanation: Explanation
    parts: PartAmounts
    penalty: Accrued
    waiting: list[tuple[int, date, int]]

    @property
    def position(self) -> Position:
        """The position that all this explains."""
        return self.explanation.position

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
    explanation = explain(loan_terms(loan), events, as_of=today)
    position = explanation.position
    overdue, due = position.overdue, position.due_today
    parts = PartAmounts(
        principal=overdue.principal + due.principal,
        interest=overdue.interest + due.interest,
        fee=overdue.fee + due.fee,
        penalty=overdue.penalty + due.penalty,
    )
    costs = cost_of_waiting(position, MONTH) if position.owed_now else ()
    return Owing(
        explanation=explanation,
        parts=parts,
        penalty=accrued(explanation.penalty, position.terms.scale),
        waiting=[(ahead, *costs[ahead - 1]) for ahead in (1, WEEK, MONTH) if costs],
    )

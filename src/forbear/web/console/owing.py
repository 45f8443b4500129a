"""What is owed and why, to the cent, laid out for a page. The numbers are ``loans.explain``'s."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from forbear.loans.accrual import Segment
from forbear.loans.explain import Explanation, cost_of_waiting, explain
from forbear.loans.position import PartAmounts, Position
from forbear.store.models import Loan
from forbear.store.selectors.ledger import loan_events, loan_terms
from forbear.web import format as write

WEEK = 7
MONTH = 30
EXACT_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch of overdue interest: base x rate x days, and what it comes to before rounding."""

    segment: Segment
    rate_percent: str
    exact: str


@dataclass(frozen=True, slots=True)
class Owing:
    """A loan today: its position, where each amount comes from, and what waiting costs."""

    explanation: Explanation
    parts: PartAmounts
    steps: list[Step]
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


def owing_of(loan: Loan, today: date) -> Owing:
    """Explain the loan as of the end of ``today``."""
    explanation = explain(loan_terms(loan), loan_events(loan.pk), as_of=today)
    position = explanation.position
    overdue, due = position.overdue, position.due_today
    parts = PartAmounts(
        principal=overdue.principal + due.principal,
        interest=overdue.interest + due.interest,
        fee=overdue.fee + due.fee,
        penalty=overdue.penalty + due.penalty,
    )
    scale = position.terms.scale
    costs = cost_of_waiting(position, MONTH) if position.owed_now else ()
    return Owing(
        explanation=explanation,
        parts=parts,
        steps=[_step(segment, scale) for segment in _by_day(explanation.penalty.segments)],
        waiting=[(ahead, *costs[ahead - 1]) for ahead in (1, WEEK, MONTH) if costs],
    )


def _by_day(segments: Sequence[Segment]) -> list[Segment]:
    return sorted((item for item in segments if item.exact), key=lambda item: (item.from_day, item.to_day))


def _step(segment: Segment, scale: int) -> Step:
    exact = Decimal(segment.exact.numerator) / Decimal(segment.exact.denominator)
    return Step(segment, write.rate(segment.rate_annual), f"{exact.scaleb(-scale):,.{scale + EXACT_DIGITS}f}")

"""What is owed on one day, and what the next day needs to go on from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from forbear.loans.terms import LoanTerms


class LoanState(StrEnum):
    """Where a loan stands in its life."""

    PENDING = "pending"
    ACTIVE = "active"
    CLOSED = "closed"
    CHARGED_OFF = "charged_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartAmounts:
    """An amount by its parts, in minor units."""

    principal: int = 0
    interest: int = 0
    fee: int = 0
    penalty: int = 0

    @property
    def total(self) -> int:
        """The sum of the parts."""
        return self.principal + self.interest + self.fee + self.penalty


@dataclass(frozen=True, slots=True, kw_only=True)
class Accrual:
    """One running accrual: what has built up exactly, and the segment that runs now.

    ``carry`` is the exact amount, in minor units, of all segments before ``from_day``; since then
    ``rate_annual`` runs on ``base``. Nothing is rounded here: ``posted`` of a day is
    the rounded cumulative amount, so posting twice is the difference of two roundings.
    """

    base: int
    rate_annual: Fraction
    from_day: date
    carry: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentState:
    """One instalment that has fallen due or was paid in advance: what was due, what is settled."""

    instalment_id: str
    due_on: date
    due: PartAmounts
    paid: PartAmounts
    waived: PartAmounts = PartAmounts()

    @property
    def unpaid(self) -> PartAmounts:
        """What is still to be paid of it, by part."""
        return PartAmounts(
            principal=self.due.principal - self.paid.principal - self.waived.principal,
            interest=self.due.interest - self.paid.interest - self.waived.interest,
            fee=self.due.fee - self.paid.fee - self.waived.fee,
            penalty=self.due.penalty - self.paid.penalty - self.waived.penalty,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A loan at the end of one day, folded from the events up to ``last_seq``.

    Amounts are integers of 10^-scale of the terms. ``digest`` is the chain digest of the ledger
    at ``last_seq`` and so names exactly the events that this position rests on.
    """

    loan_id: str
    as_of: date
    last_seq: int
    digest: str
    state: LoanState
    terms: LoanTerms
    principal: int
    overdue: PartAmounts
    due_today: PartAmounts
    interest_accrued: int
    penalty_per_day: Fraction
    oldest_due: date | None
    days_past_due: int
    next_due: date | None
    next_due_amount: int
    credit: int
    paid_total: int
    charged_off: int
    recovered: int
    instalments: tuple[InstalmentState, ...]
    contract: Accrual
    penalty: Accrual

    @property
    def owed_now(self) -> int:
        """What has fallen due and is not paid."""
        return self.overdue.total + self.due_today.total

    @property
    def payoff(self) -> int:
        """What would end the loan today: everything due, the rest of the principal, interest to date."""
        not_yet_due = self.principal - self.overdue.principal - self.due_today.principal
        return self.owed_now + not_yet_due + self.interest_accrued - self.credit

"""What is owed on one day, and what the next day needs to go on from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from forbear.loans.events import LoanEvent
from forbear.loans.pattern import SPARSE
from forbear.loans.payment_rules import PaymentKind
from forbear.loans.rules import bucket_of
from forbear.loans.schedule import Opening, Origin, Schedule
from forbear.loans.slots import NOTHING, Part, PartAmounts
from forbear.loans.terms import LoanTerms

BY_COLUMN = {"by_column": True}
"""Metadata of a tuple that may be long: it is stored as one list for each field of what it holds."""


class LoanState(StrEnum):
    """Where a loan stands in its life."""

    PENDING = "pending"
    ACTIVE = "active"
    CLOSED = "closed"
    CHARGED_OFF = "charged_off"
    WRITTEN_OFF = "written_off"


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
    """One instalment that has fallen due or was paid in advance: what was due, what is settled.

    ``fallen`` tells that its day has come, ``late`` that its grace has ended too while some
    of it was unpaid. A fee that an event charged with no due day stands here as an instalment of its own.
    ``credits`` are the days and amounts of principal that charge-backs and refunds made due again;
    ``settled_on`` is the value date of what settled it.
    """

    instalment_id: str
    due_on: date
    due: PartAmounts
    paid: PartAmounts
    waived: PartAmounts = NOTHING
    origin: Origin = Origin.CONTRACT
    fallen: bool = True
    late: bool = False
    credits: tuple[tuple[date, int], ...] = field(default=(), metadata=SPARSE)
    settled_on: date | None = field(default=None, metadata=SPARSE)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to pay of it."""
        return self.due.total == self.paid.total + self.waived.total

    @property
    def unpaid(self) -> PartAmounts:
        """What is still to be paid of it, by part."""
        return PartAmounts(
            principal=self.due.principal - self.paid.principal - self.waived.principal,
            interest=self.due.interest - self.paid.interest - self.waived.interest,
            fee=self.due.fee - self.paid.fee - self.waived.fee,
            penalty=self.due.penalty - self.paid.penalty - self.waived.penalty,
        )


class Pot(StrEnum):
    """Where money of a payment can lie other than in an instalment.

    AHEAD has reduced the balance of a simple-interest loan before anything was due; PENALTY
    has settled overdue interest; CREDIT waits for something to be owed; RECOVERED came in
    after charge-off; REFUNDED was paid back out of credit.
    """

    AHEAD = "ahead"
    PENALTY = "penalty"
    CREDIT = "credit"
    RECOVERED = "recovered"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Where a share of one payment lies now: in an instalment, by its id, or in a pot.

    ``parts`` is what it settled; ``unspent`` what has settled nothing (credit and recoveries).
    ``paid_on`` is the day it counts as paid on, and ``via`` the event that spent it where it had been credit;
    ``early`` and ``late`` are what of it was paid before, and after, the due day as it stood then.
    """

    event_id: str
    target: str
    parts: PartAmounts = NOTHING
    unspent: int = 0
    kind: PaymentKind = field(default=PaymentKind.REPAYMENT, metadata=SPARSE)
    paid_on: date | None = field(default=None, metadata=SPARSE)
    via: str = field(default="", metadata=SPARSE)
    early: int = field(default=0, metadata=SPARSE)
    late: int = field(default=0, metadata=SPARSE)

    @property
    def total(self) -> int:
        """The share's amount."""
        return self.parts.total + self.unspent


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeState:
    """One fee or penalty charged to instalments: its ``shares`` by instalment, and what is waived."""

    event_id: str
    part: Part
    charged_on: date
    due_on: date | None
    shares: tuple[tuple[str, int], ...]
    waived: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Disbursement:
    """One part of the principal as it was paid out; ``spent`` of earlier credit was set against it."""

    event_id: str
    day: date
    amount: int
    spent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """How interest that follows a balance runs: what the period has borne, and on what it runs now.

    ``borne`` is exact up to ``from_day``, since then interest runs on ``base``. ``level`` is the amount that
    instalments keep to, and ``pool`` money that the next ones take less principal for.
    """

    level: int
    base: int
    from_day: date
    borne: Fraction = Fraction(0)
    pool: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """What a loan that a pattern lays out has beside the rest of its position.

    ``plan`` is what is to come, and ``charges_to_come`` the fees and penalties in it. ``pauses`` are of
    delinquency, with their first and last days; those of interest start on the day before their first.
    ``charge_off`` and ``written_off`` are the amounts that these decisions were taken on, ``charged_back``
    the parts that were taken back of each payment.
    """

    plan: Schedule | None = None
    disbursements: tuple[Disbursement, ...] = ()
    charges: tuple[ChargeState, ...] = ()
    charges_to_come: int = 0
    pauses: tuple[tuple[date, date], ...] = ()
    interest_pauses: tuple[tuple[date, date], ...] = ()
    bearing: Bearing | None = None
    charge_off: PartAmounts | None = None
    charged_off_on: date | None = None
    written_off: PartAmounts | None = None
    charged_back: tuple[tuple[str, PartAmounts], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A loan at the end of one day, folded from the events up to ``last_seq``.

    Amounts are integers of 10^-scale of the terms. ``digest`` is the chain digest of the ledger
    at ``last_seq`` and so names exactly the events that this position rests on; those among them
    whose value date is still to come are in ``pending``.

    ``oldest_due`` is the due day of the oldest instalment with principal or interest unpaid;
    ``days_past_due`` counts from it once its grace has ended. ``overdue`` is what is owed past its
    grace, with all overdue interest under ``penalty``; ``due_today`` is what has fallen due
    and is within its grace. ``interest_accrued`` has built up and is not due yet;
    ``interest_unearned`` was paid in advance and would be given back if the loan ended today.
    From ``opening`` on stands what ``advance`` needs beyond that, and in ``laid_out`` what a loan that a
    pattern lays out has in addition.
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
    interest_unearned: int
    penalty_per_day: Fraction
    oldest_due: date | None
    days_past_due: int
    next_due: date | None
    next_due_amount: int
    credit: int
    paid_total: int
    charged_off: int
    recovered: int
    instalments: tuple[InstalmentState, ...] = field(metadata=BY_COLUMN)
    allocations: tuple[Allocation, ...] = field(metadata=BY_COLUMN)
    contract: Accrual
    penalty: Accrual
    opening: Opening | None
    next_number: int
    interest_billed: int
    penalty_paid: int
    penalty_waived: int
    last_rank: int
    pending: tuple[LoanEvent, ...]
    laid_out: LaidOut = field(default=LaidOut(), metadata=SPARSE)

    @property
    def owed_now(self) -> int:
        """What has fallen due and is not paid."""
        return self.overdue.total + self.due_today.total

    @property
    def bucket(self) -> str:
        """The ageing band; a loan that is closed or charged off is in that state instead."""
        if self.state in (LoanState.CLOSED, LoanState.CHARGED_OFF, LoanState.WRITTEN_OFF):
            return self.state.value
        return bucket_of(self.days_past_due)

    @property
    def demandable(self) -> int:
        """What may be asked for today: what has fallen due, or after charge-off the whole claim."""
        return self.payoff if self.state is LoanState.CHARGED_OFF else self.owed_now

    @property
    def payoff(self) -> int:
        """What would end the loan today: everything due, the rest of the principal, interest to date.

        After charge-off, what is left of the claim: what was charged off less what was recovered.
        """
        not_yet_due = self.principal - self.overdue.principal - self.due_today.principal
        interest = self.interest_accrued - self.interest_unearned
        return (
            self.owed_now + not_yet_due + interest + self.laid_out.charges_to_come + self.claim - self.credit
        )

    @property
    def claim(self) -> int:
        """What was charged off and not recovered yet, in minor units."""
        return self.charged_off - self.recovered

    @property
    def overpaid(self) -> int:
        """What was paid beyond all that the loan owes, in minor units: the payer's, to be paid back."""
        return max(0, -self.payoff)

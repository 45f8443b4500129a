"""What happened to a loan. Events are facts and decisions: never edited, only followed by others.

Falling due, accrual, allocation, contractual fees and postings are not here: they are derived.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from forbear.loans.terms import LoanTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Disbursed:
    """The lender paid the principal out; the first event of a loan that Forbear has from birth."""

    KIND: ClassVar[str] = "disbursed"
    RANK: ClassVar[int] = 0
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Boarded:
    """The loan came over from another system with this balance; the first event of such a loan.

    ``principal`` is what was outstanding at the end of the value date, ``next_due`` the first
    instalment that is still to be paid, and ``paid_through`` the day up to which interest is paid.
    """

    KIND: ClassVar[str] = "boarded"
    RANK: ClassVar[int] = 0
    principal: int
    next_due: date
    paid_through: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceived:
    """Money came in for this loan. How it is shared out follows from the terms."""

    KIND: ClassVar[str] = "payment"
    RANK: ClassVar[int] = 3
    amount: int
    channel_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReversed:
    """A payment was returned; the event targets the payment that it undoes."""

    KIND: ClassVar[str] = "payment_reversed"
    RANK: ClassVar[int] = 4
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeCharged:
    """A fee that contract and law allow was charged."""

    KIND: ClassVar[str] = "fee_charged"
    RANK: ClassVar[int] = 1
    amount: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountWaived:
    """The lender gave up penalty, fee or interest that was owed; at most what is owed counts."""

    KIND: ClassVar[str] = "amount_waived"
    RANK: ClassVar[int] = 2
    amount: int
    part: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsChanged:
    """New terms hold from the value date on."""

    KIND: ClassVar[str] = "terms_changed"
    RANK: ClassVar[int] = 1
    terms: LoanTerms
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargedOff:
    """The lender took the loan off its assets. The borrower still owes it."""

    KIND: ClassVar[str] = "charged_off"
    RANK: ClassVar[int] = 5
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryReceived:
    """Money came in after charge-off: a payment or the proceeds of collateral."""

    KIND: ClassVar[str] = "recovery"
    RANK: ClassVar[int] = 6
    amount: int
    source: str


EventBody = (
    Disbursed
    | Boarded
    | PaymentReceived
    | PaymentReversed
    | FeeCharged
    | AmountWaived
    | TermsChanged
    | ChargedOff
    | RecoveryReceived
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanEvent:
    """One entry of a loan's ledger.

    ``seq`` is dense per loan, in the order of recording. ``value_date`` is when it counts,
    ``booked_on`` the business date it was entered, ``recorded_at`` the UTC instant at which it
    became known. ``targets`` names the events that this one undoes or concerns.
    """

    event_id: str
    loan_id: str
    seq: int
    value_date: date
    booked_on: date
    recorded_at: datetime
    actor: str
    body: EventBody
    targets: tuple[str, ...] = ()
    payload_version: int = 1

    @property
    def kind(self) -> str:
        """The name of what happened, as stored and shown."""
        return self.body.KIND

    @property
    def order(self) -> tuple[date, int, int]:
        """The sort key of the ledger: by value date, then rank of the kind, then sequence."""
        return (self.value_date, self.body.RANK, self.seq)

"""What happened to a loan. Events are facts and decisions: never edited, only followed by others.

Falling due, accrual, allocation, contractual fees and postings are not here: they are derived.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import ClassVar

from forbear.loans.pattern import SPARSE
from forbear.loans.payment_rules import PaymentKind
from forbear.loans.slots import Part, PartAmounts
from forbear.loans.terms import LoanTerms
from forbear.money.cycle import Cycle

RANK_IN_TURN = 3
"""Events of this rank count in the order in which they were recorded on their day."""


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
    RANK: ClassVar[int] = RANK_IN_TURN
    amount: int
    channel_ref: str
    payment_kind: PaymentKind = field(default=PaymentKind.REPAYMENT, metadata=SPARSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReversed:
    """A payment was returned; the event targets the payment that it undoes."""

    KIND: ClassVar[str] = "payment_reversed"
    RANK: ClassVar[int] = 4
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeCharged:
    """A fee or a penalty that contract and law allow was charged.

    Without ``due_on`` it is owed at once, beside the instalments; with it, it joins the instalment in
    whose period that day lies, or one of its own after the last. A ``share`` of ``share_of`` takes the
    place of ``amount``: of what is lent, or, ``each_instalment``, of every instalment, and is due with it.
    ``in_turn`` lets it count in the order of its day, and not before that day's payments.
    """

    KIND: ClassVar[str] = "fee_charged"
    RANK: ClassVar[int] = 1
    amount: int
    reason: str
    part: Part = field(default=Part.FEE, metadata=SPARSE)
    due_on: date | None = field(default=None, metadata=SPARSE)
    share: Fraction | None = field(default=None, metadata=SPARSE)
    share_of: tuple[Part, ...] = field(default=(Part.PRINCIPAL,), metadata=SPARSE)
    each_instalment: bool = field(default=False, metadata=SPARSE)
    in_turn: bool = field(default=False, metadata=SPARSE)


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
    """The lender took the loan off its assets. The borrower still owes it.

    ``amounts`` are those that the decision was taken on. They stand when an earlier event lands later; None
    takes what is outstanding. ``in_turn`` lets it count in the order of its day, not at the day's end.
    """

    KIND: ClassVar[str] = "charged_off"
    RANK: ClassVar[int] = 5
    reason: str
    amounts: PartAmounts | None = field(default=None, metadata=SPARSE)
    in_turn: bool = field(default=False, metadata=SPARSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryReceived:
    """Money came in after charge-off: a payment or the proceeds of collateral."""

    KIND: ClassVar[str] = "recovery"
    RANK: ClassVar[int] = 6
    amount: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherDisbursed:
    """The lender paid out a further part; what is to come is planned anew."""

    KIND: ClassVar[str] = "further_disbursed"
    RANK: ClassVar[int] = RANK_IN_TURN
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """The events it targets never counted: unlike a reversal, from their own value date on."""

    KIND: ClassVar[str] = "undone"
    RANK: ClassVar[int] = 7
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargedBack:
    """A payer took money back from the payment that the event targets; it is owed again from today."""

    KIND: ClassVar[str] = "charged_back"
    RANK: ClassVar[int] = RANK_IN_TURN
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditRefunded:
    """A credit balance was paid out to the borrower."""

    KIND: ClassVar[str] = "credit_refunded"
    RANK: ClassVar[int] = RANK_IN_TURN
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeWaived:
    """The lender gave up ``amount`` of the fee or penalty that the event targets; None is what is unpaid."""

    KIND: ClassVar[str] = "fee_waived"
    RANK: ClassVar[int] = RANK_IN_TURN
    reason: str
    amount: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescheduled:
    """What falls due from ``from_due`` on was moved, put off, stretched or repriced by agreement.

    ``moved_to`` is the new day of the first of these instalments, the others keep their distance.
    """

    KIND: ClassVar[str] = "rescheduled"
    RANK: ClassVar[int] = RANK_IN_TURN
    from_due: date
    reason: str
    moved_to: date | None = None
    grace_principal: int = 0
    grace_interest: int = 0
    extra_instalments: int = 0
    rate_annual: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateReset:
    """The index that the rate follows was fixed: the terms make of it the rate from the value date on."""

    KIND: ClassVar[str] = "rate_reset"
    RANK: ClassVar[int] = RANK_IN_TURN
    index: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaged:
    """All unpaid principal was planned anew, in ``count`` instalments from ``first_due`` on."""

    KIND: ClassVar[str] = "reaged"
    RANK: ClassVar[int] = RANK_IN_TURN
    first_due: date
    cycle: Cycle
    count: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reamortised:
    """What is past due of the principal was spread over the instalments to come."""

    KIND: ClassVar[str] = "reamortised"
    RANK: ClassVar[int] = RANK_IN_TURN
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accelerated:
    """The contract was ended: all principal and the interest to date fall due today."""

    KIND: ClassVar[str] = "accelerated"
    RANK: ClassVar[int] = RANK_IN_TURN
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DelinquencyPaused:
    """Days from the value date through ``until`` are not counted as days of delinquency."""

    KIND: ClassVar[str] = "delinquency_paused"
    RANK: ClassVar[int] = RANK_IN_TURN
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DelinquencyResumed:
    """The pause that is running ended early, on the value date."""

    KIND: ClassVar[str] = "delinquency_resumed"
    RANK: ClassVar[int] = RANK_IN_TURN


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestPaused:
    """It was agreed that no interest is borne on the days from ``start`` through ``until``."""

    KIND: ClassVar[str] = "interest_paused"
    RANK: ClassVar[int] = RANK_IN_TURN
    start: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The lender took what was paid by then for the whole, by agreement; what is left is given up."""

    KIND: ClassVar[str] = "settled"
    RANK: ClassVar[int] = 5
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenOff:
    """The lender gave up the claim; ``amounts`` are those that the decision was taken on."""

    KIND: ClassVar[str] = "written_off"
    RANK: ClassVar[int] = 5
    amounts: PartAmounts
    reason: str


MAY_COUNT_IN_TURN = (FeeCharged, ChargedOff)
"""The kinds that say themselves whether they count in the order of their day."""

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
    | FurtherDisbursed
    | Undone
    | ChargedBack
    | CreditRefunded
    | FeeWaived
    | Rescheduled
    | RateReset
    | Reaged
    | Reamortised
    | Accelerated
    | DelinquencyPaused
    | DelinquencyResumed
    | InterestPaused
    | Settled
    | WrittenOff
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
    def rank(self) -> int:
        """Where the kind stands among the events of one day."""
        body = self.body
        counts_in_turn = isinstance(body, MAY_COUNT_IN_TURN) and body.in_turn
        return RANK_IN_TURN if counts_in_turn else body.RANK

    @property
    def order(self) -> tuple[date, int, int]:
        """The sort key of the ledger: by value date, then rank of the kind, then sequence."""
        return (self.value_date, self.rank, self.seq)

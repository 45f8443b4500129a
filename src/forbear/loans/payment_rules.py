"""How money is shared out, as data: for each kind of payment an order, a direction, a place for advance."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from forbear.errors import InputError
from forbear.loans.slots import Part, Slot, Timing


class PaymentKind(StrEnum):
    """What money that comes in is; terms may share out each kind by a rule of its own."""

    REPAYMENT = "repayment"
    DOWN_PAYMENT = "down_payment"
    GOODWILL = "goodwill"
    MERCHANT_REFUND = "merchant_refund"
    PAYOUT_REFUND = "payout_refund"
    FEE_ADJUSTMENT = "fee_adjustment"
    AT_DISBURSEMENT = "at_disbursement"


class Direction(StrEnum):
    """HORIZONTAL: all parts of one instalment, then the next. VERTICAL: one part of all, then the next."""

    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"


class Advance(StrEnum):
    """Which instalments money in advance is set against: the next ones, the last ones, or all alike."""

    NEXT = "next"
    LAST = "last"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRule:
    """How payments of some kinds are shared out; no ``kinds`` means all that no other rule names.

    ``by_charge`` lets a fee or penalty fall due on its own day, before its instalment does.
    """

    order: tuple[Slot, ...]
    kinds: tuple[PaymentKind, ...] = ()
    direction: Direction = Direction.HORIZONTAL
    advance: Advance = Advance.NEXT
    by_charge: bool = False

    def __post_init__(self) -> None:
        slots = {(timing, part) for timing in Timing for part in Part}
        if set(self.order) != slots or len(self.order) != len(slots):
            raise InputError(
                f"Payment rule: order has {len(self.order)} slots; it must hold each of the 12 (timing, part)"
                " slots exactly once.",
                field="order",
            )

    @property
    def groups(self) -> tuple[tuple[Timing, tuple[Part, ...]], ...]:
        """The order, cut where the timing changes."""
        return tuple(
            (timing, tuple(part for _, part in slots))
            for timing, slots in groupby(self.order, key=lambda slot: slot[0])
        )

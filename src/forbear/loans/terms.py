"""What the contract says: frozen, versioned, and changed by an event alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from forbear.errors import InputError
from forbear.money.amount import digits_of
from forbear.money.daycount import DayCount
from forbear.money.rounding import Rounding


class Part(StrEnum):
    """The parts that an amount owed is made of."""

    PENALTY = "penalty"
    FEE = "fee"
    INTEREST = "interest"
    PRINCIPAL = "principal"


class Timing(StrEnum):
    """When an amount falls due, seen from the day of a payment."""

    PAST_DUE = "past_due"
    DUE = "due"
    IN_ADVANCE = "in_advance"


class Recalculation(StrEnum):
    """What interest is reckoned on.

    SCHEDULED: on the principal that the schedule says, so an instalment's interest is fixed.
    ACTUAL: day by day on the principal really outstanding (a simple-interest loan).
    """

    SCHEDULED = "scheduled"
    ACTUAL = "actual"


Slot = tuple[Timing, Part]

ORDER_CIVIL_CODE_561: tuple[Slot, ...] = tuple(
    (timing, part)
    for timing in (Timing.PAST_DUE, Timing.DUE, Timing.IN_ADVANCE)
    for part in (Part.FEE, Part.PENALTY, Part.INTEREST, Part.PRINCIPAL)
)
"""Costs of realising the claim, then interest, then principal (Civil Code of the PRC, art. 561)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundingSteps:
    """The rounding of each step at which a fraction is settled."""

    instalment: Rounding = Rounding.HALF_UP
    interest: Rounding = Rounding.HALF_UP
    penalty: Rounding = Rounding.HALF_UP


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanTerms:
    """The terms of one level-payment loan, as the contract was made.

    ``principal``, ``disbursed_on``, ``first_due`` and ``instalments`` are those of the contract's start,
    also for a loan that is boarded later: what is left by then comes with the Boarded event, whose
    next due day gets its number counted from ``first_due``.

    Amounts are integers of 10^-``scale``; rates are exact yearly shares (0.24 is 24 %).
    ``penalty_rate_annual`` is charged on overdue principal, instead of ``rate_annual`` under
    SCHEDULED and on top of it under ACTUAL. ``instalment`` is the level payment where the
    contract states one; None means that it is computed. Raises InputError naming the field.
    """

    version: int = 1
    currency: str
    scale: int = 2
    principal: int
    rate_annual: Fraction
    penalty_rate_annual: Fraction = Fraction(0)
    day_count: DayCount
    instalments: int
    disbursed_on: date
    first_due: date
    instalment: int | None = None
    grace_days: int = 0
    late_fee: int = 0
    recalculation: Recalculation = Recalculation.SCHEDULED
    allocation: tuple[Slot, ...] = ORDER_CIVIL_CODE_561
    rounding: RoundingSteps = field(default_factory=RoundingSteps)

    def __post_init__(self) -> None:
        digits_of(self.currency)
        _require(0 <= self.scale <= 12, "scale", self.scale, "0 to 12 decimals")
        _require(self.principal > 0, "principal", self.principal, "more than 0")
        _require(0 <= self.rate_annual <= 10, "rate_annual", self.rate_annual, "0 to 10 (1000 % a year)")
        _require(
            0 <= self.penalty_rate_annual <= 10, "penalty_rate_annual", self.penalty_rate_annual, "0 to 10"
        )
        _require(1 <= self.instalments <= 600, "instalments", self.instalments, "1 to 600")
        _require(self.first_due > self.disbursed_on, "first_due", self.first_due, "after disbursed_on")
        _require(
            self.instalment is None or self.instalment > 0,
            "instalment",
            self.instalment,
            "above 0, or None",
        )
        _require(0 <= self.grace_days <= 90, "grace_days", self.grace_days, "0 to 90")
        _require(self.late_fee >= 0, "late_fee", self.late_fee, "0 or more")
        slots = {(timing, part) for timing in Timing for part in Part}
        _require(
            set(self.allocation) == slots and len(self.allocation) == len(slots),
            "allocation",
            len(self.allocation),
            "each of the 12 (timing, part) slots exactly once",
        )


def _require(holds: bool, field_name: str, value: object, allowed: str) -> None:
    if not holds:
        raise InputError(f"Loan terms: {field_name} is {value}; it must be {allowed}.", field=field_name)

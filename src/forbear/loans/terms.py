"""What the contract says: frozen, versioned, and changed by an event alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from forbear.errors import InputError
from forbear.loans.pattern import SPARSE, Pattern
from forbear.loans.payment_rules import PaymentKind, PaymentRule
from forbear.loans.rules import Delinquency
from forbear.loans.slots import ORDER_CIVIL_CODE_561, Part, Slot, Timing
from forbear.money.amount import digits_of
from forbear.money.daycount import DayCount
from forbear.money.rounding import Rounding

__all__ = ["ORDER_CIVIL_CODE_561", "LoanTerms", "Part", "Recalculation", "RoundingSteps", "Slot", "Timing"]


ONE_CYCLE_LATER = date.min
"""The first due day of terms that state none: a month, or a cycle of the pattern, after the disbursement."""


class Recalculation(StrEnum):
    """What interest is reckoned on.

    SCHEDULED: on the principal that the schedule says, so an instalment's interest is fixed.
    ACTUAL: day by day on the principal really outstanding (a simple-interest loan).
    """

    SCHEDULED = "scheduled"
    ACTUAL = "actual"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundingSteps:
    """The rounding of each step at which a fraction is settled."""

    instalment: Rounding = Rounding.HALF_UP
    interest: Rounding = Rounding.HALF_UP
    penalty: Rounding = Rounding.HALF_UP


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanTerms:
    """The terms of one loan, as the contract was made; without a ``pattern``, a level-payment loan.

    ``principal``, ``disbursed_on``, ``first_due`` and ``instalments`` are those of the contract's start,
    also for a loan that is boarded later: what is left by then comes with the Boarded event, whose
    next due day gets its number counted from ``first_due``. Where that is not given it is one cycle after
    the disbursement, or the first of a pattern's stated days.

    Amounts are integers of 10^-``scale``; rates are exact yearly shares (0.24 is 24 %).
    ``penalty_rate_annual`` is charged on overdue principal: on top of ``rate_annual`` under ACTUAL and
    where a pattern lets interest follow the balance, else instead of it. ``instalment`` is the level
    payment where the contract states one; None means that it is computed.

    A loan with a ``pattern`` has its instalments laid out by it, may be disbursed in several parts (in
    all no more than the principal and its share ``over_disbursed``), and its money is shared out by
    ``payment_rules``: the first that names the payment's kind, else the one that names none, else by
    ``allocation``, instalment by instalment.
    ``resets_advance`` sets what was paid before anything was due anew against each changed plan.
    ``credit_order`` is the order in which the parts of a payment that is charged back are owed again;
    empty, all of it is principal. ``late_share`` of the unpaid ``late_share_of`` is a penalty when an
    instalment's grace ends.
    Raises InputError naming the field.
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
    first_due: date = ONE_CYCLE_LATER
    instalment: int | None = None
    grace_days: int = 0
    late_fee: int = 0
    recalculation: Recalculation = Recalculation.SCHEDULED
    allocation: tuple[Slot, ...] = ORDER_CIVIL_CODE_561
    rounding: RoundingSteps = field(default_factory=RoundingSteps)
    pattern: Pattern | None = field(default=None, metadata=SPARSE)
    payment_rules: tuple[PaymentRule, ...] = field(default=(), metadata=SPARSE)
    credit_order: tuple[Part, ...] = field(default=(), metadata=SPARSE)
    resets_advance: bool = field(default=False, metadata=SPARSE)
    over_disbursed: Fraction | None = field(default=None, metadata=SPARSE)
    late_share: Fraction = field(default=Fraction(0), metadata=SPARSE)
    late_share_of: tuple[Part, ...] = field(default=(Part.PRINCIPAL,), metadata=SPARSE)
    delinquency: Delinquency | None = field(default=None, metadata=SPARSE)

    def __post_init__(self) -> None:
        if self.first_due == ONE_CYCLE_LATER:
            object.__setattr__(self, "first_due", self._first_day())
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
        adds_up = self.day_count.is_additive
        _require(adds_up, "day_count", self.day_count, "one that adds up day by day, such as 30E/360")
        if self.pattern is not None:
            self._check_pattern(self.pattern)

    def __hash__(self) -> int:
        """Hash what tells most loans apart: hashing every field takes longer than what a hash looks up."""
        rate = self.rate_annual.numerator
        return hash((self.principal, rate, self.instalments, self.disbursed_on, self.first_due, self.version))

    def _first_day(self) -> date:
        pattern = self.pattern or Pattern()
        return pattern.days[0] if pattern.days else pattern.due_on(self.disbursed_on, 1)

    def _check_pattern(self, pattern: Pattern) -> None:
        planned = self.recalculation is Recalculation.SCHEDULED
        _require(planned, "pattern", "given", "left out where interest is reckoned day by day")
        count, days, amounts = self.instalments, pattern.days, len(pattern.amounts)
        _require(not days or len(days) == count, "days", len(days), f"one for each of {count} instalments")
        _require(not days or days[0] == self.first_due, "first_due", self.first_due, "the first of the days")
        _require(
            amounts in (0, count - 1), "amounts", amounts, "none, or one for each instalment but the last"
        )
        _require(pattern.balloon < self.principal, "balloon", pattern.balloon, "below the principal")
        for name in ("grace_principal", "grace_interest", "interest_free", "capitalised"):
            graced = getattr(pattern, name)
            _require(graced < count, name, graced, f"below the {count} instalments")
        defaults = [rule for rule in self.payment_rules if not rule.kinds]
        _require(len(defaults) <= 1, "payment_rules", len(defaults), "at most one rule that names no kind")
        _require(
            self.over_disbursed is None or self.over_disbursed >= 0,
            "over_disbursed",
            self.over_disbursed,
            "a share of the principal, 0 or more, or None",
        )

    @property
    def limit(self) -> int | None:
        """The most that may be disbursed in all, in minor units; None where the terms set no limit."""
        return None if self.over_disbursed is None else int(self.principal * (1 + self.over_disbursed))

    def rule_for(self, kind: PaymentKind) -> PaymentRule | None:
        """Return the rule by which a kind of payment is shared out; None for terms without a pattern."""
        named = (rule for rule in self.payment_rules if kind in rule.kinds)
        rule = next(named, next((rule for rule in self.payment_rules if not rule.kinds), None))
        if rule is None and self.pattern is not None:
            return PaymentRule(order=self.allocation)
        return rule


def _require(holds: bool, field_name: str, value: object, allowed: str) -> None:
    if not holds:
        raise InputError(f"Loan terms: {field_name} is {value}; it must be {allowed}.", field=field_name)

"""How a contract's instalments follow from its principal: cycle, kind, grace, down payment, multiples.

A pattern is data of the terms. ``layout`` turns it into steps, and what they plan into rows of a schedule.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from forbear.errors import InputError
from forbear.loans.plan_steps import RateRule
from forbear.money.businessday import BusinessDayRule
from forbear.money.cycle import Cycle, Unit
from forbear.money.rounding import Rounding

INSTALMENTS_MAX = 600

SPARSE = {"sparse": True}
"""Metadata of a field that is left out of the stored form while it has its default."""


class MonthEnd(StrEnum):
    """What stands in for a day that a month does not have: its last day, or the next month's first."""

    LAST_DAY = "last_day"
    NEXT_FIRST = "next_first"


class Kind(StrEnum):
    """What each instalment is made of.

    LEVEL: one amount for all, interest first. EQUAL_PRINCIPAL: equal principal, interest on what is
    left. FLAT: one amount for all; its interest is on what was lent, reckoned once for all instalments and
    divided equally, a period being its share of the year. BULLET: interest, and all principal last.
    """

    LEVEL = "level"
    EQUAL_PRINCIPAL = "equal_principal"
    FLAT = "flat"
    BULLET = "bullet"


class InterestBy(StrEnum):
    """Whether a period bears its share of the year, or each of its days."""

    PERIOD = "period"
    DAY = "day"


class Carry(StrEnum):
    """Where what a rounding of interest leaves goes.

    LIFE: to the instalments after it, so that all interest is rounded once, up to where it is planned anew.
    PERIOD: nowhere; each period is rounded for itself. STRETCH: nowhere; each stretch between two changes
    of the balance is.
    """

    LIFE = "life"
    PERIOD = "period"
    STRETCH = "stretch"


class Spread(StrEnum):
    """How a further disbursement is spread over the instalments to come.

    CONTRACT: each takes what it would have, had all been lent at the start, and the last the rest.
    REMAINING: what is not due yet is divided anew by those to come.
    """

    CONTRACT = "contract"
    REMAINING = "remaining"


class Prepaid(StrEnum):
    """What money paid before it is due does to a loan whose interest follows what is really outstanding.

    LOWER: the level amount is reckoned anew. SHORTER: it stays, and the loan ends sooner. NEXT: the next
    instalments take that much less principal. LAST: the next are paid, and the last takes the rest.
    """

    LOWER = "lower"
    SHORTER = "shorter"
    NEXT = "next"
    LAST = "last"


MONTHLY = Cycle(every=1, unit=Unit.MONTH)
CYCLES_A_YEAR = {
    Unit.DAY: 365,
    Unit.WEEK: 52,
    Unit.MONTH: 12,
    Unit.QUARTER: 4,
    Unit.HALF_YEAR: 2,
    Unit.YEAR: 1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """How the instalments of a contract follow from what is lent.

    ``days`` are the due days where the contract states each of them, else they follow the ``cycle``;
    ``length_days`` after the disbursement the last instalment falls due. ``amounts`` are what each instalment
    but the last comes to where the contract states that: a total for LEVEL, else principal. ``balloon`` is
    left for the last day and not counted in a level amount. ``multiple`` is the number of minor units that
    an instalment is rounded to (100: whole units).

    ``grace_principal`` instalments bear no principal, the first ``interest_free`` no interest; the interest
    of the first ``grace_interest`` falls due with the one after them, that of the first ``capitalised`` is
    added to the principal. Where a level amount is below the interest, a loan that ``grows`` owes the
    difference on top. ``down_payment`` is the share of each disbursement that falls due on its day. The level
    amount is reckoned anew after a further disbursement or a change of the rate, unless the contract
    ``keeps_level``. By ``rate_rule`` the rate follows an index. ``level_days`` are the days of 365 that a
    level amount is reckoned on, for each month of a cycle, in place of a period's own.

    With ``prepaid``, which level instalments without a grace may have, interest follows what is really
    outstanding: late principal goes on bearing it, what is paid early stops. Without ``plans_daily`` what
    is to come is planned anew by events alone, so a period that passes without one keeps its interest.
    ``rests`` lets a change of the balance count from the next due day on. ``compounds`` lets overdue
    interest bear interest as well. ``ends_with_period`` lets a loan that is paid off early bear the
    interest of its running period all the same.
    Raises InputError naming the field.
    """

    cycle: Cycle = field(default=MONTHLY, metadata=SPARSE)
    month_end: MonthEnd = field(default=MonthEnd.LAST_DAY, metadata=SPARSE)
    days: tuple[date, ...] = field(default=(), metadata=SPARSE)
    length_days: int | None = field(default=None, metadata=SPARSE)
    kind: Kind = Kind.LEVEL
    interest_by: InterestBy = InterestBy.PERIOD
    carry: Carry = Carry.PERIOD
    spread: Spread = field(default=Spread.REMAINING, metadata=SPARSE)
    amounts: tuple[int, ...] = field(default=(), metadata=SPARSE)
    balloon: int = field(default=0, metadata=SPARSE)
    multiple: int = field(default=1, metadata=SPARSE)
    grace_principal: int = field(default=0, metadata=SPARSE)
    grace_interest: int = field(default=0, metadata=SPARSE)
    interest_free: int = field(default=0, metadata=SPARSE)
    capitalised: int = field(default=0, metadata=SPARSE)
    grows: bool = field(default=False, metadata=SPARSE)
    down_payment: Fraction = field(default=Fraction(0), metadata=SPARSE)
    keeps_level: bool = field(default=False, metadata=SPARSE)
    rate_rule: RateRule | None = field(default=None, metadata=SPARSE)
    level_days: int | None = field(default=None, metadata=SPARSE)
    prepaid: Prepaid | None = field(default=None, metadata=SPARSE)
    plans_daily: bool = field(default=True, metadata=SPARSE)
    rests: bool = field(default=False, metadata=SPARSE)
    compounds: bool = field(default=False, metadata=SPARSE)
    ends_with_period: bool = field(default=False, metadata=SPARSE)

    def __post_init__(self) -> None:
        _require(self.multiple >= 1, "multiple", self.multiple, "1 or more minor units")
        _require(0 <= self.down_payment < 1, "down_payment", self.down_payment, "0 or more, below 1")
        length = self.length_days
        _require(length is None or length >= 1, "length_days", length, "1 or more days, or None")
        for name in ("grace_principal", "grace_interest", "interest_free", "capitalised"):
            count = getattr(self, name)
            _require(0 <= count < INSTALMENTS_MAX, name, count, "0 or more, and below the instalments")
        rising = all(before < after for before, after in pairwise(self.days))
        _require(rising, "days", len(self.days), "each after the one before")
        _require(min(self.amounts, default=0) >= 0, "amounts", min(self.amounts, default=0), "0 or more")
        _require(self.balloon >= 0, "balloon", self.balloon, "0 or more")
        if self.prepaid is not None:
            is_level = self.kind is Kind.LEVEL and not self.amounts
            _require(is_level, "prepaid", self.prepaid, "left out where instalments are not level")
            graced = max(self.grace_principal, self.grace_interest, self.interest_free)
            _require(not graced, "prepaid", self.prepaid, "left out where there is a grace")

    def on_business_days(self, rule: BusinessDayRule, first_due: date, count: int) -> Pattern:
        """State ``count`` due days from the first on, each moved to a business day by a rule.

        Interest runs to the day it is moved to.
        """
        return replace(
            self, days=tuple(rule.paid_on(self.due_on(first_due, number)) for number in range(count))
        )

    def due_on(self, anchor: date, count: int) -> date:
        """Return the due day ``count`` cycles after ``anchor``, always counted from the anchor itself."""
        day = self.cycle.day(anchor, count)
        is_cut_short = self.month_end is MonthEnd.NEXT_FIRST and self.cycle.unit not in (Unit.DAY, Unit.WEEK)
        return day + timedelta(days=1) if is_cut_short and day.day < anchor.day else day

    @property
    def year_share(self) -> Fraction:
        """The share of a year that one cycle is by its name: 1/12 for a month, whatever its days."""
        return Fraction(self.cycle.every, CYCLES_A_YEAR[self.cycle.unit])

    def rounded(self, exact: Fraction, rounding: Rounding) -> int:
        """Settle an exact amount to the pattern's multiple."""
        return rounding.settle(exact / self.multiple) * self.multiple

    def down_payment_of(self, amount: int, rounding: Rounding) -> int:
        """Return the down payment that falls due on a disbursement of ``amount``."""
        return self.rounded(amount * self.down_payment, rounding)


def _require(holds: bool, name: str, value: object, allowed: str) -> None:
    if not holds:
        raise InputError(f"Pattern: {name} is {value}; it must be {allowed}.", field=name)

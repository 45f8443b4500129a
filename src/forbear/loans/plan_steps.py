"""What a contract plans, step by step: each step on its day, in one order of kinds within a day.

Amounts are integers of 10^-scale, seen from the lender; rates are exact yearly shares.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from forbear.money.businessday import BusinessDayRule


class Level(StrEnum):
    """What the level amount is: the principal of an instalment, or its principal and interest together."""

    PRINCIPAL = "principal"
    TOTAL = "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRule:
    """How a rate follows an index: ``index`` x ``multiplier`` + ``spread``, kept within bounds.

    ``change_min`` (below 0: the greatest fall) and ``change_max`` bound one change, ``floor`` and ``cap``
    what comes of it; None: no bound.
    """

    multiplier: Fraction = Fraction(1)
    spread: Fraction = Fraction(0)
    floor: Fraction | None = None
    cap: Fraction | None = None
    change_min: Fraction | None = None
    change_max: Fraction | None = None

    def rate(self, index: Fraction, before: Fraction) -> Fraction:
        """Return the yearly rate that an index gives after the rate ``before``."""
        change = index * self.multiplier + self.spread - before
        if self.change_min is not None:
            change = max(change, self.change_min)
        if self.change_max is not None:
            change = min(change, self.change_max)
        rate = before + change
        if self.floor is not None:
            rate = max(rate, self.floor)
        return rate if self.cap is None else min(rate, self.cap)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLevel:
    """Set the level amount: as stated, or as what pays the loan off on ``days`` (those to which interest
    is reckoned), in equal principal or in equal totals, but for a ``residual`` that the last takes on top.

    ``shares`` take the place of ``days`` where a level amount is reckoned on other shares of a year than
    interest, as if today's principal had been owed through the first. ``multiple``: totals are rounded to it.
    ``evened``: a total is moved by an equal part of what the last instalment is off by, if that brings
    the last one nearer to the others.
    """

    level: Level
    amount: int | None = None
    days: tuple[date, ...] = ()
    shares: tuple[Fraction, ...] = ()
    residual: int = 0
    multiple: int = 1
    evened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Disburse:
    """Pay out: principal grows by ``amount``, and ``amount`` + ``premium`` flows (below 0: a discount).

    Interest of ``accrued`` is taken to have built up by then; ``level`` sets the level amount at once.
    """

    amount: int
    premium: int = 0
    accrued: int = 0
    level: SetLevel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Take a fee: an amount, or what has built up at the plan's fee rate where ``amount`` is None."""

    amount: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Increase:
    """Lend more, or less than was written down where ``amount`` is below 0."""

    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeem:
    """Repay principal: the level amount, or ``amount`` if given; TOTAL takes the interest off it.

    No more is repaid than is owed. Where the interest is more than the total, nothing is repaid; a loan
    that ``grows`` (negative amortisation) then owes the difference on top.
    """

    level: Level
    amount: int | None = None
    grows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Call the loan: interest stops; unless it is settled the same day, what has built up is set aside."""

    settled_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PayInterest:
    """Pay the interest built up, or the ``amount`` that was stated for it.

    ``within_level``: what the level amount has room for, and the rest waits.
    """

    within_level: bool = False
    amount: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Defer:
    """Let the interest that has built up wait for the next payment of interest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capitalise:
    """Add the interest that has built up to the principal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepay:
    """Repay principal of the next instalment early: its total is then smaller by as much."""

    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRate:
    """Let interest run at this rate from here on."""

    rate_annual: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetRate:
    """Let interest run at the rate that an index gives."""

    index: Fraction
    rule: RateRule


@dataclass(frozen=True, slots=True, kw_only=True)
class FixBase:
    """Reckon interest on this ``amount`` (None: on today's principal), until it is fixed anew."""

    amount: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Scale what is paid from here on by ``index`` over ``index_at_start``."""

    index: Fraction
    index_at_start: Fraction
    interest: bool
    principal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """Buy the loan for ``price`` and ``accrued_share`` times the interest built up.

    Only flows from then on are the buyer's. A share of 1 pays for the interest on top of the price, 0 is
    a price that holds it, -1 sets it off.
    """

    price: int
    accrued_share: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminate:
    """Sell the loan, or end it early, for ``price`` and ``accrued_share`` times the interest built up."""

    price: int
    accrued_share: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Mature:
    """Repay all that is left."""


Step = (
    Disburse
    | Charge
    | Increase
    | Redeem
    | Call
    | PayInterest
    | Defer
    | Capitalise
    | Prepay
    | SetRate
    | ResetRate
    | SetLevel
    | FixBase
    | Scale
    | Purchase
    | Terminate
    | Mature
)

ORDER: tuple[type[Step], ...] = (
    Disburse,
    Charge,
    Increase,
    Redeem,
    Call,
    PayInterest,
    Defer,
    Capitalise,
    Prepay,
    SetRate,
    ResetRate,
    SetLevel,
    FixBase,
    Scale,
    Purchase,
    Terminate,
    Mature,
)
"""The order of steps within a day."""

_RANK = {kind: rank for rank, kind in enumerate(ORDER)}


@dataclass(frozen=True, slots=True)
class Planned:
    """A step on its ``day``, with interest reckoned to ``reckoned_to``.

    Of one day, all steps of one ``turn`` come before those of the next.
    """

    day: date
    reckoned_to: date
    step: Step
    turn: int = 0

    @property
    def order(self) -> tuple[date, int, int]:
        """Where the step comes among others."""
        return self.day, self.turn, _RANK[type(self.step)]


def planned(day: date, step: Step, rule: BusinessDayRule | None = None, *, turn: int = 0) -> Planned:
    """Plan a step for a day, moved to a business day where a rule is given."""
    if rule is None:
        return Planned(day, day, step, turn)
    return Planned(rule.paid_on(day), rule.reckoned_to(day), step, turn)

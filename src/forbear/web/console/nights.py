"""What the closes counted, night by night: the series behind the book's charts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forbear.store.models import User


@dataclass(frozen=True, slots=True)
class Night:
    """One night's overdue amounts by band, in minor units."""

    day: date
    amounts: list[int]


@dataclass(frozen=True, slots=True)
class Ageing:
    """Overdue amounts by band over the nights."""

    bands: list[str]
    nights: list[Night]


@dataclass(frozen=True, slots=True)
class Rolls:
    """Where the loans of each band on one night stood on a later one, as shares."""

    start: date
    end: date
    bands: list[str]
    rows: list[tuple[str, int, list[float]]]


def ageing_of(user: User) -> Ageing | None:
    """Return the overdue amounts by band over the nights; None before there are two."""
    return None


def rolls_of(user: User) -> Rolls | None:
    """Return how loans rolled over the last month; None where it is not known."""
    return None

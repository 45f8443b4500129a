"""Draws that can be repeated: a stream of its own for each thing that is drawn for."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Value = TypeVar("Value")


def stream(*names: object) -> Random:
    """Return the stream of draws that these names always give."""
    return Random("/".join(str(name) for name in names))  # noqa: S311  (a simulation, repeatable on purpose)


def weighted(chance: Random, table: Sequence[tuple[Value, int]]) -> Value:
    """Draw one value of ``table``, each as often as its weight says."""
    mark = chance.randrange(sum(weight for _, weight in table))
    for value, weight in table:
        mark -= weight
        if mark < 0:
            return value
    return table[-1][0]


def happens(chance: Random, per_thousand: int) -> bool:
    """Draw whether something happens that happens ``per_thousand`` times in a thousand."""
    return chance.randrange(1000) < per_thousand

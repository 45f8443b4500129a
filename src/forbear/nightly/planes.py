"""Yes and no for a block of rows, eight rows to a byte, and three-valued logic over them.

A plane that is the same in every row of the block is a plain bool, so that most of a rule costs
nothing where it cannot matter. Bits beyond the last row mean nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint8]
Plane = bool | Bits
"""One bit a row (the lowest bit of a byte first), or one answer for all of them."""


class Truth(NamedTuple):
    """Where a condition is known to be true and where it is known to be false; elsewhere it is unknown."""

    true: Plane
    false: Plane


UNKNOWN = Truth(False, False)


def plane_of(values: NDArray[np.bool_]) -> Plane:
    """Return the plane of one bool a row."""
    if not values.any():
        return False
    if values.all():
        return True
    return np.packbits(values, bitorder="little")


def bytes_of(plane: Plane, rows: int) -> Bits:
    """Return a new array of one byte a row, 0 or 1."""
    if isinstance(plane, bool):
        return np.full(rows, plane, np.uint8)
    return np.unpackbits(plane, count=rows, bitorder="little")


def inverse(plane: Plane) -> Plane:
    """Return where the plane is not."""
    return not plane if isinstance(plane, bool) else np.invert(plane)


def both(one: Plane, other: Plane) -> Plane:
    """Return where one plane is, and the other."""
    if isinstance(one, bool):
        return other if one else False
    if isinstance(other, bool):
        return one if other else False
    return np.bitwise_and(one, other)


def either(one: Plane, other: Plane) -> Plane:
    """Return where one plane is, or the other."""
    if isinstance(one, bool):
        return True if one else other
    if isinstance(other, bool):
        return True if other else one
    return np.bitwise_or(one, other)


def without(one: Plane, other: Plane) -> Plane:
    """Return where one plane is and the other is not."""
    return both(one, inverse(other))


def truth_of(values: NDArray[Any] | bool, known: Plane) -> Truth:
    """Return the truth of values, each of which may be unknown."""
    plane = values if isinstance(values, bool) else plane_of(values)
    return Truth(both(known, plane), without(known, plane))


def negation(truth: Truth) -> Truth:
    """Return ``not`` after Kleene."""
    return Truth(truth.false, truth.true)


def conjunction(one: Truth, other: Truth) -> Truth:
    """Return ``and`` after Kleene: false where one side is known to be."""
    return Truth(both(one.true, other.true), either(one.false, other.false))


def unknown_in(truth: Truth) -> Plane:
    """Return where the truth is not known."""
    return inverse(either(truth.true, truth.false))

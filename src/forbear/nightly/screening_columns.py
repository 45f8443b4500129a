"""The facts of a block of rows, checked, and ready for the conditions to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forbear.documents.scalars import WHOLE_NUMBER_MAX
from forbear.errors import InputError
from forbear.law.expression import Kind
from forbear.law.pack import Fact, Pack
from forbear.nightly.planes import UNKNOWN, Plane, Truth, inverse, plane_of, truth_of

Array = NDArray[Any]

_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Number:
    """Whole numbers, one a row or one for all, and where they are known.

    All that are known lie between ``low`` and ``high``.
    """

    value: Array | int
    known: Plane
    low: int
    high: int


NO_NUMBER = Number(0, False, 0, 0)


@dataclass(frozen=True, slots=True)
class Column:
    """A checked column of one block: an axis of rows, and one of zones where people have several."""

    fact: Fact
    value: Array
    unknown: Array | None

    @property
    def zones(self) -> int:
        """How many zones the column tells apart."""
        return self.value.shape[1] if self.value.ndim == 2 else 1

    def in_zone(self, zone: int) -> Truth | Number:
        """Return the values of a zone; what is not declared of a proposal is not proposed."""
        value = _of_zone(self.value, zone)
        known = True if self.unknown is None else inverse(plane_of(_of_zone(self.unknown, zone)))
        if self.fact.kind is Kind.BOOL:
            truth = truth_of(value, known)
            return Truth(truth.true, inverse(truth.true)) if self.fact.proposal else truth
        (low, high), fits = _limits(self.fact), np.iinfo(value.dtype)
        return Number(value, known, max(low, int(fits.min)), min(high, int(fits.max)))


def absent(fact: Fact) -> Truth | Number:
    """Return a fact without a column: not known, or not proposed."""
    if fact.kind is Kind.BOOL:
        return Truth(False, True) if fact.proposal else UNKNOWN
    return NO_NUMBER


def row_count(pack: Pack, columns: Mapping[str, Array]) -> int:
    """Return the rows that all columns have. Raises InputError for unknown names and unequal lengths."""
    for name in columns:
        if name not in pack.facts:
            raise InputError(f"The pack {pack.id} knows no fact {name!r}.", field=name)
    lengths = {len(column) for column in columns.values()}
    if len(lengths) != 1:
        raise InputError(
            f"The columns have {len(lengths)} different lengths; give one column or more, of one length.",
            field="columns",
        )
    return lengths.pop()


def zone_count(columns: Mapping[str, Array]) -> int:
    """Return how many zones the columns tell apart. Raises InputError where they disagree, or for none."""
    counts = {1} | {column.shape[1] for column in columns.values() if column.ndim == 2}
    if len(counts) > 2 or 0 in counts:
        raise InputError(
            f"The columns have {' and '.join(map(str, sorted(counts - {1})))} zones a row; give them all as "
            "many, and at least one.",
            field="columns",
        )
    return max(counts)


def checked_column(fact: Fact, given: Array) -> Column:
    """Return a column in the engine's terms. Raises InputError saying what would fit."""
    unknown = np.ma.getmaskarray(given) if np.ma.is_masked(given) else None
    value = np.ma.getdata(given)
    if fact.kind is Kind.TEXT and value.dtype.kind in "UO":
        value = _places(fact, value, unknown)
    wanted = "b" if fact.kind is Kind.BOOL else "iu"
    if value.dtype.kind not in wanted or value.ndim not in (1, 2) or (value.ndim == 2 and not fact.derived):
        raise InputError(
            f"The column {fact.name} is {value.ndim}-dimensional {value.dtype}; it must be {_fitting(fact)}.",
            field=fact.name,
        )
    if fact.kind is Kind.BOOL:
        return Column(fact, value, unknown)
    _require_range(fact, value, unknown)
    wide = value.dtype.itemsize > 4 or value.dtype == np.uint32
    return Column(fact, value.astype(np.int32) if wide else value, unknown)


def _of_zone(values: Array, zone: int) -> Array:
    if values.ndim == 1:
        return values
    return values[:, zone if values.shape[1] > 1 else 0]


def _fitting(fact: Fact) -> str:
    axes = "one value a row, or one a row and zone" if fact.derived else "one value a row"
    return f"{'bool' if fact.kind is Kind.BOOL else 'whole numbers'}, {axes}"


def _limits(fact: Fact) -> tuple[int, int]:
    match fact.kind:
        case Kind.TEXT:
            return 0, len(fact.options) - 1
        case Kind.TIME:
            return 0, _MINUTES - 1
        case _:
            return 0 if fact.counting else -WHOLE_NUMBER_MAX, WHOLE_NUMBER_MAX


def _require_range(fact: Fact, value: Array, unknown: Array | None) -> None:
    """Raise InputError where a known value lies outside of what the fact may be."""
    low, high = _limits(fact)
    fits = np.iinfo(value.dtype)
    below = fits.min < low and value.min(initial=low) < low
    above = fits.max > high and value.max(initial=high) > high
    if not (below or above):
        return
    known = value if unknown is None else value[~unknown]
    if known.size and (known.min() < low or known.max() > high):
        raise InputError(
            f"The column {fact.name} holds {known.min()} to {known.max()}; it must be {low} to {high}.",
            field=fact.name,
        )


def _places(fact: Fact, words: Array, unknown: Array | None) -> Array:
    """Return the places of words in the fact's options."""
    places = np.full(words.shape, -1, np.int8)
    for place, option in enumerate(fact.options):
        places[words == option] = place
    strange = (places < 0) if unknown is None else (places < 0) & ~unknown
    if strange.any():
        word = str(words[strange][0])
        raise InputError(
            f"The column {fact.name} holds {word!r}; it must be one of {', '.join(fact.options)}.",
            field=fact.name,
        )
    return places

"""A contact log and the people to count it for, as columns. Who is who stands in codes, not in names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forbear.errors import InputError
from forbear.law.evaluation import compiled
from forbear.law.expression import Expression, Value
from forbear.law.facts import FIRST_YEAR, LAST_YEAR
from forbear.law.situation import CHANNELS, DIRECTIONS, OUTCOMES, PURPOSES
from forbear.nightly.counting_zones import microseconds

Array = NDArray[Any]

CHUNK_LINES = 1 << 20
"""Lines that are counted together."""

_WORDS: dict[str, tuple[Value, ...]] = {
    "channel": CHANNELS,
    "direction": DIRECTIONS,
    "outcome": OUTCOMES,
    "two_way": (False, True),
    "purpose": (None, *PURPOSES),
    "consented": (False, True),
}
"""What conditions see of a line. A line is one of a few thousand sorts, so each sort is judged once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactColumns:
    """Lines of a contact log, in any order, one entry a line.

    ``at`` is datetime64 in UTC. ``person``, ``number`` and ``debts`` are codes: whole numbers from 0, as
    few as there are ids, the same for the same id wherever it stands. ``debts`` holds one debt a line,
    or, where ``debt_offsets`` is given (one entry more than lines, as Arrow's lists have it), those of
    line i from ``debt_offsets[i]`` up to the next. ``channel``, ``direction`` and ``outcome`` are places
    in CHANNELS, DIRECTIONS and OUTCOMES, ``purpose`` one in PURPOSES plus 1, and 0 where it is not known.
    """

    at: NDArray[np.datetime64]
    person: Array
    number: Array
    debts: Array
    debt_offsets: Array | None
    channel: Array
    direction: Array
    outcome: Array
    two_way: NDArray[np.bool_]
    purpose: Array
    consented: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateColumns:
    """Proposed acts, one entry an act: whom, where and about what, in the codes of the log.

    ``debtor`` is -1 where the person themself owes. ``zone_set`` is a place in ``zone_sets``, each of
    which names every zone (IANA) that the person may be in.
    """

    person: Array
    debtor: Array
    number: Array
    debt: Array
    zone_set: Array
    zone_sets: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines of a log: instants in microseconds since 1970, the sort of each, and their first number."""

    first: int
    at: NDArray[np.int64]
    sort: NDArray[np.int16]
    person: Array
    number: Array
    debts: Array
    debt_offsets: Array | None
    channel: Array

    def debts_of(self, lines: Array) -> tuple[Array, Array]:
        """Return the debts of some lines, each beside its line; one that stands twice comes twice."""
        if self.debt_offsets is None:
            return lines, self.debts[lines]
        begins = self.debt_offsets[lines]
        many = self.debt_offsets[lines + 1] - begins
        ends = np.cumsum(many)
        steps = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - many, many)
        return np.repeat(lines, many), self.debts[np.repeat(begins, many) + steps]


@lru_cache(maxsize=256)
def sorts_where(condition: Expression, *, doubtful: bool) -> NDArray[np.bool_]:
    """Return which sorts of line match a condition; ``doubtful`` takes in those of which it can't tell."""
    test = compiled(condition)
    said = (test(dict(zip(_WORDS, values, strict=True))) for values in product(*_WORDS.values()))
    return np.array([value is True or (doubtful and value is None) for value in said])


def chunks(read: Callable[[], Iterable[ContactColumns]]) -> Iterator[Chunk]:
    """Yield the log in chunks of lines. Raises InputError for columns that don't fit."""
    first = 0
    for part in read():
        _require_columns(part)
        for start in range(0, len(part.at), CHUNK_LINES):
            yield _chunk(part, slice(start, start + CHUNK_LINES), first + start)
        first += len(part.at)


def _chunk(part: ContactColumns, lines: slice, first: int) -> Chunk:
    at = part.at[lines].astype("datetime64[us]").view(np.int64)
    _require_years(at)
    sort = np.zeros(len(at), np.int16)
    for name, words in _WORDS.items():
        column = getattr(part, name)[lines]
        require_places(f"ContactColumns.{name}", column, len(words))
        sort *= len(words)
        sort += column.astype(np.int16)
    offsets = part.debt_offsets
    return Chunk(
        first=first,
        at=at,
        sort=sort,
        person=part.person[lines],
        number=part.number[lines],
        debts=part.debts[lines] if offsets is None else part.debts,
        debt_offsets=None if offsets is None else offsets[lines.start : lines.start + len(at) + 1],
        channel=part.channel[lines],
    )


def require_places(name: str, column: Array, count: int) -> None:
    """Raise InputError where a column holds anything but whole numbers from 0 up to the count."""
    if column.dtype.kind not in "iub" or (column.size and not 0 <= column.min() <= column.max() < count):
        raise InputError(f"{name} must be whole numbers from 0 to {count - 1}.", field=name)


def _require_columns(part: ContactColumns) -> None:
    lengths = {len(getattr(part, name)) for name in ("at", "person", "number", *_WORDS)}
    lengths.add(len(part.debts if part.debt_offsets is None else part.debt_offsets[1:]))
    if len(lengths) != 1:
        raise InputError("The columns of the contact log are not of one length.", field="log")
    if part.at.dtype.kind != "M":
        raise InputError(f"ContactColumns.at is {part.at.dtype}; give datetime64 in UTC.", field="log")
    offsets = part.debt_offsets
    if offsets is not None and not (
        offsets[0] >= 0 and offsets[-1] <= len(part.debts) and (np.diff(offsets) >= 0).all()
    ):
        raise InputError("ContactColumns.debt_offsets do not lie in order within debts.", field="log")


def require_candidates(candidates: CandidateColumns) -> None:
    """Raise InputError for columns that don't fit together, and for a person who is in no zone."""
    names = ("person", "debtor", "number", "debt", "zone_set")
    if len({len(getattr(candidates, name)) for name in names}) != 1:
        raise InputError("The columns of the candidates are not of one length.", field="candidates")
    if not candidates.zone_sets:
        raise InputError("No time zones are given; name every one that a person may be in.", field="zones")
    require_places("CandidateColumns.zone_set", candidates.zone_set, len(candidates.zone_sets))


def _require_years(at: NDArray[np.int64]) -> None:
    first, last = (microseconds(datetime(year, 1, 1, tzinfo=UTC)) for year in (FIRST_YEAR, LAST_YEAR + 1))
    if at.size and not first <= at.min() <= at.max() < last:
        raise InputError(
            f"The contact log holds a time that is not between {FIRST_YEAR} and {LAST_YEAR}.", field="log"
        )

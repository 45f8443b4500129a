"""Whose contacts are counted together: the places that people, numbers and debts have in the counts."""

from __future__ import annotations

from typing import Protocol, assert_never

import numpy as np
from numpy.typing import NDArray

from forbear.errors import InputError
from forbear.law.pack import Key
from forbear.nightly.counting_log import Array, CandidateColumns, Chunk

CODE_MAX = 2**31 - 2


class Places(Protocol):
    """Where the candidates of a key are counted, and which lines of a log belong there."""

    count: int
    of_candidates: Array

    def of(self, chunk: Chunk, lines: Array) -> tuple[Array, Array]:
        """Return those of the lines that are some candidate's, each beside the place it counts at."""


def places_of(key: Key, candidates: CandidateColumns) -> Places:
    """Return the places of a key."""
    match key:
        case Key.PERSON:
            return _Single("person", candidates.person)
        case Key.DEBTOR:
            return _Single("person", np.where(candidates.debtor < 0, candidates.person, candidates.debtor))
        case Key.NUMBER:
            return _Single("number", candidates.number)
        case Key.DEBT:
            return _Debts(candidates.debt)
        case Key.PERSON_DEBT:
            return _Pairs(candidates.person, candidates.debt)
        case _:
            assert_never(key)


class _Table:
    """The places of codes, by a table as long as the highest code of a candidate."""

    def __init__(self, codes: Array) -> None:
        _require_codes("CandidateColumns", codes)
        taken = np.zeros(int(codes.max()) + 2 if len(codes) else 1, bool)
        taken[codes] = True
        self.count = int(np.count_nonzero(taken))
        self._places = np.where(taken, np.cumsum(taken, dtype=np.int32) - 1, -1)

    def of(self, codes: Array) -> NDArray[np.int32]:
        """Return the places of codes, -1 for those that are nobody's."""
        _require_codes("ContactColumns", codes)
        return self._places[np.minimum(codes.astype(np.int64, copy=False), len(self._places) - 1)]


class _Single:
    def __init__(self, name: str, codes: Array) -> None:
        self._name = name
        self._table = _Table(codes)
        self.count = self._table.count
        self.of_candidates = self._table.of(codes)

    def of(self, chunk: Chunk, lines: Array) -> tuple[Array, Array]:
        codes = chunk.person if self._name == "person" else chunk.number
        return _found(lines, self._table.of(codes[lines]))


class _Debts:
    def __init__(self, codes: Array) -> None:
        self._table = _Table(codes)
        self.count = self._table.count
        self.of_candidates = self._table.of(codes)

    def of(self, chunk: Chunk, lines: Array) -> tuple[Array, Array]:
        beside, debts = chunk.debts_of(lines)
        return _once(chunk, *_found(beside, self._table.of(debts)), self.count)


class _Pairs:
    """Pairs of person and debt: each debt has a run of places, one for each of its persons."""

    def __init__(self, persons: Array, debts: Array) -> None:
        self._table = _Table(debts)
        _require_codes("CandidateColumns", persons)
        width = int(persons.max(initial=0)) + 1
        pairs = self._table.of(debts) * np.int64(width) + persons.astype(np.int64)
        order = np.argsort(pairs, kind="stable")
        fresh = np.diff(pairs[order], prepend=-1) > 0
        self.count = int(np.count_nonzero(fresh))
        self.of_candidates = np.empty(len(pairs), np.int64)
        self.of_candidates[order] = np.cumsum(fresh) - 1
        debt_places, self._persons = np.divmod(pairs[order][fresh], width)
        self._runs = np.searchsorted(debt_places, np.arange(self._table.count + 1))

    def of(self, chunk: Chunk, lines: Array) -> tuple[Array, Array]:
        beside, debts = chunk.debts_of(lines)
        beside, places = _found(beside, self._table.of(debts))
        here, ends = self._runs[places], self._runs[places + 1]
        found = []
        while len(beside):
            same = self._persons[here] == chunk.person[beside]
            found.append((beside[same], here[same]))
            going = ~same & (here + 1 < ends)
            beside, here, ends = beside[going], here[going] + 1, ends[going]
        if not found:
            return beside, here
        lines, places = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return _once(chunk, lines, places, self.count)


def _found(lines: Array, places: NDArray[np.int32]) -> tuple[Array, Array]:
    known = places >= 0
    return lines[known], places[known]


def _once(chunk: Chunk, lines: Array, places: Array, count: int) -> tuple[Array, Array]:
    """Return each line once a place, also where it names a debt twice."""
    if chunk.debt_offsets is None:
        return lines, places
    pairs = np.sort(lines * np.int64(count) + places)
    return np.divmod(pairs[np.diff(pairs, prepend=-1) > 0], max(count, 1))


def _require_codes(name: str, codes: Array) -> None:
    if codes.dtype.kind not in "iu" or (codes.size and not 0 <= codes.min() <= codes.max() <= CODE_MAX):
        raise InputError(f"{name} holds ids that are no codes: give whole numbers from 0.", field=name)

"""How a book moves between nights: roll rates, cures and losses, counted from the nights' columns.

Pure counting on plain arrays. A state is the index of a code in STATES.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from forbear.errors import invariant
from forbear.loans.position import LoanState
from forbear.loans.rules import BUCKETS

STATES: tuple[str, ...] = (
    *(band.code for band in BUCKETS),
    LoanState.CHARGED_OFF.value,
    LoanState.CLOSED.value,
)
"""The states a loan can be in on a night: the ageing bands, then charged off and closed."""

CHARGED_OFF = STATES.index(LoanState.CHARGED_OFF.value)
CLOSED = STATES.index(LoanState.CLOSED.value)
CURRENT = 0

PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """One night of a book: a row a loan, in rising order of ``loan_ids``; amounts in minor units."""

    day: date
    loan_ids: NDArray[np.str_]
    states: NDArray[np.int8]
    principal: NDArray[np.int64]
    charged_off: NDArray[np.int64]
    recovered: NDArray[np.int64]

    def __post_init__(self) -> None:
        rows = self.loan_ids.shape
        invariant(
            all(column.shape == rows for column in (self.states, self.principal, self.charged_off)),
            "the columns of a night line up",
        )
        invariant(
            bool((self.loan_ids[1:] > self.loan_ids[:-1]).all()), "a night has each loan once, in order"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A share that grows by age: ``reached[k]`` of ``at_risk[k]`` had come to it ``k`` nights on."""

    at_risk: tuple[int, ...]
    reached: tuple[int, ...]

    def shares_ppm(self) -> tuple[int | None, ...]:
        """Return the shares in millionths, rounded down; None where nobody was observed that long."""
        return tuple(
            done * PPM // base if base else None
            for done, base in zip(self.reached, self.at_risk, strict=True)
        )


def states_of(codes: Sequence[str] | NDArray[np.str_]) -> NDArray[np.int8]:
    """Turn bucket codes as the columns hold them into states; every code must be one of STATES."""
    index = {code: state for state, code in enumerate(STATES)}
    return np.fromiter((index[str(code)] for code in codes), dtype=np.int8, count=len(codes))


def counts_by_state(night: Night) -> NDArray[np.int64]:
    """Count the loans of a night by state."""
    return np.bincount(night.states, minlength=len(STATES)).astype(np.int64)


def principal_by_state(night: Night) -> NDArray[np.int64]:
    """Add up a night's principal by state, in minor units."""
    totals = np.zeros(len(STATES), dtype=np.int64)
    np.add.at(totals, night.states, night.principal)
    return totals


def roll_matrix(before: Night, after: Night) -> NDArray[np.int64]:
    """Count the loans that went from each state (rows) to each (columns) between two nights.

    Loans that are in only one of them are left out.
    """
    here, there = _common(before, after)
    cells = before.states[here].astype(np.int64) * len(STATES) + after.states[there]
    counts = np.bincount(cells, minlength=len(STATES) ** 2).astype(np.int64)
    return counts.reshape(len(STATES), len(STATES))


def roll_total(nights: Sequence[Night]) -> NDArray[np.int64]:
    """Add up the roll matrices of every pair of neighbouring nights."""
    total = np.zeros((len(STATES), len(STATES)), dtype=np.int64)
    for before, after in pairwise(nights):
        total += roll_matrix(before, after)
    return total


def rates_ppm(matrix: NDArray[np.int64]) -> list[list[int | None]]:
    """Turn a roll matrix into shares of each row, in millionths, rounded down; None for an empty row."""
    return [
        [int(cell) * PPM // total if total else None for cell in row]
        for row, total in ((row, int(row.sum())) for row in matrix)
    ]


def cure_curve(nights: Sequence[Night], *, horizon: int) -> Curve:
    """Of the loans that fell overdue, how many had been current or closed again within k nights.

    An episode starts on a night on which a loan is overdue and the night before it was current. It
    counts at k only when k nights were observed after its start.
    """
    at_risk, reached = np.zeros(horizon + 1, np.int64), np.zeros(horizon + 1, np.int64)
    wide = _wide(nights)
    overdue = (wide > CURRENT) & (wide < CHARGED_OFF)
    cured = (wide == CURRENT) | (wide == CLOSED)
    starts = overdue[1:] & (wide[:-1] == CURRENT)
    for night in range(starts.shape[0]):
        rows = np.flatnonzero(starts[night])
        done = np.zeros(rows.shape, dtype=bool)
        for age in range(min(horizon, len(nights) - night - 2) + 1):
            done |= cured[night + 1 + age, rows]
            at_risk[age] += rows.size
            reached[age] += int(done.sum())
    return Curve(at_risk=tuple(at_risk.tolist()), reached=tuple(reached.tolist()))


def loss_curve(nights: Sequence[Night]) -> Curve:
    """Of the loans of the first night, how many had been charged off by each night."""
    wide = _wide(nights)
    first = wide[0] >= 0
    gone = np.maximum.accumulate(wide[:, first] == CHARGED_OFF, axis=0)
    base = int(first.sum())
    return Curve(at_risk=(base,) * len(nights), reached=tuple(gone.sum(axis=1).tolist()))


def net_losses(nights: Sequence[Night]) -> list[tuple[date, int, int]]:
    """Return each night's charged-off principal and what was recovered so far, in minor units."""
    return [(night.day, int(night.charged_off.sum()), int(night.recovered.sum())) for night in nights]


def _common(before: Night, after: Night) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    _, here, there = np.intersect1d(before.loan_ids, after.loan_ids, assume_unique=True, return_indices=True)
    return here, there


def _wide(nights: Sequence[Night]) -> NDArray[np.int8]:
    """Return states by night (rows) and loan (columns); -1 where a loan is not in the night."""
    everyone = np.unique(np.concatenate([night.loan_ids for night in nights]))
    wide = np.full((len(nights), everyone.size), -1, dtype=np.int8)
    for row, night in enumerate(nights):
        wide[row, np.searchsorted(everyone, night.loan_ids)] = night.states
    return wide

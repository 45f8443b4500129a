"""Timing on a machine that has other work to do: repeats in turn, medians, and a figure's verdict."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured value beside the one asked for: as much of it at least, or at most."""

    name: str
    value: float
    asked: float
    unit: str
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Tell whether the value is as good as asked."""
        return self.value >= self.asked if self.at_least else self.value <= self.asked

    def __str__(self) -> str:
        return f"{self.name}: {self.value:,.2f} {self.unit} (asked {self.asked:,.0f} {self.unit})"


def medians(
    jobs: Mapping[str, Callable[[], object]], *, repeats: int, clock: Callable[[], float]
) -> dict[str, float]:
    """Return the median seconds of each job by ``clock``.

    The jobs take turns, so that whatever else the machine does falls on all alike; the first turn is
    not counted.
    """
    seen: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(repeats + 1):
        for name, job in jobs.items():
            start = clock()
            job()
            if turn:
                seen[name].append(clock() - start)
    return {name: statistics.median(times) for name, times in seen.items()}

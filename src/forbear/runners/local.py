"""Run a night's shards one after another in this process, each committed before the next begins.

Killed at any moment and run again, it goes on after the last committed shard and ends with the same
bytes: a shard's positions are kept first, then its file appears, whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import pyarrow as pa

from forbear.book.nights import (
    SHARDS,
    NightFolder,
    clear_leftovers,
    has_shard,
    read_counts,
    read_shard,
    shard_of,
    write_manifest,
    write_shard,
)
from forbear.loans.position import Position
from forbear.runners.shard import LedgerPort, ShardCounts, close_shard

Progress = Callable[[str, int, int], None]
"""Called with a step's title, what is done of it, and the total."""


class NightPort(LedgerPort, Protocol):
    """What a night asks of the store beyond reading the ledger."""

    def keep(self, positions: Sequence[Position], table: pa.Table) -> None:
        """Store the positions that were folded, and what moved by column in the shard's table."""
        ...

    def reached(self, point: str) -> None:
        """Note a point at which a test may kill the process."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NightTask:
    """One night to run: where it goes, and the night before (None: fold the book from its ledger)."""

    lender_id: str
    folder: NightFolder
    previous: NightFolder | None

    @property
    def day(self) -> date:
        """The business day that is closed."""
        return self.folder.day


def run_local(
    task: NightTask, heads: Mapping[str, int], port: NightPort, progress: Progress
) -> list[ShardCounts]:
    """Close every shard that is not committed yet, then write the manifest; return what each did."""
    clear_leftovers(task.folder)
    by_shard: list[dict[str, int]] = [{} for _ in range(SHARDS)]
    for loan_id, head in heads.items():
        by_shard[shard_of(loan_id)][loan_id] = head
    done, counts = 0, []
    for shard, own in enumerate(by_shard):
        progress(f"Close {task.day}", done, len(heads))
        counts.append(_committed(task, shard) or _run(task, shard, own, port))
        done += len(own)
    progress(f"Close {task.day}", done, len(heads))
    write_manifest(task.folder, task.lender_id)
    return counts


def _run(task: NightTask, shard: int, heads: Mapping[str, int], port: NightPort) -> ShardCounts:
    previous = None if task.previous is None else read_shard(task.previous, shard)
    night = close_shard(previous, heads, day=task.day, seed=task.lender_id, ledger=port)
    port.keep(night.positions, night.table)
    port.reached("close.positions_stored")
    write_shard(task.folder, shard, night.table, night.counts.to_body())
    port.reached("close.shard_written")
    return night.counts


def _committed(task: NightTask, shard: int) -> ShardCounts | None:
    return ShardCounts.from_body(read_counts(task.folder, shard)) if has_shard(task.folder, shard) else None

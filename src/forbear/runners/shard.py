"""One shard of a night: what nothing happened to is aged by column, the rest is folded.

Three lanes: *aged* by the kernel; *folded* because an event came, something fell due or a grace ended;
*scalar* because no kernel fits. A sample of all and the whole scalar lane are folded again from
the ledger and compared; a loan that differs, or cannot be folded, is halted and named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from forbear.book.columns import (
    FLAG_HALTED,
    FLAG_SCALAR,
    NO_DAY,
    SCHEMA,
    Row,
    arrays_of,
    hot_row,
    table_of,
    with_columns,
)
from forbear.errors import ForbearError, InputError
from forbear.loans.events import LoanEvent
from forbear.loans.fold import carry, fold
from forbear.loans.position import Position
from forbear.loans.terms import LoanTerms
from forbear.nightly.ageing import age

EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
SAMPLE_LEAST = 3
SAMPLE_ONE_IN = 1000

AGEING_COLUMNS = (
    "state", "bucket", "days_past_due", "oldest_due", "day_count",
    "contract_base", "contract_rate_ppm", "contract_from", "contract_carry", "contract_settled",
    "contract_rounding", "penalty_base", "penalty_rate_ppm", "penalty_from", "penalty_carry",
    "penalty_settled", "penalty_rounding",
)  # fmt: skip
UNCOMPARED = ("folded_on", "flags")


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A loan's terms at the start, and its ledger up to the last event that counts by the night."""

    terms: LoanTerms
    events: tuple[LoanEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A stored position that still stands, and the events after it, all of later days."""

    position: Position
    events: tuple[LoanEvent, ...]


class LedgerPort(Protocol):
    """What a shard asks of the ledger. ``heads`` maps loans to the last event that counts by the night."""

    def starts(self, heads: Mapping[str, int]) -> Mapping[str, Start]:
        """Return where to go on from, for the loans that have such a place."""
        ...

    def histories(self, heads: Mapping[str, int]) -> Mapping[str, History]:
        """Return the ledgers of loans, up to their heads."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """A loan that is stopped, and why."""

    loan_id: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardCounts:
    """What a shard did: loans by lane, and how many were folded again and compared."""

    loans: int = 0
    new: int = 0
    aged: int = 0
    folded: int = 0
    scalar: int = 0
    compared: int = 0
    halted: tuple[Halt, ...] = ()

    def to_body(self) -> dict[str, Any]:
        """Return the counts as JSON."""
        return asdict(self) | {"halted": [asdict(halt) for halt in self.halted]}

    @staticmethod
    def from_body(body: Mapping[str, Any]) -> ShardCounts:
        """Read what ``to_body`` wrote."""
        halted = tuple(Halt(**halt) for halt in body["halted"])
        return ShardCounts(**{**body, "halted": halted})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardNight:
    """A shard at the end of the day: its table, the positions that were folded, and what it did."""

    table: pa.Table
    positions: tuple[Position, ...]
    counts: ShardCounts


def close_shard(
    previous: pa.Table | None, heads: Mapping[str, int], *, day: date, seed: str, ledger: LedgerPort
) -> ShardNight:
    """Close one shard: ``previous`` is its table of the night before (None: fold everything).

    ``seed`` decides which loans are compared, and nothing else. The same input gives the same output.
    """
    before = SCHEMA.empty_table() if previous is None else previous
    touched = _touched(before, heads, day)
    aged, fits = _aged(before.filter(pa.array(~touched)), day)
    unfit = set(aged.filter(pa.array(~fits)).column("loan_id").to_pylist())
    aged = aged.filter(pa.array(fits))
    standing = set(aged.column("loan_id").to_pylist())
    old = {row["loan_id"]: row for row in _rows_of(before, set(before["loan_id"].to_pylist()) - standing)}
    wanted = {loan_id: head for loan_id, head in sorted(heads.items()) if loan_id not in standing}
    folded = _fold_all(wanted, old, ledger, day)
    rows = [_marked(row, FLAG_SCALAR) if row["loan_id"] in unfit else row for row in folded.rows]
    rows += [_marked(old[halt.loan_id], FLAG_HALTED) for halt in folded.halts if halt.loan_id in old]
    table = pa.concat_tables([aged, table_of(rows)]).sort_by("loan_id").combine_chunks()
    table, compared, differing = _compare(table, day=day, seed=seed, ledger=ledger)
    scalar = sum(1 for row in rows if row["flags"] & FLAG_SCALAR)
    counts = ShardCounts(
        loans=table.num_rows,
        new=sum(1 for position in folded.positions if position.loan_id not in old),
        aged=aged.num_rows,
        folded=len(folded.positions) - scalar,
        scalar=scalar,
        compared=compared,
        halted=tuple(sorted([*folded.halts, *differing], key=lambda halt: halt.loan_id)),
    )
    return ShardNight(table=table, positions=tuple(folded.positions), counts=counts)


def differences(row: Row, history: History) -> list[str]:
    """Fold a loan from its ledger to the row's own day and event, and say what differs from the row."""
    events = [event for event in history.events if event.seq <= row["last_seq"]]
    folded = table_of([hot_row(fold(history.terms, events, as_of=row["as_of"]))]).to_pylist()[0]
    return [
        f"{name} is {row[name]} in the columns and {folded[name]} by the ledger"
        for name in SCHEMA.names
        if name not in UNCOMPARED and row[name] != folded[name]
    ]


@dataclass(slots=True)
class _Folded:
    positions: list[Position]
    rows: list[Row]
    halts: list[Halt]


def _touched(before: pa.Table, heads: Mapping[str, int], day: date) -> NDArray[np.bool_]:
    """Say which rows the kernel may not age: something happened, or will by the day, or is wrong."""
    columns = arrays_of(before.select(["last_seq", "next_change", "flags"]))
    ids = before.column("loan_id").to_pylist()
    head = np.fromiter((heads.get(loan_id, 0) for loan_id in ids), dtype=np.int64, count=len(ids))
    change = columns["next_change"]
    changes = (change != NO_DAY) & (change <= _number(day))
    touched: NDArray[np.bool_] = (head != columns["last_seq"]) | changes | (columns["flags"] != 0)
    return touched


def _aged(rows: pa.Table, day: date) -> tuple[pa.Table, NDArray[np.bool_]]:
    """Age rows to the day; also return where the kernel's integers sufficed."""
    aged = age(arrays_of(rows.select(AGEING_COLUMNS)), day=_number(day))
    moved: dict[str, NDArray[Any]] = {
        "as_of": np.full(rows.num_rows, _number(day), dtype=np.int32),
        "interest_accrued": aged.interest_accrued,
        "overdue_penalty": aged.overdue_penalty,
        "days_past_due": aged.days_past_due,
        "bucket": aged.bucket,
    }
    return with_columns(rows, moved), aged.fits


def _fold_all(wanted: Mapping[str, int], old: Mapping[str, Row], ledger: LedgerPort, day: date) -> _Folded:
    """Fold the loans that want it, each on its own: one that cannot be folded stops alone.

    Even a broken invariant halts the loan that breaks it, and not the book.
    """
    starts = ledger.starts(
        {loan_id: head for loan_id, head in wanted.items() if not _is_halted(old, loan_id)}
    )
    histories = ledger.histories({id_: head for id_, head in wanted.items() if id_ not in starts})
    done = _Folded([], [], [])
    for loan_id in sorted(wanted.keys() | old.keys()):
        try:
            history = histories.get(loan_id)
            _require_true(old.get(loan_id), wanted.get(loan_id, 0), history)
            if history is None:
                start = starts[loan_id]
                position = carry(start.position, start.events, as_of=day)
            else:
                position = fold(history.terms, history.events, as_of=day)
            done.rows.append(hot_row(position))
            done.positions.append(position)
        except ForbearError as error:
            done.halts.append(Halt(loan_id=loan_id, because=str(error)))
    return done


def _require_true(row: Row | None, head: int, history: History | None) -> None:
    """Raise InputError where the last row rests on events that are gone, or was halted and still differs."""
    if row is None:
        return
    if head < row["last_seq"]:
        raise InputError(f"The ledger ends at event {head}; the night before rests on {row['last_seq']}.")
    if history is not None and row["flags"] & FLAG_HALTED and (found := differences(row, history)):
        raise InputError("; ".join(found))


def _compare(
    table: pa.Table, *, day: date, seed: str, ledger: LedgerPort
) -> tuple[pa.Table, int, list[Halt]]:
    """Fold a sample and the scalar lane anew from the ledger; flag and name the loans that differ."""
    flags = arrays_of(table.select(["flags"]))["flags"]
    ids = table.column("loan_id").to_pylist()
    least = max(SAMPLE_LEAST, len(ids) // SAMPLE_ONE_IN)
    sample = set(sorted(ids, key=lambda loan_id: sha256(f"{seed}|{day}|{loan_id}".encode()).digest())[:least])
    chosen = {
        loan_id
        for loan_id, flag in zip(ids, flags.tolist(), strict=True)
        if not flag & FLAG_HALTED and (loan_id in sample or flag & FLAG_SCALAR)
    }
    rows = _rows_of(table, chosen)
    histories = ledger.histories({row["loan_id"]: row["last_seq"] for row in rows})
    differing = []
    for row in rows:
        found = differences(row, histories[row["loan_id"]])
        if found:
            differing.append(Halt(loan_id=row["loan_id"], because="; ".join(found)))
    marked = np.isin(np.asarray(ids, dtype=np.str_), [halt.loan_id for halt in differing])
    return with_columns(table, {"flags": flags | np.where(marked, FLAG_HALTED, 0)}), len(rows), differing


def _marked(row: Row, flag: int) -> Row:
    return row | {"flags": row["flags"] | flag}


def _is_halted(old: Mapping[str, Row], loan_id: str) -> bool:
    return loan_id in old and bool(old[loan_id]["flags"] & FLAG_HALTED)


def _rows_of(table: pa.Table, loan_ids: set[str]) -> list[Row]:
    wanted = pc.is_in(table.column("loan_id"), value_set=pa.array(sorted(loan_ids), pa.string()))
    rows: list[Row] = table.filter(wanted).to_pylist()
    return rows


def _number(day: date) -> int:
    return day.toordinal() - EPOCH_ORDINAL

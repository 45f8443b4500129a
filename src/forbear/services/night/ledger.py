"""Between the night and the tables: where a loan goes on from, and where its position is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pyarrow as pa
from django.db import transaction

from forbear.book.columns import FLAG_HALTED, OVERDUE, Row
from forbear.loans.fold import fold
from forbear.loans.position import Position
from forbear.runners.shard import History, Start
from forbear.services.ledger import positions_keep
from forbear.store.bulk import Moved, positions_age
from forbear.store.crashpoints import reached
from forbear.store.models import PositionRow
from forbear.store.selectors.ledger import stored_position
from forbear.store.selectors.night import chunks, events_between, events_until, terms_by_loan

KEPT_FROM = [
    "loan_id", "last_seq", "folded_on", "bucket", "days_past_due", "flags",
    *OVERDUE,
]  # fmt: skip


class NightLedger:
    """The ledger of one lender as a night sees it; a ``runners.local.NightPort``.

    ``carried`` holds positions of the night before in memory, for a replay of many nights. With
    ``keeps`` False positions are only carried: the last night of the replay keeps them all.
    """

    def __init__(
        self,
        lender_id: str,
        *,
        day: date,
        after: date | None,
        carried: dict[str, Position] | None = None,
        keeps: bool = True,
    ) -> None:
        self._lender_id = lender_id
        self._day = day
        self._carried = carried
        self._keeps = keeps
        self._new = {} if after is None else events_between(lender_id, after, day)

    def starts(self, heads: Mapping[str, int]) -> Mapping[str, Start]:
        """Return where to go on from: a position that nothing earlier has come in under since."""
        found = {}
        for position in self._positions(heads):
            head = heads[position.loan_id]
            new = tuple(
                event
                for event in self._new.get(position.loan_id, ())
                if position.last_seq < event.seq <= head
            )
            is_whole = len(new) == head - position.last_seq
            if is_whole and all(event.value_date > position.as_of for event in new):
                found[position.loan_id] = Start(position=position, events=new)
        return found

    def histories(self, heads: Mapping[str, int]) -> Mapping[str, History]:
        """Return the ledgers of loans, up to their heads."""
        terms = terms_by_loan(heads)
        return {
            loan_id: History(terms=terms[loan_id], events=tuple(events))
            for loan_id, events in events_until(heads).items()
        }

    def keep(self, positions: Sequence[Position], table: pa.Table) -> None:
        """Store the folded positions, those that are missing or behind, and what moved by column.

        Halted loans keep what was stored of them before.
        """
        if self._carried is not None:
            self._carried.update((position.loan_id, position) for position in positions)
        if self._keeps:
            rows = [row for row in table.select(KEPT_FROM).to_pylist() if not row["flags"] & FLAG_HALTED]
            with transaction.atomic():
                self._store({position.loan_id: position for position in positions}, rows)

    def reached(self, point: str) -> None:
        """Note a point at which a test may kill the process."""
        reached(point)

    def _positions(self, heads: Mapping[str, int]) -> Iterator[Position]:
        carried = self._carried or {}
        yield from (carried[loan_id] for loan_id in heads if loan_id in carried)
        for part in chunks(loan_id for loan_id in heads if loan_id not in carried):
            rows = PositionRow.objects.filter(loan_id__in=part, as_of__lte=self._day)
            for loan_id, last_seq, body in rows.values_list("loan_id", "last_seq", "body"):
                position = stored_position(body)
                if position is not None and last_seq <= heads[loan_id] and position.loan_id == loan_id:
                    yield position

    def _store(self, folded: Mapping[str, Position], rows: Sequence[Row]) -> None:
        stored: dict[str, tuple[int, date]] = {}
        for part in chunks(row["loan_id"] for row in rows):
            known = PositionRow.objects.select_for_update().filter(loan_id__in=part)
            for loan_id, last_seq, as_of in known.values_list("loan_id", "last_seq", "as_of"):
                stored[loan_id] = (last_seq, as_of)
        behind = [row for row in rows if _is_behind(stored.get(row["loan_id"]), row)]
        positions = {**folded, **self._missing([row for row in behind if row["loan_id"] not in folded])}
        positions_keep(self._lender_id, [positions[row["loan_id"]] for row in behind])
        positions_age(
            [_moved(row) for row in rows if row["folded_on"] != self._day and row["days_past_due"]],
            day=self._day,
        )

    def _missing(self, rows: Sequence[Row]) -> dict[str, Position]:
        """Return the positions that rows rest on and nobody has kept, as of when they were folded."""
        carried = self._carried or {}
        found = {row["loan_id"]: carried[row["loan_id"]] for row in rows if row["loan_id"] in carried}
        rest = [row for row in rows if row["loan_id"] not in found]
        histories = self.histories({row["loan_id"]: row["last_seq"] for row in rest})
        for row in rest:
            history = histories[row["loan_id"]]
            found[row["loan_id"]] = fold(history.terms, history.events, as_of=row["folded_on"])
        return found


def _is_behind(stored: tuple[int, date] | None, row: Row) -> bool:
    """Say whether the table knows more than the stored position: a later event, or a later fold."""
    return stored is None or stored < (row["last_seq"], row["folded_on"])


def _moved(row: Row) -> Moved:
    overdue = sum(row[name] for name in OVERDUE)
    return Moved(row["bucket"], row["days_past_due"], overdue, row["loan_id"], row["last_seq"])

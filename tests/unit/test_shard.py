"""One shard of a night: each loan in its lane, the same bytes again, and a fault stops one loan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.book.columns import FLAG_HALTED, FLAG_SCALAR, hot_row, table_of
from forbear.loans.events import LoanEvent
from forbear.loans.fold import fold
from forbear.loans.position import Position
from forbear.loans.terms import LoanTerms
from forbear.runners.shard import History, ShardCounts, ShardNight, Start, close_shard, differences
from forbear.testing.builders import consumer_loan
from forbear.testing.ledger import ledger

STORY = "2026-01-05 disburse 12000.00"
PAYING = STORY + "\n2026-02-05 pay 1134.71 P1\n2026-03-05 pay 1134.71 P2\n2026-04-05 pay 1134.71 P3"


class Shelf:
    """A ledger in memory; it gives positions to start from when it is told to."""

    def __init__(self, stories: Mapping[str, str], *, terms: Mapping[str, LoanTerms] | None = None) -> None:
        self.events = {name: ledger(story, loan_id=name) for name, story in stories.items()}
        self.terms = {name: (terms or {}).get(name, consumer_loan()) for name in stories}
        self.positions: dict[str, Position] = {}
        self.asked: list[str] = []

    def heads(self, day: date) -> dict[str, int]:
        return {
            name: max(event.seq for event in events if event.value_date <= day)
            for name, events in self.events.items()
            if any(event.value_date <= day for event in events)
        }

    def starts(self, heads: Mapping[str, int]) -> Mapping[str, Start]:
        found = {}
        for name, head in heads.items():
            position = self.positions.get(name)
            if position is not None and position.last_seq <= head:
                new = tuple(e for e in self.events[name] if position.last_seq < e.seq <= head)
                if all(event.value_date > position.as_of for event in new):
                    found[name] = Start(position=position, events=new)
        return found

    def histories(self, heads: Mapping[str, int]) -> Mapping[str, History]:
        self.asked += heads
        return {
            name: History(terms=self.terms[name], events=tuple(e for e in self.events[name] if e.seq <= head))
            for name, head in heads.items()
        }

    def close(self, previous: pa.Table | None, day: date) -> ShardNight:
        night = close_shard(previous, self.heads(day), day=day, seed="acme", ledger=self)
        self.positions |= {position.loan_id: position for position in night.positions}
        return night

    def truth(self, day: date) -> list[dict[str, object]]:
        heads = self.heads(day)
        rows = [
            hot_row(fold(self.terms[name], [e for e in self.events[name] if e.seq <= head], as_of=day))
            for name, head in heads.items()
        ]
        return [row | {"folded_on": None, "flags": None} for row in table_of(rows).to_pylist()]


def plain(table: pa.Table) -> list[dict[str, object]]:
    return [row | {"folded_on": None, "flags": None} for row in table.to_pylist()]


def flags(table: pa.Table) -> dict[str, int]:
    return dict(zip(table["loan_id"].to_pylist(), table["flags"].to_pylist(), strict=True))


@settings(max_examples=60, deadline=None)
@given(gaps=st.lists(st.integers(1, 40), min_size=1, max_size=8), carried=st.booleans())
def test_any_row_of_nights_equals_folding(gaps: list[int], carried: bool) -> None:
    """However many nights lie between, the columns are those of a fold from the ledger."""
    shelf = Shelf(
        {"late": STORY, "paying": PAYING, "third": STORY},
        terms={"third": consumer_loan(rate_annual=Fraction(1, 7))},
    )
    day, previous = date(2026, 1, 4), None
    for gap in gaps:
        day += timedelta(days=gap)
        night = shelf.close(previous, day)
        if not carried:
            shelf.positions.clear()
        assert plain(night.table) == shelf.truth(day)
        assert night.counts.halted == ()
        previous = night.table


def test_lanes_are_counted() -> None:
    """New, aged by column, folded because it fell due, and the scalar lane."""
    shelf = Shelf(
        {"a": STORY, "b": PAYING, "c": STORY}, terms={"c": consumer_loan(rate_annual=Fraction(1, 7))}
    )
    first = shelf.close(None, date(2026, 1, 10))
    assert first.counts == ShardCounts(loans=3, new=3, folded=2, scalar=1, compared=3)
    quiet = shelf.close(first.table, date(2026, 1, 11))
    assert quiet.counts == ShardCounts(loans=3, aged=2, scalar=1, compared=3)
    assert flags(quiet.table) == {"a": 0, "b": 0, "c": FLAG_SCALAR}
    due = shelf.close(quiet.table, date(2026, 2, 5))
    assert due.counts == ShardCounts(loans=3, folded=2, scalar=1, compared=3)
    assert ShardCounts.from_body(due.counts.to_body()) == due.counts


def test_the_kernel_hands_back_what_it_cannot_hold() -> None:
    """A product beyond int64 goes to the scalar lane, with the fold's cents."""
    shelf = Shelf(
        {"big": f"2026-01-05 disburse {10**9}.00"},
        terms={"big": consumer_loan(principal=10**11, rate_annual=Fraction(9), first_due=date(2027, 6, 5))},
    )
    first = shelf.close(None, date(2026, 1, 5))
    night = shelf.close(first.table, date(2026, 12, 31))
    assert night.counts.scalar == 1
    assert plain(night.table) == shelf.truth(date(2026, 12, 31))


def test_the_same_night_again_gives_the_same_rows() -> None:
    """From carried positions, or from the ledger alone: nothing differs."""
    shelf = Shelf({"a": STORY, "b": PAYING})
    first = shelf.close(None, date(2026, 1, 10))
    once = shelf.close(first.table, date(2026, 3, 20))
    again = shelf.close(first.table, date(2026, 3, 20))
    shelf.positions.clear()
    cold = shelf.close(first.table, date(2026, 3, 20))
    assert once.table.equals(again.table)
    assert once.table.equals(cold.table)
    assert once.counts == again.counts == cold.counts


def test_a_late_payment_is_folded_from_the_ledger() -> None:
    """A backdated payment changes the loan as if it had been known on its day."""
    shelf = Shelf({"a": STORY})
    first = shelf.close(None, date(2026, 3, 1))
    late = ledger(STORY + "\n2026-02-04 pay 1134.71 P1 @ 2026-03-02", loan_id="a")
    shelf.events["a"] = late
    night = shelf.close(first.table, date(2026, 3, 2))
    assert first.table["days_past_due"].to_pylist() == [24]
    assert night.table["days_past_due"].to_pylist() == [0]
    assert plain(night.table) == shelf.truth(date(2026, 3, 2))


def tampered(table: pa.Table, **values: object) -> pa.Table:
    return table_of([row | values for row in table.to_pylist()])


def test_a_row_that_differs_from_its_ledger_is_halted_until_it_does_not() -> None:
    """A changed column is found by the comparison, named, and the loan stays stopped until rebuilt."""
    shelf = Shelf({"a": STORY})
    first = shelf.close(None, date(2026, 1, 10))
    wrong = tampered(first.table, principal=5)
    night = shelf.close(wrong, date(2026, 1, 11))
    assert [halt.loan_id for halt in night.counts.halted] == ["a"]
    assert "principal is 5 in the columns and 1200000 by the ledger" in night.counts.halted[0].because
    assert flags(night.table) == {"a": FLAG_HALTED}
    still = shelf.close(night.table, date(2026, 1, 12))
    assert "principal is 5" in still.counts.halted[0].because
    assert flags(still.table) == {"a": FLAG_HALTED}
    mended = shelf.close(tampered(still.table, principal=1_200_000), date(2026, 1, 13))
    assert mended.counts.halted == ()
    assert plain(mended.table) == shelf.truth(date(2026, 1, 13))


def test_a_stored_position_that_lies_is_found() -> None:
    """Going on from a false position gives a false row, and the comparison says so."""
    shelf = Shelf({"a": PAYING})
    first = shelf.close(None, date(2026, 1, 10))
    shelf.positions["a"] = replace(shelf.positions["a"], paid_total=7)
    night = shelf.close(first.table, date(2026, 2, 5))
    assert "paid_total is 113478 in the columns and 113471 by the ledger" in night.counts.halted[0].because


def test_a_loan_that_cannot_be_folded_stops_alone() -> None:
    """One broken ledger halts one loan; the others are closed."""
    shelf = Shelf({"bad": STORY, "good": STORY})
    shelf.events["bad"] = [replace(shelf.events["bad"][0], seq=1), replace(shelf.events["bad"][0], seq=2)]
    night = shelf.close(None, date(2026, 1, 10))
    assert [halt.loan_id for halt in night.counts.halted] == ["bad"]
    assert night.table["loan_id"].to_pylist() == ["good"]


def test_events_that_are_gone_are_noticed() -> None:
    """A ledger shorter than what the night before rested on halts the loan and keeps its last row."""
    shelf = Shelf({"a": PAYING})
    first = shelf.close(None, date(2026, 2, 6))
    shelf.events["a"] = shelf.events["a"][:1]
    night = shelf.close(first.table, date(2026, 2, 7))
    assert night.counts.halted[0].because == "The ledger ends at event 1; the night before rests on 2."
    assert night.table["as_of"].to_pylist() == [date(2026, 2, 6)]
    shelf.events["a"] = []
    assert (
        shelf.close(first.table, date(2026, 2, 7))
        .counts.halted[0]
        .because.startswith("The ledger ends at event 0")
    )


def test_the_sample_depends_on_the_day_alone() -> None:
    """At least three loans are folded again every night, chosen by seed and day."""
    names = [f"l{number:02d}" for number in range(20)]
    shelf = Shelf(dict.fromkeys(names, STORY))
    first = shelf.close(None, date(2026, 1, 10))
    chosen = []
    for day in (date(2026, 1, 11), date(2026, 1, 11), date(2026, 1, 12)):
        shelf.asked.clear()
        assert shelf.close(first.table, day).counts.compared == 3
        chosen.append(list(shelf.asked))
    assert chosen[0] == chosen[1] != chosen[2]


@pytest.mark.parametrize(
    ("column", "value"), [("interest_accrued", 1), ("digest", "0" * 64), ("next_due", None)]
)
def test_every_column_is_compared(column: str, value: object) -> None:
    """A difference in any column counts."""
    terms = consumer_loan()
    events: list[LoanEvent] = ledger(STORY, loan_id="a")
    row = table_of([hot_row(fold(terms, events, as_of=date(2026, 1, 10)))]).to_pylist()[0]
    history = History(terms=terms, events=tuple(events))
    assert differences(row, history) == []
    assert differences(row | {column: value}, history)[0].startswith(f"{column} is {value}")

"""The schedule of any loan as it stands: what became of each instalment, and what is to come.

Terms with a pattern have their ``statement``. For all others the rows are read off the position; what is to
come of a simple-interest loan is what the engine bills if, from today on, each amount is paid on its day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum

from forbear.loans.events import LoanEvent, PaymentReceived
from forbear.loans.fold import Head, advance, carry
from forbear.loans.position import InstalmentState, LoanState, Position
from forbear.loans.schedule import Origin, build_schedule
from forbear.loans.slots import NOTHING, PartAmounts
from forbear.loans.statement import ScheduleRow, sum_of
from forbear.loans.terms import Recalculation

LONGEST_PROJECTION = 600
"""Instalments after which a loan that never ends is no longer looked ahead of."""


class Standing(StrEnum):
    """What became of an instalment by a day."""

    PAID = "paid"
    PAID_AHEAD = "paid_ahead"
    GIVEN_UP = "given_up"
    LATE = "late"
    DUE = "due"
    TO_COME = "to_come"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """One row of the schedule, how it stands, and for how many days it is late."""

    row: ScheduleRow
    standing: Standing
    days_late: int

    @property
    def is_owed(self) -> bool:
        """Whether it has fallen due and something of it is unpaid."""
        return self.standing in (Standing.LATE, Standing.DUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The sums of a schedule's columns."""

    due: PartAmounts
    paid: int
    waived: int
    outstanding: int


def totals_of(rows: tuple[ScheduleRow, ...]) -> Totals:
    """Add up the columns of a schedule."""
    return Totals(
        due=sum_of(row.due for row in rows),
        paid=sum(row.paid.total for row in rows),
        waived=sum(row.waived.total for row in rows),
        outstanding=sum(row.outstanding for row in rows),
    )


def rows_of(position: Position, lent: int) -> tuple[ScheduleRow, ...]:
    """Return the rows of a loan whose terms have no pattern, by due day; ``lent`` is its first principal."""
    states = sorted(
        [*position.instalments, *_to_come(position)],
        key=lambda item: (item.due_on, item.origin is not Origin.CONTRACT),
    )
    rows, scheduled, starts_on = [], 0, position.terms.disbursed_on
    for item in states:
        scheduled += item.due.principal
        is_planned = item.origin in (Origin.CONTRACT, Origin.SETTLEMENT)
        start = min(starts_on, item.due_on) if is_planned else item.due_on
        rows.append(_row(item, starts_on=start, balance=max(0, lent - scheduled)))
        starts_on = item.due_on if is_planned else starts_on
    return tuple(rows)


def instalments_of(rows: tuple[ScheduleRow, ...], position: Position) -> tuple[Instalment, ...]:
    """Say of each row how it stands at the end of the position's day."""
    by_id = {item.instalment_id: item for item in position.instalments}
    found = []
    for row in rows:
        standing = _standing(row, by_id.get(row.instalment_id), position.as_of)
        late = (position.as_of - row.due_on).days if standing is Standing.LATE else 0
        found.append(Instalment(row=row, standing=standing, days_late=late))
    return tuple(found)


def _standing(row: ScheduleRow, state: InstalmentState | None, day: date) -> Standing:
    has_fallen = state.fallen if state else row.due_on <= day
    if row.outstanding == 0 and (has_fallen or row.due.total):
        if row.waived.total and not row.paid.total:
            return Standing.GIVEN_UP
        return Standing.PAID if has_fallen else Standing.PAID_AHEAD
    if not has_fallen:
        return Standing.TO_COME
    return Standing.LATE if state is None or state.late else Standing.DUE


def _row(item: InstalmentState, *, starts_on: date, balance: int) -> ScheduleRow:
    return ScheduleRow(
        instalment_id=item.instalment_id,
        origin=item.origin,
        starts_on=starts_on,
        due_on=item.due_on,
        settled_on=item.settled_on,
        balance=balance,
        due=item.due,
        paid=item.paid,
        waived=item.waived,
        in_advance=0,
        late=0,
    )


def _to_come(position: Position) -> Iterator[InstalmentState]:
    if position.next_due is None or position.state is not LoanState.ACTIVE or position.opening is None:
        return
    if position.terms.recalculation is Recalculation.ACTUAL:
        yield from _billed_if_paid(position)
        return
    plan = build_schedule(position.terms, position.opening)
    known = {item.instalment_id for item in position.instalments}
    for number, instalment_id in enumerate(plan.ids):
        if instalment_id not in known and plan.due_on[number] >= position.next_due:
            due = PartAmounts(principal=plan.principal[number], interest=plan.interest[number])
            yield _planned(instalment_id, plan.due_on[number], due)


def _planned(instalment_id: str, due_on: date, due: PartAmounts) -> InstalmentState:
    return InstalmentState(instalment_id=instalment_id, due_on=due_on, due=due, paid=NOTHING, fallen=False)


def _billed_if_paid(position: Position) -> Iterator[InstalmentState]:
    """Let the engine bill what is to come, each amount paid on its day; only what is paid by now counts."""
    ahead = _paid(replace(position, pending=()))
    for _ in range(LONGEST_PROJECTION):
        if ahead.next_due is None:
            return
        known = len(ahead.instalments)
        billed = advance(ahead, ahead.next_due)
        yield from (replace(item, fallen=False) for item in billed.instalments[known:])
        ahead = _paid(billed)


def _paid(position: Position) -> Position:
    """Return the position once what is owed on its day is paid."""
    if position.owed_now <= 0:
        return position
    event = LoanEvent(
        event_id=f"plan-{position.last_seq + 1}",
        loan_id=position.loan_id,
        seq=position.last_seq + 1,
        value_date=position.as_of,
        booked_on=position.as_of,
        recorded_at=datetime.combine(position.as_of, time(), UTC),
        actor="",
        body=PaymentReceived(amount=position.owed_now, channel_ref="plan"),
    )
    return carry(position, (event,), as_of=position.as_of, head=Head(event.seq, position.digest))

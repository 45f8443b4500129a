"""Income as it is earned: what interest, fees and penalties come to by a day, and the entries that post it.

An entry is the difference between what is earned and what was posted before, so what was posted stands, and a
run that was left out is made good by the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from forbear.loans.accrual import RunningAccrual
from forbear.loans.position import LoanState, Position, Pot
from forbear.loans.slots import Part, PartAmounts
from forbear.loans.statement import ChargeRow, ScheduleRow, Statement, sum_of
from forbear.money.rounding import Rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class AccrualEntry:
    """Income that a run posted on ``day``, in all and by instalment."""

    day: date
    parts: PartAmounts
    shares: tuple[tuple[str, PartAmounts], ...]


def accrue(
    statement: Statement,
    posted: Sequence[AccrualEntry],
    *,
    through: date,
    by_charge_day: bool = False,
    at_once: bool = False,
) -> tuple[AccrualEntry, ...]:
    """Return the entries that a run through ``through`` posts, beyond what was ``posted``.

    Interest is earned by the day, a fee or penalty on the day it falls due, or ``by_charge_day`` on the day
    it was charged; all of it when the loan ends. An instalment that has fallen due is posted on its due
    day, unless all is posted ``at_once``. Overdue interest is earned by the day. Nothing is earned after
    charge-off.
    """
    position = statement.position
    if position.laid_out.charge_off is not None:
        return ()
    is_over = position.state in (LoanState.CLOSED, LoanState.WRITTEN_OFF)
    by_day: dict[date, list[tuple[str, PartAmounts]]] = {}
    earned = {
        row.instalment_id: (
            through if is_over or by_charge_day or at_once else min(row.due_on, through),
            _earned(statement, row, through, is_over=is_over, by_charge_day=by_charge_day),
        )
        for row in statement.schedule
    }
    earned[Pot.PENALTY] = (through, _overdue_interest(position, through))
    for name, (day, parts) in earned.items():
        more = _beyond(parts, [part for entry in posted for share, part in entry.shares if share == name])
        if more.total:
            by_day.setdefault(day, []).append((name, more))
    return tuple(
        AccrualEntry(day=day, parts=sum_of(parts for _, parts in shares), shares=tuple(shares))
        for day, shares in sorted(by_day.items())
    )


def _overdue_interest(position: Position, through: date) -> PartAmounts:
    """Return what overdue principal has borne; a position knows it up to its own day, and how it runs on."""
    accrual = RunningAccrual(position.penalty, position.terms.day_count)
    return PartAmounts(penalty=accrual.posted(through, position.terms.rounding.penalty))


def _earned(
    statement: Statement, row: ScheduleRow, through: date, *, is_over: bool, by_charge_day: bool
) -> PartAmounts:
    amounts = {Part.FEE: 0, Part.PENALTY: 0}
    for charged in statement.charges:
        if is_over or _counts(charged, row, through, by_charge_day=by_charge_day):
            amounts[charged.part] += sum(
                share for item_id, share in charged.shares if item_id == row.instalment_id
            )
    interest = row.due.interest
    if not is_over and row.due_on > through:
        length = max(1, row.days)
        elapsed = min(length, max(0, (through - row.starts_on).days))
        interest = Rounding.HALF_EVEN.settle_ratio(interest * elapsed, length)
    return PartAmounts(interest=interest, fee=amounts[Part.FEE], penalty=amounts[Part.PENALTY])


def _counts(charged: ChargeRow, row: ScheduleRow, through: date, *, by_charge_day: bool) -> bool:
    if by_charge_day:
        return charged.charged_on <= through
    return (charged.due_on or row.due_on) <= through


def _beyond(earned: PartAmounts, posted: Sequence[PartAmounts]) -> PartAmounts:
    return PartAmounts(
        interest=max(0, earned.interest - sum(part.interest for part in posted)),
        fee=max(0, earned.fee - sum(part.fee for part in posted)),
        penalty=max(0, earned.penalty - sum(part.penalty for part in posted)),
    )

"""Why a loan owes what it owes: each part of each instalment, overdue interest, interest to date.

Every amount comes with the rows that add up to it, to the cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from forbear.loans.events import FeeCharged, LoanEvent
from forbear.loans.explain import Explanation
from forbear.loans.position import InstalmentState, Position
from forbear.loans.schedule import Origin, level_instalment
from forbear.loans.slots import PartAmounts
from forbear.loans.statement import sum_of
from forbear.services.loan_books.interest import Reckoning, Timeline, reckoning_of


class PrincipalRule(StrEnum):
    """Where the principal of an instalment comes from."""

    LEVEL = "level"
    REST = "rest"
    PLAN = "plan"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What one payment settles of an instalment."""

    event_id: str
    value_date: date
    parts: PartAmounts


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeLine:
    """A fee in an instalment: the day it was charged, and its reason; none for the contract's late fee."""

    charged_on: date
    amount: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentWhy:
    """One unpaid instalment: what was due, what settled some of it, and where interest and fee come from.

    ``interest`` is None where the instalment's interest is no difference of two days, as when a late payment
    let interest stand in the place of principal; ``to_date`` of the whole then tells it.
    """

    state: InstalmentState
    settled: tuple[Settled, ...]
    interest: Reckoning | None
    rule: PrincipalRule
    level: int
    fees: tuple[FeeLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """All that is owed on a day, taken apart.

    ``owed`` are the parts of what has fallen due, ``unpaid`` those of the instalments alone; with
    ``penalty.owed`` they are the same. ``coming`` is interest to date, ``owed`` of it what is not due yet.
    """

    position: Position
    owed: PartAmounts
    unpaid: PartAmounts
    instalments: tuple[InstalmentWhy, ...]
    penalty: Reckoning
    coming: Reckoning
    not_yet_due: int
    charges_to_come: int
    claim_rest: int

    @property
    def tells_interest_to_date(self) -> bool:
        """Whether interest to date explains something: what is not due yet, or what an instalment took up."""
        untold = any(one.interest is None and one.state.due.interest for one in self.instalments)
        return bool(self.coming.owed or untold)


def why_of(explanation: Explanation, events: Sequence[LoanEvent]) -> Why:
    """Take what is owed apart, by the explanation of its position."""
    position = explanation.position
    rounding = position.terms.rounding
    overdue, due = position.overdue, position.due_today
    unpaid = sum_of(item.unpaid for item in explanation.unpaid)
    return Why(
        position=position,
        owed=sum_of((overdue, due)),
        unpaid=unpaid,
        instalments=tuple(_instalments(explanation, events)),
        penalty=reckoning_of(explanation.penalty, rounding.penalty),
        coming=_coming(explanation),
        not_yet_due=explanation.not_yet_due,
        charges_to_come=position.laid_out.charges_to_come,
        claim_rest=position.charged_off - unpaid.principal if position.charged_off else 0,
    )


def _coming(explanation: Explanation) -> Reckoning:
    """Tell interest not due yet since the last due day where that alone is it, else from the start."""
    position, line = explanation.position, explanation.interest
    rounding = position.terms.rounding.interest
    fallen = [item.due_on for item in position.instalments if item.fallen]
    if position.terms.pattern is None and fallen:
        timeline = Timeline(line, position.terms.day_count, rounding)
        since = timeline.between(max(fallen), position.as_of)
        if since.posted == line.owed:
            return since
    return reckoning_of(line, rounding)


def _instalments(explanation: Explanation, events: Sequence[LoanEvent]) -> Iterable[InstalmentWhy]:
    position = explanation.position
    terms = position.terms
    timeline = None
    if terms.pattern is None:
        timeline = Timeline(explanation.interest, terms.day_count, terms.rounding.interest)
    starts = _starts(position)
    settled = _settled(explanation)
    for item in explanation.unpaid:
        start = starts.get(item.instalment_id)
        interest = timeline.between(start, item.due_on) if timeline and start else None
        yield InstalmentWhy(
            state=item,
            settled=tuple(settled.get(item.instalment_id, ())),
            interest=interest if interest and interest.posted == item.due.interest else None,
            rule=_rule(item, position),
            level=_level(position),
            fees=tuple(_fees(item, position, events)),
        )


def _starts(position: Position) -> dict[str, date]:
    """Return the day from which each instalment of the plan bears interest."""
    starts, start = {}, date.min
    for item in sorted(position.instalments, key=lambda item: item.due_on):
        if item.origin in (Origin.CONTRACT, Origin.SETTLEMENT):
            starts[item.instalment_id] = start
            start = item.due_on
    return starts


def _settled(explanation: Explanation) -> dict[str, list[Settled]]:
    """Return by instalment what each payment settles of it."""
    value_dates = {line.event_id: line.value_date for line in explanation.payments}
    found: dict[str, list[Settled]] = {}
    for share in explanation.position.allocations:
        paid_on = share.paid_on or value_dates.get(share.event_id, explanation.position.as_of)
        line = Settled(event_id=share.event_id, value_date=paid_on, parts=share.parts)
        found.setdefault(share.target, []).append(line)
    return found


def _level(position: Position) -> int:
    terms, opening = position.terms, position.opening
    return level_instalment(terms, opening) if terms.pattern is None and opening is not None else 0


def _rule(item: InstalmentState, position: Position) -> PrincipalRule:
    if item.due.principal == 0:
        return PrincipalRule.NONE
    if position.terms.pattern is not None:
        return PrincipalRule.PLAN
    if item.origin is Origin.CONTRACT and item.due.principal + item.due.interest == _level(position):
        return PrincipalRule.LEVEL
    return PrincipalRule.REST


def _fees(item: InstalmentState, position: Position, events: Iterable[LoanEvent]) -> Iterable[FeeLine]:
    """Return the fees of an instalment: each that was charged, and the contract's late fee."""
    left = item.due.fee
    for event in events:
        if isinstance(event.body, FeeCharged) and event.event_id == item.instalment_id:
            yield FeeLine(charged_on=event.value_date, amount=event.body.amount, reason=event.body.reason)
            left -= event.body.amount
    if left > 0 and position.terms.pattern is None:
        charged_on = item.due_on + timedelta(days=position.terms.grace_days + 1)
        yield FeeLine(charged_on=charged_on, amount=left, reason="")

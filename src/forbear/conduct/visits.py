"""Before a visit: its three grounds, and how long a claim has run. Refusing is a right, not an escalation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from forbear.conduct.treatment import VisitLimits
from forbear.loans.position import Position
from forbear.loans.schedule import build_schedule

TALKS_DECLINED = 2
"""Real conversations in which the person declined to discuss the debt at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One lawful attempt to reach a person, in the person's local day and hour.

    ``confirmed`` says whether the number or mailbox was confirmed to be the person's. ``declined``
    means: in a real conversation, the person declined to discuss the debt at all. A stop request, a
    limit on hours or channels, an objection, a complaint or a representative is never that.
    """

    on: date
    hour: int
    channel: str
    confirmed: bool
    reached: bool
    declined: bool = False


def visit_grounds(
    limits: VisitLimits, *, days_past_due: int, attempts: Sequence[Attempt], replied_on: date | None
) -> tuple[str, ...]:
    """Return the grounds that hold, out of ``candidate.VISIT_GROUNDS`` and in that order.

    ``attempts`` are in order of time. Unreachable is earned honestly: failures to a confirmed
    number, on several days, channels and hours, since the person was last reached or last
    ``replied_on`` (a message, a portal visit). More attempts in fewer days don't hasten it.
    """
    found = []
    if days_past_due >= limits.long_overdue_days:
        found.append("long_overdue")
    if _unreachable(limits, _failures(attempts, replied_on)):
        found.append("unreachable")
    if sum(1 for attempt in attempts if attempt.reached and attempt.declined) >= TALKS_DECLINED:
        found.append("refuses_to_talk")
    return tuple(found)


def limitation_years_run(position: Position, *, acknowledged_on: date | None) -> int | None:
    """Return how many full years the limitation period has run by the day of the position.

    It runs from the day the last instalment falls due (Civil Code of China, art. 189), and anew from
    ``acknowledged_on``, the latest payment or promise (art. 195). None for a loan not paid out yet.
    """
    if position.opening is None:
        return None
    planned = build_schedule(position.terms, position.opening).due_on
    last_due = max(*planned, *(item.due_on for item in position.instalments), position.opening.from_day)
    start = max(last_due, acknowledged_on or last_due)
    years = position.as_of.year - start.year
    is_short = (position.as_of.month, position.as_of.day) < (start.month, start.day)
    return max(0, years - is_short)


def _failures(attempts: Sequence[Attempt], replied_on: date | None) -> list[Attempt]:
    last_reached = max((index for index, item in enumerate(attempts) if item.reached), default=-1)
    return [
        item
        for item in attempts[last_reached + 1 :]
        if item.confirmed and (replied_on is None or item.on > replied_on)
    ]


def _unreachable(limits: VisitLimits, failures: Sequence[Attempt]) -> bool:
    if len(failures) < limits.failures:
        return False
    span = (failures[-1].on - failures[0].on).days + 1
    return (
        span >= limits.over_days
        and len({item.channel for item in failures}) >= limits.channels
        and len({item.hour for item in failures}) >= limits.failures
    )

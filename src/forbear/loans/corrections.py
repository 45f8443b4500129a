"""What a backdated event changed: two statements of one loan side by side, by date and amount."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from forbear.loans.slots import NOTHING, Part, PartAmounts
from forbear.loans.statement import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One amount that is another than it was: of an event's ledger row, or due of or paid of an instalment.

    ``what`` is "event", "due" or "paid", ``name`` the event's or the instalment's id, ``day`` its value date
    or due day; what was not there before, or is no longer, counts as 0.
    """

    day: date
    what: str
    name: str
    part: Part
    before: int
    after: int


Amounts = Mapping[tuple[date, str, str], PartAmounts]


def corrections(before: Statement, after: Statement) -> tuple[Correction, ...]:
    """Return what differs between two statements of a loan as of one day, the earliest day first."""
    old, new = _amounts(before), _amounts(after)
    return tuple(
        correction
        for key in sorted(old.keys() | new.keys())
        for correction in _compared(key, old.get(key, NOTHING), new.get(key, NOTHING))
    )


def _amounts(shown: Statement) -> Amounts:
    amounts: dict[tuple[date, str, str], PartAmounts] = {}
    for entry in shown.ledger:
        if not entry.undone:
            amounts[entry.value_date, "event", entry.event_id] = entry.parts
    for row in shown.schedule:
        amounts[row.due_on, "due", row.instalment_id] = row.due
        amounts[row.due_on, "paid", row.instalment_id] = row.paid
    return amounts


def _compared(key: tuple[date, str, str], old: PartAmounts, new: PartAmounts) -> Iterator[Correction]:
    day, what, name = key
    for part in Part:
        before, after = getattr(old, part.value), getattr(new, part.value)
        if before != after:
            yield Correction(day=day, what=what, name=name, part=part, before=before, after=after)

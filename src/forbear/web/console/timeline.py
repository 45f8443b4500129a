"""What happened to a loan, newest first: money, contacts, refusals, promises, wishes, holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from forbear.store.selectors.history import History

SHOWN = 14


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline: when it became known, what kind of thing it is, and its row."""

    at: datetime
    kind: str
    row: Model


def timeline_of(history: History, *, everything: bool) -> tuple[list[Entry], int]:
    """Return the newest entries of a loan (or all of them), and how many more there are."""
    entries = [
        *(Entry(row.recorded_at, "event", row) for row in history.events),
        *(Entry(row.placed_at, "contact", row) for row in history.contacts),
        *(Entry(row.judged_at, "refusal", row) for row in history.denied),
        *(Entry(row.made_at, "promise", row) for row in history.promises),
        *(Entry(row.opened_at, "hold", row) for row in history.holds),
        *(Entry(row.closed_at, "release", row) for row in history.holds if row.closed_at is not None),
        *(Entry(row.since, "wish", row) for row in history.wishes),
    ]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    if everything:
        return entries, 0
    return entries[:SHOWN], max(len(entries) - SHOWN, 0)

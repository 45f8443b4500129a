"""What happened to a loan, newest first: money, contacts, refusals, promises, wishes, holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from forbear.store.models import Loan, Preference

SHOWN = 14


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline: when it became known, what kind of thing it is, and its row."""

    at: datetime
    kind: str
    row: Model


def timeline_of(loan: Loan, *, everything: bool) -> tuple[list[Entry], int]:
    """Return the newest entries of a loan (or all of them), and how many more there are."""
    entries = [entry for rows in _sources(loan) for entry in rows]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    if everything:
        return entries, 0
    return entries[:SHOWN], max(len(entries) - SHOWN, 0)


def _sources(loan: Loan) -> list[list[Entry]]:
    contacts = loan.contacts.select_related("outcome", "message", "party", "contact_point")
    denied = loan.verdicts.exclude(outcome="allowed").select_related("party")
    parties = loan.roles.values("party_id")
    wishes = Preference.objects.filter(party_id__in=parties).select_related("party")
    return [
        [Entry(row.recorded_at, "event", row) for row in loan.events.all()],
        [Entry(row.placed_at, "contact", row) for row in contacts],
        [Entry(row.judged_at, "refusal", row) for row in denied],
        [Entry(row.made_at, "promise", row) for row in loan.promises.select_related("party")],
        [Entry(row.opened_at, "hold", row) for row in loan.holds.select_related("party")],
        [
            Entry(row.closed_at, "release", row)
            for row in loan.holds.filter(closed_at__isnull=False).select_related("party")
        ],
        [Entry(row.since, "wish", row) for row in wishes],
    ]

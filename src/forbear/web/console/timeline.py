"""What happened to a loan, newest first: money, contacts, refusals, promises, wishes, holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from forbear.store.models import Contact, Hold, LedgerEvent, Loan, Preference, Promise, Verdict

SHOWN = 14


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline: when it became known, what kind of thing it is, and its row."""

    at: datetime
    kind: str
    row: Model


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All rows of a loan's history, each read once: six queries."""

    events: list[LedgerEvent]
    contacts: list[Contact]
    denied: list[Verdict]
    promises: list[Promise]
    holds: list[Hold]
    wishes: list[Preference]

    def unfinished(self) -> Contact | None:
        """Return the latest call or visit of which nobody has said how it ended."""
        acts = [row for row in self.contacts if row.channel in ("call", "visit") and row.direction == "out"]
        waiting = [row for row in acts if getattr(row, "outcome", None) is None]
        return max(waiting, key=lambda row: row.placed_at, default=None)


def history_of(loan: Loan) -> History:
    """Read the history of a loan."""
    contacts = loan.contacts.select_related("outcome", "message", "party", "contact_point")
    parties = loan.roles.values("party_id")
    return History(
        events=list(loan.events.order_by("seq")),
        contacts=list(contacts),
        denied=list(loan.verdicts.exclude(outcome="allowed").select_related("party")),
        promises=list(loan.promises.select_related("party")),
        holds=list(loan.holds.select_related("party").order_by("opened_at", "pk")),
        wishes=list(Preference.objects.filter(party_id__in=parties).select_related("party")),
    )


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

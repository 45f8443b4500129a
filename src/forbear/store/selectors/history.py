"""What happened to a loan: its events, contacts, refusals, promises, holds, and the wishes of its people."""

from __future__ import annotations

from dataclasses import dataclass

from forbear.store.models import Contact, Hold, LedgerEvent, Loan, Preference, Promise, Verdict


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

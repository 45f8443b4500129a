"""When a wish, state or objection of a person was recorded: it binds from then on, and is no refusal."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from forbear.store.models import Hold, PartyState, Preference


def recorded_since(moment: datetime, *, loan_id: str, party_id: str) -> datetime | None:
    """Return when a wish, its end, a state or a hold was last recorded, from ``moment`` on; None for never.

    What was recorded at that very moment counts: which of the two came first cannot be told.
    """
    wishes = Preference.objects.filter(party_id=party_id).aggregate(since=Max("since"), ended=Max("ended_at"))
    states = PartyState.objects.filter(party_id=party_id).aggregate(since=Max("since"))
    holds = Hold.objects.filter(loan_id=loan_id).aggregate(since=Max("opened_at"))
    moments = (wishes["since"], wishes["ended"], states["since"], holds["since"])
    return max((at for at in moments if at is not None and at >= moment), default=None)


def rights_used_at(party_id: str) -> list[datetime]:
    """Return each moment at which a person's wish, objection, complaint, plea or state was recorded."""
    recorded = (
        Preference.objects.filter(party_id=party_id).values_list("since", flat=True),
        PartyState.objects.filter(party_id=party_id).values_list("since", flat=True),
        Hold.objects.filter(party_id=party_id).values_list("opened_at", flat=True),
    )
    return sorted(moment for moments in recorded for moment in moments)

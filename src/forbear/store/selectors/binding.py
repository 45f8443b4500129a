"""When something was last recorded that may forbid an act which was allowed before."""

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

"""When a wish, state or objection of a person was recorded: it binds from then on, and is no refusal."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from forbear.store.models import Contact, ContactPoint, Hold, PartyState, Preference


def recorded_since(contact: Contact) -> datetime | None:
    """Return when a wish, its end, a state or a hold that bears on a contact was last recorded; None for
    never since it was placed.

    What was recorded at that very moment counts: which of the two came first cannot be told. The wishes
    are those of everybody on whom the number, mailbox or address is recorded.
    """
    moment, point = contact.placed_at, contact.contact_point
    there = ContactPoint.objects.filter(
        lender_id=contact.lender_id, medium=point.medium, value=point.value
    ).values("party_id")
    wishes = Preference.objects.filter(party_id__in=there).aggregate(
        since=Max("since"), ended=Max("ended_at")
    )
    states = PartyState.objects.filter(party_id=contact.party_id).aggregate(since=Max("since"))
    holds = Hold.objects.filter(loan_id=contact.loan_id).aggregate(since=Max("opened_at"))
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

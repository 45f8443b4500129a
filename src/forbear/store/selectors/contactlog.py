"""The contact log of people, in the terms that the law counts by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from forbear.law.situation import PastContact
from forbear.store.models import Contact, Message, SigninCode

LOG_DAYS = 60
"""How far back the log goes that a judgement sees."""

_MESSAGE_OUTCOMES = {
    Message.State.SENT: "delivered",
    Message.State.FAILED: "undelivered",
}


def contact_log(
    party_ids: Iterable[str], *, now: datetime, points: Collection[str] = (), without_contact: str = ""
) -> dict[str, list[PastContact]]:
    """Return each person's log of the last 60 days, oldest first, over all their loans.

    ``points`` are contact points of others of whom the contacts there are wanted as well. What is later
    than ``now`` is there: a clock may have been set back. A message that was withheld reached nobody and is
    left out; a sign-in to the portal is a contact that came in. ``without_contact`` leaves one out: that
    which is judged again.
    """
    wanted = list(party_ids)
    since = now - timedelta(days=LOG_DAYS)
    log: dict[str, list[PastContact]] = defaultdict(list)
    whose = Q(party_id__in=wanted)
    if points:
        whose |= Q(contact_point_id__in=points)
    rows = (
        Contact.objects.filter(whose, placed_at__gt=since)
        .exclude(message__state=Message.State.WITHHELD)
        .exclude(pk=without_contact)
        .select_related("outcome", "message", "contact_point")
    )
    for row in rows:
        log[row.party_id].append(past_contact(row))
    signins = SigninCode.objects.filter(party_id__in=wanted, used_at__gt=since)
    for party_id, used_at in signins.values_list("party_id", "used_at"):
        log[party_id].append(_portal_visit(party_id, used_at))
    for lines in log.values():
        lines.sort(key=lambda line: line.at)
    return log


def past_contact(row: Contact) -> PastContact:
    """Read a contact, fetched with its outcome, message and contact point, as a line of the log."""
    outcome = getattr(row, "outcome", None)
    message = getattr(row, "message", None)
    word = _MESSAGE_OUTCOMES.get(message.state, "unknown") if message else "unknown"
    return PastContact(
        at=row.placed_at,
        channel=row.channel,
        direction=row.direction,
        person=row.party_id,
        number=row.contact_point.value,
        debts=(row.loan_id,),
        outcome=outcome.outcome if outcome else word,
        two_way=outcome.two_way if outcome else False,
    )


def _portal_visit(party_id: str, at: datetime) -> PastContact:
    return PastContact(
        at=at,
        channel="portal",
        direction="in",
        person=party_id,
        number="",
        debts=(),
        outcome="answered",
        two_way=True,
    )

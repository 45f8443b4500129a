"""The worklist at this moment: what the night proposed, judged anew for the eyes of the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from forbear.law.judge import judge_act
from forbear.law.verdict import Verdict
from forbear.services.dates import business_date
from forbear.services.facts import MEDIUM_OF, Proposal, purpose_towards, situation_of
from forbear.services.lawbook import book_of
from forbear.services.lender import lender_of
from forbear.services.policy import require
from forbear.store.models import WorkItem
from forbear.store.querysets import LIABLE_ROLES
from forbear.store.selectors.personfile import PersonFile, person_files

VISITORS = 2
"""Collectors that a visit on the list is judged for; whether they really are two is asked before it."""


def worklist_judge(
    *, actor: str, lender_id: str, now: datetime, items: Sequence[WorkItem]
) -> dict[int, Verdict]:
    """Return what the law says now of each item's act, by the item's id; nothing is stored.

    In a fixed number of queries, however many items. An item whose person has no valid contact
    point for its channel is left out.
    """
    require(actor, "contact_judge")
    lender = lender_of(lender_id)
    pack = book_of(lender.pack_id).pack
    files = person_files(
        [(item.loan_id, item.party_id) for item in items],
        lender_id=lender_id,
        today=business_date(lender, now),
        now=now,
        visits={item.loan_id for item in items if item.channel == "visit"},
    )
    verdicts = {}
    for item in items:
        file = files.get((item.loan_id, item.party_id))
        proposal = _proposal(item, file) if file else None
        if file is not None and proposal is not None:
            verdicts[item.pk] = judge_act(pack, situation_of(file, proposal, now=now), at=now)
    return verdicts


def _proposal(item: WorkItem, file: PersonFile) -> Proposal | None:
    medium = MEDIUM_OF.get(item.channel)
    point = next((point for point in file.points if point.medium == medium), None)
    if point is None:
        return None
    return Proposal(
        loan_id=item.loan_id,
        party_id=item.party_id,
        contact_point_id=point.pk,
        channel=item.channel,
        purpose=purpose_towards(liable=file.relation in LIABLE_ROLES),
        declared={"collectors_present": VISITORS} if item.channel == "visit" else {},
    )

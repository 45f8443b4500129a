"""The people behind a case: whom a step addresses, and how reaching them went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from forbear.conduct.treatment import Approach
from forbear.conduct.visits import Attempt
from forbear.services.facts import is_confirmed
from forbear.store.models import Lender, LoanRole
from forbear.store.selectors.personfile import PersonFile

DECLINED = "declined"
REACHED = ("answered", "met", DECLINED)
FAILURES = ("no_answer", "voicemail", "busy", "undelivered", "not_met")
"""Ends of an attempt that did not reach the person, as the law pack's counts have them. A text that arrived
is none of them, nor is an attempt whose end nobody recorded, or one to a dead number."""


def people_of(loan_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Return who stands behind each loan, as (role, party_id)."""
    people: dict[str, list[tuple[str, str]]] = defaultdict(list)
    roles = LoanRole.objects.filter(loan_id__in=loan_ids).order_by("pk")
    for loan_id, role, party_id in roles.values_list("loan_id", "role", "party_id"):
        people[loan_id].append((role, party_id))
    return people


def addressed(held: Sequence[tuple[str, str]], approach: Approach) -> list[str]:
    """Return the people that a step addresses, in the order of the roles it names."""
    return list(
        dict.fromkeys(party_id for wanted in approach.to for role, party_id in held if role == wanted)
    )


def last_contact(file: PersonFile, lender: Lender) -> date | None:
    """Return the local day on which the person was last contacted, about any loan."""
    own = [line.at for line in file.log if line.person == file.party.pk and line.direction == "out"]
    return max(own).astimezone(ZoneInfo(lender.zone)).date() if own else None


def declined_ever(file: PersonFile) -> bool:
    """Tell whether the person's log holds a conversation in which they declined to discuss the debt."""
    return any(line.person == file.party.pk and line.outcome == DECLINED for line in file.log)


def attempts_at(file: PersonFile, *, rights_used: Collection[datetime] = ()) -> list[Attempt]:
    """Read the person's log as attempts to reach them; what neither reached them nor failed is left out.

    Who used a right on the same day (asked for something, objected, complained, named a representative:
    ``rights_used``) declined nothing by it.
    """
    points = {point.value: point for point in file.points}
    attempts = []
    for line in file.log:
        point = points.get(line.number)
        own = line.person == file.party.pk and line.direction == "out"
        if own and point is not None and line.outcome in (*REACHED, *FAILURES):
            zone = ZoneInfo(point.zone)
            local = line.at.astimezone(zone)
            used = {moment.astimezone(zone).date() for moment in rights_used}
            attempts.append(
                Attempt(
                    on=local.date(),
                    hour=local.hour,
                    channel=line.channel,
                    confirmed=is_confirmed(point, local.date()),
                    reached=line.outcome in REACHED,
                    declined=line.outcome == DECLINED and local.date() not in used,
                )
            )
    return attempts


def replied_on(file: PersonFile, lender: Lender) -> date | None:
    """Return the local day on which the person last got in touch: an answer, a visit to the portal."""
    own = [line.at for line in file.log if line.person == file.party.pk and line.direction == "in"]
    return max(own).astimezone(ZoneInfo(lender.zone)).date() if own else None

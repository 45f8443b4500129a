"""People: taking them on, where they can be reached, and the states that change what may be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from forbear.book.cells import EMAIL
from forbear.book.phone import phone_number
from forbear.documents.scalars import LANGUAGES, is_zone
from forbear.errors import InputError, NotVisibleError, RefusedError
from forbear.services.dates import business_date
from forbear.services.leaves import Entry, key_make, leaf_add, leaf_change, leaves_add
from forbear.services.lender import lender_of
from forbear.services.once import Request, clean, once
from forbear.services.policy import may
from forbear.store.models import ContactPoint, Party, PartyState
from forbear.store.models.ids import derived_id

REASON_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContactPoint:
    """A phone number, mailbox or address as it was given, and by whom (``source``)."""

    medium: str
    value: str
    zone: str
    source: str
    valid_from: date
    confirmed_on: date | None = None


def party_add(
    *,
    actor: str,
    lender_id: str,
    key: str,
    now: datetime,
    name: str,
    language: str,
    born_on: date | None = None,
    identity_tail: str = "",
    points: Sequence[NewContactPoint] = (),
    person_key: bytes | None = None,
) -> str:
    """Take on a person with their contact points; the party's id comes back.

    ``person_key`` (64 bytes) is given by a seeded demonstration alone; otherwise it is random.
    Raises InputError naming the field that cannot be used.
    """
    if language not in LANGUAGES:
        raise InputError(
            f"Language {language!r} is not known; use one of {', '.join(LANGUAGES)}.", field="language"
        )
    country = lender_of(lender_id).country
    given = [_checked(point, country) for point in points]
    if len({(point.medium, point.value) for point in given}) != len(given):
        raise InputError("A number, mailbox or address is given twice.", field="points")
    body = {
        "name": clean(name, field="name", longest=120),
        "language": language,
        "born_on": born_on and born_on.isoformat(),
        "identity_tail": clean(identity_tail, field="identity_tail", longest=8, empty=True),
        "points": [_point_body(point) for point in given],
    }
    request = Request(verb="party_add", actor=actor, lender_id=lender_id, key=key, now=now, body=body)
    party_id = derived_id("party", lender_id, actor, key)

    def work() -> dict[str, object]:
        party = Party.objects.create(
            id=party_id,
            lender_id=lender_id,
            name=body["name"],
            born_on=born_on,
            identity_tail=body["identity_tail"],
            language=language,
        )
        key_make(lender_id, party_id, person_key).save(force_insert=True)
        rows = [
            _point(lender_id, party_id, point, derived_id("point", party_id, str(number)))
            for number, point in enumerate(given)
        ]
        ContactPoint.objects.bulk_create(rows)
        leaves_add(
            [
                Entry("party", party, party_id, now),
                *(Entry("point", row, party_id, now) for row in rows),
            ]
        )
        return {"party_id": party_id}

    return once(request, work).reply["party_id"]


def point_add(
    *, actor: str, lender_id: str, key: str, now: datetime, party_id: str, point: NewContactPoint
) -> str:
    """Note one more place where a person can be reached; the contact point's id comes back.

    A number that ended and is theirs once more is the same contact point, unconfirmed until a second fact
    matches there again. Raises RefusedError for one that is on file, or that somebody who may call
    them would move to another zone: when they may be called rests on it.
    """
    given = _checked(point, lender_of(lender_id).country)
    body = {"party_id": party_id, "point": _point_body(given)}
    request = Request(verb="party_change", actor=actor, lender_id=lender_id, key=key, now=now, body=body)
    point_id = derived_id("point", lender_id, actor, key)

    def work() -> dict[str, object]:
        party_of(party_id, lender_id, lock=True)
        known = _known_point(party_id, given)
        if known is not None:
            _point_again(known, given, actor=actor, now=now)
            return {"point_id": known.pk}
        row = _point(lender_id, party_id, given, point_id)
        row.save(force_insert=True)
        leaf_add("point", row, party_id=party_id, now=now)
        return {"point_id": point_id}

    return once(request, work).reply["point_id"]


def point_end(*, actor: str, lender_id: str, key: str, now: datetime, point_id: str, because: str) -> None:
    """Note that a contact point is no longer the person's, from the present business date on, and why.

    Raises RefusedError where it has ended before.
    """
    body = {"point_id": point_id, "because": clean(because, field="because", longest=REASON_LONGEST)}
    request = Request(verb="party_change", actor=actor, lender_id=lender_id, key=key, now=now, body=body)

    def work() -> dict[str, object]:
        today = business_date(lender_of(lender_id), now)
        points = ContactPoint.objects.select_for_update(no_key=True)
        point = points.filter(pk=point_id, lender_id=lender_id).first()
        if point is None:
            raise NotVisibleError(f"There is no contact point {point_id} with this lender.")
        if point.valid_until is not None:
            raise RefusedError(f"It ended on {point.valid_until}; add it again if it is in use once more.")
        point.valid_until, point.ended_by, point.ended_because = today, actor, body["because"]
        point.save(update_fields=["valid_until", "ended_by", "ended_because"])
        leaf_change("point", point, party_id=point.party_id, now=now)
        return {}

    once(request, work)


def state_set(
    *, actor: str, lender_id: str, key: str, now: datetime, party_id: str, state: str, source: str
) -> None:
    """Note a state of a person (dead, incapable, represented, …) and where that is known from.

    It binds from ``now`` on. Raises InputError for a state that is not known or is noted already.
    """
    if state not in PartyState.State.values:
        raise InputError(
            f"State {state!r} is not known; use one of {', '.join(PartyState.State.values)}.", field="state"
        )
    body = {
        "party_id": party_id,
        "state": state,
        "source": clean(source, field="source", longest=REASON_LONGEST),
    }
    request = Request(verb="state_set", actor=actor, lender_id=lender_id, key=key, now=now, body=body)

    def work() -> dict[str, object]:
        party_of(party_id, lender_id, lock=True)
        if PartyState.objects.in_force(now).filter(party_id=party_id, state=state).exists():
            raise InputError(f"That this person is {state} is noted already.", field="state")
        row = PartyState.objects.create(
            id=derived_id("state", lender_id, actor, key),
            lender_id=lender_id,
            party_id=party_id,
            state=state,
            since=now,
            source=body["source"],
            noted_by=actor,
        )
        leaf_add("state", row, party_id=party_id, now=now)
        return {}

    once(request, work)


def state_end(
    *, actor: str, lender_id: str, key: str, now: datetime, party_id: str, state: str, because: str
) -> None:
    """Note that a state of a person has ended, and why: what it forbade may then be done again."""
    reason = clean(because, field="because", longest=REASON_LONGEST)
    body = {"party_id": party_id, "state": state, "because": reason}
    request = Request(verb="state_end", actor=actor, lender_id=lender_id, key=key, now=now, body=body)

    def work() -> dict[str, object]:
        party_of(party_id, lender_id, lock=True)
        running = list(PartyState.objects.filter(party_id=party_id, state=state, until=None))
        if not running:
            raise NotVisibleError(f"{party_id} is not in the state {state!r} with this lender.")
        for row in running:
            if now < row.since:
                raise InputError(
                    f"The state {state!r} holds from {row.since:%Y-%m-%d %H:%M} UTC on"
                    " and can't end before that; end it later.",
                    field="state",
                )
            row.until, row.ended_by, row.ended_because = now, actor, reason
            row.save(update_fields=["until", "ended_by", "ended_because"])
            leaf_change("state", row, party_id=party_id, now=now)
        return {}

    once(request, work)


def party_of(party_id: str, lender_id: str, *, lock: bool = False) -> Party:
    """Return a person, locked until the transaction ends where asked; raises NotVisibleError."""
    rows = Party.objects.select_for_update(no_key=True) if lock else Party.objects
    return rows.filter(lender_id=lender_id).one(party_id)


def _checked(point: NewContactPoint, country: str) -> NewContactPoint:
    """Return the contact point as it is kept, a telephone number in its one spelling."""
    if point.medium not in ContactPoint.Medium.values:
        raise InputError(f"Medium {point.medium!r} is not phone, email or address.", field="medium")
    if not is_zone(point.zone):
        raise InputError(f"Zone {point.zone!r} is not an IANA time zone such as Asia/Shanghai.", field="zone")
    value = clean(point.value, field="value", longest=200)
    if point.medium == ContactPoint.Medium.PHONE:
        value = phone_number(value, country=country)
    elif point.medium == ContactPoint.Medium.EMAIL and not EMAIL.fullmatch(value):
        raise InputError(f"{value[:40]!r} is not an email.", field="value")
    return replace(point, value=value, source=clean(point.source, field="source", longest=80))


def _point_body(point: NewContactPoint) -> dict[str, str | None]:
    return {name: item if item is None else str(item) for name, item in asdict(point).items()}


def _point(lender_id: str, party_id: str, point: NewContactPoint, point_id: str) -> ContactPoint:
    return ContactPoint(id=point_id, lender_id=lender_id, party_id=party_id, **asdict(point))


def _known_point(party_id: str, point: NewContactPoint) -> ContactPoint | None:
    rows = ContactPoint.objects.select_for_update(no_key=True)
    return rows.filter(party_id=party_id, medium=point.medium, value=point.value).first()


def _point_again(row: ContactPoint, point: NewContactPoint, *, actor: str, now: datetime) -> None:
    """Take a contact point that ended into use once more, from whom it is known now."""
    if row.valid_until is None:
        raise RefusedError(f"{row.value[:40]} is on file for this person already.")
    if row.zone != point.zone and may(actor.partition(":")[0], "contact_propose"):
        raise RefusedError(f"It stood in the zone {row.zone}; give that, or let compliance change it.")
    for name, item in asdict(point).items():
        setattr(row, name, item)
    row.valid_until, row.ended_by, row.ended_because = None, "", ""
    row.save()
    leaf_change("point", row, party_id=row.party_id, now=now)

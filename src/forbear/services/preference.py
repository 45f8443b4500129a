"""What a person asked for: stop, only at these hours, consent to quiet hours. It binds at once."""

from __future__ import annotations

from datetime import datetime, time

from forbear.errors import InputError, RefusedError
from forbear.services.facts import MEDIUM_OF
from forbear.services.leaves import leaf_add
from forbear.services.once import Request, clean, once
from forbear.services.party import party_of
from forbear.services.policy import require
from forbear.store.models import Preference
from forbear.store.models.access import Role
from forbear.store.models.ids import derived_id

COLLECTORS = ("agent", "manager")
"""Roles that collect: they take no consent to quiet hours, and widen no hours that a person chose."""


def preference_set(
    *,
    actor: str,
    lender_id: str,
    key: str,
    now: datetime,
    party_id: str,
    kind: str,
    channel: str = "",
    hour_from: time | None = None,
    hour_until: time | None = None,
    source: str,
) -> str:
    """Note a wish and let it bind from ``now`` on; the preference's id comes back.

    It takes the place of an earlier one of the same kind and channel (empty: every channel). Hours
    are local to the person. Raises InputError for a wish that cannot be read; a consent to quiet
    hours is only taken from the person, on a separate occasion, never by a collector. Raises
    RefusedError where a collector would put wider hours in the place of narrower ones.
    """
    _check(actor, kind, channel, hour_from, hour_until)
    body = {
        "party_id": party_id,
        "kind": kind,
        "channel": channel,
        "hour_from": hour_from and hour_from.isoformat(),
        "hour_until": hour_until and hour_until.isoformat(),
        "source": clean(source, field="source", longest=80),
    }
    request = Request(verb="preference_set", actor=actor, lender_id=lender_id, key=key, now=now, body=body)
    preference = Preference(
        id=derived_id("pref", lender_id, actor, key),
        lender_id=lender_id,
        party_id=party_id,
        kind=kind,
        channel=channel,
        hour_from=hour_from,
        hour_until=hour_until,
        source=body["source"],
        since=now,
    )

    def work() -> dict[str, object]:
        party_of(party_id, lender_id, lock=True)
        if actor.partition(":")[0] in COLLECTORS:
            _refuse_wider(preference, now)
        for earlier in Preference.objects.filter(
            lender_id=lender_id, party_id=party_id, kind=kind, channel=channel, ended_at=None
        ):
            _end(earlier, now, actor)
        preference.save(force_insert=True)
        leaf_add("preference", preference, party_id=party_id, now=now)
        return {"preference_id": preference.pk}

    return once(request, work, party_id=party_id).reply["preference_id"]


def preference_end(
    *, actor: str, lender_id: str, key: str, now: datetime, preference_id: str, because: str = ""
) -> None:
    """Note that a wish was taken back; ending one that has ended changes nothing.

    The person needs no reason; compliance, who may end what others asked for, gives one. A consent to
    quiet hours binds the lender less the sooner it ends, so whoever hears that it is taken back ends it.
    Raises RefusedError for those who may not, InputError where the reason is missing.
    """
    found = Preference.objects.filter(lender_id=lender_id).one(preference_id)
    is_consent = found.kind == Preference.Kind.NIGHT_CONSENT
    verb = "consent_end" if is_consent else "preference_end"
    require(actor, verb)
    own = actor.partition(":")[0] == Role.BORROWER
    reason = clean(because, field="because", longest=1000, empty=own or is_consent)
    request = Request(
        verb=verb,
        actor=actor,
        lender_id=lender_id,
        key=key,
        now=now,
        body={"preference_id": preference_id, "because": reason},
    )

    def work() -> dict[str, object]:
        party_of(found.party_id, lender_id, lock=True)
        for running in Preference.objects.filter(pk=preference_id, ended_at=None):
            _end(running, now, actor, reason)
        return {}

    once(request, work, party_id=found.party_id)


def _refuse_wider(wish: Preference, now: datetime) -> None:
    """Hold a collector to the hours that bind for the channel: noting wider ones would end a wish."""
    if wish.kind != Preference.Kind.HOURS:
        return
    running = Preference.objects.in_force(now).filter(
        party_id=wish.party_id, kind=wish.kind, channel__in=("", wish.channel)
    )
    binding = running.order_by("-channel", "-since").first()
    if binding is not None and not (
        binding.hour_from <= wish.hour_from and wish.hour_until <= binding.hour_until
    ):
        raise RefusedError(
            f"They asked for {binding.hour_from:%H:%M} to {binding.hour_until:%H:%M}; wider hours are given"
            " by themselves or compliance, and never noted by a collector."
        )


def _end(preference: Preference, now: datetime, actor: str, because: str = "") -> None:
    preference.ended_at, preference.ended_by, preference.ended_because = now, actor, because
    preference.save(update_fields=["ended_at", "ended_by", "ended_because"])
    leaf_add("preference_end", preference, party_id=preference.party_id, now=now)


def _check(actor: str, kind: str, channel: str, hour_from: time | None, hour_until: time | None) -> None:
    if kind not in Preference.Kind.values:
        raise InputError(f"Kind {kind!r} is not one of {', '.join(Preference.Kind.values)}.", field="kind")
    if channel and channel not in MEDIUM_OF:
        raise InputError(f"Channel {channel!r} is not one of {', '.join(MEDIUM_OF)}.", field="channel")
    if kind == Preference.Kind.HOURS:
        if hour_from is None or hour_until is None or hour_from >= hour_until:
            raise InputError(
                "Give the hours as from and until on one day, such as 09:00 and 18:00.", field="hours"
            )
    elif hour_from is not None or hour_until is not None:
        raise InputError(f"A wish of kind {kind} has no hours.", field="hours")
    if kind == Preference.Kind.NIGHT_CONSENT and actor.partition(":")[0] in COLLECTORS:
        raise InputError(
            "Consent to quiet hours is never taken by a collector; the person gives it.", field="kind"
        )

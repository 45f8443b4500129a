"""Signing in as a borrower: a code to the phone, and a fact that only the person knows.

Numbers get recycled, so neither the message nor any answer says whether a number is known, and
a code alone opens nothing.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import date, datetime, timedelta

from django.db import transaction

from forbear.book.phone import phone_number
from forbear.errors import RefusedError
from forbear.services import keys, runtime
from forbear.services.dates import business_date
from forbear.services.leaves import leaf_change
from forbear.services.lender import lender_of
from forbear.services.message import code_deliver
from forbear.store.models import ContactPoint, Lender, Party, SigninCode
from forbear.store.models.ids import derived_id
from forbear.store.querysets import PointQuerySet

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
TRIES = 5
SENDS_PER_HOUR = 5
_NO_MATCH = "The code and the second fact do not match; check both, or ask for a new code."


def code_send(*, lender_id: str, phone: str, now: datetime) -> None:
    """Send a one-time code to a number, if it is known; the caller learns nothing of that.

    Beyond five codes an hour nothing is sent to a number. Raises InputError for what is no number,
    NotVisibleError for an unknown lender.
    """
    lender = lender_of(lender_id)
    number = phone_number(phone, country=lender.country, field="phone")
    digest = _digest(lender_id, number)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    with transaction.atomic():
        sent = SigninCode.objects.filter(phone_digest=digest, sent_at__gt=now - timedelta(hours=1))
        list(sent.select_for_update().order_by("pk"))  # who asks for the same number waits here
        if sent.count() >= SENDS_PER_HOUR:
            return
        SigninCode.objects.filter(phone_digest=digest).update(tries_left=0)
        row = SigninCode.objects.create(
            id=derived_id("code", lender_id, digest, secrets.token_hex(16)),
            lender_id=lender_id,
            phone_digest=digest,
            code_digest=_digest(digest, code),
            sent_at=now,
            expires_at=now + CODE_LIFE,
            tries_left=TRIES,
        )
    point = _points(lender, number, now).first()
    if point is not None:
        code_deliver(
            message_id=row.pk, lender=lender, to=point.value, language=point.party.language, code=code
        )


def code_proof(*, lender_id: str, phone: str, code: str) -> str:
    """Return what may be kept of a typed code until the second fact comes: its digest, under our key.

    Raises InputError for what is no number, NotVisibleError for an unknown lender.
    """
    number = phone_number(phone, country=lender_of(lender_id).country, field="phone")
    return _digest(_digest(lender_id, number), code)


def code_check(*, lender_id: str, phone: str, proof: str, second_fact: str, now: datetime) -> Party:
    """Return the person whose number, code and second fact these are; the number is then confirmed.

    ``proof`` is what ``code_proof`` made of the code. The second fact is the date of birth (ISO) or the
    last characters of the identity number. Raises RefusedError with one and the same sentence for
    whatever does not match.
    """
    lender = lender_of(lender_id)
    number = phone_number(phone, country=lender.country, field="phone")
    party = None
    with transaction.atomic():
        row = _live_code(_digest(lender_id, number), now)
        if row is not None:
            row.tries_left -= 1
            point = _matching_point(lender, number, second_fact, now)
            if _same(row.code_digest, proof) and point is not None:
                party = point.party
                row.used_at, row.party = now, party
                _confirm(point, business_date(lender, now), now)
            row.save(update_fields=["tries_left", "used_at", "party"])
    if party is None:
        raise RefusedError(_NO_MATCH)
    return party


def _points(lender: Lender, number: str, now: datetime) -> PointQuerySet:
    valid = ContactPoint.objects.valid_on(business_date(lender, now))
    return valid.filter(lender=lender, medium="phone", value=number).select_related("party").order_by("pk")


def _live_code(digest: str, now: datetime) -> SigninCode | None:
    """Return the code of a number that may still be tried, locked; a new code has ended those before."""
    live = SigninCode.objects.select_for_update(of=("self",)).filter(
        phone_digest=digest, expires_at__gt=now, used_at=None, tries_left__gt=0
    )
    return live.order_by("-sent_at").first()


def _matching_point(lender: Lender, number: str, second_fact: str, now: datetime) -> ContactPoint | None:
    """Return the number's entry of the one person that the second fact fits; None for none or several."""
    fitting = [point for point in _points(lender, number, now) if _fits(point.party, second_fact.strip())]
    parties = {point.party_id for point in fitting}
    return fitting[0] if len(parties) == 1 else None


def _confirm(point: ContactPoint, today: date, now: datetime) -> None:
    """Note that the number was the person's own today; a second time on a day adds nothing."""
    kept = ContactPoint.objects.select_for_update(no_key=True).get(pk=point.pk)
    if kept.confirmed_on != today:
        kept.confirmed_on = today
        kept.save(update_fields=["confirmed_on"])
        leaf_change("point", kept, party_id=kept.party_id, now=now)


def _fits(party: Party, fact: str) -> bool:
    born = party.born_on.isoformat() if party.born_on else ""
    known = [text for text in (born, party.identity_tail.upper()) if text]
    return any([_same(text, fact.upper()) for text in known])  # noqa: C419  # every one is compared


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "replace"))


def _digest(*parts: str) -> str:
    secret = keys.pepper(runtime.keys_dir())
    return hmac.digest(secret, "\x1f".join(parts).encode("utf-8", "replace"), "sha256").hex()

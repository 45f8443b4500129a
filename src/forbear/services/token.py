"""API tokens: given once, kept as a digest, dead as soon as they or their account are."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any

from forbear.errors import NotVisibleError, RefusedError
from forbear.services.once import Request, once
from forbear.store.models import ApiToken, User
from forbear.store.models.ids import derived_id

PREFIX = "fb_"


def token_issue(
    *, actor: str, lender_id: str, key: str, now: datetime, user: User, name: str, seed: bytes
) -> str:
    """Make a token for ``user`` and return its secret, which is stored nowhere.

    ``seed`` is what makes it unguessable: at least 32 bytes from a source fit for keys. Raises
    NotVisibleError when the account is not of this lender, RefusedError for a repetition: the token is
    made, and its secret was given then.
    """
    body = {"user_id": user.pk, "name": name}
    request = Request(verb="token_issue", actor=actor, lender_id=lender_id, key=key, now=now, body=body)
    if user.lender_id != lender_id:
        raise NotVisibleError(f"There is no account {user.pk} with this lender.")
    secret = PREFIX + hmac.digest(seed, f"{lender_id}/{user.pk}/{name}".encode(), "sha256").hex()

    def work() -> dict[str, Any]:
        token = ApiToken.objects.create(
            id=derived_id("tok", lender_id, actor, _digest(secret)),
            lender_id=lender_id,
            user=user,
            name=name,
            digest=_digest(secret),
            created_at=now,
        )
        return {"token_id": token.pk}

    if once(request, work).replayed:
        raise RefusedError(
            "This token is made already, and its secret was shown then; end it, and make another."
        )
    return secret


def token_revoke(*, actor: str, lender_id: str, key: str, now: datetime, token_id: str) -> None:
    """End a token at once; raises NotVisibleError when this lender has no such live token."""
    body = {"token_id": token_id}
    request = Request(verb="token_revoke", actor=actor, lender_id=lender_id, key=key, now=now, body=body)

    def work() -> dict[str, Any]:
        live = ApiToken.objects.filter(pk=token_id, lender_id=lender_id, revoked_at=None)
        if not live.update(revoked_at=now):
            raise NotVisibleError(f"There is no live token {token_id} with this lender.")
        return body

    once(request, work)


def token_user(*, secret: str) -> User | None:
    """Return the account that a live token stands for, or None."""
    live = {"apitoken__digest": _digest(secret), "apitoken__revoked_at": None, "is_active": True}
    try:
        return User.objects.get(**live)
    except User.DoesNotExist:
        return None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

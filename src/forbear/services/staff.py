"""Accounts of a lender's staff: made, given another role, switched off and on by an administrator."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from forbear.errors import InputError, RefusedError
from forbear.services.once import Request, clean, once
from forbear.store.models import ApiToken, User
from forbear.store.models.access import STAFF

ONE_TIME_LIFE = timedelta(days=3)
"""How long a password that somebody else knows opens the page on which it is changed."""

_LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody confuses when they are read out."""


def staff_add(
    *,
    actor: str,
    lender_id: str,
    key: str,
    now: datetime,
    username: str,
    name: str,
    role: str,
    password: str,
    one_time: bool = False,
) -> User:
    """Make an account for a member of staff.

    With ``one_time`` they choose another password at their first sign-in. The password is no part of
    what a repetition is told by: the first one holds. Raises InputError for a user name that is taken, a
    role that is not one of staff, or a password that is too easy.
    """
    chosen = clean(username, field="username", longest=60)
    body = {"username": chosen, "name": name.strip(), "role": role, "one_time": one_time}
    request = Request(verb="staff_add", actor=actor, lender_id=lender_id, key=key, now=now, body=body)
    _check_role(role)

    def work() -> dict[str, Any]:
        if User.objects.filter(username__iexact=chosen).exists():
            raise InputError(f"The user name {chosen!r} is taken; choose another.", field="username")
        user = User(username=chosen, lender_id=lender_id, role=role, first_name=body["name"], date_joined=now)
        user.one_time_until = now + ONE_TIME_LIFE if one_time else None
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise InputError(" ".join(error.messages), field="password") from error
        user.set_password(password)
        user.save()
        return {"user_id": user.pk}

    return User.objects.get(pk=once(request, work).reply["user_id"])


def staff_change(
    *,
    actor: str,
    lender_id: str,
    key: str,
    now: datetime,
    user_id: int,
    role: str | None = None,
    active: bool | None = None,
) -> User:
    """Give an account another role, or switch it off or on; what is None stays.

    An account that is off is out at its next request, and its tokens are dead. Raises RefusedError
    for one's own account, NotVisibleError for one that is not this lender's staff.
    """
    body = {"user_id": user_id, "role": role, "active": active}
    request = Request(verb="staff_change", actor=actor, lender_id=lender_id, key=key, now=now, body=body)

    def work() -> dict[str, Any]:
        user = _locked(user_id, lender_id)
        if actor.partition(":")[2] == user.get_username():
            raise RefusedError("Nobody changes their own role or switches themselves off; ask a colleague.")
        if role is not None:
            _check_role(role)
            user.role = role
        if active is not None:
            user.is_active = active
        user.save(update_fields=["role", "is_active"])
        if not user.is_active:
            ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
        return {"user_id": user.pk}

    return User.objects.get(pk=once(request, work).reply["user_id"])


def staff_password_reset(
    *, actor: str, lender_id: str, key: str, now: datetime, user_id: int
) -> tuple[User, str]:
    """Give an account a one-time password; the account and the password come back, which is kept nowhere.

    Who has lost theirs signs in with it once, within three days, and chooses their own. Whoever is signed
    in with the old one is out at the next request. Raises RefusedError for one's own account, which has a
    page for that, and for a repetition, since the password was shown then; NotVisibleError for an account
    that is not this lender's staff.
    """
    body = {"user_id": user_id}
    request = Request(
        verb="staff_password_reset", actor=actor, lender_id=lender_id, key=key, now=now, body=body
    )
    password = "-".join("".join(secrets.choice(_LEGIBLE) for _ in range(4)) for _ in range(4))

    def work() -> dict[str, Any]:
        user = _locked(user_id, lender_id)
        if actor.partition(":")[2] == user.get_username():
            raise RefusedError("Change your own password on the page of your account.")
        user.set_password(password)
        user.one_time_until = now + ONE_TIME_LIFE
        user.save(update_fields=["password", "one_time_until"])
        return body

    if once(request, work).replayed:
        raise RefusedError("The password was shown when it was made; make another one.")
    return User.objects.get(pk=user_id), password


def _locked(user_id: int, lender_id: str) -> User:
    return User.objects.select_for_update().filter(lender_id=lender_id, party=None).one(user_id)


def _check_role(role: str) -> None:
    if role not in STAFF:
        raise InputError(f"Role {role!r} is not one of {', '.join(STAFF)}.", field="role")

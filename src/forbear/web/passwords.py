"""Passwords that somebody else knows: given by an administrator, changed at the first sign-in."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from allauth.account.forms import ChangePasswordForm
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from forbear.services.staff import staff_password_own

if TYPE_CHECKING:
    from forbear.store.models import User

OPEN = ("account_change_password", "account_reauthenticate", "account_logout", "choose")
"""What a one-time password opens, by the names of the addresses."""


class OneTimeMiddleware:
    """Leads who came in with a one-time password to the page where they choose their own.

    Once its time is over the password opens nothing any more.
    """

    def __init__(self, handler: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        until = getattr(request.user, "one_time_until", None)
        if until is None:
            return self._handler(request)
        if request.now >= until:
            logout(request)
            messages.error(
                request, _("The one-time password has expired. Ask your administrator for another.")
            )
            return _to(request, reverse("account_login"))
        if request.path in [reverse(name) for name in OPEN]:
            return self._handler(request)
        after = request.get_full_path() if request.method == "GET" and not request.htmx else "/"
        return _to(request, f"{reverse('account_change_password')}?{urlencode({'next': after})}")


class NewPasswordForm(ChangePasswordForm):
    """The form of allauth, which takes the old password for a new one; here it has to be another."""

    def clean(self) -> dict[str, Any]:
        """See that the new password is not the old one, which an administrator may know."""
        data: dict[str, Any] = super().clean() or {}
        chosen, old = (str(data.get(name, "")) for name in ("password1", "oldpassword"))
        if chosen and _plain(chosen) == _plain(old):
            self.add_error("password1", _("Choose another password than the one you have."))
        return data


def note_own(sender: type[User], request: HttpRequest, user: User, **_: Any) -> None:
    """Note that the password is the person's own now; to be connected to allauth's signal."""
    user.one_time_until = staff_password_own(user_id=user.pk, now=request.now).one_time_until


def _plain(password: str) -> str:
    """Return what counts of a password when two are compared: a space or a wide letter is no other one."""
    return "".join(unicodedata.normalize("NFKC", password).split()).casefold()


def _to(request: HttpRequest, address: str) -> HttpResponseBase:
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)

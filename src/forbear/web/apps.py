"""The Django application of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.http import HttpRequest


class WebConfig(AppConfig):
    """Pages, templates, static files, translations."""

    name = "forbear.web"
    label = "web"

    def ready(self) -> None:
        """Note a sign-in at the request's own instant, not at the machine's, and a password of one's own."""
        from allauth.account.signals import password_changed

        from forbear.web.passwords import note_own

        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(_note_signin, dispatch_uid="forbear_last_login")
        password_changed.connect(note_own, dispatch_uid="forbear_own_password")


def _note_signin(
    sender: type[AbstractBaseUser], user: AbstractBaseUser, request: HttpRequest | None = None, **_: Any
) -> None:
    now = getattr(request, "now", None)
    if now is not None:
        user.last_login = now
        user.save(update_fields=["last_login"])

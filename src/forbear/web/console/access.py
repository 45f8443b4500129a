"""What every page of the console needs: the verb that opens it, and the places its reader may go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forbear.services.policy import VERBS, actor_of, may
from forbear.store.models.access import STAFF
from forbear.web.policy import View, policy

_PLACES: tuple[tuple[str, str, str | Promise], ...] = (
    ("worklist_read", "console:worklist", _("Worklist")),
    ("book_read", "console:book", _("Book")),
    ("compliance_read", "console:acts", _("Judged acts")),
    ("compliance_read", "law:rules", _("Law")),
    ("evidence_read", "console:evidence", _("Evidence")),
    ("staff_add", "console:users", _("Accounts")),
    ("token_issue", "console:tokens", _("API tokens")),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the reader may go to, and whether they are there."""

    name: str
    href: str
    here: bool


def staff_page(*verbs: str) -> Callable[[View], View]:
    """Open a view to the staff who may do one of these verbs of ``services.policy``."""
    return policy(*(role for role in STAFF if any(role in VERBS[verb] for verb in verbs)))


def places(request: HttpRequest) -> dict[str, Any]:
    """Give templates the places of the console that this account may go to."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.role not in STAFF:
        return {"places": ()}
    found = [
        Place(str(name), address, request.path.startswith(address))
        for verb, place, name in _PLACES
        if may(user.role, verb)
        for address in [reverse(place)]
    ]
    return {"places": found}


def act(request: HttpRequest) -> dict[str, Any]:
    """Return the arguments that every verb of the services takes from a posted form."""
    return {
        "actor": actor_of(request.user),
        "lender_id": request.user.lender_id,
        "key": request.POST.get("key", ""),
        "now": request.now,
    }

"""Who may open an address. Every view carries a policy; a view without one fails the build.

The policy decides by role alone. Which objects a person sees follows from ``visible_to(user)``, and
what a person may do with them from ``services.policy``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, reverse
from django_htmx.http import HttpResponseClientRedirect

from forbear.store.models.access import Role

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Policy:
    """The roles that may open an address; ``anonymous`` opens it to everybody."""

    roles: frozenset[str]
    anonymous: bool = False


def policy(*roles: Role, anonymous: bool = False, signin: str = "account_login") -> Callable[[View], View]:
    """Let only these roles open the view; anybody at all where ``anonymous``.

    Who has not signed in is sent to the address named ``signin`` (given the view's ``lender``
    argument where there is one); who has another role gets the page of error 403.
    """
    rule = Policy(frozenset(roles), anonymous)

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not rule.anonymous:
                if not request.user.is_authenticated:
                    return _to_signin(request, signin, kwargs)
                if request.user.role not in rule.roles:
                    raise PermissionDenied
            return view(request, *args, **kwargs)

        return declared(guarded, rule)

    return guard


def declared(view: View, rule: Policy) -> View:
    """Mark a view that enforces its policy by its own means (an API's bearer tokens, for one)."""
    view.forbear_policy = rule  # type: ignore[attr-defined]  # functions carry attributes, types don't say so
    return view


def policies(
    patterns: list[URLPattern | URLResolver], prefix: str = ""
) -> Iterator[tuple[str, Policy | None]]:
    """Walk every address below ``patterns``: its route, and its policy or None."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from policies(pattern.url_patterns, route)
        else:
            yield route, getattr(pattern.callback, "forbear_policy", None)


def _to_signin(request: HttpRequest, signin: str, kwargs: dict[str, Any]) -> HttpResponseBase:
    known = {"lender": kwargs["lender"]} if "lender" in kwargs and signin != "account_login" else {}
    address = reverse(signin, kwargs=known)
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(address)
    return redirect_to_login(request.get_full_path(), address)

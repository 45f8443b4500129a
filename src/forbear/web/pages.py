"""The few addresses that belong to nobody in particular: the front door and the reader's settings."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from forbear.store.models.access import STAFF, Role
from forbear.web.policy import policy

THEME_COOKIE = "theme"
THEMES = ("auto", "light", "dark")
YEAR_SECONDS = 365 * 24 * 3600

_HOME = {
    Role.AGENT: "console:worklist",
    Role.MANAGER: "console:book",
    Role.COMPLIANCE: "console:acts",
    Role.ADMINISTRATOR: "console:users",
}


@require_GET
@policy(*STAFF, Role.BORROWER)
def landing(request: HttpRequest) -> HttpResponseBase:
    """Send everybody to where their work, or their loan, is."""
    if request.user.role == Role.BORROWER:
        return redirect("portal:home", lender=request.user.lender_id)
    return redirect(_HOME[request.user.role])


@require_POST
@policy(anonymous=True)
def choose(request: HttpRequest) -> HttpResponseBase:
    """Keep the reader's language, light or dark, and single-letter keys; then go back."""
    response = HttpResponseRedirect(back_address(request))
    language = request.POST.get("language", "")
    theme = request.POST.get("theme", "")
    keys = request.POST.get("keys", "")
    if language in dict(settings.LANGUAGES):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, language)
    if theme in THEMES:
        _remember(response, THEME_COOKIE, theme)
    if request.user.is_authenticated:
        changes = {}
        if language in dict(settings.LANGUAGES):
            changes["language"] = language
        if keys in ("on", "off"):
            changes["keys_enabled"] = keys == "on"
        for name, value in changes.items():
            setattr(request.user, name, value)
        if changes:
            request.user.save(update_fields=list(changes))
    return response


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form was too old, instead of naming a token."""
    return render(request, "403_csrf.html", status=403)


def back_address(request: HttpRequest) -> str:
    """Return the page that a form was sent from; the front door where it names none of ours."""
    return _ours(request, request.POST.get("next", "/"))


def this_page(request: HttpRequest) -> str:
    """Return the address that shows this page again; of the answer to a form, where the form was."""
    if request.method == "GET":
        return request.get_full_path()
    return _ours(request, request.headers.get("Referer", "/"))


def _ours(request: HttpRequest, address: str) -> str:
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe else "/"


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=YEAR_SECONDS,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )


def theme_of(request: HttpRequest) -> str:
    """Return ``light``, ``dark``, or ``auto``: as the reader's device has it."""
    chosen = request.COOKIES.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


def language_of() -> str:
    """Return the language of this page as the domain writes it: ``zh-hans`` or ``en``."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh-hans"

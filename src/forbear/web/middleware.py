"""What every request carries: the instant, the reader's language, and errors turned into pages."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers

from forbear.errors import InputError, NotVisibleError, RefusedError
from forbear.services import runtime

Handler = Callable[[HttpRequest], HttpResponseBase]


class NowMiddleware:
    """Gives each request one instant, ``request.now`` (UTC): nothing below the web asks a clock."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.now = runtime.clock().now()
        return self._handler(request)


class LanguageMiddleware:
    """Speaks the language that the signed-in person chose; before that LocaleMiddleware's guess holds."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = getattr(request.user, "language", "")
        if chosen and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(chosen)
            request.LANGUAGE_CODE = translation.get_language()
        return self._handler(request)


class PrivateMiddleware:
    """Asks every cache, the browser's own first, to keep nothing of what a signed-in person sees."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._handler(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class ErrorMiddleware:
    """Turns what the services raise into a page that says what to do; the API answers for itself."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._handler(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 404 for what is not visible, 409 for a refusal, 400 for unusable input."""
        if request.path.startswith("/api/"):
            return None
        if isinstance(error, NotVisibleError):
            raise Http404 from error
        if isinstance(error, RefusedError):
            return render(request, "409.html", {"reason": str(error)}, status=409)
        if isinstance(error, InputError):
            return render(request, "400.html", {"reason": str(error)}, status=400)
        return None

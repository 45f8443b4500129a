"""What every request carries: the instant, the reader's language, and errors turned into pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers

from forbear.errors import InputError, NotVisibleError, RefusedError
from forbear.services import runtime

Handler = Callable[[HttpRequest], HttpResponseBase]


class TextMiddleware:
    """Refuses a request with a NUL in it: PostgreSQL keeps none, and answers it with an error of its own.

    The API checks its own fields, and answers in its own shape.
    """

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        _refuse_nul(request.COOKIES.values())
        if not request.path.startswith("/api/"):
            _refuse_nul((request.path, *_texts(request.GET)))
        return self._handler(request)

    def process_view(self, request: HttpRequest, *view: object) -> None:
        """Look at a form once it has been read; here an error of reading it has its answer already."""
        if not request.path.startswith("/api/"):
            _refuse_nul(_texts(request.POST))


def _texts(query: QueryDict) -> Iterator[str]:
    for name, values in query.lists():
        yield name
        yield from values


def _refuse_nul(texts: Iterable[str]) -> None:
    if any("\x00" in text for text in texts):
        raise BadRequest("A request has no NUL in it.")


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

"""Errors in one shape: type, code, param, message, doc."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from forbear.errors import InputError, NotVisibleError, RefusedError
from forbear.services.once import KeyReusedError

KEY_HEADER = "Idempotency-Key"
DOC = "/api/v1/docs#error-"

ErrorType = Literal[
    "invalid_request", "authentication", "permission", "not_found", "conflict", "refused", "rate_limit"
]

MEANINGS: dict[str, tuple[int, ErrorType, str]] = {
    "body_unreadable": (400, "invalid_request", "The body is not one JSON object of at most 256 kB."),
    "idempotency_key_missing": (
        400,
        "invalid_request",
        "A POST that records something needs an Idempotency-Key.",
    ),
    "token_missing": (401, "authentication", "Send a live token: Authorization: Bearer fb_…"),
    "role_forbidden": (403, "permission", "The role of the token's account may not do this."),
    "not_found": (404, "not_found", "There is no such object, or it is not yours to see."),
    "method_unknown": (405, "invalid_request", "The address is right, the method is not."),
    "idempotency_key_reused": (409, "conflict", "The key was used before, with another body."),
    "refused": (409, "refused", "The request is well formed; the state of the loan or a rule forbids it."),
    "parameter_invalid": (422, "invalid_request", "A field is missing, or has a value that cannot be used."),
    "too_many_requests": (429, "rate_limit", "Wait for the number of seconds in Retry-After."),
}
"""Every code that the API answers with: its status, its type, and what it means."""


class ErrorDetail(Schema):
    """What went wrong, for the program (``code``, ``param``) and for the person (``message``)."""

    type: ErrorType
    code: str = Field(examples=["parameter_invalid"])
    param: str | None = Field(description="The field, parameter or header at fault, where there is one.")
    message: str = Field(description="One sentence: what is wrong and what to do.")
    doc: str = Field(description="Where this error is explained.")


class Error(Schema):
    """The one shape of every error."""

    error: ErrorDetail


DECLARED: dict[int, type[Error]] = dict.fromkeys((400, 401, 403, 404, 409, 422, 429), Error)
"""The errors that every operation declares, to be merged into its responses."""


class ApiError(Exception):
    """An error to answer with; ``code`` is one of MEANINGS."""

    def __init__(self, code: str, message: str, *, param: str | None = None, retry_after: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.param = param
        self.message = message
        self.retry_after = retry_after


def error_response(
    code: str, message: str, *, param: str | None = None, retry_after: int = 0
) -> HttpResponse:
    """Build the response for ``code``, a key of MEANINGS."""
    status, kind, _ = MEANINGS[code]
    detail = {"type": kind, "code": code, "param": param, "message": message, "doc": DOC + code}
    response = JsonResponse({"error": detail}, status=status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="forbear"'
    return response


def install(api: NinjaAPI) -> None:
    """Make ``api`` answer every error that forbear raises on purpose in the one shape."""
    for kind, handler in _HANDLERS.items():
        api.add_exception_handler(kind, handler)


def _answer_api_error(request: HttpRequest, error: ApiError) -> HttpResponse:
    return error_response(error.code, error.message, param=error.param, retry_after=error.retry_after)


def _answer_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    if any(one["loc"][0] == "header" and one["type"] == "missing" for one in error.errors):
        message = "Send the header Idempotency-Key with a value of your own, new for each payment."
        return error_response("idempotency_key_missing", message, param=KEY_HEADER)
    first = error.errors[0]
    param = _name_of(first["loc"])
    reason = str(first["msg"]).removeprefix("Value error, ")
    return error_response("parameter_invalid", f"{param}: {reason}.", param=param)


def _name_of(location: Sequence[str | int]) -> str:
    """Name the field as the caller wrote it; the second step into a body is our own argument."""
    source, *path = map(str, location)
    if source == "header":
        return KEY_HEADER
    return ".".join(path[1:] if source == "body" else path) or source


def _answer_input(request: HttpRequest, error: InputError) -> HttpResponse:
    return error_response("parameter_invalid", str(error), param=error.field)


def _answer_key_reused(request: HttpRequest, error: KeyReusedError) -> HttpResponse:
    message = "This Idempotency-Key was used before, with another body; use a new key for a new request."
    return error_response("idempotency_key_reused", message, param=KEY_HEADER)


def _answer_refused(request: HttpRequest, error: RefusedError) -> HttpResponse:
    return error_response("refused", str(error))


def _answer_not_visible(request: HttpRequest, error: Exception) -> HttpResponse:
    return error_response("not_found", "There is no such object, or it is not yours to see.")


def _answer_unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return error_response("token_missing", "Send a live token in the header Authorization: Bearer fb_….")


def _answer_http(request: HttpRequest, error: HttpError) -> HttpResponse:
    cause = error.__cause__
    return error_response("body_unreadable", cause.message if isinstance(cause, ApiError) else str(error))


def _answer_unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    return error_response("body_unreadable", "The body is too large, or ended too early.")


_HANDLERS: dict[type[Exception], Callable[..., HttpResponse]] = {
    ApiError: _answer_api_error,
    ValidationError: _answer_validation,
    AuthenticationError: _answer_unauthenticated,
    HttpError: _answer_http,
    KeyReusedError: _answer_key_reused,
    InputError: _answer_input,
    NotVisibleError: _answer_not_visible,
    Http404: _answer_not_visible,
    RefusedError: _answer_refused,
    RequestDataTooBig: _answer_unreadable,
    UnreadablePostError: _answer_unreadable,
}

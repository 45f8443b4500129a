"""The addresses of the API, each with the policy that its bearer token enforces."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from forbear.web.api import docs
from forbear.web.api.access import OPERATIONS
from forbear.web.api.errors import error_response
from forbear.web.api.mount import api
from forbear.web.policy import Policy, View, declared, policy

app_name = "api"


def _operation(pattern: URLPattern) -> URLPattern:
    """Mount one operation; raises KeyError when ``access.OPERATIONS`` has no row for it."""
    rule = Policy(frozenset(OPERATIONS[pattern.name]))
    return path(str(pattern.pattern), declared(_one_shape(pattern.callback), rule), name=pattern.name)


def _one_shape(view: View) -> View:
    """Answer a wrong method in the shape of every other error. No cookie is read, so no CSRF token either."""

    @csrf_exempt
    @wraps(view)
    def shaped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        allowed = response["Allow"]
        answer = error_response("method_unknown", f"Use {allowed} at this address.")
        answer["Allow"] = allowed
        return answer

    return shaped


@csrf_exempt
@policy(anonymous=True)
def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Say that there is nothing at this address."""
    return error_response("not_found", "There is nothing at this address; see /api/v1/docs.")


urlpatterns: list[URLPattern] = [
    path("docs", policy(anonymous=True)(require_GET(docs.page)), name="docs"),
    path("openapi.json", policy(anonymous=True)(require_GET(docs.openapi)), name="openapi"),
    *[_operation(pattern) for pattern in api.urls[0] if pattern.name != "api-root"],
    path("", unknown, name="root"),
    path("<path:rest>", unknown, name="unknown"),
]

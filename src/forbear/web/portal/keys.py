"""What a form brings back: its answers, and the key that makes sending it twice the same act."""

from __future__ import annotations

import re

from django.http import HttpRequest, QueryDict

from forbear.errors import InputError

_KEY = re.compile(r"[0-9a-f]{32}")


def form_key(request: HttpRequest) -> str:
    """Return the key that the form was made with; raises InputError for one that no form of ours has."""
    key = request.POST.get("key", "")
    if not _KEY.fullmatch(key):
        raise InputError("The form is incomplete; open the page again and send it from there.", field="key")
    return f"portal-{key}"


def answers(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, even where it is nothing; None when the page was only asked for."""
    return request.POST if request.method == "POST" else None

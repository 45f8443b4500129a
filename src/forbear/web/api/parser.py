"""Read a JSON body, or say that it cannot be read."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from forbear.web.api.errors import ApiError

BODY_BYTES_MAX = 256 * 1024


class BoundedParser(Parser):
    """Takes one JSON object of bounded size; a bomb of brackets or digits is an unreadable body."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return the body's object; raises ApiError ``body_unreadable`` for anything else."""
        try:
            body = request.body
            if len(body) > BODY_BYTES_MAX:
                raise ApiError("body_unreadable", f"The body exceeds {BODY_BYTES_MAX // 1024} kB.")
            value = json.loads(body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise ApiError("body_unreadable", "Send one JSON object, in UTF-8.") from error
        if not isinstance(value, dict):
            raise ApiError("body_unreadable", "Send one JSON object, not a list or a single value.")
        return value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")

"""Every error of the API has one shape, and every code is explained."""

from __future__ import annotations

import json

import pytest
from django.test import RequestFactory

from forbear.web.api.errors import DECLARED, MEANINGS, ApiError, error_response
from forbear.web.api.parser import BODY_BYTES_MAX, BoundedParser


@pytest.mark.parametrize("code", MEANINGS)
def test_each_code_answers_in_the_one_shape(code: str) -> None:
    """Type, code, param, message, doc: always all five, with the status that the table states."""
    response = error_response(code, "Say it.", param="amount", retry_after=3)
    body = json.loads(response.content)
    assert response.status_code == MEANINGS[code][0]
    assert response["Retry-After"] == "3"
    assert body == {
        "error": {
            "type": MEANINGS[code][1],
            "code": code,
            "param": "amount",
            "message": "Say it.",
            "doc": f"/api/v1/docs#error-{code}",
        }
    }


def test_every_status_of_a_code_is_declared() -> None:
    """What the table can answer, the OpenAPI document declares; 405 belongs to no operation."""
    assert {status for status, _, _ in MEANINGS.values()} - {405} == set(DECLARED)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"9" * 10_000,
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"[]",
        b'"text"',
        b"\xff\xfe\xfd",
        b'{"a": "' + b"x" * BODY_BYTES_MAX + b'"}',
    ],
    ids=["empty", "open", "brackets", "nested", "digits", "nan", "inf", "list", "text", "bytes", "long"],
)
def test_a_body_that_is_no_bounded_object_is_unreadable(body: bytes) -> None:
    """Bombs and broken bodies end in one clear error, never in a crash."""
    request = RequestFactory().post("/", data=body, content_type="application/json")
    with pytest.raises(ApiError) as caught:
        BoundedParser().parse_body(request)
    assert caught.value.code == "body_unreadable"

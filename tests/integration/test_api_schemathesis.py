"""The API never answers 5xx, and keeps its own document: requests made from it, good and bad.

Runs on whatever database the tests run on. Beside what Schemathesis makes up, a corpus of the texts
and numbers that broke others is put into every field.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi_checks

from forbear.services.token import token_issue
from forbear.web.api import auth
from forbear.web.api.mount import api
from forbear.web.limits import TokenBucket

EXAMPLES = 120
SEED = bytes(range(32))

CORPUS: list[Any] = [
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff\ud800",
    "\ufeff",
    "\u202e123",
    "𝔘𝔫𝔦\U0010ffff",
    "x" * 70_000,
    "9" * 5_000,
    "9223372036854775808",
    "-9223372036854775809",
    "1e400",
    "NaN",
    "0x10",
    "=cmd|' /C calc'!A0",
    "' OR 1=1 --",
    "../../etc/passwd",
    "",
    " ",
    10**400,
    2**63,
    -(2**63) - 1,
    1e308,
    0,
    -1,
    True,
    None,
    [],
    {},
    [[[[[]]]]],
    {"a": {"b": {"c": "\x00"}}},
]
PLACES = {
    "/payments": {
        "loan": "loan_x",
        "amount": "1.00",
        "currency": "CNY",
        "value_date": "2026-11-24",
        "reference": "BANK-1",
    },
    "/judge": {
        "pack": "cn",
        "at": "2026-11-24T10:00:00+08:00",
        "zones": ["Asia/Shanghai"],
        "facts": {"channel": "call", "collectors_present": 2, "robot": False},
    },
}

document = api.get_openapi_schema(path_prefix="/api/v1/")
schema = schemathesis.openapi.from_dict(json.loads(json.dumps(document)))
schema.app = get_wsgi_application()

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Keep the test's own connection open between requests, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def headers(
    lender: Any, make_user: Callable[..., Any], now: Any, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Bear a token that may do everything, as often as it likes."""
    monkeypatch.setattr(auth, "CALLS", TokenBucket(burst=10**6, per_second=10**6))
    monkeypatch.setattr(auth, "FAILURES", TokenBucket(burst=10**6, per_second=10**6))
    user = make_user(lender, "administrator")
    secret = token_issue(
        actor="system:tests", lender_id="pine", key="tests", now=now, user=user, name="tests", seed=SEED
    )
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.usefixtures("_one_connection")
@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_what_the_document_allows_and_forbids_is_answered_as_it_says(
    case: schemathesis.Case, headers: dict[str, str], loan: Any
) -> None:
    """No 5xx, no undeclared status, no undeclared shape; for made-up loans, and for one that is there."""
    given = {
        "headers": headers,
        "checks": [
            checks.not_a_server_error,
            openapi_checks.status_code_conformance,
            openapi_checks.content_type_conformance,
            openapi_checks.response_schema_conformance,
        ],
    }
    assert case.call_and_validate(**given).status_code < 500
    if isinstance(case.path_parameters, dict) and "loan_id" in case.path_parameters:
        case.path_parameters["loan_id"] = loan.pk
        case.call_and_validate(**given)
    if isinstance(case.body, dict) and "loan" in case.body:
        case.body["loan"] = loan.pk
        case.call_and_validate(**given)


@pytest.mark.parametrize("path", PLACES)
def test_hostile_values_in_every_field_are_answered_below_500(
    path: str, headers: dict[str, str], loan: Any
) -> None:
    """Each value in each field of a body that is otherwise right, one at a time."""
    client = Client(raise_request_exception=False)
    right = {**PLACES[path], "loan": loan.pk} if "loan" in PLACES[path] else PLACES[path]
    fields = [(name, None) for name in PLACES[path]] + [
        ("facts", name) for name in PLACES[path].get("facts", {})
    ]
    for name, inner in fields:
        for value in CORPUS:
            body = {**right, name: value}
            if inner is not None:
                body = {**right, name: {**right[name], inner: value}}
            answer = client.post(
                f"/api/v1{path}",
                json.dumps(body),
                content_type="application/json",
                headers={**headers, "Idempotency-Key": "k"},
            )
            assert answer.status_code < 500, (name, inner, str(value)[:40])
            assert answer.status_code in (200, 201) or set(answer.json()["error"]) == {
                "type",
                "code",
                "param",
                "message",
                "doc",
            }


@pytest.mark.parametrize("path", ["/loans/{}/position", "/loans/{}/events", "/payments"])
def test_hostile_addresses_queries_and_headers_are_answered_below_500(
    path: str, headers: dict[str, str], loan: Any
) -> None:
    """Whatever stands where an id, a day, an instant, a page or a key belongs."""
    client = Client(raise_request_exception=False)
    texts = [value.encode("utf-8", "replace").decode()[:3000] for value in CORPUS if isinstance(value, str)]
    for text in texts:
        names = ("as_of", "known_at", "after", "limit", "\x00")
        asked = [
            client.get(f"/api/v1{path.format(loan.pk)}", {name: text}, headers=headers) for name in names
        ]
        placed = client.get(f"/api/v1{path.format(text)}", headers=headers)
        keyed = client.post(
            "/api/v1/payments",
            "{}",
            content_type="application/json",
            headers={**headers, "Idempotency-Key": text},
        )
        assert max(answer.status_code for answer in (*asked, placed, keyed)) < 500, text[:40]

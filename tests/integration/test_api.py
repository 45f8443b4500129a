"""The API: one payment is one entry, a position is the fold, an act is judged, and errors have one shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from forbear.errors import RefusedError
from forbear.loans.rules import bucket_of
from forbear.money.amount import decimal_text
from forbear.services.token import token_issue, token_revoke
from forbear.store.models import ApiToken, LedgerEvent
from forbear.store.selectors.ledger import position_on
from forbear.web.api import auth
from forbear.web.limits import TokenBucket

pytestmark = pytest.mark.django_db
SEED = bytes(range(32))
DAY = date(2026, 11, 23)


class Api:
    """A program that holds one token."""

    def __init__(self, secret: str) -> None:
        self._client = Client()
        self._headers = {"Authorization": f"Bearer {secret}"}

    def get(self, path: str, **query: str) -> Any:
        """GET below /api/v1."""
        return self._client.get(f"/api/v1{path}", query, headers=self._headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """POST JSON below /api/v1."""
        data = body if isinstance(body, bytes) else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.post(
            f"/api/v1{path}", data, content_type="application/json", headers={**self._headers, **named}
        )

    def pay(self, the_loan: Any, *, key: str = "k1", **changes: Any) -> Any:
        """POST a payment of 100.50 for yesterday, with changes."""
        body = {
            "loan": the_loan.pk,
            "amount": "100.50",
            "currency": "CNY",
            "value_date": DAY.isoformat(),
            "reference": "BANK-1",
        }
        return self.post("/payments", body | changes, Idempotency_Key=key)


@pytest.fixture(autouse=True)
def _fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "CALLS", TokenBucket(burst=1000, per_second=1))
    monkeypatch.setattr(auth, "FAILURES", TokenBucket(burst=20, per_second=1))


@pytest.fixture
def token(make_user: Callable[..., Any], now: Any) -> Callable[..., str]:
    """Issue tokens: ``token(lender, "manager")``."""

    def issue(lender: Any, role: str, **changes: Any) -> str:
        user = make_user(lender, role, name=f"{lender.pk}.{role}.api", **changes)
        return token_issue(
            actor="system:tests",
            lender_id=lender.pk,
            key=f"token of {user.username}",
            now=now,
            user=user,
            name="tests",
            seed=SEED,
        )

    return issue


@pytest.fixture
def api(token: Callable[..., str], lender: Any) -> Api:
    """A program of the lender's manager."""
    return Api(token(lender, "manager"))


def error_of(response: Any) -> tuple[int, str, str | None]:
    """Return status, code and param of an error, once its shape is seen to be the one."""
    error = response.json()["error"]
    assert set(error) == {"type", "code", "param", "message", "doc"}
    assert error["doc"] == f"/api/v1/docs#error-{error['code']}"
    assert error["message"].endswith(".")
    return response.status_code, error["code"], error["param"]


def test_a_payment_is_recorded_and_answered_with_what_is_owed_after_it(api: Api, loan: Any, now: Any) -> None:
    """201, and the numbers are those of the ledger."""
    answer = api.pay(loan)
    position = position_on(loan, as_of=now.date())
    event = LedgerEvent.objects.get(loan=loan, kind="payment")
    assert answer.status_code == 201
    assert answer["Idempotent-Replayed"] == "false"
    assert answer.json() == {
        "object": "payment",
        "id": event.event_id,
        "loan": loan.pk,
        "seq": 2,
        "amount": "100.50",
        "currency": "CNY",
        "value_date": "2026-11-23",
        "reference": "BANK-1",
        "owed_now": decimal_text(position.owed_now, 2),
        "payoff": decimal_text(position.payoff, 2),
        "ledger_digest": position.digest,
    }


def test_the_same_payment_again_gets_the_same_bytes(api: Api, loan: Any) -> None:
    """Also after other payments came in between; only a header tells."""
    first = api.pay(loan)
    api.pay(loan, key="k2", reference="BANK-2")
    again = api.pay(loan)
    assert again.content == first.content
    assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert LedgerEvent.objects.filter(kind="payment").count() == 2


@pytest.mark.parametrize(
    "changes",
    [{"amount": "100.51"}, {"value_date": "2026-11-22"}, {"reference": "BANK-9"}],
    ids=lambda changes: next(iter(changes)),
)
def test_the_same_key_with_another_body_is_refused(api: Api, loan: Any, changes: dict[str, str]) -> None:
    """409, with a sentence that says what to do, and nothing is recorded."""
    api.pay(loan)
    answer = api.pay(loan, **changes)
    assert error_of(answer) == (409, "idempotency_key_reused", "Idempotency-Key")
    assert "use a new key" in answer.json()["error"]["message"]
    assert LedgerEvent.objects.filter(kind="payment").count() == 1


def test_the_same_bank_entry_under_another_key_is_refused(api: Api, loan: Any) -> None:
    """A payment counts once even where the sender lost its key."""
    api.pay(loan)
    assert error_of(api.pay(loan, key="k2"))[:2] == (409, "refused")


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "0.001"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": 100}, "amount"),
        ({"amount": "1e5"}, "amount"),
        ({"amount": "9" * 500}, "amount"),
        ({"amount": "\ud800"}, "amount"),
        ({"currency": "USD"}, "currency"),
        ({"currency": "ZZZ"}, "currency"),
        ({"value_date": "2026-11-25"}, "value_date"),
        ({"value_date": "2026-02-30"}, "value_date"),
        ({"value_date": "0001-01-01"}, "value_date"),
        ({"reference": ""}, "reference"),
        ({"reference": "a\x00b"}, "reference"),
        ({"loan": "' OR 1=1"}, "loan"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(
    api: Api, loan: Any, changes: dict[str, Any], param: str
) -> None:
    """422, the field's name, a sentence; and nothing is recorded."""
    assert error_of(api.pay(loan, **changes)) == (422, "parameter_invalid", param)
    assert not LedgerEvent.objects.filter(kind="payment").exists()


def test_the_idempotency_key_is_required_and_bounded(api: Api, loan: Any) -> None:
    """Without it 400; longer than 100 characters, or with a space, 422."""
    assert error_of(api.post("/payments", {"loan": loan.pk})) == (
        400,
        "idempotency_key_missing",
        "Idempotency-Key",
    )
    for key in ("x" * 101, "a b"):
        assert error_of(api.pay(loan, key=key)) == (422, "parameter_invalid", "Idempotency-Key")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"[" * 99_999, b'{"amount": NaN}', b"\xff"])
def test_a_body_that_cannot_be_read_is_an_error_of_the_one_shape(api: Api, body: bytes) -> None:
    """400 (or 422 where there is no body at all), never a page."""
    assert error_of(api.post("/payments", body, Idempotency_Key="k"))[0] in (400, 422)


def test_the_position_is_the_fold_on_both_clocks(api: Api, loan: Any, now: Any, clock: Any) -> None:
    """As of a day, and as it was known before the payment came in."""
    before = clock.now()
    clock.move_to(before + timedelta(hours=1))
    api.pay(loan)
    known = api.get(f"/loans/{loan.pk}/position").json()
    unknown = api.get(f"/loans/{loan.pk}/position", known_at=before.isoformat()).json()
    earlier = api.get(f"/loans/{loan.pk}/position", as_of="2026-10-15").json()
    folded = position_on(loan, as_of=now.date())
    assert known["payoff"] == decimal_text(folded.payoff, 2)
    assert known["ledger_digest"] == folded.digest
    assert (known["paid_total"], unknown["paid_total"]) == ("100.50", "0.00")
    nothing = api.get(f"/loans/{loan.pk}/position", known_at="1991-01-01T00:00:00Z").json()
    assert (nothing["loan"], nothing["last_seq"]) == (loan.pk, 0)
    assert (earlier["as_of"], earlier["days_past_due"]) == ("2026-10-15", 30)
    assert known["bucket"] == bucket_of(folded.days_past_due)
    assert [item["due_on"] for item in known["instalments"]] == ["2026-09-15", "2026-10-15", "2026-11-15"]


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ({"as_of": "x"}, "as_of"),
        ({"as_of": "20261124"}, "as_of"),
        ({"as_of": "9999-12-31"}, "as_of"),
        ({"known_at": "2026-11-24T10:00:00"}, "known_at"),
        ({"known_at": "\x00"}, "known_at"),
    ],
)
def test_a_clock_that_cannot_be_read_is_named(api: Api, loan: Any, query: dict[str, str], param: str) -> None:
    """422 with the name of the parameter."""
    assert error_of(api.get(f"/loans/{loan.pk}/position", **query)) == (422, "parameter_invalid", param)


def test_the_ledger_comes_in_pages_without_gap_or_overlap(api: Api, loan: Any) -> None:
    """Seven entries, three at a time: each once, in order."""
    for n in range(6):
        api.pay(loan, key=f"k{n}", reference=f"BANK-{n}")
    seen, after = [], {}
    while True:
        page = api.get(f"/loans/{loan.pk}/events", limit="3", **after).json()
        seen += [event["seq"] for event in page["data"]]
        if not page["has_more"]:
            break
        after = {"after": page["next"]}
    assert seen == [1, 2, 3, 4, 5, 6, 7]
    assert page["next"] is None
    assert error_of(api.get(f"/loans/{loan.pk}/events", after="ev_none")) == (
        422,
        "parameter_invalid",
        "after",
    )
    assert error_of(api.get(f"/loans/{loan.pk}/events", limit="0"))[0] == 422


def test_an_act_is_judged_with_sentences_in_both_languages(api: Api) -> None:
    """A call at eleven at night is denied by the rule of the hours, with its source."""
    act = {
        "pack": "cn",
        "at": "2026-11-24T23:00:00+08:00",
        "zones": ["Asia/Shanghai"],
        "facts": {"channel": "call", "purpose": "remind", "party_relation": "borrower"},
    }
    verdict = api.post("/judge", act).json()
    assert verdict["outcome"] == "denied"
    assert verdict["fired"][0]["citation"]
    assert "22:00" in " ".join(verdict["sentences"]["en"])
    assert "22:00" in " ".join(verdict["sentences"]["zh-hans"])
    assert api.post("/judge", act).json() == verdict


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"pack": "atlantis"}, None),
        ({"facts": {"channel": "telepathy"}}, "channel"),
        ({"facts": {"nonsense": True}}, "nonsense"),
        ({"facts": {"channel": "\x00"}}, None),
        ({"zones": []}, "zones"),
        ({"zones": ["America"]}, "zones"),
        ({"zones": ["../../etc/passwd"]}, None),
        ({"at": "2026-11-24T23:00:00"}, "at"),
        ({"facts": {"collectors_present": 10**30}}, None),
    ],
)
def test_an_act_that_cannot_be_judged_is_explained(
    api: Api, changes: dict[str, Any], param: str | None
) -> None:
    """422 naming what is wrong, where there is one thing."""
    act = {
        "pack": "cn",
        "at": "2026-11-24T23:00:00+08:00",
        "zones": ["Asia/Shanghai"],
        "facts": {"channel": "call"},
    }
    status, code, named = error_of(api.post("/judge", act | changes))
    assert (status, code) == (422, "parameter_invalid")
    assert param is None or named == param


def test_a_token_is_needed_and_dies_when_revoked(
    api: Api, token: Callable[..., str], lender: Any, loan: Any, now: Any
) -> None:
    """401 with a challenge: without one, with a wrong one, with a revoked one, of a disabled account."""
    path = f"/api/v1/loans/{loan.pk}/position"
    bare = Client().get(path)
    assert error_of(bare) == (401, "token_missing", None)
    assert bare["WWW-Authenticate"].startswith("Bearer")
    for secret in ("", "fb_wrong", "x" * 5000, "中文"):
        assert error_of(Api(secret).get(f"/loans/{loan.pk}/position"))[0] == 401
    compliance = Api(token(lender, "compliance"))
    assert compliance.get(f"/loans/{loan.pk}/position").status_code == 200
    issued = ApiToken.objects.get(user__role="compliance")
    token_revoke(actor="system:tests", lender_id=lender.pk, key="end", now=now, token_id=issued.pk)
    assert compliance.get(f"/loans/{loan.pk}/position").status_code == 401
    manager = ApiToken.objects.get(user__role="manager").user
    manager.is_active = False
    manager.save()
    assert api.get(f"/loans/{loan.pk}/position").status_code == 401


def test_only_an_administrator_issues_and_ends_tokens(agent: Any, lender: Any, now: Any) -> None:
    """A token acts as its account, so making one is a matter of role, whoever asks the service."""
    given = {"actor": "agent:li.na", "lender_id": lender.pk, "key": "k", "now": now}
    with pytest.raises(RefusedError, match="token_issue"):
        token_issue(**given, user=agent, name="mine", seed=SEED)
    with pytest.raises(RefusedError, match="token_revoke"):
        token_revoke(**given, token_id="tok_any")
    assert not ApiToken.objects.exists()


def test_another_lenders_loan_is_not_there(api: Api, other_loan: Any) -> None:
    """404, the same as for a loan that does not exist."""
    for loan_id in (other_loan.pk, "loan_none"):
        answers = [
            api.get(f"/loans/{loan_id}/position"),
            api.get(f"/loans/{loan_id}/events"),
            api.pay(type("Loan", (), {"pk": loan_id})),
        ]
        assert {error_of(answer) for answer in answers} == {(404, "not_found", None)}


def test_a_role_that_may_not_is_told_so(token: Callable[..., str], lender: Any, loan: Any) -> None:
    """Compliance reads and judges; it records no payments."""
    compliance = Api(token(lender, "compliance"))
    assert error_of(compliance.pay(loan)) == (403, "role_forbidden", None)


def test_a_borrowers_token_sees_their_own_loans_alone(
    token: Callable[..., str], lender: Any, borrower: Any, loan: Any, make_party: Any, make_loan: Any
) -> None:
    """Their position, not their neighbour's; and no payment is recorded on their word."""
    mine = Api(token(lender, "borrower", party=borrower))
    neighbour = make_party(lender, "测试丙", phone="19900000003")
    theirs = make_loan(lender, [(neighbour, "borrower")], reference="PINE-2")
    assert mine.get(f"/loans/{loan.pk}/position").status_code == 200
    assert mine.get(f"/loans/{theirs.pk}/position").status_code == 404
    assert mine.pay(loan).status_code == 403


def test_too_many_wrong_tokens_and_too_many_calls_have_to_wait(
    api: Api, loan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """429 with Retry-After, in the one shape."""
    monkeypatch.setattr(auth, "CALLS", TokenBucket(burst=1, per_second=0.1, seconds=lambda: 0.0))
    monkeypatch.setattr(auth, "FAILURES", TokenBucket(burst=1, per_second=0.1, seconds=lambda: 0.0))
    path = f"/loans/{loan.pk}/position"
    assert api.get(path).status_code == 200
    for answer in (api.get(path), [Api("fb_x").get(path), Api("fb_x").get(path)][1]):
        assert error_of(answer)[:2] == (429, "too_many_requests")
        assert answer["Retry-After"] == "10"


def test_a_cookie_of_the_console_opens_nothing_here(client: Client, agent: Any, loan: Any) -> None:
    """The API reads no cookie, so no other site can make a browser use one."""
    client.force_login(agent)
    assert client.get(f"/api/v1/loans/{loan.pk}/position").status_code == 401


def test_a_wrong_method_and_a_wrong_address_have_the_one_shape(api: Api, client: Client) -> None:
    """405 with Allow, and 404."""
    answer = api.get("/payments")
    assert error_of(answer) == (405, "method_unknown", None)
    assert answer["Allow"] == "POST"
    for path in ("/api/v1/", "/api/v1/nothing", "/api/v1/loans/x/nothing"):
        assert error_of(client.get(path))[:2] == (404, "not_found")


def test_the_page_and_the_document_of_the_api_explain_every_operation(client: Client) -> None:
    """No script, nothing from elsewhere; each operation and each error code has its place."""
    document = client.get("/api/v1/openapi.json").json()
    page = client.get("/api/v1/docs")
    text = page.content.decode()
    assert set(document["paths"]) == {
        "/api/v1/payments",
        "/api/v1/loans/{loan_id}/position",
        "/api/v1/loans/{loan_id}/events",
        "/api/v1/judge",
    }
    for operation in ("payment_post", "position_get", "event_list", "act_judge"):
        assert f'id="{operation}"' in text
    assert 'id="error-idempotency_key_reused"' in text
    assert "https://" not in text
    assert "default-src 'none'" in page["Content-Security-Policy"]

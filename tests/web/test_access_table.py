"""A cannot read B: every address x method x role x ownership, whole.

The addresses come from the resolver; one that the table lacks fails here, and so does a row for an
address that is gone. A view without a policy fails in test_policy.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from access_rows import JSON, ROWS, Row
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import resolve

from forbear.gateways.ports import PaymentOrder
from forbear.services import runtime
from forbear.services.contact import Proposal, contact_propose
from forbear.services.hold import hold_open
from forbear.services.party import state_set
from forbear.services.payment import payment_record
from forbear.services.preference import preference_set
from forbear.services.token import token_issue
from forbear.store.models import ApiToken, PartyState, Verdict
from forbear.web.api import auth
from forbear.web.limits import TokenBucket
from forbear.web.policy import policies
from forbear.web.portal import signin
from forbear.web.urls import urlpatterns

COOKIE = settings.SESSION_COOKIE_NAME
SEED = bytes(range(32))
STAFF_ROLES = ("agent", "manager", "compliance", "administrator")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at the door: a role, whose it is, and what they come with."""

    name: str
    role: str | None
    lender: str | None
    own: bool
    session: str
    token: str


@pytest.fixture(autouse=True)
def _fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((auth, "CALLS"), (auth, "FAILURES"), (signin, "CODES")):
        monkeypatch.setattr(module, name, TokenBucket(burst=10**6, per_second=10**6))


@pytest.fixture
def visitors(
    lender: Any,
    other_lender: Any,
    borrower: Any,
    other_loan: Any,
    make_user: Any,
    make_party: Any,
    make_loan: Any,
    now: Any,
) -> list[Visitor]:
    """Nobody, each role of either lender, and a borrower of another loan."""
    neighbour = make_party(lender, "测试丙", phone="19900000003")
    make_loan(lender, [(neighbour, "borrower")], reference="PINE-2")
    theirs = other_loan.roles.get().party
    people: list[tuple[str, Any, str, Any, bool]] = [
        *[(f"own {role}", lender, role, None, True) for role in STAFF_ROLES],
        ("own borrower", lender, "borrower", borrower, True),
        ("borrower of another loan", lender, "borrower", neighbour, False),
        *[(f"other lender's {role}", other_lender, role, None, False) for role in STAFF_ROLES],
        ("other lender's borrower", other_lender, "borrower", theirs, False),
    ]
    found = [Visitor("anonymous", None, None, False, "", "")]
    for name, of, role, party, own in people:
        user = make_user(of, role, name=name.replace(" ", "."), **({"party": party} if party else {}))
        client = Client()
        client.force_login(user)
        token = token_issue(
            actor="system:tests", lender_id=of.pk, key=name, now=now, user=user, name="table", seed=SEED
        )
        found.append(Visitor(name, role, of.pk, own, client.cookies[COOKIE].value, token))
    return found


@pytest.fixture
def ids(visitors: list[Visitor], loan: Any, borrower: Any, now: Any) -> dict[str, str]:
    """One of everything that an address can name, all of it the first lender's and the first borrower's."""
    before = now - timedelta(hours=1)
    given = {"actor": "system:tests", "lender_id": "pine", "now": before}
    phone = borrower.contact_points.get(medium="phone")
    proposal = Proposal(
        loan_id=loan.pk,
        party_id=borrower.pk,
        contact_point_id=phone.pk,
        channel="call",
        purpose="remind",
        declared={},
    )
    contact = contact_propose(**given, key="c", proposal=proposal)
    paid = payment_record(
        **given, key="p", loan_id=loan.pk, amount=100, value_date=now.date(), channel_ref="BANK-0"
    )
    order = PaymentOrder(order_id="order_x", lender_id="pine", loan_id=loan.pk, amount=100, currency="CNY")
    return {
        "loan": loan.pk,
        "party": borrower.pk,
        "point": phone.pk,
        "contact": contact.contact_id,
        "verdict": Verdict.objects.get().pk,
        "payment": paid.event_id,
        "hold": hold_open(**given, key="h", loan_id=loan.pk, party_id=borrower.pk, kind="dispute", words="?"),
        "preference": preference_set(
            **given, key="w", party_id=borrower.pk, kind="stop", channel="visit", source="tests"
        ),
        "consent": preference_set(
            **given, key="n", party_id=borrower.pk, kind="night_consent", source="tests"
        ),
        "state": state_of(given, borrower.pk),
        "checkout": runtime.gateways().payments.create(order),
        "token": ApiToken.objects.get(user__username="own.agent").pk,
        "agent": str(ApiToken.objects.get(user__username="own.agent").user_id),
    }


def state_of(given: dict[str, Any], party_id: str) -> str:
    """Note a state that forbids nothing of what the table does; its id comes back."""
    state_set(**given, key="s", party_id=party_id, state="identity_stolen", source="tests")
    return str(PartyState.objects.get().pk)


def expected(row: Row, visitor: Visitor) -> int:
    """Return the status that the table means for this visitor."""
    if row.roles is None:
        return row.inside if visitor.role and row.inside else row.ok
    if visitor.role is None:
        return 401 if row.route.startswith("api/") else 302
    if visitor.role not in row.roles:
        return 403
    if row.whose == "nobody":
        return row.ok
    if visitor.lender != "pine":
        return 404
    return 404 if row.whose == "person" and visitor.role == "borrower" and not visitor.own else row.ok


def ask(row: Row, visitor: Visitor, ids: dict[str, str]) -> Any:
    """Make the request, and leave no trace of it in the database."""
    address = row.address.format(**ids)
    api = row.route in JSON
    data = (
        json.dumps(JSON[row.route]).replace("{loan}", ids["loan"])
        if api
        else {name: value.format(**ids) for name, value in row.sent.items()}
    )
    headers = {"Idempotency-Key": "k"}
    client = Client()
    if row.route.startswith("api/"):
        headers["Authorization"] = f"Bearer {visitor.token}"
    elif visitor.session:
        client.cookies[COOKIE] = visitor.session
    with transaction.atomic():
        if row.method == "GET":
            answer = client.get(address, headers=headers)
        else:
            options = {"content_type": "application/json"} if api else {}
            answer = client.post(address, data, headers=headers, **options)
        transaction.set_rollback(True)
    return answer


def test_every_address_has_its_row_and_every_row_its_address() -> None:
    """A new route without a row fails, and so does a row that tests another route than it says."""
    routes = {route for route, _ in policies(urlpatterns)}
    assert {row.route for row in ROWS} == routes
    for row in ROWS:
        path = re.sub(r"\{\w+\}", "1", row.address).partition("?")[0]
        assert resolve(path).route == row.route


def test_the_roles_in_the_table_are_the_roles_in_the_code() -> None:
    """Two people wrote them down; they must agree."""
    for route, rule in policies(urlpatterns):
        assert rule is not None, route
        for row in ROWS:
            if row.route == route:
                assert rule.anonymous == (row.roles is None), route
                assert row.roles is None or set(row.roles) == set(rule.roles), route


@pytest.mark.slow
@pytest.mark.django_db
def test_every_address_answers_every_visitor_as_the_table_says(
    visitors: list[Visitor], ids: dict[str, str]
) -> None:
    """Twelve visitors at every address and method; a wrong sign-in page counts as wrong."""
    wrong = []
    for row in ROWS:
        for visitor in visitors:
            answer = ask(row, visitor, ids)
            want = expected(row, visitor)
            at_the_door = answer.status_code == 302 and (
                "sign-in" in answer["Location"] or "login" in answer["Location"]
            )
            shut = visitor.role is None and row.roles is not None and not row.route.startswith("api/")
            if answer.status_code != want or (shut and not at_the_door):
                wrong.append(
                    f"{row.method} /{row.route} for {visitor.name}: {answer.status_code}, not {want}"
                )
    assert wrong == [], "\n".join(wrong)


def _at_the_door(answer: Any) -> bool:
    return "/sign-in/" in answer["Location"] or "/login/" in answer["Location"]


@pytest.mark.django_db
def test_a_method_without_a_row_is_refused(visitors: list[Visitor], ids: dict[str, str]) -> None:
    """What the table does not list, nobody can do: 405 for whoever may open the address."""
    listed = {(row.route, row.method) for row in ROWS}
    lenient = {
        "accounts/login/",
        "accounts/logout/",
        "accounts/inactive/",
        "accounts/2fa/",
        "accounts/2fa/codes/",
    }
    wrong = []
    for row in ROWS:
        for method in ("GET", "POST"):
            if (row.route, method) in listed or row.route in lenient:
                continue
            visitor = next(one for one in visitors if row.roles is None or one.role in row.roles)
            other = Row(route=row.route, address=row.address, method=method, roles=row.roles, sent=row.sent)
            status = ask(other, visitor, ids).status_code
            if status not in (405, 404):
                wrong.append(f"{method} /{row.route}: {status}")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.django_db
def test_a_disabled_account_is_out_at_the_next_request(visitors: list[Visitor], ids: dict[str, str]) -> None:
    """Whatever it had open: session and token both."""
    from forbear.store.models import User

    User.objects.update(is_active=False)
    for row in ROWS:
        if row.roles is None:
            continue
        for visitor in visitors:
            if visitor.role in row.roles and visitor.own:
                want = 401 if row.route.startswith("api/") else 302
                assert ask(row, visitor, ids).status_code == want, (row.route, visitor.name)

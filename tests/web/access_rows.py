"""Every address of the site: who may open it, whose it is, and what they then get. One row a method.

Written by hand, apart from the policies in the code, so that the two are checked against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

AGENT, MANAGER, COMPLIANCE, ADMIN, BORROWER = (
    "agent",
    "manager",
    "compliance",
    "administrator",
    "borrower",
)
STAFF = (AGENT, MANAGER, COMPLIANCE, ADMIN)
EVERYBODY = (*STAFF, BORROWER)
BOOK = (MANAGER, COMPLIANCE, ADMIN)
COLLECT = (AGENT, MANAGER, ADMIN)
WISH = (AGENT, MANAGER, COMPLIANCE)

Whose = Literal["nobody", "lender", "person"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One method of one address.

    ``address`` is filled with the world's ids. ``roles`` may open it (None: everybody, signed in or
    not). ``whose``: for ``nobody``'s every permitted role gets ``ok``, with its own lender's data; a
    ``lender``'s is 404 for the other lender's people; a ``person``'s also for other borrowers.
    """

    route: str
    address: str
    method: str = "GET"
    roles: tuple[str, ...] | None
    whose: Whose = "nobody"
    ok: int = 200
    inside: int | None = None
    sent: dict[str, str] = field(default_factory=dict)


def row(route: str, address: str, roles: tuple[str, ...] | None, *methods: str, **more: object) -> list[Row]:
    """Write the rows of one address, one for each method with its status, such as ``GET 200``."""
    rows = []
    for entry in methods:
        method, status = entry.split()
        rows.append(Row(route=route, address=address, method=method, roles=roles, ok=int(status), **more))
    return rows


KEY = {"key": "0" * 32}
PERSON = {"party": "{party}", "point": "{point}"}
LOAN = {"whose": "lender"}
MINE = {"whose": "person"}


def both(route: str, address: str, roles: tuple[str, ...], **sent: str) -> list[Row]:
    """Write the rows of a form about a person: shown, and sent."""
    return [
        *row(route, address, roles, "GET 200", **LOAN),
        *row(route, address, roles, "POST 302", sent={**KEY, **sent}, **LOAN),
    ]


ROWS: list[Row] = [
    *row("", "/", EVERYBODY, "GET 302"),
    *row("choose/", "/choose/", None, "POST 302"),
    *row("demo/clock/", "/demo/clock/", None, "POST 404"),
    *row("accounts/login/", "/accounts/login/", None, "GET 200", "POST 200", inside=302),
    *row("accounts/logout/", "/accounts/logout/", None, "GET 302", inside=200),
    *row("accounts/inactive/", "/accounts/inactive/", None, "GET 200"),
    *row("accounts/reauthenticate/", "/accounts/reauthenticate/", STAFF, "GET 200", "POST 200"),
    *row("accounts/password/change/", "/accounts/password/change/", STAFF, "GET 200", "POST 200"),
    *row("accounts/2fa/", "/accounts/2fa/", STAFF, "GET 200"),
    *row("accounts/2fa/authenticate/", "/accounts/2fa/authenticate/", None, "GET 302", "POST 302"),
    *row("accounts/2fa/reauthenticate/", "/accounts/2fa/reauthenticate/", STAFF, "GET 302", "POST 302"),
    *row("accounts/2fa/totp/activate/", "/accounts/2fa/totp/activate/", STAFF, "GET 302", "POST 302"),
    *row("accounts/2fa/totp/deactivate/", "/accounts/2fa/totp/deactivate/", STAFF, "GET 404", "POST 404"),
    *row("accounts/2fa/codes/", "/accounts/2fa/codes/", STAFF, "GET 404"),
    *row("accounts/2fa/codes/generate/", "/accounts/2fa/codes/generate/", STAFF, "GET 302", "POST 302"),
    *row("accounts/2fa/codes/download/", "/accounts/2fa/codes/download/", STAFF, "GET 404"),
    *row("console/worklist/", "/console/worklist/", STAFF, "GET 200"),
    *row("console/find/", "/console/find/?q=PINE", STAFF, "GET 200"),
    *row("console/cases/<str:loan_id>/", "/console/cases/{loan}/", STAFF, "GET 200", **LOAN),
    *row(
        "console/cases/<str:loan_id>/call/",
        "/console/cases/{loan}/call/",
        COLLECT,
        "POST 409",
        sent={**KEY, **PERSON},
        **LOAN,
    ),
    *row(
        "console/cases/<str:loan_id>/message/",
        "/console/cases/{loan}/message/?party={party}&point={point}&channel=sms",
        COLLECT,
        "GET 200",
        **LOAN,
    ),
    *row(
        "console/cases/<str:loan_id>/message/",
        "/console/cases/{loan}/message/",
        COLLECT,
        "POST 409",
        sent={**KEY, **PERSON, "channel": "sms", "template": "reminder"},
        **LOAN,
    ),
    *row(
        "console/cases/<str:loan_id>/wish/",
        "/console/cases/{loan}/wish/?party={party}",
        WISH,
        "GET 200",
        **LOAN,
    ),
    *row(
        "console/cases/<str:loan_id>/wish/",
        "/console/cases/{loan}/wish/",
        WISH,
        "POST 302",
        sent={**KEY, **PERSON, "kind": "stop", "channel": "call"},
        **LOAN,
    ),
    *row(
        "console/cases/<str:loan_id>/hold/",
        "/console/cases/{loan}/hold/?party={party}",
        WISH,
        "GET 200",
        **LOAN,
    ),
    *row(
        "console/cases/<str:loan_id>/hold/",
        "/console/cases/{loan}/hold/",
        WISH,
        "POST 302",
        sent={**KEY, **PERSON, "kind": "complaint", "words": "这里算错了"},
        **LOAN,
    ),
    *row("console/contacts/<str:contact_id>/", "/console/contacts/{contact}/", COLLECT, "GET 200", **LOAN),
    *row(
        "console/contacts/<str:contact_id>/",
        "/console/contacts/{contact}/",
        COLLECT,
        "POST 302",
        sent={**KEY, "outcome": "no_answer", "right_party": "", "key": "0" * 32},
        **LOAN,
    ),
    *row(
        "console/holds/<str:hold_id>/end/",
        "/console/holds/{hold}/end/",
        (MANAGER, COMPLIANCE),
        "GET 200",
        **LOAN,
    ),
    *row(
        "console/holds/<str:hold_id>/end/",
        "/console/holds/{hold}/end/",
        (MANAGER, COMPLIANCE),
        "POST 302",
        sent={**KEY, "because": "查清了"},
        **LOAN,
    ),
    *row("console/people/<str:party_id>/", "/console/people/{party}/", STAFF, "GET 200", **LOAN),
    *both(
        "console/people/<str:party_id>/points/",
        "/console/people/{party}/points/",
        STAFF,
        medium="phone",
        value="19900000099",
        zone="Asia/Shanghai",
        source="call",
    ),
    *both("console/points/<str:point_id>/end/", "/console/points/{point}/end/", STAFF, because="换号"),
    *both(
        "console/people/<str:party_id>/states/",
        "/console/people/{party}/states/",
        STAFF,
        state="dead",
        source="letter",
    ),
    *both(
        "console/states/<str:state_id>/end/",
        "/console/states/{state}/end/",
        (MANAGER, COMPLIANCE),
        because="委托结束",
    ),
    *both(
        "console/wishes/<str:preference_id>/end/",
        "/console/wishes/{preference}/end/",
        (COMPLIANCE,),
        because="本人来信撤回",
    ),
    *row(
        "console/consents/<str:preference_id>/end/",
        "/console/consents/{consent}/end/",
        WISH,
        "POST 302",
        sent=KEY,
        **LOAN,
    ),
    *row("console/book/", "/console/book/", BOOK, "GET 200"),
    *row("console/book/<str:band>/", "/console/book/61-90/", BOOK, "GET 200"),
    *row("console/loans/<str:loan_id>/", "/console/loans/{loan}/", STAFF, "GET 200", **LOAN),
    *row(
        "console/loans/<str:loan_id>/entries/<str:event_id>/",
        "/console/loans/{loan}/entries/{payment}/",
        STAFF,
        "GET 200",
        **LOAN,
    ),
    *both(
        "console/loans/<str:loan_id>/payments/<str:event_id>/return/",
        "/console/loans/{loan}/payments/{payment}/return/",
        (MANAGER, ADMIN),
        value_date="2026-11-24",
        reason="余额不足",
    ),
    *row("console/acts/", "/console/acts/", (COMPLIANCE, ADMIN), "GET 200"),
    *row(
        "console/acts/<str:verdict_id>/", "/console/acts/{verdict}/", (COMPLIANCE, ADMIN), "GET 200", **LOAN
    ),
    *row("console/law/", "/console/law/", (COMPLIANCE, ADMIN), "GET 200"),
    *row("console/law/what-if/", "/console/law/what-if/", (COMPLIANCE, ADMIN), "GET 200"),
    *row(
        "console/law/<str:rule_id>/",
        "/console/law/cn.cba.night-hours/",
        (COMPLIANCE, ADMIN),
        "GET 200",
    ),
    *row("console/evidence/", "/console/evidence/", BOOK, "GET 200"),
    *row("console/evidence/verify/", "/console/evidence/verify/", BOOK, "POST 200"),
    *row("console/accounts/", "/console/accounts/", (ADMIN,), "GET 200", "POST 200"),
    *row(
        "console/accounts/<int:user_id>/",
        "/console/accounts/{agent}/",
        (ADMIN,),
        "POST 302",
        sent=KEY,
        **LOAN,
    ),
    *row(
        "console/accounts/<int:user_id>/password/",
        "/console/accounts/{agent}/password/",
        (ADMIN,),
        "POST 200",
        sent=KEY,
        **LOAN,
    ),
    *row("console/tokens/", "/console/tokens/", (ADMIN,), "GET 200", "POST 200"),
    *row(
        "console/tokens/<str:token_id>/end/",
        "/console/tokens/{token}/end/",
        (ADMIN,),
        "POST 302",
        sent=KEY,
        **LOAN,
    ),
    *row("portal/<slug:lender>/sign-in/", "/portal/pine/sign-in/", None, "GET 200", "POST 200"),
    *row("portal/<slug:lender>/sign-in/code/", "/portal/pine/sign-in/code/", None, "GET 302", "POST 302"),
    *row(
        "portal/<slug:lender>/sign-in/birth-date/",
        "/portal/pine/sign-in/birth-date/",
        None,
        "GET 302",
        "POST 302",
    ),
    *row("portal/<slug:lender>/sign-out/", "/portal/pine/sign-out/", None, "POST 302"),
    *row("portal/<slug:lender>/", "/portal/pine/", (BORROWER,), "GET 200", **LOAN),
    *row("portal/<slug:lender>/help/", "/portal/pine/help/", (BORROWER,), "GET 200", **LOAN),
    *row("portal/<slug:lender>/contacts/", "/portal/pine/contacts/", (BORROWER,), "GET 200", **LOAN),
    *row("portal/<slug:lender>/wishes/", "/portal/pine/wishes/", (BORROWER,), "GET 200", **LOAN),
    *row(
        "portal/<slug:lender>/wishes/stop/",
        "/portal/pine/wishes/stop/",
        (BORROWER,),
        "POST 302",
        sent={**KEY, "channel": "call"},
        **LOAN,
    ),
    *row("portal/<slug:lender>/wishes/hours/", "/portal/pine/wishes/hours/", (BORROWER,), "GET 200", **LOAN),
    *row(
        "portal/<slug:lender>/wishes/hours/",
        "/portal/pine/wishes/hours/",
        (BORROWER,),
        "POST 302",
        sent={**KEY, "hour_from": "09:00", "hour_until": "12:00"},
        **LOAN,
    ),
    *row("portal/<slug:lender>/wishes/night/", "/portal/pine/wishes/night/", (BORROWER,), "GET 200", **LOAN),
    *row(
        "portal/<slug:lender>/wishes/night/",
        "/portal/pine/wishes/night/",
        (BORROWER,),
        "POST 302",
        sent=KEY,
        **LOAN,
    ),
    *row(
        "portal/<slug:lender>/wishes/<str:preference_id>/end/",
        "/portal/pine/wishes/{preference}/end/",
        (BORROWER,),
        "POST 302",
        sent=KEY,
        **MINE,
    ),
    *row(
        "portal/<slug:lender>/loans/<str:loan_id>/",
        "/portal/pine/loans/{loan}/",
        (BORROWER,),
        "GET 200",
        **MINE,
    ),
    *[
        one
        for name in ("objection", "hardship")
        for one in (
            *row(
                f"portal/<slug:lender>/loans/<str:loan_id>/{name}/",
                f"/portal/pine/loans/{{loan}}/{name}/",
                (BORROWER,),
                "GET 200",
                **MINE,
            ),
            *row(
                f"portal/<slug:lender>/loans/<str:loan_id>/{name}/",
                f"/portal/pine/loans/{{loan}}/{name}/",
                (BORROWER,),
                "POST 302",
                sent={**KEY, "words": "这里算错了"},
                **MINE,
            ),
        )
    ],
    *row(
        "portal/<slug:lender>/holds/<str:hold_id>/",
        "/portal/pine/holds/{hold}/",
        (BORROWER,),
        "GET 200",
        **MINE,
    ),
    *row(
        "portal/<slug:lender>/loans/<str:loan_id>/pay/",
        "/portal/pine/loans/{loan}/pay/",
        (BORROWER,),
        "GET 200",
        **MINE,
    ),
    *row(
        "portal/<slug:lender>/loans/<str:loan_id>/pay/",
        "/portal/pine/loans/{loan}/pay/",
        (BORROWER,),
        "POST 302",
        sent={"choice": "due"},
        **MINE,
    ),
    *row(
        "portal/<slug:lender>/pay/",
        "/portal/pine/pay/?checkout={checkout}",
        (BORROWER,),
        "GET 200",
        "POST 302",
        **MINE,
    ),
    *row(
        "portal/<slug:lender>/payments/<str:event_id>/",
        "/portal/pine/payments/{payment}/",
        (BORROWER,),
        "GET 200",
        **MINE,
    ),
    *row("api/v1/docs", "/api/v1/docs", None, "GET 200"),
    *row("api/v1/openapi.json", "/api/v1/openapi.json", None, "GET 200"),
    *row("api/v1/payments", "/api/v1/payments", COLLECT, "POST 201", **LOAN),
    *row("api/v1/loans/<loan_id>/position", "/api/v1/loans/{loan}/position", EVERYBODY, "GET 200", **MINE),
    *row("api/v1/loans/<loan_id>/events", "/api/v1/loans/{loan}/events", EVERYBODY, "GET 200", **MINE),
    *row("api/v1/judge", "/api/v1/judge", STAFF, "POST 200"),
    *row("api/v1/", "/api/v1/", None, "GET 404", "POST 404"),
    *row("api/v1/<path:rest>", "/api/v1/nothing", None, "GET 404", "POST 404"),
]

JSON: dict[str, dict[str, object]] = {
    "api/v1/payments": {
        "loan": "{loan}",
        "amount": "1.00",
        "currency": "CNY",
        "value_date": "2026-11-23",
        "reference": "BANK-1",
    },
    "api/v1/judge": {
        "pack": "cn",
        "at": "2026-11-24T10:00:00+08:00",
        "zones": ["Asia/Shanghai"],
        "facts": {"channel": "call"},
    },
}
"""What is posted to the API, by route."""

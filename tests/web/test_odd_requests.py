"""A request that no page of ours makes gets an answer that says so, on either database."""

from __future__ import annotations

import pytest
from django.test import Client
from portal_steps import let_in

pytestmark = pytest.mark.django_db


def status(client: Client, method: str, address: str, **sent: str) -> int:
    """Return the status; an error that escapes would be a 500."""
    client.raise_request_exception = False
    return client.generic(method, address).status_code if not sent else client.post(address, sent).status_code


@pytest.mark.parametrize(
    "address",
    [
        "/console/cases/%00/",
        "/console/contacts/%00/",
        "/console/find/?q=a%00",
        "/console/cases/{loan}/wish/?party=%00",
        "/console/cases/{loan}/message/?party={party}&point=%00",
    ],
)
def test_a_nul_in_an_address_of_the_console_is_a_bad_request(staff, desk, loan, borrower, address):
    """PostgreSQL keeps no NUL; it is refused before anything is looked up."""
    assert status(staff("agent", "en"), "GET", address.format(loan=loan.pk, party=borrower.pk)) == 400


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("call/", {"party": "\0", "point": "\0", "key": "k"}),
        ("wish/", {"party": "\0", "kind": "stop", "key": "k"}),
        ("hold/", {"party": "x", "kind": "dispute", "words": "a\0b", "key": "k"}),
    ],
)
def test_a_nul_in_a_form_is_a_bad_request(staff, desk, loan, address, sent):
    """So is one in what is sent."""
    assert status(staff("agent", "en"), "POST", f"/console/cases/{loan.pk}/{address}", **sent) == 400


def test_a_nul_at_the_portal_is_a_bad_request(client, borrower):
    """Whether somebody is signed in or not, and also in a cookie."""
    assert status(client, "GET", "/portal/pine/sign-in/?next=%00") == 400
    assert status(client, "POST", "/portal/pine/sign-in/", phone="\0") == 400
    inside = let_in(client, borrower)
    assert status(inside, "GET", "/portal/pine/loans/%00/") == 400
    assert status(inside, "POST", "/portal/pine/wishes/stop/", key="0" * 32, channel="\0") == 400
    nul = r'sessionid="%s"' % (r"\000" * 32)
    assert client.get("/portal/pine/", headers={"cookie": nul}).status_code == 400

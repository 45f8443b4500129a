"""Every address says who may open it, and keeps everybody else out."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import get_resolver

from forbear.store.models.access import Role
from forbear.web.policy import policies, policy

STAFF = ("agent", "manager", "compliance", "administrator")


def view(request, **_):
    return HttpResponse("open")


class Visitor:
    def __init__(self, role=""):
        self.role = role
        self.is_authenticated = bool(role)


def asked(user, *, htmx=False, **kwargs):
    guarded = policy(Role.MANAGER)(view)
    request = RequestFactory().get("/console/book/")
    request.user, request.htmx = user, htmx
    return guarded(request, **kwargs)


def test_every_address_has_a_policy():
    """An address without a policy fails the build."""
    without = [route for route, rule in policies(get_resolver().url_patterns) if rule is None]
    assert without == []


def test_the_right_role_comes_in():
    """A role that is named sees the page."""
    assert asked(Visitor("manager")).content == b"open"


def test_another_role_is_told_so():
    """A role that is not named is refused."""
    with pytest.raises(PermissionDenied):
        asked(Visitor("agent"))


def test_who_has_not_signed_in_is_sent_to_the_door_and_back():
    """The address is kept, so that signing in leads to it."""
    answer = asked(Visitor())
    assert answer.status_code == 302
    assert answer.url == "/accounts/login/?next=/console/book/"


def test_a_part_of_a_page_sends_the_whole_page_to_the_door():
    """A request that only renews a part must not put the sign-in page into it."""
    answer = asked(Visitor(), htmx=True)
    assert answer["HX-Redirect"] == "/accounts/login/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "home"),
    [
        ("agent", "/console/worklist/"),
        ("manager", "/console/book/"),
        ("compliance", "/console/acts/"),
        ("administrator", "/console/accounts/"),
    ],
)
def test_the_front_door_leads_to_the_work(staff, role, home):
    """Everybody lands where their work is."""
    assert staff(role).get("/").url == home


@pytest.mark.django_db
def test_an_account_that_is_switched_off_is_out_at_the_next_request(staff, agent):
    """Switching an account off ends its sessions."""
    client = staff("compliance")
    assert client.get("/console/acts/").status_code == 200
    type(agent).objects.filter(role="compliance").update(is_active=False)
    assert client.get("/console/acts/").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("route", ["signup/", "password/reset/", "email/", "3rdparty/", "2fa/webauthn/"])
def test_accounts_are_not_made_at_the_door(client, route):
    """allauth's addresses that Forbear does not use are off."""
    assert client.get(f"/accounts/{route}").status_code == 404


@pytest.mark.django_db
def test_pages_of_other_work_are_refused_with_a_page(staff):
    """Error 403 has a page of its own, in the reader's language."""
    answer = staff("agent", "zh-hans").get("/console/evidence/")
    assert answer.status_code == 403
    assert "该页面不属于您的岗位" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("role", STAFF)
def test_the_loan_of_another_lender_is_not_there(staff, other_loan, role):
    """What belongs to another lender looks like what does not exist."""
    client = staff(role)
    for place in ("cases", "loans"):
        theirs = client.get(f"/console/{place}/{other_loan.pk}/")
        nowhere = client.get(f"/console/{place}/loan_that_never_was/")
        assert theirs.status_code == nowhere.status_code == 404
        assert bare(theirs, other_loan.pk) == bare(nowhere, "loan_that_never_was")


def bare(answer, name):
    """Return a page without the name that was asked for and the tokens of its forms."""
    html = answer.content.decode().replace(name, "")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", html)

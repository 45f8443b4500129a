"""The administrator makes accounts and tokens, and ends them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)

from forbear.errors import InputError, NotVisibleError, RefusedError
from forbear.services.staff import staff_add, staff_change, staff_password_reset
from forbear.services.token import token_user
from forbear.store.models import ApiToken, User

pytestmark = pytest.mark.django_db

NEW = {"username": "lin.test", "name": "测试员", "role": "agent", "password": "a-first-password-of-theirs"}
KEY = {"key": "0" * 32}
ADMIN = "administrator:pine.administrator"


OWN = "a password of my own"


def choose(client, old, new=OWN):
    """Choose another password on the page that one is led to."""
    return client.post(
        "/accounts/password/change/?next=/console/worklist/",
        {"oldpassword": old, "password1": new, "password2": new},
    )


def test_an_account_is_made_and_can_sign_in(staff, client):
    """A new colleague signs in with the first password, chooses their own, and lands on the worklist."""
    assert staff("administrator").post("/console/accounts/", NEW | KEY).status_code == 302
    door = {"login": NEW["username"], "password": NEW["password"]}
    answer = client.post("/accounts/login/", door, follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/password/change/?next=%2F"
    assert choose(client, NEW["password"]).url == "/console/worklist/"
    assert client.get("/console/worklist/").status_code == 200


@pytest.fixture
def one_time(staff, agent):
    """The administrator gives the agent a one-time password; it comes back as it was shown."""
    page = staff("administrator").post(f"/console/accounts/{agent.pk}/password/", KEY)
    assert "no-store" in page["Cache-Control"]
    return re.search(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", page.content.decode()).group(0)


def test_a_one_time_password_is_shown_once_and_opens_one_page(staff, client, agent, one_time):
    """It stands on the page that made it and nowhere else; with it one chooses a password, and no more."""
    assert one_time not in staff("administrator").get("/console/accounts/").content.decode()
    client.post("/choose/", {"language": "en"})
    client.post("/accounts/login/", {"login": agent.username, "password": one_time})
    for address in ("/console/worklist/", "/accounts/2fa/", "/"):
        assert client.get(address).url.startswith("/accounts/password/change/?next=")
    assert client.post("/console/accounts/").url == "/accounts/password/change/?next=%2F"
    htmx = client.get("/console/find/?q=PINE", HTTP_HX_REQUEST="true")
    assert htmx["HX-Redirect"].startswith("/accounts/password/change/")

    page = client.get("/accounts/password/change/").content.decode()
    assert "You came in with a password that your administrator knows." in page
    again = choose(client, one_time, new=one_time)
    assert "Choose another password than the one you have." in again.content.decode()
    assert choose(client, one_time).status_code == 302
    assert client.get("/console/worklist/").status_code == 200


def test_a_new_password_ends_the_old_one_and_who_is_in_with_it(staff, client):
    """Whoever knew the lost password is out at the next request, and does not come in again."""
    inside = staff("agent")
    assert inside.get("/console/worklist/").status_code == 200
    own = User.objects.get(username="pine.agent")
    assert staff("administrator").post(f"/console/accounts/{own.pk}/password/", KEY).status_code == 200
    assert inside.get("/console/worklist/").url.startswith("/accounts/login/")
    door = {"login": own.username, "password": "a long enough password"}
    assert client.post("/accounts/login/", door).status_code == 200


def test_a_one_time_password_ends_after_three_days(client, agent, one_time, clock):
    """A password that lies about opens nothing for long, and the door says what to do."""
    client.post("/choose/", {"language": "en"})
    client.post("/accounts/login/", {"login": agent.username, "password": one_time})
    clock.move_to(clock.now() + timedelta(days=3))
    answer = client.get("/accounts/password/change/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/"
    assert "The one-time password has expired." in answer.content.decode()
    assert client.get("/console/worklist/").url.startswith("/accounts/login/")


def test_nobody_gives_themselves_a_one_time_password(staff, lender, now):
    """One's own password is changed with the old one; there is no button for it."""
    client = staff("administrator")
    own = User.objects.get(role="administrator")
    assert f"/console/accounts/{own.pk}/password/" not in client.get("/console/accounts/").content.decode()
    with pytest.raises(RefusedError):
        staff_password_reset(actor=ADMIN, lender_id=lender.pk, key="k", now=now, user_id=own.pk)
    with pytest.raises(RefusedError, match="may not do staff_password_reset"):
        staff_password_reset(actor="manager:wu", lender_id=lender.pk, key="k", now=now, user_id=own.pk)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"username": ""}, "Give the account a user name."),
        ({"password": "short"}, "at least 12 characters"),
        ({"username": "PINE.administrator"}, "is taken"),
    ],
)
def test_a_faulty_account_is_not_made(staff, change, words):
    """What is wrong is said, and nothing is made."""
    answer = staff("administrator").post("/console/accounts/", NEW | KEY | change)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not User.objects.filter(username=NEW["username"]).exists()


def test_switching_off_ends_tokens_too(staff, agent):
    """An account that is off opens nothing, in person or by token."""
    client = staff("administrator")
    page = client.post(
        "/console/tokens/", {"user": agent.pk, "name": "nightly export"} | KEY
    ).content.decode()
    secret = re.search(r"fb_[0-9a-f]{64}", page).group(0)
    assert token_user(secret=secret) == agent
    client.post(f"/console/accounts/{agent.pk}/", {"active": "off", "key": "1" * 32})
    assert token_user(secret=secret) is None
    assert ApiToken.objects.get().revoked_at is not None


def test_a_token_is_shown_once_and_can_be_ended(staff, agent):
    """The secret stands on the page that made it, and on no other."""
    client = staff("administrator")
    page = client.post("/console/tokens/", {"user": agent.pk, "name": "export"} | KEY)
    secret = re.search(r"fb_[0-9a-f]{64}", page.content.decode()).group(0)
    assert "no-store" in page["Cache-Control"]
    assert secret not in client.get("/console/tokens/").content.decode()
    client.post(f"/console/tokens/{ApiToken.objects.get().pk}/end/", {"key": "1" * 32})
    assert token_user(secret=secret) is None


def test_a_role_is_given_by_another(staff, agent, now):
    """An administrator changes a colleague's role, and nobody their own."""
    client = staff("administrator")
    client.post(f"/console/accounts/{agent.pk}/", {"role": "manager"} | KEY)
    agent.refresh_from_db()
    assert agent.role == "manager"
    own = User.objects.get(role="administrator")
    with pytest.raises(RefusedError):
        staff_change(actor=ADMIN, lender_id="pine", key="k", now=now, user_id=own.pk, active=False)


def test_accounts_of_another_lender_are_not_there(staff, other_lender, make_user, now):
    """An administrator's hand ends at their own lender."""
    theirs = make_user(other_lender, "agent")
    assert (
        staff("administrator").post(f"/console/accounts/{theirs.pk}/", {"active": "off"} | KEY).status_code
        == 404
    )
    with pytest.raises(NotVisibleError):
        staff_change(actor=ADMIN, lender_id="pine", key="k", now=now, user_id=theirs.pk, active=False)
    assert staff("administrator").post(f"/console/accounts/{theirs.pk}/password/", KEY).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"role": "borrower"}, "role"),
        ({"password": "password1234"}, "password"),
        ({"username": " "}, "username"),
    ],
)
def test_the_service_names_the_field_at_fault(lender, now, change, field):
    """A role that is not staff, a password that is too easy, an empty name."""
    with pytest.raises(InputError) as told:
        staff_add(actor="system:tests", lender_id=lender.pk, key="k", now=now, **(NEW | change))
    assert told.value.field == field


def test_an_account_is_made_once(lender, now):
    """The same request again gives the account of the first one, and its password stays."""
    given = {"actor": "system:tests", "lender_id": lender.pk, "key": "once", "now": now}
    made = staff_add(**given, **NEW)
    again = staff_add(**given, **(NEW | {"password": "another-password-of-theirs"}))
    assert (made.pk, User.objects.filter(username=NEW["username"]).count()) == (again.pk, 1)
    assert again.check_password(NEW["password"])
    with pytest.raises(InputError, match="another request"):
        staff_add(**given, **(NEW | {"role": "manager"}))


def test_a_form_sent_twice_makes_one_token_and_one_password(staff, agent):
    """A double click changes nothing more, and a secret that was shown is not shown again."""
    client = staff("administrator")
    sent = {"user": agent.pk, "name": "export"} | KEY
    assert client.post("/console/tokens/", sent).status_code == 200
    again = client.post("/console/tokens/", sent)
    assert again.status_code == 409
    assert "fb_" not in again.content.decode()
    token = ApiToken.objects.get()
    ends = [client.post(f"/console/tokens/{token.pk}/end/", {"key": "1" * 32}) for _ in range(2)]
    assert [answer.status_code for answer in ends] == [302, 302]

    address = f"/console/accounts/{agent.pk}/password/"
    answers = [client.post(address, {"key": "2" * 32}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 409]


def test_two_step_sign_in_can_be_switched_on(staff):
    """Every member of staff reaches the page, with the code drawn into it and no image from elsewhere."""
    client = staff("agent")
    client.post("/accounts/reauthenticate/", {"password": "a long enough password"})
    html = client.get("/accounts/2fa/totp/activate/").content.decode()
    assert "<svg" in html
    assert "data:image" not in html
    assert " style=" not in html


def test_two_step_sign_in_asks_for_the_second_step(staff, client):
    """Once it is on, the password alone opens nothing; a recovery code opens the account once."""
    own = staff("agent")
    own.post("/accounts/reauthenticate/", {"password": "a long enough password"})
    form = own.get("/accounts/2fa/totp/activate/").context["form"]
    code = format_hotp_value(hotp_value(form.secret, next(iter(yield_hotp_counters_from_time()))))
    codes = own.post("/accounts/2fa/totp/activate/", {"code": code}, follow=True).context["unused_codes"]
    door = {"login": "pine.agent", "password": "a long enough password"}
    client.post("/choose/", {"language": "en"})
    assert client.post("/accounts/login/", door).url == "/accounts/2fa/authenticate/"
    assert client.get("/console/worklist/").status_code == 302
    assert "Second step" in client.get("/accounts/2fa/authenticate/").content.decode()
    client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert client.get("/console/worklist/").status_code == 200

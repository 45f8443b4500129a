"""The portal's door: three facts open it, and nothing is said about a debt before."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from portal_steps import BORN, PHONE, code_in, sign_in, texts_to

from forbear.store.models import User
from forbear.web.portal import signin

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signin, "CODES", type(signin.CODES)(burst=10, per_second=1))


@pytest.fixture(autouse=True)
def _english(client: Client, loan: Any) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def test_number_code_and_birth_date_open_the_portal(client: Client, outbox: Path) -> None:
    """All three right: the person is in, with an account of their own."""
    answer = sign_in(client, outbox)
    assert answer.status_code == 302
    assert answer["Location"] == "/portal/pine/"
    assert client.get("/portal/pine/").status_code == 200


def test_the_account_is_made_once_and_bound_to_the_person(
    client: Client, outbox: Path, borrower: Any, clock: Any
) -> None:
    """A second sign-in is the same account; it has no password to guess."""
    sign_in(client, outbox)
    client.post("/portal/pine/sign-out/")
    for path in (outbox / "sms").iterdir():
        path.unlink()
    clock.move_to(clock.now() + timedelta(minutes=20))
    sign_in(client, outbox)
    account = User.objects.get(party=borrower)
    assert (account.role, account.lender_id) == ("borrower", "pine")
    assert not account.has_usable_password()


def test_the_session_is_another_one_after_sign_in(client: Client, outbox: Path) -> None:
    """A session that somebody planted before the sign-in opens nothing after it."""
    client.post("/portal/pine/sign-in/", {"phone": PHONE})
    planted = client.session.session_key
    client.post("/portal/pine/sign-in/code/", {"code": code_in(outbox)})
    client.post("/portal/pine/sign-in/birth-date/", BORN)
    assert client.session.session_key != planted
    stranger = Client()
    stranger.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert stranger.get("/portal/pine/").status_code == 302


def test_the_session_keeps_no_code_that_could_be_read(client: Client, outbox: Path) -> None:
    """Between the two steps the code is kept as a digest under this installation's key alone."""
    client.post("/portal/pine/sign-in/", {"phone": PHONE})
    code = code_in(outbox)
    client.post("/portal/pine/sign-in/code/", {"code": code})
    kept = dict(client.session.items())
    assert code not in str(kept)
    assert re.fullmatch(r"[0-9a-f]{64}", kept[signin.SESSION_KEY]["proof"])
    assert client.post("/portal/pine/sign-in/birth-date/", BORN)["Location"] == "/portal/pine/"


def test_a_known_and_an_unknown_number_get_the_same_pages(outbox: Path) -> None:
    """Whoever types a number learns nothing of whether it is known, at any of the three steps."""
    seen = []
    for phone in (PHONE, "19999999999"):
        visitor = Client()
        visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        pages = [
            visitor.post("/portal/pine/sign-in/", {"phone": phone}),
            visitor.get("/portal/pine/sign-in/code/"),
            visitor.post("/portal/pine/sign-in/code/", {"code": "000000"}),
            visitor.get("/portal/pine/sign-in/birth-date/"),
            visitor.post("/portal/pine/sign-in/birth-date/", BORN),
        ]
        seen.append([(page.status_code, _words(page, phone)) for page in pages])
    assert seen[0] == seen[1]
    assert texts_to(outbox, "19999999999") == []


def _words(page: Any, phone: str) -> str:
    text = page.content.decode().replace(phone, "NUMBER")
    return "\n".join(line for line in text.splitlines() if "csrf" not in line)


def test_the_code_message_and_the_door_say_nothing_of_a_debt(client: Client, outbox: Path) -> None:
    """Numbers get recycled: whoever holds the phone today learns nothing before the second fact."""
    pages = [
        client.get("/portal/pine/sign-in/"),
        client.post("/portal/pine/sign-in/", {"phone": PHONE}, follow=True),
        client.post("/portal/pine/sign-in/code/", {"code": code_in(outbox)}, follow=True),
    ]
    spoken = [page.content.decode().lower() for page in pages] + texts_to(outbox)
    for words in spoken:
        assert re.findall(r"\b(?:debt|owe|owed|loan|overdue)\b|欠|贷款|逾期|测试甲", words) == []


@pytest.mark.parametrize(
    "wrong",
    [{"code": "000000"}, {"born": {"year": "1991", "month": "5", "day": "17"}}],
    ids=["code", "birth date"],
)
def test_a_wrong_fact_gets_one_answer_and_keeps_the_door_shut(
    client: Client, outbox: Path, wrong: dict[str, Any]
) -> None:
    """Which of the two was wrong is not said."""
    client.post("/portal/pine/sign-in/", {"phone": PHONE})
    client.post("/portal/pine/sign-in/code/", {"code": wrong.get("code") or code_in(outbox)})
    answer = client.post("/portal/pine/sign-in/birth-date/", wrong.get("born", BORN))
    assert answer.status_code == 200
    assert "The code and the date of birth do not match" in answer.content.decode()
    assert client.get("/portal/pine/").status_code == 302


def test_a_code_dies_after_ten_minutes(client: Client, outbox: Path, clock: Any) -> None:
    """A message found later opens nothing."""
    client.post("/portal/pine/sign-in/", {"phone": PHONE})
    client.post("/portal/pine/sign-in/code/", {"code": code_in(outbox)})
    clock.move_to(clock.now() + timedelta(minutes=11))
    answer = client.post("/portal/pine/sign-in/birth-date/", BORN)
    assert "do not match" in answer.content.decode()


def test_the_steps_cannot_be_skipped(client: Client) -> None:
    """The later pages send whoever has not been at the earlier ones back to the first."""
    for step in ("code/", "birth-date/"):
        answer = client.get(f"/portal/pine/sign-in/{step}")
        assert (answer.status_code, answer["Location"]) == (302, "/portal/pine/sign-in/")


def test_one_address_cannot_ask_for_codes_without_end(client: Client) -> None:
    """The eleventh code in a row is refused with a sentence, whatever the number."""
    for n in range(10):
        assert client.post("/portal/pine/sign-in/", {"phone": f"1990000{n:04d}"}).status_code == 302
    answer = client.post("/portal/pine/sign-in/", {"phone": "19900008888"})
    assert answer.status_code == 429
    assert "Too many codes" in answer.content.decode()


@pytest.mark.parametrize("phone", ["", "abc", "1" * 30, "<script>"])
def test_an_unusable_number_is_asked_for_again(client: Client, phone: str) -> None:
    """The error stands in the summary, in focus, and beside the field, in the same words."""
    page = client.post("/portal/pine/sign-in/", {"phone": phone}).content.decode()
    assert 'class="error-summary" role="alert" tabindex="-1" data-focus' in page
    said = "Enter your mobile number." if not phone else "Enter a mobile number"
    assert page.count(said) >= 2


@pytest.mark.parametrize(
    "parts", [{}, {"year": "1990", "month": "2", "day": "30"}, {"year": "x", "month": "1", "day": "1"}]
)
def test_a_date_that_is_none_is_asked_for_again(client: Client, parts: dict[str, str]) -> None:
    """30 February and an empty form cost no try: the code is not looked at."""
    client.post("/portal/pine/sign-in/", {"phone": PHONE})
    client.post("/portal/pine/sign-in/code/", {"code": "123456"})
    page = client.post("/portal/pine/sign-in/birth-date/", parts).content.decode()
    assert "Enter your date of birth with year, month and day" in page


def test_the_text_message_is_shown_in_a_demonstration_and_never_otherwise(
    client: Client, outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger can sign in to the demo; outside it the page holds no code."""
    client.post("/portal/pine/sign-in/", {"phone": PHONE})
    code = code_in(outbox)
    assert code not in client.get("/portal/pine/sign-in/code/").content.decode()
    monkeypatch.setattr(settings, "DATA_DIR", outbox.parent)
    monkeypatch.setattr(settings, "FORBEAR", _demo(settings.FORBEAR))
    assert code in client.get("/portal/pine/sign-in/code/").content.decode()


def _demo(config: Any) -> Any:
    from dataclasses import replace

    return replace(config, demo=True)


def test_signing_in_leads_back_to_the_page_that_was_asked_for(outbox: Path, clock: Any) -> None:
    """Only within this site: an address elsewhere is forgotten."""
    for wanted, reached in (
        ("/portal/pine/wishes/", "/portal/pine/wishes/"),
        ("https://evil.invalid/", "/portal/pine/"),
    ):
        visitor = Client()
        for path in outbox.glob("sms/*"):
            path.unlink()
        clock.move_to(clock.now() + timedelta(minutes=1))
        visitor.post(f"/portal/pine/sign-in/?next={wanted}", {"phone": PHONE})
        visitor.post("/portal/pine/sign-in/code/", {"code": code_in(outbox)})
        answer = visitor.post("/portal/pine/sign-in/birth-date/", BORN)
        assert answer["Location"] == reached


def test_the_number_may_be_written_with_its_country_code(client: Client, outbox: Path) -> None:
    """The code reaches the number on file; what can't be a number is said beside the field."""
    client.post("/choose/", {"language": "en"})
    answer = client.post("/portal/pine/sign-in/", {"phone": "+12345"})
    assert answer.status_code == 200
    assert answer.content.decode().count("Enter a mobile number, with digits only.") == 2
    assert not list(outbox.glob("sms/*"))

    client.post("/portal/pine/sign-in/", {"phone": "+86 199-0000-0001"})
    client.post("/portal/pine/sign-in/code/", {"code": code_in(outbox)})
    assert client.post("/portal/pine/sign-in/birth-date/", BORN)["Location"] == "/portal/pine/"


def test_a_lender_that_is_not_there_has_no_door(client: Client) -> None:
    """404, like every address that does not exist."""
    assert client.get("/portal/nowhere/sign-in/").status_code == 404


def test_sign_out_shuts_the_door(client: Client, outbox: Path) -> None:
    """After it the pages ask for the sign-in again."""
    sign_in(client, outbox)
    client.post("/portal/pine/sign-out/")
    answer = client.get("/portal/pine/")
    assert answer["Location"].startswith("/portal/pine/sign-in/")

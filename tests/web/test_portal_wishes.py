"""What a borrower asks for binds at once, and can be taken back in one tap."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.test import Client
from portal_steps import key_of, let_in

from forbear.services.contact import channels_now
from forbear.store.models import Hold, Preference

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside(client: Client, borrower: Any, loan: Any) -> Client:
    """A borrower who is signed in and reads English."""
    return let_in(client, borrower)


def outcomes(loan: Any, borrower: Any, now: Any) -> dict[str, str]:
    """Return what the law says of each channel at this moment."""
    found = channels_now(
        actor="system:tests", lender_id="pine", loan_id=loan.pk, party_id=borrower.pk, now=now
    )
    return {one.channel: one.verdict.outcome.value for one in found}


def live(kind: str) -> list[Preference]:
    """Return the wishes of a kind that bind."""
    return list(Preference.objects.filter(kind=kind, ended_at=None))


def test_stop_on_a_channel_binds_from_that_moment(inside: Client, loan: Any, borrower: Any, now: Any) -> None:
    """The next call is denied; the text message is not."""
    before = outcomes(loan, borrower, now)
    assert before["call"] != "denied"
    page = inside.get("/portal/pine/wishes/")
    answer = inside.post("/portal/pine/wishes/stop/", {"channel": "call", "key": key_of(page)}, follow=True)
    assert "From now on we do not contact you this way" in answer.content.decode()
    after = outcomes(loan, borrower, now)
    assert after["call"] == "denied"
    assert after["sms"] == before["sms"]


def test_stop_on_everything_binds_every_channel(inside: Client, loan: Any, borrower: Any, now: Any) -> None:
    """One tap, and nobody calls, writes or comes."""
    page = inside.get("/portal/pine/wishes/")
    inside.post("/portal/pine/wishes/stop/", {"channel": "", "key": key_of(page)})
    assert set(outcomes(loan, borrower, now).values()) == {"denied"}
    assert "You have stopped all contact" in inside.get("/portal/pine/wishes/").content.decode()


def test_a_stop_is_taken_back_in_one_tap(inside: Client) -> None:
    """The wish ends; it stays in the records with both its instants."""
    page = inside.get("/portal/pine/wishes/")
    inside.post("/portal/pine/wishes/stop/", {"channel": "sms", "key": key_of(page)})
    (wish,) = live("stop")
    page = inside.get("/portal/pine/wishes/")
    inside.post(f"/portal/pine/wishes/{wish.pk}/end/", {"key": key_of(page)})
    wish.refresh_from_db()
    assert wish.ended_at is not None
    assert live("stop") == []


def test_sending_the_same_form_twice_is_one_wish(inside: Client) -> None:
    """The key of the form makes it the same act."""
    key = key_of(inside.get("/portal/pine/wishes/"))
    for _ in range(2):
        inside.post("/portal/pine/wishes/stop/", {"channel": "call", "key": key})
    assert Preference.objects.count() == 1


def test_hours_are_kept_as_asked(inside: Client, loan: Any, borrower: Any, now: Any) -> None:
    """It is ten in the morning; who wants calls from noon is not called."""
    key = key_of(inside.get("/portal/pine/wishes/hours/"))
    inside.post("/portal/pine/wishes/hours/", {"hour_from": "12:00", "hour_until": "18:00", "key": key})
    (wish,) = live("hours")
    assert (wish.hour_from, wish.hour_until) == (time(12), time(18))
    assert outcomes(loan, borrower, now)["call"] == "denied"
    assert "<strong>12:00</strong>" in inside.get("/portal/pine/wishes/").content.decode()


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("18:00", "12:00", "Choose an hour after the first one."),
        ("", "12:00", "Choose the hour to start from."),
        ("x", "12:00", "Enter a valid time."),
    ],
)
def test_hours_that_cannot_be_are_asked_for_again(inside: Client, start: str, end: str, said: str) -> None:
    """Nothing binds that was not understood."""
    page = inside.post("/portal/pine/wishes/hours/", {"hour_from": start, "hour_until": end})
    assert said in page.content.decode()
    assert live("hours") == []


def test_night_consent_is_asked_by_itself_and_revoked_in_one_tap(inside: Client) -> None:
    """Off unless said yes to on its own page; dated; one tap ends it."""
    assert "Nobody may contact you at night" in inside.get("/portal/pine/wishes/").content.decode()
    key = key_of(inside.get("/portal/pine/wishes/night/"))
    inside.post("/portal/pine/wishes/night/", {"key": key})
    (wish,) = live("night_consent")
    page = inside.get("/portal/pine/wishes/")
    assert "Tue 24 Nov 2026 10:00 you allowed contact at night" in page.content.decode()
    inside.post(f"/portal/pine/wishes/{wish.pk}/end/", {"key": key_of(page)})
    assert live("night_consent") == []


def test_nobody_ends_another_persons_wish(
    inside: Client, lender: Any, make_party: Any, make_loan: Any
) -> None:
    """It is not there for them."""
    neighbour = make_party(lender, "测试丙", phone="19900000003")
    make_loan(lender, [(neighbour, "borrower")], reference="PINE-2")
    other = let_in(Client(), neighbour)
    other.post("/portal/pine/wishes/stop/", {"channel": "", "key": key_of(other.get("/portal/pine/wishes/"))})
    (wish,) = live("stop")
    answer = inside.post(f"/portal/pine/wishes/{wish.pk}/end/", {"key": "0" * 32})
    assert answer.status_code == 404
    assert live("stop") == [wish]


def test_a_form_without_its_key_does_nothing(inside: Client) -> None:
    """A hand-made request is told to open the page again."""
    assert inside.post("/portal/pine/wishes/stop/", {"channel": "call"}).status_code == 400
    assert Preference.objects.count() == 0


@pytest.mark.parametrize(("page", "kind"), [("objection", "dispute"), ("hardship", "hardship")])
def test_an_objection_and_a_request_for_help_stop_collection_at_once(
    inside: Client, loan: Any, borrower: Any, now: Any, page: str, kind: str
) -> None:
    """One form, a reference, and no reminder is allowed any more."""
    address = f"/portal/pine/loans/{loan.pk}/{page}/"
    key = key_of(inside.get(address))
    answer = inside.post(address, {"words": "这里算错了 <b>", "key": key}, follow=True)
    (hold,) = Hold.objects.all()
    text = answer.content.decode()
    assert (hold.kind, hold.words) == (kind, "这里算错了 <b>")
    assert hold.pk in text
    assert "Collection of this loan has stopped." in text
    assert "&lt;b&gt;" in text
    assert outcomes(loan, borrower, now)["call"] == "denied"
    assert "Collection has stopped" in inside.get("/portal/pine/").content.decode()


def test_an_empty_objection_is_asked_for_again(inside: Client, loan: Any) -> None:
    """One sentence is enough, none is too little."""
    page = inside.post(f"/portal/pine/loans/{loan.pk}/objection/", {"words": "  "})
    assert "Write what is wrong, even in one sentence." in page.content.decode()
    assert Hold.objects.count() == 0

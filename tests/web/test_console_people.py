"""The page of a person: ways to reach them, states and wishes, and who may change what."""

from __future__ import annotations

import pytest
from desk_world import key_of

from forbear.services.preference import preference_set
from forbear.store.models import ContactPoint, PartyState, Preference

pytestmark = pytest.mark.django_db

NUMBER = {
    "medium": "phone",
    "value": "19900000099",
    "zone": "Asia/Urumqi",
    "source": "the borrower, in a call",
}


@pytest.fixture
def page(borrower, loan):
    """The address of the borrower's page."""
    return f"/console/people/{borrower.pk}/"


@pytest.fixture
def send():
    """Fill in a form as it was shown, and send it."""

    def sending(client, address, **given):
        return client.post(address, given | {"key": key_of(client.get(address))})

    return sending


@pytest.fixture
def stop(lender, borrower, now):
    """The borrower wants no calls."""
    return preference_set(
        actor=f"borrower:{borrower.pk}",
        lender_id=lender.pk,
        key="w-1",
        now=now,
        party_id=borrower.pk,
        kind="stop",
        channel="call",
        source="portal",
    )


def test_a_case_leads_to_its_people(staff, desk, loan, page):
    """Whatever is on file about a person is one click from the case, and the case one click back."""
    client = staff("agent")
    case = f"/console/cases/{loan.pk}/"
    assert page in client.get(case).content.decode()
    assert case in client.get(page).content.decode()


def test_another_number_is_added_and_ended_with_a_reason(staff, borrower, page, send):
    """A new number counts as unconfirmed; ended, it stays on file with who ended it and why."""
    client = staff("agent")
    assert send(client, f"{page}points/", **NUMBER).url == page
    point = ContactPoint.objects.get(value=NUMBER["value"])
    assert (point.zone, point.confirmed_on, point.valid_until) == ("Asia/Urumqi", None, None)

    end = f"/console/points/{point.pk}/end/"
    assert send(client, end, because="").status_code == 400
    assert send(client, end, because="belongs to somebody else").url == page
    html = client.get(page).content.decode()
    assert "belongs to somebody else · pine.agent (Agent)" in html
    assert client.get(end).status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"medium": ""}, "Choose what it is."),
        ({"value": ""}, "Write the number, mailbox or address."),
        ({"value": "call me"}, "Write a number such as 138 0000 0000"),
        ({"medium": "email"}, "or a mailbox such as name@example.com"),
        ({"zone": "Mars/Base"}, "There is no such time zone"),
        ({"source": ""}, "Say where it is known from."),
        ({"value": "+86 199 0000 0001"}, "That is on file for this person already."),
    ],
)
def test_a_number_that_cannot_be_is_said_beside_its_field(staff, page, send, change, words):
    """The error stands in the summary and beside its field, and nothing is added."""
    answer = send(staff("agent"), f"{page}points/", **NUMBER | change)
    assert answer.status_code == 400
    assert answer.content.decode().count(words) == 2
    assert not ContactPoint.objects.filter(value=NUMBER["value"]).exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_state_is_noted_by_an_agent_and_ended_by_a_manager(staff, borrower, page, send, language):
    """Death, incapacity, a representative or bankruptcy binds at once; an agent is told who ends it."""
    client = staff("agent", language)
    for state in ("dead", "incapable", "represented", "bankrupt"):
        assert send(client, f"{page}states/", state=state, source="letter").url == page
    again = send(client, f"{page}states/", state="dead", source="letter")
    assert again.status_code == 400

    row = PartyState.objects.get(state="bankrupt")
    end = f"/console/states/{row.pk}/end/"
    html = client.get(page).content.decode()
    assert end not in html
    told = {
        "en": "A manager or compliance notes that a state has ended.",
        "zh-hans": "状态的终结由主管或合规记录。",
    }
    assert told[language] in html
    assert client.get(end).status_code == 403

    manager = staff("manager", language)
    assert end in manager.get(page).content.decode()
    assert send(manager, end, because="").status_code == 400
    assert send(manager, end, because="the court closed it").url == page
    row.refresh_from_db()
    assert (row.ended_by, row.ended_because) == ("manager:pine.manager", "the court closed it")
    assert manager.get(end).status_code == 404


def test_who_collects_is_told_who_may_end_a_wish(staff, page, stop):
    """An agent and a manager see no button and read who can; compliance has it."""
    end = f"/console/wishes/{stop}/end/"
    for role in ("agent", "manager", "administrator"):
        html = staff(role).get(page).content.decode()
        assert end not in html
        assert "otherwise compliance ends it, with a reason" in html
    assert end in staff("compliance").get(page).content.decode()


def test_a_wish_is_ended_with_a_reason_that_stands_there(staff, page, stop, send):
    """Compliance ends a wish; the page says who did, and why."""
    officer = staff("compliance")
    end = f"/console/wishes/{stop}/end/"
    assert send(officer, end, because=" ").status_code == 400
    assert send(officer, end, because="taken back by letter").url == page
    html = officer.get(page).content.decode()
    assert "taken back by letter" in html
    assert "pine.compliance (Compliance officer)" in html
    assert officer.get(end).status_code == 404


def test_a_consent_to_the_night_is_taken_back_in_one_click(staff, lender, borrower, page, now):
    """Whoever hears that it is taken back notes it; no other wish ends that way."""
    common = {"actor": f"borrower:{borrower.pk}", "lender_id": lender.pk, "now": now, "source": "portal"}
    consent = preference_set(key="n-1", party_id=borrower.pk, kind="night_consent", **common)
    other = preference_set(key="n-2", party_id=borrower.pk, kind="stop", **common)
    client = staff("agent")
    key = key_of(client.get(page))

    assert client.post(f"/console/consents/{other}/end/", {"key": key}).status_code == 404
    assert client.post(f"/console/consents/{consent}/end/", {"key": key}).url == page
    assert Preference.objects.get(ended_at=None).pk == other
    assert Preference.objects.get(pk=consent).ended_by == "agent:pine.agent"

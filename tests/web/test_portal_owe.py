"""The portal says what is owed and why, to the cent, and who made contact under which rule."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from portal_steps import let_in

from forbear.gateways.ports import GatewayError
from forbear.law.verdict import ContactRefusedError
from forbear.services.contact import Proposal, contact_propose
from forbear.services.loan import loan_open
from forbear.services.message import message_send, messages_dispatch
from forbear.services.policy import actor_of
from forbear.services.runtime import gateways
from forbear.store.models import Loan, Snapshot
from forbear.store.selectors.ledger import position_on
from tests.conftest import level_terms

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture
def inside(client: Client, borrower: Any, loan: Any) -> Client:
    """A borrower who is signed in and reads English."""
    return let_in(client, borrower)


def words(page: Any) -> str:
    """Return what a page says, without its markup."""
    text = re.sub(r"<[^>]+>", " ", page.content.decode())
    return " ".join(text.split())


def yuan(minor: int) -> str:
    """Write an amount as the English page does."""
    return f"CN¥{minor // 100:,}.{minor % 100:02d}"


def test_the_first_page_says_what_is_due_since_when_and_what_waiting_costs(inside: Client, loan: Any) -> None:
    """The three things that a person comes for."""
    position = position_on(loan, as_of=TODAY)
    said = words(inside.get("/portal/pine/"))
    assert yuan(position.owed_now) in said
    assert f"Since Tue 15 Sept 2026: {position.days_past_due} days late." in said
    assert re.search(r"If you wait until tomorrow, it is CN¥\d+\.\d\d more", said)


def test_the_number_of_queries_does_not_grow_with_the_loans(
    inside: Client, lender: Any, borrower: Any, make_loan: Any, django_assert_max_num_queries: Any
) -> None:
    """What a person owes on one loan and on nine costs the same ten questions to the database."""
    inside.get("/portal/pine/")
    with django_assert_max_num_queries(10) as one:
        inside.get("/portal/pine/")
    for number in range(8):
        make_loan(lender, [(borrower, "borrower")], reference=f"Q-{number}")
    with django_assert_max_num_queries(10) as many:
        assert words(inside.get("/portal/pine/")).count("If you wait until tomorrow") == 9
    assert len(many) == len(one)


def test_the_amount_is_explained_to_the_cent(inside: Client, loan: Any) -> None:
    """Every instalment, the interest for paying late step by step, and the sum is the amount owed."""
    position = position_on(loan, as_of=TODAY)
    said = words(inside.get(f"/portal/pine/loans/{loan.pk}/"))
    for instalment in position.instalments:
        assert yuan(instalment.unpaid.total) in said
    assert f"Together, due now {yuan(position.owed_now)}" in said
    assert f"Pays off everything {yuan(position.payoff)}" in said
    steps = re.findall(r"× 21\.6% ÷ 365 × \d+ = (\d+\.\d+)", said)
    assert round(sum(float(step) for step in steps), 2) * 100 == pytest.approx(position.overdue.penalty)
    assert "in 30 days" in said


def test_every_loan_that_the_person_stands_behind_is_there_and_no_other(
    inside: Client, lender: Any, borrower: Any, make_party: Any, make_loan: Any
) -> None:
    """Guaranteed and shared loans are; one where the person is a mere contact is not."""
    neighbour = make_party(lender, "测试丙", phone="19900000003")
    guaranteed = make_loan(lender, [(neighbour, "borrower"), (borrower, "guarantor")], reference="PINE-2")
    shared = make_loan(lender, [(neighbour, "borrower"), (borrower, "co_borrower")], reference="PINE-3")
    beside = make_loan(lender, [(neighbour, "borrower"), (borrower, "contact_person")], reference="PINE-4")
    said = words(inside.get("/portal/pine/"))
    assert {"PINE-1", "PINE-2", "PINE-3"} <= set(re.findall(r"PINE-\d", said))
    assert "PINE-4" not in said
    assert "You guaranteed this loan" in said
    assert "together with somebody else" in said
    assert [
        inside.get(f"/portal/pine/loans/{one.pk}/").status_code for one in (guaranteed, shared, beside)
    ] == [200, 200, 404]


def test_a_made_and_a_stopped_call_are_both_listed_with_the_rule(
    inside: Client, loan: Any, borrower: Any, agent: Any, now: Any
) -> None:
    """At ten the call is allowed and made; at eleven at night it was stopped before it was made."""
    agent.first_name, agent.last_name = "Ming", "Testa"
    agent.save()
    phone = borrower.contact_points.get(medium="phone")
    proposal = Proposal(
        loan_id=loan.pk,
        party_id=borrower.pk,
        contact_point_id=phone.pk,
        channel="call",
        purpose="remind",
        declared={},
    )
    given = {"actor": actor_of(agent), "lender_id": "pine", "proposal": proposal}
    contact_propose(**given, key="day", now=now)
    with pytest.raises(ContactRefusedError):
        contact_propose(**given, key="night", now=now.replace(hour=15))
    said = words(inside.get("/portal/pine/contacts/"))
    assert "Allowed and done" in said
    assert "Stopped before it was done" in said
    assert "by: Ming Testa" in said
    assert "22:00" in said
    assert "CN-H" in said or "cn" in said.lower()


def test_acts_of_one_instant_are_all_listed_page_by_page(
    inside: Client, loan: Any, borrower: Any, agent: Any, now: Any
) -> None:
    """Twenty to a page, and none is lost between two pages because it happened at the same moment."""
    phone = borrower.contact_points.get(medium="phone")
    proposal = Proposal(
        loan_id=loan.pk, party_id=borrower.pk, contact_point_id=phone.pk, channel="call", purpose="remind"
    )
    for number in range(23):
        with pytest.raises(ContactRefusedError):
            contact_propose(
                actor=actor_of(agent),
                lender_id="pine",
                key=f"night-{number}",
                now=now.replace(hour=15),
                proposal=proposal,
            )
    first = inside.get("/portal/pine/contacts/")
    second = inside.get("/portal/pine/contacts/", {"before": first.context["older"]})
    assert [len(page.context["entries"]) for page in (first, second)] == [20, 3]
    assert second.context["older"] == ""


def test_a_message_that_waited_is_one_act(
    inside: Client, loan: Any, borrower: Any, agent: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Judged once more before it went, it is still one message that was allowed and sent."""
    text = gateways().text
    with monkeypatch.context() as broken:
        broken.setattr(text, "send", _down)
        message_send(
            actor=actor_of(agent),
            lender_id="pine",
            key="m",
            now=now,
            loan_id=loan.pk,
            party_id=borrower.pk,
            contact_point_id=borrower.contact_points.get(medium="phone").pk,
            channel="sms",
            template="reminder",
        )
    assert messages_dispatch(now=now + timedelta(minutes=1)).sent == 1
    entries = inside.get("/portal/pine/contacts/").context["entries"]
    assert [(entry.channel, entry.made) for entry in entries] == [("sms", True)]


def _down(text: Any) -> str:
    raise GatewayError("carrier down", permanent=False)


def test_before_any_contact_the_page_says_so(inside: Client) -> None:
    """An empty list is designed, not left over."""
    assert "Nobody has contacted you" in words(inside.get("/portal/pine/contacts/"))


@pytest.mark.parametrize("before", ["x", "2026-11-24", "\x00", "9" * 400])
def test_a_made_up_page_is_refused_with_a_sentence(inside: Client, before: str) -> None:
    """No 500 from a hand-written address."""
    assert inside.get("/portal/pine/contacts/", {"before": before}).status_code == 400


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_speaks_both_languages_and_names_a_phone(
    client: Client, borrower: Any, loan: Any, language: str
) -> None:
    """A person is in reach from each page."""
    inside = let_in(client, borrower, language=language)
    pages = ["", "help/", "contacts/", "wishes/", "wishes/hours/", "wishes/night/"]
    pages += [f"loans/{loan.pk}/{rest}" for rest in ("", "pay/", "objection/", "hardship/")]
    for page in pages:
        answer = inside.get(f"/portal/pine/{page}")
        text = answer.content.decode()
        assert answer.status_code == 200, page
        assert f'lang="{"en" if language == "en" else "zh-Hans"}"' in text
        assert "400-000-0000" in text
        assert "no-store" in answer["Cache-Control"]
        assert 'style="' not in text
        assert "<script>" not in text


@pytest.fixture
def core(lender: Any, borrower: Any, now: Any) -> Any:
    """A loan whose books another system keeps, with its last report."""
    loan_id = loan_open(
        actor="system:tests",
        lender_id=lender.pk,
        key="core",
        now=now,
        reference="CORE-1",
        product="演示消费贷",
        terms=level_terms(),
        parties=[(borrower.pk, "borrower")],
        opening=None,
        books="core",
    )
    loan = Loan.objects.get(pk=loan_id)
    for day, balance in ((date(2026, 9, 30), 1_100_000), (date(2026, 10, 31), 1_000_000)):
        Snapshot.objects.create(lender=lender, loan=loan, as_of=day, balance=balance, source="tape")
    return loan


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("in another system", "¥10,000.00 outstanding at the end of Sat 31 Oct 2026")),
        ("zh-hans", ("由出借机构的另一系统记录", "2026年10月31日", "¥10,000.00")),
    ],
)
def test_a_loan_kept_elsewhere_says_so_and_offers_no_payment(
    client: Client, borrower: Any, core: Any, language: str, words: tuple[str, ...]
) -> None:
    """What another system keeps is told by its last report; nothing is worked out or paid here."""
    inside = let_in(client, borrower, language=language)
    for address in ("/portal/pine/", f"/portal/pine/loans/{core.pk}/"):
        html = inside.get(address).content.decode()
        for word in words:
            assert word in html, word
        assert f"/portal/pine/loans/{core.pk}/pay/" not in html
    assert f"/portal/pine/loans/{core.pk}/objection/" in inside.get("/portal/pine/help/").content.decode()


def test_paying_a_loan_kept_elsewhere_is_refused_before_any_order(
    client: Client, borrower: Any, core: Any
) -> None:
    """Who types the address is told whom to call; no money is taken."""
    answer = let_in(client, borrower).get(f"/portal/pine/loans/{core.pk}/pay/")
    assert answer.status_code == 409
    assert "Call us: we tell you how to pay." in answer.content.decode()

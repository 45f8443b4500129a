"""The console in a real browser: the keyboard alone, axe-core, every size, both languages."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from desk_world import worklist
from django.conf import settings
from django.test import Client

from forbear.services.evidence import evidence_seal
from forbear.services.night import nights_run
from forbear.services.party import point_end, state_set
from forbear.services.payment import payment_record
from forbear.services.preference import preference_set
from forbear.store.models import User

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a long enough password"
CALL = {"zh-CN": "拨打", "en-GB": "Call"}
LOOKS = [("zh-CN", "wide", False), ("en-GB", "narrow", True), ("zh-CN", "middle", True)]
PAGES = {
    "agent": (
        "/console/worklist/",
        "/console/cases/{loan}/",
        "/console/cases/{loan}/wish/?party={party}",
        "/console/people/{party}/points/",
        "/console/people/{party}/states/",
    ),
    "manager": (
        "/console/book/",
        "/console/book/61-90/",
        "/console/loans/{loan}/",
        "/console/people/{party}/",
        "/console/loans/{loan}/payments/{payment}/return/",
        "/console/loans/{loan}/entries/{payment}/",
    ),
    "compliance": (
        "/console/acts/",
        "/console/acts/{verdict}/",
        "/console/evidence/",
        "/console/law/",
        "/console/law/cn.cba.night-hours/",
        "/console/law/what-if/",
    ),
    "administrator": ("/console/accounts/", "/console/tokens/", "/accounts/2fa/"),
}


@pytest.fixture
def desk(lender, borrower, loan, make_party, make_loan, make_user, now):
    """Staff of every role, two cases on the list, one refused call in the log, evidence sealed."""
    second = make_party(lender, "测试乙", phone="19900000002")
    further = make_loan(lender, [(second, "borrower")], reference="PINE-2")
    worklist(lender, [(loan, borrower, "call"), (further, second, "sms")], now=now)
    for role in PAGES:
        make_user(lender, role)
    evidence_seal(lender_id=lender.pk, now=now)
    return loan


@pytest.fixture
def on_file(desk, borrower, now):
    """What the addresses name: a loan, its borrower with a state, wishes and an old number, a payment."""
    given = {"lender_id": desk.lender_id, "now": now}
    staff, own = given | {"actor": "agent:pine.agent"}, given | {"actor": f"borrower:{borrower.pk}"}
    state_set(key="s-1", party_id=borrower.pk, state="identity_stolen", source="police report", **staff)
    for number, kind in enumerate(("stop", "night_consent")):
        preference_set(key=f"w-{number}", party_id=borrower.pk, kind=kind, source="portal", **own)
    email = borrower.contact_points.get(medium="email")
    point_end(key="pt-1", point_id=email.pk, because="belongs to somebody else", **staff)
    paid = payment_record(
        key="p-1", loan_id=desk.pk, amount=30_000, value_date=now.date(), channel_ref="BANK-1", **staff
    )
    return {"loan": desk.pk, "party": borrower.pk, "payment": paid.event_id}


@pytest.fixture
def refused(desk, borrower, now):
    """A call that was refused last night; its verdict."""
    from forbear.law.verdict import ContactRefusedError
    from forbear.services.contact import contact_propose
    from forbear.services.facts import Proposal
    from forbear.store.models import Verdict

    proposal = Proposal(
        loan_id=desk.pk,
        party_id=borrower.pk,
        contact_point_id=borrower.contact_points.get(medium="phone").pk,
        channel="call",
        purpose="remind",
    )
    with pytest.raises(ContactRefusedError):
        contact_propose(
            actor="agent:pine.agent",
            lender_id=desk.lender_id,
            key="late",
            now=now.replace(day=23, hour=15),
            proposal=proposal,
        )
    return Verdict.objects.get()


@pytest.fixture
def come_in(live_server):
    """Sign a role in without the form, and open the console: ``come_in(page, "agent")``."""

    def enter(page, role):
        client = Client()
        client.force_login(User.objects.get(username=f"pine.{role}"))
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto("/")

    return enter


def keep(page, name):
    """Keep a picture where SHOTS names a folder."""
    folder = os.environ.get("SHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize(("language", "size", "dark"), LOOKS)
def test_every_page_is_accessible_at_every_size(
    open_page, axe, no_sideways, come_in, on_file, refused, language, size, dark
):
    """axe finds nothing, and nothing scrolls sideways: wide and narrow, light and dark, both languages."""
    page = open_page(size=size, dark=dark, language=language)
    page.goto("/accounts/login/")
    axe(page)
    for role, routes in PAGES.items():
        come_in(page, role)
        for number, route in enumerate(routes):
            page.goto(route.format(**on_file, verdict=refused.pk))
            axe(page)
            no_sideways(page)
            assert page.locator("h1").count() == 1
            keep(page, f"{role}-{number}-{language}-{size}{'-dark' if dark else ''}")


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_a_case_is_worked_with_the_keyboard_alone(open_page, axe, desk, language):
    """Sign in; J and Enter open the case, C calls, Ctrl+Enter saves the outcome and opens the next."""
    page = open_page(language=language)
    page.goto("/accounts/login/")
    page.fill("#id_login", "pine.agent")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/worklist/")
    page.keyboard.press("j")
    assert page.locator("tr[aria-selected=true]").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/**")
    first = page.url
    page.keyboard.press("c")
    page.wait_for_url("**/contacts/**")
    axe(page)
    page.check("input[name=outcome][value=answered]")
    page.check("input[name=right_party][value=yes]")
    page.check("#id_two_way")
    page.fill("#id_promise_amount", "500")
    page.fill("#id_promise_on", "2026-11-27")
    page.fill("#id_note", "发工资后还")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/cases/**")
    assert page.url != first
    page.keyboard.press("b")
    page.wait_for_url("**/worklist/")


def test_the_palette_and_the_list_of_keys(open_page, axe, come_in, desk):
    """Ctrl+K finds a person and opens the case; ? lists the keys; Escape closes both."""
    page = open_page(language="en-GB")
    come_in(page, "agent")
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    axe(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    assert page.locator("dialog#palette").is_visible()
    page.keyboard.type("测试乙")
    page.locator("#palette-found [aria-selected=true]").wait_for()
    axe(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/**")
    assert page.locator("h1").inner_text() == "测试乙"


def test_single_letters_can_be_switched_off(open_page, come_in, desk, agent_keys_off):
    """With the keys off, letters do nothing, and Ctrl+K still works."""
    page = open_page(language="en-GB")
    come_in(page, "agent")
    page.keyboard.press("j")
    assert page.locator("tr[aria-selected=true]").count() == 0
    page.keyboard.press("Control+k")
    assert page.locator("dialog#palette").is_visible()


@pytest.fixture
def agent_keys_off(desk):
    """The agent has switched single-letter keys off."""
    User.objects.filter(role="agent").update(keys_enabled=False)


def test_errors_take_the_focus(open_page, axe, come_in, desk):
    """A form that was not accepted puts its summary in focus, with links to the fields."""
    page = open_page(language="en-GB")
    come_in(page, "agent")
    page.goto(f"/console/cases/{desk.pk}/")
    page.keyboard.press("c")
    page.wait_for_url("**/contacts/**")
    page.goto(page.url)
    summary = page.locator(".error-summary")
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.locator("button[data-and-next]").click()
    assert answered.value.status == 400
    summary.wait_for()
    assert page.evaluate("document.activeElement.className") == "error-summary"
    axe(page)


def test_it_works_without_javascript(open_page, come_in, desk):
    """Worklist, case and call need no script."""
    page = open_page(language="en-GB", java_script_enabled=False)
    come_in(page, "agent")
    page.locator("a.row-link").first.click()
    page.get_by_role("button", name=CALL["en-GB"]).first.click()
    assert "must end by 22:00" in page.locator("main").inner_text()


def test_compliance_verifies_without_leaving_the_page(open_page, axe, come_in, desk):
    """Verify now answers in place."""
    page = open_page(language="en-GB")
    come_in(page, "compliance")
    page.goto("/console/evidence/")
    page.get_by_role("button", name="Verify now").click()
    page.get_by_text("Everything fits.").wait_for()
    assert page.url.endswith("/console/evidence/")
    axe(page)


def test_the_charts_have_their_tables(open_page, axe, no_sideways, come_in, make_user, lender, loan, now):
    """The book's chart is drawn within the content policy, and its numbers stand in a table."""
    make_user(lender, "manager")
    first, last = date(2026, 9, 30), date(2026, 11, 23)
    nights_run(actor="system:tests", lender_id="pine", now=now, first=first, last=last, every="month")
    for dark in (False, True):
        page = open_page(language="en-GB", dark=dark)
        come_in(page, "manager")
        page.locator(".chart canvas").wait_for()
        axe(page)
        no_sideways(page)
        page.get_by_text("The numbers").click()
        assert page.locator("#ageing-table tbody tr").count() >= 2
        keep(page, f"manager-charts{'-dark' if dark else ''}")

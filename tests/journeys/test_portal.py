"""A borrower at the portal: signs in, sees what is owed, stops calls, objects, pays once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from forbear.services.contact import Proposal, contact_propose
from forbear.services.policy import actor_of
from forbear.store.models import Hold, LedgerEvent, Preference
from forbear.store.selectors.ledger import position_on
from forbear.web.limits import TokenBucket
from forbear.web.portal import signin

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "19900000001"
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signin, "CODES", TokenBucket(burst=100, per_second=100))


@pytest.fixture
def story(loan: Any, borrower: Any, agent: Any, now: Any) -> Any:
    """A loan with three missed instalments, and a call to its borrower yesterday."""
    phone = borrower.contact_points.get(medium="phone")
    proposal = Proposal(
        loan_id=loan.pk,
        party_id=borrower.pk,
        contact_point_id=phone.pk,
        channel="call",
        purpose="remind",
        declared={},
    )
    contact_propose(
        actor=actor_of(agent), lender_id="pine", key="c1", now=now - timedelta(days=1), proposal=proposal
    )
    return loan


@pytest.fixture
def code(outbox: Path) -> Callable[[], str]:
    """Take the code of the one text message that has come since this was last asked."""

    def take() -> str:
        (path,) = (outbox / "sms").glob("*.json")
        text = json.loads(path.read_text(encoding="utf-8"))["text"]
        path.unlink()
        return re.search(r"[0-9]{6}", text).group(0)

    return take


def sign_in(page: Any, code: Callable[[], str]) -> None:
    """Walk through the three pages with the keyboard alone."""
    page.goto("/portal/pine/sign-in/")
    page.focus("#id_phone")
    page.keyboard.type(PHONE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code/")
    page.focus("#id_code")
    page.keyboard.type(code())
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/birth-date/")
    page.focus("#id_year")
    for part in ("1990", "5", "17"):
        page.keyboard.type(part)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/portal/pine/")


def payments() -> list[int]:
    """Return the amounts of the payments in the ledger."""
    return [event.body["amount"] for event in LedgerEvent.objects.filter(kind="payment")]


@pytest.mark.parametrize(
    ("language", "size", "dark"),
    [
        ("zh-CN", "narrow", False),
        ("en", "narrow", True),
        ("en", "middle", False),
        ("zh-CN", "wide", True),
    ],
)
def test_every_page_is_clean_for_axe_and_fits_the_screen(
    open_page: Any,
    axe: Any,
    no_sideways: Any,
    shoot: Any,
    story: Any,
    code: Any,
    language: str,
    size: str,
    dark: bool,
) -> None:
    """Both languages, light and dark, from 360 px up; with an error summary in focus where there is one."""
    page = open_page(size=size, dark=dark, language=language)

    def look(name: str) -> None:
        axe(page)
        no_sideways(page)
        shoot(page, f"portal-{name}-{language}-{size}{'-dark' if dark else ''}")

    page.goto("/portal/pine/sign-in/")
    look("sign-in")
    page.keyboard.press("Tab")
    page.click("main button.primary")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    look("sign-in-error")
    sign_in(page, code)
    look("owe")
    for name in ("contacts", "wishes", "wishes/hours", "wishes/night", "help"):
        page.goto(f"/portal/pine/{name}/")
        look(name.replace("/", "-"))
    for name in ("", "pay/", "objection/", "hardship/"):
        page.goto(f"/portal/pine/loans/{story.pk}/{name}")
        for summary in page.locator("summary").all():
            summary.click()
        look(f"loan-{name.strip('/') or 'why'}")
    page.goto("/api/v1/docs")
    look("api")


@pytest.mark.parametrize(
    ("language", "stop", "stopped", "said"),
    [
        ("zh-CN", "停掉.*电话", "已停", "这笔贷款已经停止催收"),
        ("en", "Stop.*Phone call", "Stopped since", "Collection of this loan has stopped."),
    ],
    ids=["zh-CN", "en"],
)
def test_see_stop_object(
    open_page: Any, axe: Any, story: Any, code: Any, language: str, stop: str, stopped: str, said: str
) -> None:
    """What is owed is there; one tap stops calls; an objection stops collection and has a reference."""
    page = open_page(language=language)
    sign_in(page, code)
    owed = position_on(story, as_of=TODAY).owed_now
    assert f"{owed // 100:,}.{owed % 100:02d}" in page.locator(".total").first.inner_text()
    page.goto("/portal/pine/wishes/")
    page.get_by_role("button", name=re.compile(stop)).click()
    page.wait_for_load_state()
    assert stopped in page.inner_text("main")
    axe(page)
    assert list(Preference.objects.values_list("kind", "channel")) == [("stop", "call")]
    page.goto(f"/portal/pine/loans/{story.pk}/objection/")
    page.fill("#id_words", "九月的那一期我还过了。")
    page.click("main button.primary")
    page.wait_for_url("**/holds/**")
    axe(page)
    assert said in page.inner_text("main")
    assert Hold.objects.get().pk in page.inner_text("main")


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_a_double_click_the_back_button_and_a_reload_pay_once(
    open_page: Any, axe: Any, shoot: Any, story: Any, code: Any, scripts: bool
) -> None:
    """However often it is pressed, the ledger holds one payment, and every way leads to its receipt."""
    page = open_page(language="en", size="narrow", java_script_enabled=scripts)
    sign_in(page, code)
    page.goto(f"/portal/pine/loans/{story.pk}/pay/")
    page.check("input[value=other]")
    page.fill("#id_other", "1,000.10")
    shoot(page, f"portal-pay-other-{scripts}")
    page.click("main button.primary")
    page.wait_for_url("**/pay/?checkout=*")
    if scripts:
        axe(page)
    check_page = page.url
    page.dblclick("main button.primary")
    page.wait_for_url("**/payments/**")
    receipt = page.url
    page.reload()
    page.go_back()
    page.wait_for_load_state()
    page.goto(check_page)
    assert page.url == receipt
    assert "Thank you. Your payment has arrived." in page.inner_text("main")
    assert payments() == [100_010]
    if scripts:
        axe(page)
        shoot(page, "portal-receipt-en-narrow")


def test_the_keyboard_alone_is_enough_to_pay(open_page: Any, story: Any, code: Any) -> None:
    """From the first page to the receipt with Tab, arrows, Space and Enter, the focus always visible."""
    page = open_page(language="zh-CN")
    sign_in(page, code)
    _tab_to(page, "还款")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pay/")
    _tab_to(page, "继续")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pay/?checkout=*")
    _tab_to(page, "付 ")
    page.keyboard.press("Enter")
    page.wait_for_url("**/payments/**")
    assert len(payments()) == 1


def _tab_to(page: Any, words: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        text, outline = page.evaluate(
            "[document.activeElement.innerText || '', getComputedStyle(document.activeElement).outlineStyle]"
        )
        if text.startswith(words):
            assert outline != "none"
            return
    pytest.fail(f"{words!r} cannot be reached with the Tab key")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_menu_stands_in_one_line_on_a_small_screen(
    open_page: Any, story: Any, code: Any, language: str
) -> None:
    """All four places are in reach at 360 px, beside each other."""
    page = open_page(size="narrow", language=language)
    sign_in(page, code)
    tops = {place.bounding_box()["y"] for place in page.locator(".portal-nav a").all()}
    assert (page.locator(".portal-nav a").count(), len(tops)) == (4, 1)


def test_somebody_else_on_the_same_device_finds_the_door_shut(open_page: Any, story: Any, code: Any) -> None:
    """After signing out, the back button shows nothing that asks the server anew."""
    page = open_page(language="en")
    sign_in(page, code)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/")
    page.goto("/portal/pine/")
    assert "/sign-in/" in page.url

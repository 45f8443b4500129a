"""The loan's page in a real browser: from an amount to why, every fold open, by keyboard, without script."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from forbear.services.payment import payment_record
from forbear.store.models import User

pytestmark = pytest.mark.django_db(transaction=True)
LOOKS = [
    ("zh-CN", "wide", False),
    ("en-GB", "narrow", True),
    ("zh-CN", "narrow", False),
    ("en-GB", "middle", False),
]


@pytest.fixture
def opened(
    open_page: Any, live_server: Any, loan: Any, lender: Any, make_user: Any, now: Any
) -> Callable[..., Any]:
    """Open the loan's page as a manager; a payment has settled a little of it."""
    payment_record(
        actor="system:report",
        lender_id=lender.pk,
        key="p",
        now=now,
        loan_id=loan.pk,
        amount=40_000,
        value_date=now.date(),
        channel_ref="BANK-1",
    )
    make_user(lender, "manager")

    def enter(**look: Any) -> Any:
        page = open_page(**look)
        client = Client()
        client.force_login(User.objects.get(username="pine.manager"))
        name = settings.SESSION_COOKIE_NAME
        value = client.cookies[name].value
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        page.goto(f"/console/loans/{loan.pk}/")
        return page

    return enter


@pytest.mark.parametrize(("language", "size", "dark"), LOOKS)
def test_with_every_fold_open_the_page_is_accessible_and_fits(
    opened: Any, axe: Any, no_sideways: Any, language: str, size: str, dark: bool
) -> None:
    """axe finds nothing and nothing scrolls sideways, with all that is owed taken apart."""
    page = opened(language=language, size=size, dark=dark)
    for summary in page.locator("main details > summary").all():
        if not summary.evaluate("one => one.parentElement.open"):
            summary.click()
    axe(page)
    no_sideways(page)
    assert page.locator("main details:not([open])").count() == 0
    folder = os.environ.get("SHOTS")
    if folder:
        name = f"loan-{language}-{size}{'-dark' if dark else ''}.png"
        page.screenshot(path=str(Path(folder) / name), full_page=True)


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_an_amount_leads_to_the_rows_that_it_is_made_of(opened: Any, scripts: bool) -> None:
    """The unpaid amount in the schedule opens its own explanation, script or none."""
    page = opened(language="en-GB", java_script_enabled=scripts)
    told = page.locator("#why-1-2")
    assert not told.is_visible()
    page.locator("[aria-labelledby=plan] a[href='#why-1-2']").click()
    told.wait_for()
    assert "Where its interest comes from" in told.inner_text()


def test_the_keyboard_reaches_amounts_folds_and_tables(opened: Any) -> None:
    """Tab comes to an amount, Enter follows it, and a table that scrolls takes the focus."""
    page = opened(language="en-GB")
    seen: list[str] = []
    for _ in range(90):
        page.keyboard.press("Tab")
        tag, text, outline = page.evaluate(
            "[document.activeElement.tagName, document.activeElement.getAttribute('href') || '',"
            " getComputedStyle(document.activeElement).outlineStyle]"
        )
        assert outline != "none", (tag, text)
        seen.append(text or tag)
        if text == "#why-1-2":
            break
    assert "#why-instalments" in seen
    assert "DIV" in seen or "SUMMARY" in seen
    page.keyboard.press("Enter")
    page.locator("#why-1-2").wait_for()


def test_a_payoff_is_asked_for_without_script(opened: Any) -> None:
    """The day is a plain form that leads back to this page."""
    page = opened(language="en-GB", java_script_enabled=False)
    page.fill("#id_payoff", "2026-12-01")
    page.get_by_role("button", name="Show").click()
    assert "To pay off on 1 Dec 2026" in page.inner_text("main")

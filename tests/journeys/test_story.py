"""The thread from end to end, on a server that a stranger would start, in Chinese and in English.

A missed instalment → the close → the worklist → the case → a call allowed at 21:59, with the warning
that it must end, and denied at 22:00 with reason and next lawful time → a text message → the
borrower signs in and pays → the evidence verifies.

``PICTURES=docs/images pytest tests/journeys/test_story.py`` takes the pictures of the README on the way.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from demo_server import BORROWERS, Demo

NAME = "测试甲·青松"
PHONE = "19900000000"
BORN = ("1990", "5", "17")
PASSWORD = "pine-lantern-2026"

PICTURES = ("worklist.en", "case.zh", "call.en", "denied.en", "denied.zh", "portal.zh", "acts.en")
"""Those that README and tutorial show."""

WORDS = {
    "zh-CN": {
        "call": "拨打",
        "until": "22:00前可联系",
        "must_end": "22:00",
        "denied": "未拨打：现在不允许",
        "rule": "夜间",
        "next": "2026年11月25日 周三 08:00",
        "write": "撰写",
        "show": "查看",
        "send": "发送",
        "owed": "到期未还",
        "language": "zh-hans",
    },
    "en-GB": {
        "call": "Call",
        "until": "Until 22:00",
        "must_end": "22:00",
        "denied": "Not called: it is not allowed now",
        "rule": "night",
        "next": "Wed 25 Nov 2026 08:00",
        "write": "Write",
        "show": "Show",
        "send": "Send",
        "owed": "has been due since",
        "language": "en",
    },
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration on the evening before its first close; each journey starts from a copy."""
    demo = Demo(tmp_path_factory.mktemp("demo") / "var")
    demo.run("demo", "--no-serve", "--before-close", "--borrowers", str(BORROWERS))
    return demo.folder


@pytest.fixture
def demo(book: Path, tmp_path: Path) -> Demo:
    """A demonstration of this journey's own."""
    shutil.copytree(book, tmp_path / "var")
    return Demo(tmp_path / "var")


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open a browser of its own for a person: ``visit(address, language, width)``."""
    contexts = []
    faults: list[str] = []

    def opened(address: str, language: str, *, width: int = 1160, height: int = 720) -> Any:
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            locale=language,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [] == faults


@pytest.fixture
def picture(language: str) -> Callable[[Any, str], None]:
    """Keep a wanted picture of the screen in the folder that the variable PICTURES names, if it does."""
    folder = os.environ.get("PICTURES")

    def keep(page: Any, name: str) -> None:
        if folder and f"{name}.{language[:2]}" in PICTURES:
            page.screenshot(path=str(Path(folder) / f"{name}.{language[:2]}.png"))

    return keep


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_from_a_missed_instalment_to_a_verified_payment(
    demo: Demo, visit: Callable[..., Any], picture: Callable[[Any, str], None], language: str
):
    """
    Whoever follows the README sees each step happen, in either language.
    """
    words = WORDS[language]
    assert re.search(r"[1-9][0-9]* cases? opened", demo.run("close", "--lender", "pinecone"))

    with demo.served() as address:
        desk = visit(address, language)
        sign_in(desk, "agent")
        picture(desk, "worklist")
        desk.get_by_role("link", name=NAME).click()
        desk.wait_for_url("**/cases/**")
        case = desk.url
        expect_text(desk, "1,0")  # what is owed, over a thousand yuan

        clock_to(desk, "21:59")
        expect_text(desk, words["until"])
        picture(desk, "case")
        call(desk, words)
        desk.wait_for_url("**/contacts/**")
        expect_text(desk, words["must_end"])
        picture(desk, "call")
        record_no_answer(desk)

        desk.goto(case)
        clock_to(desk, "22:00")
        call(desk, words)
        expect_text(desk, words["denied"])
        expect_text(desk, words["rule"])
        expect_text(desk, words["next"])
        picture(desk, "denied")

        desk.goto(case)
        clock_to(desk, "10:00")
        write(desk, words)
        assert words["owed"] in text_to(demo, PHONE)

        pay(visit(address, language, width=390, height=780), demo, words, picture)

        officer = visit(address, language)
        sign_in(officer, "compliance")
        picture(officer, "acts")

    said = demo.run("verify")
    assert said.startswith("Ok: ")
    assert "not sealed" not in said


def sign_in(page: Any, role: str) -> None:
    """Sign a role of the first lender in."""
    page.goto("/accounts/login/")
    page.fill("#id_login", role)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/**")


def clock_to(page: Any, hour: str) -> None:
    """Move the demonstration's clock with the bar at the top."""
    with page.expect_navigation():
        page.locator(f".demo-bar button[value='{hour}']").click()


def call(page: Any, words: dict[str, str]) -> None:
    """Press the first button that calls."""
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile(rf"^{words['call']}")).first.click()


def record_no_answer(page: Any) -> None:
    """Record that nobody picked up."""
    page.check("input[name=outcome][value=no_answer]")
    with page.expect_navigation():
        page.locator("main form button.primary").first.click()


def write(page: Any, words: dict[str, str]) -> None:
    """Send the reminder by text message, in the reader's language."""
    page.locator("a[href*='channel=sms']").first.click()
    page.wait_for_url("**/message/**")
    page.select_option("#id_language", words["language"])
    with page.expect_navigation():
        page.get_by_role("button", name=words["show"]).click()
    with page.expect_navigation():
        page.get_by_role("button", name=words["send"], exact=True).click()


def pay(page: Any, demo: Demo, words: dict[str, str], picture: Callable[[Any, str], None]) -> None:
    """Sign in at the portal with a code and the date of birth, and pay what is due."""
    page.goto("/portal/pinecone/sign-in/")
    with page.expect_navigation():
        page.locator(f"button[name=language][value={words['language']}]").click()
    page.fill("#id_phone", PHONE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code/")
    page.fill("#id_code", demo.code(PHONE))
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/birth-date/")
    for name, part in zip(("year", "month", "day"), BORN, strict=True):
        page.fill(f"#id_{name}", part)
    page.keyboard.press("Enter")
    page.wait_for_url("**/portal/pinecone/")
    picture(page, "portal")
    page.locator("a[href$='/pay/']").first.click()
    page.wait_for_url("**/pay/")
    page.locator("input[name=choice]").first.check()
    page.locator("main button.primary").click()
    page.wait_for_url("**/pay/?**")
    with page.expect_navigation():
        page.locator("main button.primary").click()
    page.wait_for_url("**/payments/**")
    picture(page, "receipt")


def text_to(demo: Demo, phone: str) -> str:
    """Return the reminder that went out to a phone."""
    bodies = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in (demo.folder / "outbox" / "sms").glob("ct_*.json")
    ]
    (text,) = [body["text"] for body in bodies if body["to"] == phone]
    return text


def expect_text(page: Any, text: str) -> None:
    """Check that the page says this."""
    assert text in page.locator("body").inner_text(), page.url

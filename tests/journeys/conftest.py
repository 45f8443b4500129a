"""What the browser journeys share: Debian's Chromium, a page that reports every fault, and axe."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop in the test's thread

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
REFUSED = re.compile(r"status of (400|409)")
SIZES = {"wide": (1440, 900), "middle": (768, 1024), "narrow": (360, 740)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every journey, and skip it where there is no browser."""
    missing = pytest.mark.skip(reason=f"{CHROMIUM} is not there; CHROMIUM names another Chromium")
    for item in items:
        if "journeys" in Path(str(item.fspath)).parts:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM.exists():
                item.add_marker(missing)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all journeys."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Open pages: ``open_page(size="narrow", dark=True, language="en")``.

    The test fails at its end when a page logged an error, broke the content policy, or asked
    another host for anything.
    """
    faults: list[str] = []
    contexts = []

    def opened(*, size: str = "wide", dark: bool = False, language: str = "zh-CN", **options: Any) -> Any:
        width, height = SIZES[size]
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale=language,
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda line: faults.append(line.text) if _is_fault(line) else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda asked: _stay_here(asked.url, live_server.url, faults))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def shoot() -> Callable[[Any, str], None]:
    """Keep a picture of a page in the folder that SCREENSHOTS names; nowhere without it."""
    folder = os.environ.get("SCREENSHOTS")

    def keep(page: Any, name: str) -> None:
        if folder:
            page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)

    return keep


@pytest.fixture
def axe() -> Callable[[Any], None]:
    """Fail on anything that axe-core finds on a page."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page: Any) -> None:
        found = Axe().run(page).response["violations"]
        told = [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]
        assert told == [], page.url

    return check


@pytest.fixture
def no_sideways() -> Callable[[Any], None]:
    """Fail when a page must be scrolled sideways."""

    def check(page: Any) -> None:
        wide, seen = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= seen, f"{page.url} is {wide} px wide on a screen of {seen}"

    return check


def _is_fault(line: Any) -> bool:
    """Tell an error from a page that was answered with a refusal or a faulty form, on purpose."""
    return line.type == "error" and not REFUSED.search(line.text)


def _stay_here(url: str, here: str, faults: list[str]) -> None:
    if not url.startswith((here, "data:", "blob:")):
        faults.append(f"asked elsewhere: {url}")

"""The demonstration's clock: moved forward with the bar on every page, and not there outside one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from desk_world import key_of
from django.test import Client

from forbear.errors import InputError, NotVisibleError
from forbear.gateways.demo import CLOCK
from forbear.services.demo_clock import clock_move, nights_catch_up
from forbear.services.runtime import replaced
from forbear.store.models import Case, NightRun

ADDRESS = "/demo/clock/"


@pytest.fixture
def in_demo(settings: Any, tmp_path: Path) -> Path:
    """A demonstration; the folder in which it keeps its clock."""
    settings.FORBEAR = replace(settings.FORBEAR, demo=True)
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.mark.parametrize(
    ("to", "lands"),
    [
        ("21:59", datetime(2026, 11, 24, 13, 59, tzinfo=UTC)),
        ("22:00", datetime(2026, 11, 24, 14, 0, tzinfo=UTC)),
        ("08:00", datetime(2026, 11, 25, 0, 0, tzinfo=UTC)),
        ("10:00", datetime(2026, 11, 25, 2, 0, tzinfo=UTC)),
        ("2026-12-01T09:30", datetime(2026, 12, 1, 1, 30, tzinfo=UTC)),
        ("2026-12-01T09:30:00+00:00", datetime(2026, 12, 1, 9, 30, tzinfo=UTC)),
    ],
)
def test_an_hour_is_the_next_one_that_comes(in_demo: Path, clock: Any, to: str, lands: datetime):
    """
    From ten in the morning, 21:59 is this evening and 08:00 tomorrow; the instant is kept for a restart.
    """
    assert lands == clock_move(to=to)

    assert lands == clock.now()
    assert lands == datetime.fromisoformat((in_demo / CLOCK).read_text().strip())


@pytest.mark.parametrize(
    "to", ["", "noon", "25:00", "2026-11-24", "2026-11-24T09:00", "2028-01-01T00:00", "x" * 5]
)
def test_what_is_past_or_no_moment_is_refused(in_demo: Path, clock: Any, now: datetime, to: str):
    """
    The clock never goes back, never jumps years, and says what it understands.
    """
    with pytest.raises(InputError):
        clock_move(to=to)

    assert now == clock.now()


def test_outside_a_demonstration_there_is_no_such_address(
    db: None, client: Client, now: datetime, clock: Any
):
    """
    Nobody moves the clock of a real installation.
    """
    with pytest.raises(NotVisibleError):
        clock_move(to="21:59")

    assert 404 == client.post(ADDRESS, {"to": "21:59"}).status_code
    assert now == clock.now()


def test_a_clock_that_is_the_machines_is_not_moved(in_demo: Path):
    """
    A demonstration on the system's clock has nothing to move.
    """
    from forbear.gateways.clock import SystemClock

    with replaced(clock=SystemClock()), pytest.raises(NotVisibleError):
        clock_move(to="21:59")


def test_the_bar_moves_the_clock_and_comes_back(in_demo: Path, db: None, client: Client, clock: Any):
    """
    Pressed on the page of signing in, the bar moves the clock and shows the same page again.
    """
    page = client.get("/accounts/login/").content.decode()
    assert 'action="/demo/clock/"' in page

    answer = client.post(ADDRESS, {"to": "22:00", "next": "/accounts/login/"})

    assert (302, "/accounts/login/") == (answer.status_code, answer["Location"])
    assert datetime(2026, 11, 24, 14, 0, tzinfo=UTC) == clock.now()
    assert "22:00" in client.get("/accounts/login/").content.decode()


def test_the_bar_leads_nowhere_else(in_demo: Path, db: None, client: Client):
    """
    An address of another host is not gone to.
    """
    answer = client.post(ADDRESS, {"to": "22:00", "next": "https://elsewhere.example/"})

    assert "/" == answer["Location"]


def test_the_bar_of_a_refusal_leads_back_to_the_case(
    in_demo: Path, staff: Any, desk: Any, loan: Any, borrower: Any, phone: Any, clock: Any
):
    """
    The answer to a form has no address of its own to show again: back goes to the page of the form.
    """
    clock.move_to(datetime(2026, 11, 24, 14, 0, tzinfo=UTC))
    client, case = staff("agent"), f"http://testserver/console/cases/{loan.pk}/"
    call = {"party": borrower.pk, "point": phone.pk, "key": key_of(client.get(case))}

    refused = client.post(f"{case}call/", call, headers={"referer": case})
    assert 409 == refused.status_code
    assert set(re.findall(r'name="next" value="([^"]*)"', refused.content.decode())) == {case}

    lost = client.post(f"{case}call/", call | {"key": "0" * 32}, headers={"referer": "https://elsewhere/"})
    assert set(re.findall(r'name="next" value="([^"]*)"', lost.content.decode())) == {"/"}


def test_a_moment_that_is_past_is_a_page_that_says_so(in_demo: Path, db: None, client: Client):
    """
    An error of the bar is an answer with its reason, not a crash.
    """
    answer = client.post(ADDRESS, {"to": "2026-11-24T09:00"})

    assert 400 == answer.status_code
    assert "only goes forward" in answer.content.decode()


def test_the_bar_is_only_in_a_demonstration(db: None, client: Client):
    """
    A real console has no bar.
    """
    assert ADDRESS not in client.get("/accounts/login/").content.decode()


def test_a_day_that_has_passed_is_closed_once(in_demo: Path, loan: Any, now: datetime):
    """
    After a jump over midnight the demonstration closes the day that ended, for each lender, and no more.
    """
    (night,) = nights_catch_up(now=now)

    assert (loan.lender_id, 23) == (night.lender_id, night.day.day)
    assert Case.objects.filter(loan=loan).exists()
    assert [] == nights_catch_up(now=now)
    assert 1 == NightRun.objects.count()

"""What runs beside the requests goes on after a hiccup of the database, and stops at a bug."""

from __future__ import annotations

import os
import signal
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError

from forbear.cli import server as module
from forbear.cli.server import Ticker
from forbear.config.settings import Settings
from forbear.errors import InvariantError, RefusedError
from forbear.gateways.demo import CLOCK


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The signals that the server sent itself."""
    sent: list[int] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append(number))
    return sent


def ticking(monkeypatch: pytest.MonkeyPatch, *outcomes: Exception | None) -> list[datetime]:
    """Let ticks end like this, one after the other; returns the instants at which they came."""
    coming = list(outcomes)
    came: list[datetime] = []

    def tick(*, now: datetime, sweep: bool) -> None:
        came.append(now)
        outcome = coming.pop(0) if coming else None
        if outcome is not None:
            raise outcome

    monkeypatch.setattr(module, "tick", tick)
    return came


@pytest.mark.parametrize(
    "hiccup", [OperationalError("database is locked"), RefusedError("a close is running")]
)
def test_a_hiccup_is_said_and_the_next_tick_comes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], killed: list[int], hiccup: Exception
):
    """
    A locked database or a close that runs is no reason to stop sending.
    """
    came = ticking(monkeypatch, hiccup)
    ticker = Ticker(Settings())

    ticker.attempt()
    ticker.attempt()

    assert 2 == len(came)
    assert str(hiccup) in capsys.readouterr().err
    assert [] == killed


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_ends_the_server(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], killed: list[int]
):
    """
    When the ticking ends by a bug, nothing more leaves the house.
    """
    monkeypatch.setattr(module, "KEPT_EVERY", timedelta())
    ticking(monkeypatch, InvariantError("the log is dense"))
    ticker = Ticker(Settings())

    ticker.start()
    ticker.join()

    assert [signal.SIGTERM] == killed
    assert "so the server ends" in capsys.readouterr().err


def test_the_first_tick_and_every_three_hundredth_sweeps(monkeypatch: pytest.MonkeyPatch, killed: list[int]):
    """
    What a slow transaction left below the log's end is looked for at the start and every ten minutes.
    """
    swept: list[bool] = []
    monkeypatch.setattr(module, "tick", lambda *, now, sweep: swept.append(sweep))
    ticker = Ticker(Settings())

    for _ in range(2 * module.SWEEP_TICKS):
        ticker.once()

    assert [0, module.SWEEP_TICKS] == [number for number, sweep in enumerate(swept) if sweep]


def test_stopping_ticks_once_more(monkeypatch: pytest.MonkeyPatch, killed: list[int]):
    """
    What came in last is sealed before the server is gone.
    """
    came = ticking(monkeypatch)
    ticker = Ticker(Settings())
    ticker.start()

    ticker.stop()

    assert 1 == len(came)


def test_a_demonstration_keeps_its_clock_and_closes_its_nights(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, now: datetime
):
    """
    At each tick the instant is kept for a restart, and a day that has passed is closed.
    """
    ticking(monkeypatch)
    asked: list[datetime] = []
    monkeypatch.setattr(module, "nights_catch_up", lambda *, now: asked.append(now) or [])

    Ticker(Settings(demo=True, data_dir=str(tmp_path))).once()

    assert [now] == asked
    assert now == datetime.fromisoformat((tmp_path / CLOCK).read_text().strip())

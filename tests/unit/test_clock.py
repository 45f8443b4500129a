"""The virtual clock runs on from where it was put, and only goes forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from forbear.errors import InputError
from forbear.gateways import clock as module
from forbear.gateways.clock import SystemClock, VirtualClock

START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def stopwatch(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The machine's monotonic clock, turned by the test."""
    reading = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: reading[0])
    return reading


def test_a_running_clock_goes_at_the_machines_pace(stopwatch: list[float]):
    """
    Ninety seconds on the machine are ninety seconds on the clock.
    """
    clock = VirtualClock(START, running=True)
    stopwatch[0] += 90

    assert START + timedelta(seconds=90) == clock.now()


def test_a_standing_clock_stands(stopwatch: list[float]):
    """
    A clock that does not run shows the same instant whenever it is asked.
    """
    clock = VirtualClock(START, running=False)
    stopwatch[0] += 90

    assert START == clock.now()


def test_a_jump_starts_anew_from_where_it_lands(stopwatch: list[float]):
    """
    After a jump the clock runs on from there, without the time before it.
    """
    clock = VirtualClock(START, running=True)
    stopwatch[0] += 60
    clock.move_to(START + timedelta(hours=12))
    stopwatch[0] += 5

    assert START + timedelta(hours=12, seconds=5) == clock.now()


def test_the_clock_never_goes_back(stopwatch: list[float]):
    """
    Evidence that was recorded must not come to lie in the future.
    """
    clock = VirtualClock(START, running=True)
    stopwatch[0] += 60

    with pytest.raises(InputError, match="only goes forward"):
        clock.move_to(START)


def test_the_systems_clock_is_in_utc():
    """
    Instants are in UTC everywhere.
    """
    assert UTC == SystemClock().now().tzinfo

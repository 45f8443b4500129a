"""Progress moves on a terminal and stays quiet in a log."""

from __future__ import annotations

from io import StringIO

import pytest

from forbear.cli import progress as module
from forbear.cli.progress import Progress


class Terminal(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A stopwatch that the test turns."""
    reading = [0.0]
    monkeypatch.setattr(module, "monotonic", lambda: reading[0])
    return reading


def test_a_log_gets_one_line_for_a_quick_step(seconds: list[float]):
    """
    A step that takes under ten seconds is one plain line, at its end.
    """
    log = StringIO()
    progress = Progress(log)

    progress("Loans", 0, 2000)
    seconds[0] = 3.0
    progress("Loans", 2000, 2000)
    progress.close()

    assert "Loans  2,000  3.0 s\n" == log.getvalue()


def test_a_log_hears_of_a_long_step_every_ten_seconds(seconds: list[float]):
    """
    A long step says its rate and the time left, but not at every move.
    """
    log = StringIO()
    progress = Progress(log)

    for second in range(26):
        seconds[0] = float(second)
        progress("Contacts", second * 100, 5200)

    lines = log.getvalue().splitlines()
    assert [
        "Contacts  1,000 of 5,200  100/s  42 s left",
        "Contacts  2,000 of 5,200  100/s  32 s left",
    ] == lines


def test_a_terminal_line_is_rewritten_in_place(seconds: list[float]):
    """
    On a terminal every move rewrites the same line; the step's last state stays.
    """
    terminal = Terminal()
    progress = Progress(terminal)

    progress("Loans", 0, 90)
    seconds[0] = 1.0
    progress("Loans", 45, 90)
    progress("People", 0, 0)
    progress.close()

    text = terminal.getvalue()
    assert "\r\x1b[2KLoans  45 of 90  45/s  1.0 s left" in text
    assert "\r\x1b[2KLoans  45  1.0 s\n" in text
    assert text.endswith("People  0.0 s\n")


def test_the_first_moment_foretells_nothing(seconds: list[float]):
    """
    Within the first second neither a rate nor the time left is known, and none is said.
    """
    terminal = Terminal()
    progress = Progress(terminal)

    seconds[0] = 0.1
    progress("Loans", 52, 2704)

    assert "\r\x1b[2KLoans  52 of 2,704" == terminal.getvalue()


def test_what_takes_minutes_is_said_in_minutes(seconds: list[float]):
    """
    Ninety seconds are read more easily as a minute and a half.
    """
    log = StringIO()
    progress = Progress(log)

    progress("Night")
    seconds[0] = 90.0
    progress.close()

    assert "Night  1 min 30 s\n" == log.getvalue()

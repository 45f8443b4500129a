"""Progress: a line that moves on a terminal, plain lines in a log."""

from __future__ import annotations

import shutil
import sys
from time import monotonic
from typing import TextIO

MOVES_PER_SECOND = 8
LOG_EVERY_SECONDS = 10.0
RATE_AFTER_SECONDS = 1.0


class Progress:
    """Shows how far a step is, how fast it goes and how long it still takes.

    Call it with the step's title, what is done and the total (0: not known); a new title ends the
    step before. On a terminal one line is rewritten; elsewhere a line is written every ten seconds
    and at the end of a step.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._title = ""
        self._done = 0
        self._total = 0
        self._started = self._shown = monotonic()

    def __call__(self, title: str, done: int = 0, total: int = 0) -> None:
        """Take note that ``done`` of ``total`` are done of the step ``title``."""
        if title != self._title:
            self.close()
            self._title, self._started = title, monotonic()
            self._shown = self._started - (1.0 if self._terminal else 0.0)
        self._done, self._total = done, total
        wait = 1 / MOVES_PER_SECOND if self._terminal else LOG_EVERY_SECONDS
        if monotonic() - self._shown >= wait:
            self._show(self._running())

    def close(self) -> None:
        """End the step that runs, and say how long it took."""
        if self._title:
            self._show(self._finished(), last=True)
        self._title = ""

    def _running(self) -> str:
        seconds = monotonic() - self._started
        if not self._total:
            return f"{self._title} …"
        rate = self._done / seconds if seconds >= RATE_AFTER_SECONDS else 0.0
        left = f"  {_span((self._total - self._done) / rate)} left" if rate > 0 else ""
        speed = f"  {rate:,.0f}/s" if rate > 0 else ""
        return f"{self._title}  {self._done:,} of {self._total:,}{speed}{left}"

    def _finished(self) -> str:
        seconds = monotonic() - self._started
        amount = f"  {self._done:,}" if self._done else ""
        return f"{self._title}{amount}  {_span(seconds)}"

    def _show(self, text: str, *, last: bool = False) -> None:
        self._shown = monotonic()
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write("\r\x1b[2K" + text[:width] + ("\n" if last else ""))
        else:
            self._stream.write(text + "\n")
        self._stream.flush()


def _span(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"

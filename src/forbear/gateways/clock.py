"""What time it is: the system's, or a virtual one for demonstrations and tests."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from forbear.errors import InputError


class Clock(Protocol):
    """Tells the instant, in UTC."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


class VirtualClock:
    """A clock that starts where it is told, runs at the machine's pace or stands, and only goes forward."""

    def __init__(self, start: datetime, *, running: bool) -> None:
        self._running = running
        self._set(start)

    def now(self) -> datetime:
        """Return the virtual instant in UTC."""
        start, origin = self._begun
        elapsed = time.monotonic() - origin if self._running else 0.0
        return start + timedelta(seconds=elapsed)

    def move_to(self, instant: datetime) -> None:
        """Jump forward; raises InputError when ``instant`` is already past."""
        if instant < self.now():
            raise InputError(f"The clock is at {self.now():%Y-%m-%d %H:%M %z} and only goes forward.")
        self._set(instant)

    def _set(self, instant: datetime) -> None:
        """Change both at once: a thread that asks meanwhile must not see one without the other."""
        self._begun = (instant.astimezone(UTC), time.monotonic())

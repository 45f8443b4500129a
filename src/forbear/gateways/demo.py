"""The folder of a demonstration: made beside, moved in whole, and knowing how far its clock has come."""

from __future__ import annotations

import fcntl
import json
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from forbear.errors import InputError, RefusedError

MARK = "demo.json"
CLOCK = "demo-clock.txt"
BUILDING = "building"
LOCK = ".demo.lock"
DATABASE = "forbear.sqlite3"
MADE_WHILE_RUNNING = (CLOCK, "outbox", DATABASE + "-wal", DATABASE + "-shm")
KEPT_EVERY = timedelta(seconds=2)
"""How often a running demonstration keeps its clock, and so what a killed one can have lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMark:
    """What a finished demonstration was made from; ``starts_at`` is an instant with its offset."""

    seed: str
    borrowers: int
    starts_at: str


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """A data folder that holds a demonstration, or is about to."""

    path: Path

    @property
    def building(self) -> Path:
        """Where a demonstration is made before it is moved in."""
        return self.path / BUILDING

    def hold(self) -> IO[str]:
        """Return the folder's lock, held for this process until it is closed or the process ends.

        Raises RefusedError where another demonstration runs there or is being made.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        lock = (self.path / LOCK).open("a", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise RefusedError(
                f"A demonstration runs in {self.path} already. End it with Ctrl-C where it runs, or choose "
                "another folder, for example: FORBEAR_DATA_DIR=var/second make demo PORT=8001"
            ) from error
        return lock

    def prepare(self) -> None:
        """Make an empty place to build in; raises InputError where somebody's own data stands."""
        if (self.path / DATABASE).exists() and mark_read(self.path) is None:
            raise InputError(
                f"{self.path} holds a database that is not a demonstration, and stays as it is. "
                "Choose another folder, for example: FORBEAR_DATA_DIR=var/demo forbear demo",
                field="FORBEAR_DATA_DIR",
            )
        shutil.rmtree(self.building, ignore_errors=True)
        self.building.mkdir(parents=True)

    def settle(self) -> None:
        """Finish moving in what was completely built, and throw away what was not.

        The mark moves last, so that a process killed in between takes this up again.
        """
        if not self.building.is_dir():
            return
        if mark_read(self.building) is not None:
            for name in sorted(self._built(), key=lambda name: name == MARK):
                _remove(self.path / name)
                (self.building / name).rename(self.path / name)
        shutil.rmtree(self.building, ignore_errors=True)

    def clear(self) -> None:
        """Remove the demonstration, and nothing else; the mark goes first."""
        if mark_read(self.path) is None:
            return
        made = json.loads((self.path / MARK).read_text(encoding="utf-8"))["made"]
        for name in (MARK, *made, *MADE_WHILE_RUNNING):
            _remove(self.path / name)

    def _built(self) -> list[str]:
        return [entry.name for entry in self.building.iterdir()]


def mark_read(data_dir: Path) -> DemoMark | None:
    """Return the mark of the finished demonstration in ``data_dir``, or None where there is none."""
    path = data_dir / MARK
    if not path.is_file():
        return None
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        return DemoMark(seed=body["seed"], borrowers=body["borrowers"], starts_at=body["starts_at"])
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{path} can't be read; remove it and run: forbear demo --reset") from error


def mark_write(data_dir: Path, mark: DemoMark) -> None:
    """Say that the demonstration in ``data_dir`` is complete. The last thing its making does."""
    made = sorted(entry.name for entry in data_dir.iterdir())
    _replace(data_dir / MARK, json.dumps(asdict(mark) | {"made": made}, indent=2, sort_keys=True) + "\n")


def clock_resumed(data_dir: Path, mark: DemoMark) -> datetime:
    """Return the instant at which the demonstration goes on: never before one that it has shown."""
    path = data_dir / CLOCK
    starts_at = datetime.fromisoformat(mark.starts_at)
    if not path.is_file():
        return starts_at
    try:
        kept = datetime.fromisoformat(path.read_text(encoding="utf-8").strip())
    except ValueError as error:
        raise InputError(f"{path} is not an instant. Start over with: forbear demo --reset") from error
    return max(starts_at, kept + KEPT_EVERY)


def clock_keep(data_dir: Path, now: datetime) -> None:
    """Keep the instant that the demonstration has reached."""
    _replace(data_dir / CLOCK, now.astimezone(UTC).isoformat() + "\n")


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)

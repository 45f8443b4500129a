"""Installations for tests: ``forbear`` in processes of its own, each on a data folder of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

Make = Callable[[Path], None]
"""Makes an installation in a folder that is not there yet."""

Installed = Callable[[Make, Path], Path]
"""Copies to a folder what a ``Make`` made once; the folder comes back."""

BORROWERS = "12"
"""Of a small demonstration: enough for overdue loans, contacts and a worklist."""

PATIENCE_SECONDS = 180


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """The environment of a fresh installation: nothing set but its folder."""
    clean = {key: text for key, text in os.environ.items() if not key.startswith("FORBEAR_")}
    return clean | {"FORBEAR_DATA_DIR": str(folder)} | changes


def start(folder: Path, *arguments: str, cwd: Path | None = None, **environ: str) -> subprocess.Popen[str]:
    """Start ``forbear`` on a data folder, beside it or in ``cwd``."""
    return subprocess.Popen(
        [sys.executable, "-m", "forbear.cli", *arguments],
        env=environment(folder, **environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd or folder.parent,
        preexec_fn=_hear_ctrl_c,
    )


def _hear_ctrl_c() -> None:
    """Let Ctrl-C interrupt the program also where the tests themselves run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run(
    folder: Path, *arguments: str, cwd: Path | None = None, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run ``forbear`` on a data folder to its end."""
    process = start(folder, *arguments, cwd=cwd, **environ)
    said, complained = process.communicate(timeout=PATIENCE_SECONDS)
    return subprocess.CompletedProcess(arguments, process.returncode, said, complained)


def demonstration(folder: Path) -> None:
    """Make a small demonstration in a folder that is not there yet."""
    made = run(folder, "demo", "--no-serve", "--borrowers", BORROWERS)
    assert 0 == made.returncode, made.stderr


def migrated(folder: Path) -> None:
    """Make a database without a row in a folder that is not there yet."""
    made = run(folder, "migrate")
    assert 0 == made.returncode, made.stderr

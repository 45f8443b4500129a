"""Finding a browser: one that runs is used, root installs what is missing, nobody else is asked to."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "browser.sh"
INSTALLS = """[ "$1" = install ] && { echo "$@" >> asked; ln -s works chromium; ln -s works python; }; true"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder to run in, with its own commands and nothing else."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(tmp_path)
    command(tmp_path, "id", "echo 1000")
    command(tmp_path, "works", "true")
    command(tmp_path, "ln", '/bin/ln "$@"')
    return tmp_path


def command(folder: Path, name: str, does: str) -> None:
    """Give the machine a command."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    path.chmod(0o755)


def find(machine: Path) -> subprocess.CompletedProcess[str]:
    """Run the script on the machine."""
    return subprocess.run(
        [SCRIPT], cwd=machine, env={"PATH": str(machine)}, capture_output=True, text=True, check=False
    )


def test_the_first_that_runs_is_named(machine: Path):
    """
    A stub that only says what to install (as on Ubuntu) is passed over for a browser that works.
    """
    command(machine, "python", "true")
    command(machine, "chromium-browser", "exit 1")
    command(machine, "google-chrome", "true")

    assert find(machine).stdout == f"{machine}/google-chrome\n"


def test_a_driver_that_does_not_start_is_no_browser(machine: Path):
    """
    Where a library of Playwright's driver is missing, the browser tests are skipped, not failed.
    """
    command(machine, "python", "exit 127")
    command(machine, "chromium", "true")

    run = find(machine)

    assert (run.returncode, run.stdout) == (1, "")


def test_only_root_installs(machine: Path):
    """
    Somebody else's machine is left as it is; root gets the browser and the driver's library.
    """
    command(machine, "apt-get", INSTALLS)
    assert find(machine).returncode == 1
    assert not (machine / "asked").exists()

    command(machine, "id", "echo 0")
    assert find(machine).stdout == f"{machine}/chromium\n"
    assert (machine / "asked").read_text(encoding="utf-8").split()[-2:] == ["chromium", "libatomic1"]

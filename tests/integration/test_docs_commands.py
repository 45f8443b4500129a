"""What the tutorial and the README show of the command line is what it says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import installations
import pytest

from tools.cli_reference import PAGE, page

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "docs" / "tutorial" / "first-evening.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
FIGURE = re.compile(r"(?:\d+:)?(?:[0-9a-f]{64}|…)|(?<![\w-])\d[\d,]*(?![\w:/-])")

pytestmark = pytest.mark.skipif(
    "FORBEAR_DATABASE_URL" in os.environ, reason="starts installations of its own, each on SQLite"
)


def forbear(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``forbear`` in the repository, as the tutorial does, on another data folder."""
    return installations.run(folder, *arguments, cwd=ROOT)


def without_figures(text: str) -> str:
    """Return a text in which every count and digest is the same, and a single thing is many."""
    return re.sub(r"\b(case|loan|root|step)s?\b", r"\1", FIGURE.sub("#", text))


def examples() -> list[tuple[str, str]]:
    """The commands that the tutorial shows with what they say."""
    found = []
    for block in BLOCK.findall(TUTORIAL.read_text(encoding="utf-8")):
        command, _, said = block.partition("\n")
        found.append((command.removeprefix("$ "), said))
    return found


@pytest.mark.parametrize(("command", "said"), examples(), ids=[command for command, _ in examples()])
def test_the_tutorial_shows_what_is_said(demo: Path, tmp_path: Path, command: str, said: str):
    """
    Every command of the tutorial runs, and answers in the words that stand there.
    """
    arguments = [
        str(tmp_path / "book.html") if word == "book.html" else word for word in shlex.split(command)
    ]
    assert "forbear" == arguments[0]

    done = forbear(demo, *arguments[1:])

    told = done.stdout.replace(f"{tmp_path}/", "")
    assert without_figures(said) == without_figures(told), done.stderr


def test_the_tutorial_shows_the_welcome(demo: Path):
    """
    Addresses, sign-ins and the loan to try are those that a stranger is told.
    """
    shown = re.search(r"```text\n(.*?)```", TUTORIAL.read_text(encoding="utf-8"), re.DOTALL).group(1)

    said = forbear(demo, "demo", "--no-serve").stdout.replace(str(demo), "var")

    assert all(line in said.splitlines() for line in shown.splitlines())


def test_the_reference_is_what_the_help_says():
    """
    ``docs/reference/cli.md`` is written from the commands' own help.
    """
    assert page() == PAGE.read_text(encoding="utf-8"), "run: python tools/cli_reference.py"


@pytest.mark.parametrize("name", ["README.md", "docs/tutorial/first-evening.md"])
def test_every_picture_and_link_is_there(name: str):
    """
    A page shows no picture and links to no file that is not in the repository.
    """
    path = ROOT / name
    targets = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    local = [target for target in targets if not target.startswith(("http:", "https:"))]

    assert local
    assert [] == [target for target in local if not (path.parent / target).exists()]


def test_the_welcome_counts_the_days_anew(demo: Path):
    """
    Two days later the loan to try is two days further behind, and the welcome says so.
    """
    said = forbear(demo, "demo", "--no-serve", "--now", "2026-11-26T10:00:00+08:00").stdout

    assert "missed its instalment 18 days ago." in said

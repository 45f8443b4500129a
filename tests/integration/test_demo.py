"""The demonstration as a stranger starts it: interrupted, started again, the same every time."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
from pathlib import Path

import installations
import pytest
from installations import BORROWERS, Installed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        "FORBEAR_DATABASE_URL" in os.environ, reason="starts installations of its own, each on SQLite"
    ),
]


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Run ``forbear`` to its end: status, stdout, stderr."""
    done = installations.run(folder, *arguments)
    return done.returncode, done.stdout, done.stderr


def interrupt(folder: Path, number: int) -> tuple[int, str]:
    """Start to make a demonstration, and interrupt it once its tables are made."""
    process = installations.start(folder, "demo", "--no-serve", "--borrowers", BORROWERS)
    assert "Tables" in process.stderr.readline()
    process.send_signal(number)
    complained = process.communicate(timeout=60)[1]
    return process.returncode, complained


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """A demonstration that was stopped with Ctrl-C, then killed, and then made to the end."""
    folder = tmp_path_factory.mktemp("first") / "var"
    told = {"folder": folder, "ctrl_c": interrupt(folder, signal.SIGINT)}
    told["killed"] = interrupt(folder, signal.SIGKILL)
    told["left"] = sorted(entry.name for entry in folder.iterdir())
    told["made"] = run(folder, "demo", "--no-serve", "--borrowers", BORROWERS)
    return told


def test_ctrl_c_ends_with_one_line(interrupted: dict[str, object]):
    """
    Stopping the making is no error to read a traceback of.
    """
    status, complained = interrupted["ctrl_c"]

    assert 130 == status
    assert "Stopped." == complained.strip().splitlines()[-1]
    assert "Traceback" not in complained


def test_a_kill_leaves_no_half_database(interrupted: dict[str, object]):
    """
    What was half made lies beside, where nothing reads it; the next start makes it whole.
    """
    assert [".demo.lock", "building"] == interrupted["left"]
    status, said, complained = interrupted["made"]
    assert 0 == status, complained
    assert "agent" in said


def test_the_same_seed_gives_the_same_evidence(interrupted: dict[str, object], demo: Path):
    """
    Made again, undisturbed and in another folder, the evidence has the same roots.
    """
    first, second = run(interrupted["folder"], "verify"), run(demo, "verify")

    assert first == second
    assert first[1].startswith("Ok: ")
    assert re.search(r"pinecone --since \d+:[0-9a-f]{64}\n.*willow --since \d+:[0-9a-f]{64}\n", first[1])


def test_a_second_start_makes_nothing_anew(demo: Path):
    """
    What is there is used as it is: no step runs, and not a byte of evidence changes.
    """
    before = run(demo, "verify")

    status, said, complained = run(demo, "demo", "--no-serve")

    assert (0, "") == (status, complained)
    assert "SG-2026-00001" in said
    assert before == run(demo, "verify")


def test_several_lenders_are_listed(demo: Path):
    """
    A command that needs to know whose book lists the lenders that there are.
    """
    for command in (("close",), ("report",), ("verify", "--lender", "oak")):
        status, _, complained = run(demo, *command)

        assert 2 == status
        assert "pinecone, willow" in complained


def test_a_close_repeated_changes_nothing(demo: Path):
    """
    Tonight's close ran when the demonstration was made; running it again says so.
    """
    before = run(demo, "verify")

    status, said, _ = run(demo, "close", "--lender", "pinecone")

    assert 0 == status
    assert said.startswith("2026-11-23 (closed before): ")
    assert before == run(demo, "verify")


def test_the_clock_goes_forward_and_is_kept(demo: Path):
    """
    Moved to an evening, it is still evening after a restart, and morning can't come back.
    """
    moved = run(demo, "demo", "--no-serve", "--now", "2026-11-24T21:59:00+08:00")
    later = run(demo, "demo", "--no-serve")
    back = run(demo, "demo", "--no-serve", "--now", "2026-11-24T11:00:00+08:00")

    assert "24 Nov 2026, 21:59" in moved[1]
    assert "24 Nov 2026, 21:59" in later[1]
    assert 2 == back[0]
    assert "only goes forward" in back[2]
    assert "--reset" in back[2]


def test_an_account_lets_somebody_in(demo: Path, tmp_path: Path):
    """
    A book that came from a tape has no accounts yet: the command line makes the first.
    """
    secret = tmp_path / "password"
    secret.write_text("a long enough password\n")
    wanted = ("account", "li.na", "--lender", "willow", "--role", "manager", "--password-file", str(secret))

    made = run(demo, *wanted)
    again = run(demo, *wanted)
    secret.write_text("short")
    easy = run(demo, "account", "wu.di", "--lender", "willow", "--password-file", str(secret))

    assert (0, "li.na can sign in as manager of willow.\n", "") == made
    assert 2 == again[0]
    assert "'li.na' is taken" in again[2]
    assert 2 == easy[0]
    assert "password" in easy[2]


def test_starting_over_forgets_the_evening(demo: Path):
    """
    ``--reset`` makes the same book anew: the clock stands at the beginning, and the roots are the same.
    """
    before = run(demo, "verify")
    run(demo, "demo", "--no-serve", "--now", "2026-11-24T21:59:00+08:00")
    (demo / "outbox").mkdir(exist_ok=True)

    status, said, complained = run(demo, "demo", "--reset", "--no-serve", "--borrowers", BORROWERS)

    assert 0 == status, complained
    assert "24 Nov 2026, 10:00" in said
    assert not (demo / "outbox").exists()
    assert before == run(demo, "verify")


def test_the_report_is_written_where_it_was_asked_for(demo: Path, tmp_path: Path):
    """
    One file, that opens by itself.
    """
    status, said, complained = run(
        demo, "report", "--lender", "pinecone", "--out", str(tmp_path / "book.html")
    )

    assert 0 == status, complained
    assert "book.html" in said
    assert (tmp_path / "book.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_changed_amount_is_found_and_named(demo: Path):
    """
    Whoever takes the database's guard away for a moment and changes a payment is found out.
    """
    with sqlite3.connect(demo / "forbear.sqlite3") as database:
        (event_id,) = database.execute(
            "SELECT event_id FROM store_ledgerevent WHERE kind = 'payment' AND lender_id = 'willow'"
        ).fetchone()
        (guard,) = database.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'store_ledgerevent_no_update'"
        ).fetchone()
        database.execute("DROP TRIGGER store_ledgerevent_no_update")
        database.execute(
            "UPDATE store_ledgerevent SET body = json_set(body, '$.amount', 1) WHERE event_id = ?",
            (event_id,),
        )
        database.execute(guard)

    status, said, _ = run(demo, "verify")

    assert 1 == status
    assert f"LedgerEvent {event_id}" in said


def test_what_verify_says_to_keep_proves_the_log_later(demo: Path):
    """
    The line that was printed runs as it stands; another root, or something else, ends as documented.
    """
    said = run(demo, "verify")[1]
    keep = [line.removeprefix("Keep: forbear ") for line in said.splitlines() if line.startswith("Keep: ")]
    size = keep[0].rpartition(" ")[2].partition(":")[0]

    assert 2 == len(keep)
    for line in keep:
        status, told, _ = run(demo, *line.split())
        assert (0, True) == (status, "still starts with what was kept" in told)
    status, told, _ = run(demo, "verify", "--lender", "pinecone", "--since", f"{size}:{'0' * 64}")
    assert (1, True) == (status, "Log of pinecone: it was rewritten" in told)
    status, _, complained = run(demo, "verify", "--lender", "pinecone", "--since", size)
    assert (2, True) == (status, "is not SIZE:ROOT" in complained)
    status, _, complained = run(demo, "verify", "--since", f"{size}:{'0' * 64}")
    assert (2, True) == (status, "--lender" in complained)


def test_somebody_elses_database_is_not_taken_over(installed: Installed, tmp_path: Path):
    """
    Where a database stands that no demonstration made, none is made, and the way out is named.
    """
    folder = installed(installations.migrated, tmp_path / "var")

    status, _, complained = run(folder, "demo", "--no-serve")

    assert 2 == status
    assert "not a demonstration" in complained
    assert "FORBEAR_DATA_DIR=" in complained

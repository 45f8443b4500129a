"""The command line as a user meets it: another process, its streams and its exit status."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import installations
import pytest
from installations import Installed

from forbear.gateways.demo import DemoMark, mark_write

pytestmark = pytest.mark.skipif(
    "FORBEAR_DATABASE_URL" in os.environ, reason="starts installations of its own, each on SQLite"
)

FAILED = 2


@pytest.fixture
def forbear(tmp_path: Path):
    """Run ``forbear`` in a data folder of its own: ``forbear("close", "--day", "2026-11-23")``."""
    return partial(installations.run, tmp_path / "data")


@pytest.fixture
def tables(installed: Installed, tmp_path: Path) -> Path:
    """The data folder of this test with a database in it, as ``forbear migrate`` makes it."""
    return installed(installations.migrated, tmp_path / "data")


def expect_one_sentence(result: subprocess.CompletedProcess[str], *fragments: str) -> None:
    """Check that an error is one line on stderr with these words in it, and the status 2."""
    lines = result.stderr.strip().splitlines()
    assert 1 == len(lines), result.stderr
    assert FAILED == result.returncode
    for fragment in fragments:
        assert fragment in lines[0]


def test_the_help_lists_every_command_in_order(forbear):
    """
    Somebody who types --help sees what there is, the first steps first.
    """
    said = forbear("--help").stdout

    names = ["demo", "serve", "migrate", "import", "close", "report", "judge", "verify", "account"]
    places = [said.index(f"\n  {name} ") for name in names]
    assert sorted(places) == places


def test_a_wrong_setting_names_its_key(forbear):
    """
    A key that is not known, or holds what it can't, stops the start with its name.
    """
    expect_one_sentence(forbear("verify", FORBEAR_PROT="1"), "FORBEAR_PROT is not a setting")
    expect_one_sentence(forbear("verify", FORBEAR_PORT="eighty"), "FORBEAR_PORT")


def test_no_database_yet_names_the_command_that_makes_one(forbear, tmp_path: Path):
    """
    Before anything was made, a command says how to make it, and makes nothing itself.
    """
    expect_one_sentence(forbear("verify"), "no database", "forbear migrate", "forbear demo")

    assert not (tmp_path / "data").exists()


def test_a_server_that_does_not_answer_is_said_at_once(forbear):
    """
    Nobody waits for a pool of connections, and none of its warnings is shown.
    """
    nobody = "postgresql://forbear:secret@127.0.0.1:1/forbear"

    expect_one_sentence(
        forbear("verify", FORBEAR_DATABASE_URL=nobody), "does not answer", "Connection refused"
    )


def test_a_database_of_another_version_asks_for_migrate(forbear, tmp_path: Path):
    """
    A database without the newest tables is not read.
    """
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "forbear.sqlite3").touch()

    expect_one_sentence(forbear("verify"), "not up to date", "forbear migrate")


def test_a_demonstration_of_another_version_is_made_anew(forbear, tmp_path: Path):
    """
    Evidence of another version may not verify after a migration, and a demonstration is soon made.
    """
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "forbear.sqlite3").touch()
    mark_write(tmp_path / "data", DemoMark(seed="s", borrowers=3, starts_at="2026-11-24T10:00:00+08:00"))

    expect_one_sentence(forbear("demo", "--no-serve"), "another version", "make demo-reset")


def test_migrate_can_be_repeated(forbear):
    """
    The second time changes nothing and says the same.
    """
    first, second = forbear("migrate"), forbear("migrate")

    assert (0, 0) == (first.returncode, second.returncode)
    assert first.stdout == second.stdout
    assert "up to date" in first.stdout


def test_serving_without_a_key_is_refused(forbear, tables):
    """
    Sessions are never signed with a key that everybody knows.
    """
    expect_one_sentence(forbear("serve"), "FORBEAR_SECRET_KEY", "python3 -c")


def test_a_taken_port_names_another(forbear):
    """
    The error names the port that is taken and how to choose another.
    """
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        expect_one_sentence(forbear("demo", "--port", str(port)), f"Port {port}", f"PORT={port + 1}")


def test_an_unknown_lender_lists_the_known(forbear, tables):
    """
    Before there is any lender, the error says how one is made.
    """
    expect_one_sentence(forbear("verify", "--lender", "nobody"), "no lender", "import tape")


@pytest.mark.parametrize(
    ("arguments", "fragment"),
    [
        (("close", "--from", "2026-01-31"), "--to"),
        (("close", "--day", "tonight"), "forbear close --help"),
        (("close", "--rebuild", "--from", "2026-01-01", "--to", "2026-02-01"), "--rebuild goes with one day"),
        (("shut",), "No such command"),
        (("import", "tape"), "forbear import tape --help"),
        (("demo", "--now", "noon"), "--now"),
    ],
)
def test_wrong_usage_points_at_the_help(forbear, arguments: tuple[str, ...], fragment: str):
    """
    A wrong word on the command line is one sentence, not a page.
    """
    expect_one_sentence(forbear(*arguments), fragment)


def test_a_close_says_why_a_loan_gets_no_step(forbear, tables, tmp_path: Path):
    """
    Three loans of a fresh tape, 200 days overdue and with no way to reach anybody, are accounted for.
    """
    head = "loan,name,principal,rate_percent,instalments,disbursed_on,first_due,phone,email\n"
    rows = "".join(f"L-{n},Test {n},12000.00,18,12,2024-01-05,2024-02-05,,\n" for n in range(3))
    (tmp_path / "loans.csv").write_text(head + rows)
    (tmp_path / "payments.csv").write_text("loan,date,amount,kind,reference\n")
    tape = ("--loans", "loans.csv", "--payments", "payments.csv", "--profile", "forbear")
    forbear("import", "tape", "--lender", "mine", *tape)

    closed = forbear("close", "--lender", "mine", "--day", "2024-08-23").stdout

    again = forbear("close", "--lender", "mine", "--day", "2024-08-23")
    rebuilt = forbear("close", "--lender", "mine", "--day", "2024-08-23", "--rebuild")

    assert "(closed before)" in again.stdout
    assert rebuilt.stdout.startswith("2024-08-23: 3 loans, 3 overdue; 0 cases opened")
    expect_one_sentence(
        forbear("close", "--lender", "mine", "--day", "0001-01-01"), "begins on 2024-01-05", "0001-01-01"
    )
    assert "0 next steps proposed" in closed
    assert "  No step for 3 cases: No valid number or mailbox is on file; confirm one first." in closed


def test_judging_needs_no_database(forbear, tmp_path: Path):
    """
    The law answers from the facts alone: allowed is 0, denied is 1, and the rule is named.
    """
    facts = {"channel": "call", "purpose": "remind", "at": "2026-11-24T22:00:00+08:00"}
    path = tmp_path / "call.json"
    path.write_text(json.dumps(facts))

    denied = forbear("judge", "--pack", "cn", "--facts", str(path))

    assert 1 == denied.returncode
    assert "22:00" in denied.stdout
    assert not (tmp_path / "data").exists()


def test_facts_that_cannot_be_read_say_why(forbear, tmp_path: Path):
    """
    A missing file, a broken one, a list, and a fact that is not known or written twice each say so.
    """
    path = tmp_path / "facts.yaml"
    expect_one_sentence(
        forbear("judge", "--pack", "cn", "--facts", "none.yaml"), "There is no file none.yaml"
    )
    for text, fragment in [
        ("a: [", "facts.yaml, line 2: it is not YAML"),
        ("", "it is empty"),
        ("- a", "it is not a mapping"),
        ("chanel: call", "'channel'"),
        ("channel: call\nchannel: sms", "line 2: channel: it is written twice"),
    ]:
        path.write_text(text)
        expect_one_sentence(forbear("judge", "--pack", "cn", "--facts", str(path)), fragment)
    path.write_text("channel: call")
    expect_one_sentence(forbear("judge", "--pack", "xx", "--facts", str(path)), "'xx'")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[" * 5000, "nest"),
        ("at: 2026-13-45", "at is '2026-13-45'"),
        ("at: 2026-11-24 22:00:00+99:99", "at is '2026-11-24 22:00:00+99:99'"),
        ("channel: " + "9" * 5000, "Use one of call, sms"),
    ],
)
def test_facts_that_break_their_reader_are_one_sentence(forbear, tmp_path: Path, text: str, says: str):
    """
    Nesting, days and numbers that no file of facts has end in one line, not in a traceback.
    """
    facts = tmp_path / "facts.yaml"
    facts.write_text(text, encoding="utf-8")

    expect_one_sentence(forbear("judge", "--pack", "cn", "--facts", str(facts)), says)


def test_an_hour_needs_no_quotes(forbear, tmp_path: Path):
    """
    A time of day in a file of facts is one, where YAML by itself would read 22:00 as the number 1320.
    """
    facts = tmp_path / "facts.yaml"
    facts.write_text("channel: call\npurpose: remind\nlocal_time: 22:00\n", encoding="utf-8")

    denied = forbear("judge", "--pack", "cn", "--facts", str(facts))

    assert (denied.returncode, "It is 22:00" in denied.stdout) == (1, True)


@pytest.fixture
def served(tables: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server that listens, and its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = installations.start(tables, "serve", "--port", str(port), FORBEAR_SECRET_KEY="s" * 60)
    try:
        assert f":{port}/" in server.stdout.readline()
        yield server, port
    finally:
        server.kill()
        server.wait()


def test_the_server_ends_cleanly_on_a_signal(served):
    """
    SIGTERM finishes what runs and ends with status 0; the page was served until then. What was merely
    not found is no line in the log.
    """
    server, port = served
    with pytest.raises(HTTPError, match="404"):
        urlopen(f"http://127.0.0.1:{port}/nowhere/", timeout=30)
    with urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=30) as answer:
        assert 200 == answer.status
    server.send_signal(signal.SIGTERM)

    rest, log = server.communicate(timeout=30)

    assert "Stopped; everything is kept." in rest
    assert "nowhere" not in log
    assert 0 == server.returncode


def test_callers_who_never_finish_keep_nobody_out(served):
    """
    With 150 requests half sent the next caller is served; a body beyond any form is refused.
    """
    _, port = served
    head = "POST /choose/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {}\r\n\r\n"
    with ExitStack() as slow:
        for _ in range(150):
            caller = slow.enter_context(socket.create_connection(("127.0.0.1", port)))
            caller.sendall(head.format(9).encode() + b"a")
        with urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=10) as answer:
            assert 200 == answer.status
    with socket.create_connection(("127.0.0.1", port), timeout=10) as caller:
        caller.sendall(head.format(5_000_000).encode())
        assert b" 413 " in caller.recv(100)

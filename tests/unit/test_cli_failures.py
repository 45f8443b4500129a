"""Every expected error becomes one sentence and an exit status."""

from __future__ import annotations

import errno

import click
import pytest
from django.db import DatabaseError, OperationalError, ProgrammingError

from forbear.cli.failures import BUG, FAILED, STOPPED, explain, is_database
from forbear.errors import InputError, InvariantError, RefusedError


@pytest.mark.parametrize(
    ("error", "sentence", "status"),
    [
        (KeyboardInterrupt(), "Stopped.", STOPPED),
        (click.Abort(), "Stopped.", STOPPED),
        (InputError("Amount is missing; give one."), "Amount is missing; give one.", FAILED),
        (RefusedError("Not now; wait."), "Not now; wait.", FAILED),
        (InvariantError("sums agree"), "bug in forbear", BUG),
        (FileNotFoundError(errno.ENOENT, "no", "a.csv"), "There is no file a.csv. Check the path.", FAILED),
        (PermissionError(errno.EACCES, "no", "a.csv"), "a.csv may not be opened", FAILED),
        (IsADirectoryError(errno.EISDIR, "no", "a"), "a is a folder; name a file.", FAILED),
        (FileExistsError(errno.EEXIST, "no", "a"), "a is a file, and a folder is needed.", FAILED),
        (OSError(errno.ENOSPC, "full"), "The disk is full", FAILED),
        (OSError(errno.EIO, "input/output error", "a.csv"), "a.csv: input/output error.", FAILED),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), "not UTF-8", FAILED),
        (OperationalError("database is locked"), "Another program is writing", FAILED),
        (OperationalError("database or disk is full"), "Make room on the disk", FAILED),
        (DatabaseError("database disk image is malformed"), "The database is damaged", FAILED),
        (OperationalError("disk I/O error"), "Make room on the disk", FAILED),
        (OperationalError("unable to open database file"), "Check the rights to FORBEAR_DATA_DIR", FAILED),
        (ProgrammingError('relation "x" does not exist'), "forbear migrate", FAILED),
        (OperationalError("could not connect\nmore"), "Check FORBEAR_DATABASE_URL", FAILED),
    ],
)
def test_each_error_says_what_to_do(error: BaseException, sentence: str, status: int):
    """
    The sentence is one line, and the status tells a bug, a refusal and an interruption apart.
    """
    said, code = explain(error)

    assert sentence in said
    assert "\n" not in said
    assert status == code


def test_a_usage_error_names_the_help_of_its_command():
    """
    A wrong option points at the command that has the right ones.
    """
    command = click.Command("close")
    context = click.Context(
        command, info_name="close", parent=click.Context(click.Group(), info_name="forbear")
    )

    said, code = explain(click.NoSuchOption("--foo", ctx=context))

    assert "No such option '--foo'. See: forbear close --help" == said
    assert FAILED == code


def test_only_a_database_error_is_one():
    """
    A bug is not taken for a failing database.
    """
    assert is_database(OperationalError("gone"))
    assert not is_database(KeyError("gone"))

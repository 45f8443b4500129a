"""A demonstration is whole or not there, whenever its making was interrupted."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from forbear.errors import InputError, RefusedError
from forbear.gateways.demo import (
    CLOCK,
    DATABASE,
    MARK,
    DemoFolder,
    DemoMark,
    clock_keep,
    clock_resumed,
    mark_read,
    mark_write,
)

A_MARK = DemoMark(seed="s", borrowers=3, starts_at="2026-11-24T10:00:00+08:00")


def built(path: Path) -> DemoFolder:
    """A folder in which a demonstration was made completely, but is not moved in yet."""
    folder = DemoFolder(path)
    folder.prepare()
    (folder.building / DATABASE).write_text("book")
    (folder.building / "keys").mkdir()
    (folder.building / "keys" / "secret-key").write_text("k")
    mark_write(folder.building, A_MARK)
    return folder


def test_what_was_built_completely_moves_in(tmp_path: Path):
    """
    A finished demonstration is moved in, mark and all, and nothing is left beside.
    """
    folder = built(tmp_path)

    folder.settle()

    assert mark_read(tmp_path) == A_MARK
    assert (tmp_path / "keys" / "secret-key").exists()
    assert not folder.building.exists()


def test_a_move_that_was_interrupted_is_taken_up_again(tmp_path: Path):
    """
    Whatever was moved before the interruption, the next start moves the rest; the mark comes last.
    """
    folder = built(tmp_path)
    (folder.building / DATABASE).rename(tmp_path / DATABASE)
    assert mark_read(tmp_path) is None

    folder.settle()

    assert "book" == (tmp_path / DATABASE).read_text()
    assert mark_read(tmp_path) == A_MARK


def test_what_was_half_built_is_thrown_away(tmp_path: Path):
    """
    Without the mark that is written last, nothing of it is used.
    """
    folder = DemoFolder(tmp_path)
    folder.prepare()
    (folder.building / DATABASE).write_text("half")

    folder.settle()

    assert [] == list(tmp_path.iterdir())


def test_only_one_process_holds_the_folder(tmp_path: Path):
    """
    Nobody starts over, or starts a second time, under a demonstration that runs.
    """
    folder = DemoFolder(tmp_path / "var")
    with folder.hold(), pytest.raises(RefusedError, match=r"runs in .*var already\. End it with Ctrl-C"):
        folder.hold()

    folder.hold().close()


def test_somebody_elses_database_is_left_alone(tmp_path: Path):
    """
    A folder with a database that is no demonstration is refused, with another folder named.
    """
    (tmp_path / DATABASE).write_text("real")

    with pytest.raises(InputError, match=r"not a demonstration.*FORBEAR_DATA_DIR=") as caught:
        DemoFolder(tmp_path).prepare()

    assert "FORBEAR_DATA_DIR" == caught.value.field
    assert "real" == (tmp_path / DATABASE).read_text()


def test_clearing_removes_the_demonstration_and_nothing_else(tmp_path: Path):
    """
    What others keep in the folder stays; what the demonstration made or wrote goes.
    """
    folder = built(tmp_path)
    folder.settle()
    (tmp_path / "outbox").mkdir()
    (tmp_path / "mine").mkdir()

    folder.clear()

    assert ["mine"] == [entry.name for entry in tmp_path.iterdir()]


def test_clearing_what_is_no_demonstration_does_nothing(tmp_path: Path):
    """
    Starting over never touches a folder without the mark.
    """
    (tmp_path / DATABASE).write_text("real")

    DemoFolder(tmp_path).clear()

    assert (tmp_path / DATABASE).exists()


def test_the_clock_resumes_after_the_last_instant_shown(tmp_path: Path):
    """
    After a restart the clock is never before what it showed, even if it was killed in between.
    """
    start = datetime.fromisoformat(A_MARK.starts_at)
    assert start == clock_resumed(tmp_path, A_MARK)

    later = start + timedelta(hours=12)
    clock_keep(tmp_path, later)

    assert later + timedelta(seconds=2) == clock_resumed(tmp_path, A_MARK)


@pytest.mark.parametrize(("name", "text"), [(MARK, "{"), (CLOCK, "noon")])
def test_a_damaged_file_says_how_to_start_over(tmp_path: Path, name: str, text: str):
    """
    A mark or clock that can't be read is an error with a way out, not a traceback.
    """
    (tmp_path / name).write_text(text)

    with pytest.raises(InputError, match="--reset"):
        clock_resumed(tmp_path, mark_read(tmp_path) or A_MARK)

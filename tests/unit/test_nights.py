"""A night on disk is whole or absent, the same rows give the same bytes, and damage is named."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import forbear
from forbear.book.columns import SCHEMA, hot_row, table_of
from forbear.book.nights import (
    SHARDS,
    NightFolder,
    check_night,
    clear_night,
    complete_nights,
    has_shard,
    night_folder,
    read_night,
    read_shard,
    shard_of,
    write_manifest,
    write_shard,
)
from forbear.errors import InputError
from forbear.loans.fold import fold
from forbear.testing.builders import consumer_loan
from forbear.testing.ledger import ledger

DAY = date(2026, 3, 1)
LOANS = [f"loan_{number}" for number in range(30)]


def write(root: Path, *, manifest: bool = True) -> NightFolder:
    folder = night_folder(root, "acme", DAY)
    rows = [
        hot_row(fold(consumer_loan(), ledger("2026-01-05 disburse 12000.00", loan_id=name), as_of=DAY))
        for name in LOANS
    ]
    for shard in range(SHARDS):
        own = [row for row in rows if shard_of(row["loan_id"]) == shard]
        write_shard(folder, shard, table_of(own), {"loans": len(own)})
    if manifest:
        write_manifest(folder, "acme")
    return folder


def test_a_night_reads_back_whole(tmp_path: Path) -> None:
    """All loans come back in order, with the columns asked for."""
    folder = write(tmp_path)
    table = read_night(folder)
    assert table.column("loan_id").to_pylist() == sorted(LOANS)
    assert table.schema.equals(SCHEMA, check_metadata=True)
    assert read_night(folder, ["days_past_due"]).to_pylist()[0] == {"days_past_due": 24}
    check_night(folder)


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    """Nothing of the moment or the machine is in the files."""
    one, two = write(tmp_path / "one"), write(tmp_path / "two")
    names = sorted(path.name for path in one.path.iterdir())
    assert names == sorted(path.name for path in two.path.iterdir())
    assert len(names) == 2 * SHARDS + 1
    assert all((one.path / name).read_bytes() == (two.path / name).read_bytes() for name in names)


def test_a_night_without_its_manifest_is_not_complete(tmp_path: Path) -> None:
    """Only complete nights are listed; what was written of others is kept for the rerun."""
    folder = write(tmp_path, manifest=False)
    (tmp_path / "acme" / "notes-of-me").mkdir()
    assert has_shard(folder, 0)
    assert complete_nights(tmp_path, "acme") == []
    write_manifest(folder, "acme")
    assert [night.day for night in complete_nights(tmp_path, "acme")] == [DAY]
    clear_night(folder)
    assert not has_shard(folder, 0)
    assert complete_nights(tmp_path, "acme") == []


def test_damage_is_named(tmp_path: Path) -> None:
    """A flipped byte, a cut and a missing shard are each found, with the file's name."""
    folder = write(tmp_path)
    path = folder.shard_path(3)
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    with pytest.raises(InputError, match=r"shard-03\.parquet is damaged \(it is not the file"):
        check_night(folder)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"shard-03\.parquet is damaged"):
        read_night(folder)
    with pytest.raises(InputError, match=r"shard-03\.parquet is damaged"):
        check_night(folder)
    path.unlink()
    with pytest.raises(InputError, match=r"shard-03\.parquet is damaged"):
        read_shard(folder, 3)
    (folder.path / "manifest.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match=r"manifest\.json is damaged"):
        check_night(folder)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda table: table.replace_schema_metadata({}), "holds no columns of Forbear's book"),
        (
            lambda table: table.replace_schema_metadata({**SCHEMA.metadata, b"version": b"99"}),
            "columns of version 99",
        ),
        (lambda table: table.drop_columns(["flags"]), "does not have the columns of version"),
    ],
    ids=["stranger", "newer", "short"],
)
def test_another_layout_is_refused(tmp_path: Path, change, says: str) -> None:
    """A file of another version or of somebody else is not read as if it were ours."""
    folder = write(tmp_path)
    table: pa.Table = change(read_shard(folder, 0))
    pq.write_table(table, folder.shard_path(0))
    with pytest.raises(InputError, match=says):
        read_shard(folder, 0)


def test_a_stranger_reads_the_files(tmp_path: Path) -> None:
    """Plain Parquet: a dataset reader that knows nothing of Forbear sees the rows, typed."""
    folder = write(tmp_path)
    table = pq.read_table([str(path) for path in sorted(folder.path.glob("*.parquet"))])
    assert table.num_rows == len(LOANS)
    assert table.schema.field("principal").type == pa.int64()
    assert table.schema.field("oldest_due").type == pa.date32()


def test_every_column_is_documented() -> None:
    """docs/reference/columns.md names each column with its type, and no others."""
    page = Path(forbear.__file__).parents[2] / "docs" / "reference" / "columns.md"
    found = re.findall(r"^\| `(\w+)` \| (\w+) \|", page.read_text(encoding="utf-8"), re.MULTILINE)
    names = {pa.date32(): "date", pa.string(): "text"}
    assert found == [(field.name, names.get(field.type, str(field.type))) for field in SCHEMA]

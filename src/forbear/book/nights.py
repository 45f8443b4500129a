"""The nights of a book on disk: ``<root>/<lender>/<yyyy-mm-dd>/shard-*.parquet`` and a manifest.

A shard appears whole or not at all (written beside, flushed, renamed); the manifest, written
last, names every shard with its digest and makes the night complete. The same rows give the same
bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

import pyarrow as pa
import pyarrow.parquet as pq

from forbear.book.columns import SCHEMA, SCHEMA_NAME, SCHEMA_VERSION, check_schema
from forbear.errors import InputError, invariant

SHARDS = 8
"""Files a night. A loan is always in the same one, so a night's shard needs only the one before it."""

MANIFEST = "manifest.json"
TEXT_COLUMNS = ["state", "bucket", "currency", "day_count", "contract_rounding", "penalty_rounding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardFile:
    """One file of a night: its name, its rows, and the SHA-256 of its bytes."""

    file: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class NightFolder:
    """Where one night of one lender lies."""

    path: Path

    @property
    def day(self) -> date:
        """The business day of the night."""
        return date.fromisoformat(self.path.name)

    @property
    def is_complete(self) -> bool:
        """Whether the manifest stands, and so every shard."""
        return (self.path / MANIFEST).exists()

    def shard_path(self, shard: int) -> Path:
        """Return where a shard lies, counted from 0."""
        return self.path / f"shard-{shard:02d}.parquet"

    def counts_path(self, shard: int) -> Path:
        """Return where the counts of a shard lie."""
        return self.path / f"shard-{shard:02d}.json"


def night_folder(root: Path, lender_id: str, day: date) -> NightFolder:
    """Return the folder of a night; it need not exist."""
    return NightFolder(root / lender_id / day.isoformat())


def complete_nights(root: Path, lender_id: str) -> list[NightFolder]:
    """Return the nights of a lender that have a manifest, the oldest first."""
    found = []
    for path in sorted((root / lender_id).glob("????-??-??")):
        with suppress(ValueError):
            date.fromisoformat(path.name)
            found.append(NightFolder(path))
    return [night for night in found if night.is_complete]


def shard_of(loan_id: str) -> int:
    """Return the shard that a loan is in, from 0: CRC-32 of its id, modulo SHARDS."""
    return crc32(loan_id.encode()) % SHARDS


def write_shard(folder: NightFolder, shard: int, table: pa.Table, counts: Mapping[str, Any]) -> None:
    """Write one shard whole, replacing what is there; ``table`` has SCHEMA, in rising order of loan_id.

    ``counts``, what the night did in it, is written first: the table makes the shard committed.
    """
    invariant(table.schema.equals(SCHEMA, check_metadata=True), "a shard has the columns of the book")
    folder.path.mkdir(parents=True, exist_ok=True)
    content = pa.BufferOutputStream()
    pq.write_table(table, content, compression="zstd", use_dictionary=TEXT_COLUMNS, store_schema=True)
    _put(folder.counts_path(shard), _json(counts))
    _put(folder.shard_path(shard), content.getvalue())


def read_counts(folder: NightFolder, shard: int) -> dict[str, Any]:
    """Read what the night did in a committed shard."""
    counts: dict[str, Any] = json.loads(folder.counts_path(shard).read_text(encoding="utf-8"))
    return counts


def has_shard(folder: NightFolder, shard: int) -> bool:
    """Say whether a shard was written; it is whole if it is there."""
    return folder.shard_path(shard).exists()


def write_manifest(folder: NightFolder, lender_id: str) -> list[ShardFile]:
    """Write the manifest of a night whose shards all stand, and return what it lists."""
    shards = [_shard_file(folder.shard_path(shard)) for shard in range(SHARDS)]
    content = {
        "schema": SCHEMA_NAME,
        "version": SCHEMA_VERSION,
        "lender": lender_id,
        "day": folder.day.isoformat(),
        "rows": sum(item.rows for item in shards),
        "shards": [{"file": item.file, "rows": item.rows, "sha256": item.sha256} for item in shards],
    }
    _put(folder.path / MANIFEST, _json(content))
    handle = os.open(folder.path, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    return shards


def clear_night(folder: NightFolder) -> None:
    """Remove what a night has written, its manifest first, so that it can be closed anew."""
    for path in [folder.path / MANIFEST, *sorted(folder.path.glob("shard-*"))]:
        path.unlink(missing_ok=True)


def clear_leftovers(folder: NightFolder) -> None:
    """Remove files that a killed process was still writing."""
    for path in folder.path.glob(".*"):
        path.unlink()


def read_shard(folder: NightFolder, shard: int, columns: Sequence[str] | None = None) -> pa.Table:
    """Read one shard; raises InputError naming the file when it is missing, damaged or of another version."""
    path = folder.shard_path(shard)
    try:
        with path.open("rb") as file:
            source = pq.ParquetFile(file)
            check_schema(source.schema_arrow, str(path))
            return source.read(columns=None if columns is None else list(columns), use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path, error) from error


def read_night(folder: NightFolder, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a whole night in rising order of loan_id; raises InputError as ``read_shard`` does."""
    wanted = columns if columns is None else list(dict.fromkeys([*columns, "loan_id"]))
    tables = [read_shard(folder, shard, wanted) for shard in range(SHARDS)]
    table = pa.concat_tables(tables).sort_by("loan_id").combine_chunks()
    return table if columns is None else table.select(list(columns))


def check_night(folder: NightFolder) -> None:
    """Compare a night's files with its manifest; raises InputError naming the first that differs."""
    path = folder.path / MANIFEST
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["shards"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(path, error) from error
    for shard, wanted in enumerate(listed):
        found = _shard_file(folder.shard_path(shard))
        if wanted != {"file": found.file, "rows": found.rows, "sha256": found.sha256}:
            raise _damaged(folder.shard_path(shard), "it is not the file of its manifest")


def _shard_file(path: Path) -> ShardFile:
    try:
        content = path.read_bytes()
        rows = pq.ParquetFile(pa.BufferReader(content)).metadata.num_rows
    except (OSError, pa.ArrowException) as error:
        raise _damaged(path, error) from error
    return ShardFile(file=path.name, rows=rows, sha256=sha256(content).hexdigest())


def _damaged(path: Path, reason: object) -> InputError:
    text = " ".join(str(reason).split())[:120].rstrip(".")
    return InputError(
        f"{path} is damaged ({text}). Restore it, or move the folder {path.parent} away and close again.",
        field="shard",
    )


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _put(path: Path, content: bytes | pa.Buffer) -> None:
    """Let a file appear whole, or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)

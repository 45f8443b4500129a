"""Rows of a CSV or Parquet file as texts, one at a time, whatever the file holds.

A row that cannot be split into cells comes as a ``BrokenRow`` and the reading goes on; a file that
cannot be read at all raises InputError. Nothing is held but the row, or the batch, in hand.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from forbear.book.profile import FileSpec
from forbear.book.rejects import Reason
from forbear.errors import InputError

BATCH_ROWS = 20_000
CODECS = {"utf-8": "utf-8-sig", "gb18030": "gb18030"}
"""Python's codecs by the encodings that a profile can name; UTF-8 with or without a byte order mark."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row that the profile reads, by the file's column names."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that could not be split into cells."""

    line: int
    explanation: str
    text: str = ""
    reason: Reason = Reason.BROKEN_ROW


def read_rows(path: Path, spec: FileSpec) -> Iterator[Row | BrokenRow]:
    """Yield the rows of a CSV file, or of a Parquet file (by its first bytes).

    Raises InputError for a file that is not there, has no header, or lacks a column of the profile.
    """
    if not path.is_file():
        raise InputError(f"There is no file {path}; check the path.", field="path")
    with path.open("rb") as file:
        is_parquet = file.read(4) == b"PAR1"
    if is_parquet:
        yield from _read_parquet(path, spec)
        return
    with path.open(encoding=CODECS[spec.encoding], errors="surrogateescape", newline="") as text:
        yield from _read_csv(text, path.name, spec)


def _read_csv(text: IO[str], name: str, spec: FileSpec) -> Iterator[Row | BrokenRow]:
    reader = csv.reader(text, delimiter=spec.delimiter, strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
    except csv.Error as error:
        raise InputError(f"{name}: the first line is not a header ({error}).", field="path") from error
    index = _column_index(header, name, spec)
    width = len(header)
    line = reader.line_num
    while True:
        start = line + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            line = reader.line_num
            yield BrokenRow(start, f"Lines {start} to {line} are not CSV: {error}.")
            continue
        line = reader.line_num
        if cells is None:
            return
        if not any(cells):
            continue
        if len(cells) != width:
            shown = spec.delimiter.join(cells)[:200]
            yield BrokenRow(start, f"There are {len(cells)} cells where the header has {width}.", shown)
            continue
        yield Row(start, {column: cells[place] for column, place in index.items()})


def _column_index(header: list[str], name: str, spec: FileSpec) -> dict[str, int]:
    twice = {column for column in header if header.count(column) > 1 and column in spec.sources}
    missing = [column for column in spec.sources if column not in header]
    if missing or twice:
        wrong = f"has no column {missing[0]!r}" if missing else f"has the column {min(twice)!r} twice"
        there = ", ".join(header)[:200]
        if there != there.encode("utf-8", "replace").decode("utf-8"):
            raise InputError(
                f"The header of {name} is not {spec.encoding}; set encoding in the profile, "
                "for example to gb18030, or save the file as UTF-8.",
                field="encoding",
            )
        raise InputError(
            f"{name} {wrong}; its columns are: {there}. Correct the profile, or give the right file.",
            field="columns",
        )
    return {column: header.index(column) for column in spec.sources}


def _read_parquet(path: Path, spec: FileSpec) -> Iterator[Row | BrokenRow]:
    sources = list(spec.sources)
    try:
        file = pq.ParquetFile(path)
        _column_index(list(file.schema_arrow.names), path.name, spec)
        line = 0
        for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=sources):
            columns = [_texts(batch.column(source)) for source in sources]
            for values in zip(*columns, strict=True):
                line += 1
                yield Row(line, dict(zip(sources, values, strict=True)))
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        reason = " ".join(str(error).split())[:120].rstrip(".")
        raise InputError(
            f"{path.name} can't be read as Parquet: {reason}. Write it again.", field="path"
        ) from error


def _texts(column: pa.Array) -> list[str]:
    """Return a column as the texts that a CSV file would hold."""
    return [_as_text(value) for value in column.to_pylist()]


def _as_text(value: Any) -> str:
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return "" if value != value else repr(value).removesuffix(".0")
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case bytes():
            return value.decode("utf-8", "surrogateescape")
        case _:
            return str(value)

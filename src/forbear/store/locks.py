"""Locks across processes, held by the database and let go by it when their holder dies.

PostgreSQL: an advisory lock of the session. SQLite: an exclusive transaction on a small database
file beside the big one, so that the lock keeps nobody from reading or writing the book.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

from django.db import connection

from forbear.errors import RefusedError


@contextmanager
def only_one(name: str, *, folder: Path, busy: str) -> Iterator[None]:
    """Hold the lock ``name`` for the block; raises RefusedError saying ``busy`` when somebody has it.

    ``folder`` takes the lock files of SQLite and is made if it is not there.
    """
    holding = _advisory(name, busy) if connection.vendor == "postgresql" else _file(name, folder, busy)
    with holding:
        yield


@contextmanager
def _advisory(name: str, busy: str) -> Iterator[None]:
    key = int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [key])
        if not cursor.fetchone()[0]:
            raise RefusedError(busy)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [key])


@contextmanager
def _file(name: str, folder: Path, busy: str) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{sha256(name.encode()).hexdigest()[:16]}.lock"
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as held:
        try:
            held.execute("begin exclusive")
        except sqlite3.OperationalError as error:
            raise RefusedError(busy) from error
        yield

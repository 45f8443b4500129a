"""Locks across processes, held by the database and let go by it when their holder dies.

PostgreSQL: an advisory lock of the session; the server needs a moment to see that a holder was killed,
so a lock that is taken is waited for that long. SQLite: an exclusive transaction on a small database
file beside the big one, so that the lock keeps nobody from reading or writing the book.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

from django.db import OperationalError, connection, transaction

from forbear.errors import RefusedError

PATIENCE = "2s"
"""How long PostgreSQL may take to let go of the lock of a process that died."""


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
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select set_config('lock_timeout', %s, true)", [PATIENCE])
            cursor.execute("select pg_advisory_lock(%s)", [key])
    except OperationalError as error:
        raise RefusedError(busy) from error
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

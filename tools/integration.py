#!/usr/bin/env python3
"""Run the integration tests on SQLite and, beside that, on a real PostgreSQL.

    python tools/integration.py

Either run waits now and then, for its disk or its last long test; side by side they keep the cores
busy. What the run on PostgreSQL said is printed when both are through.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

WITH_POSTGRES = Path(__file__).with_name("with_postgres.py")
PYTEST = (sys.executable, "-m", "pytest", "-m", "not browser", "-n", "2", "--dist", "worksteal", "-q")


def main() -> int:
    """Run both; return the exit status of the first that failed, or 0."""
    with tempfile.TemporaryFile() as said:
        beside = subprocess.Popen(
            [sys.executable, WITH_POSTGRES, *PYTEST, "-p", "no:cacheprovider", "tests/integration"],
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            print("Integration on SQLite", flush=True)
            status = subprocess.run([*PYTEST, "tests/integration", "tests/web"], check=False).returncode
        finally:
            beside_status = beside.wait()
        print("Integration on PostgreSQL", flush=True)
        said.seek(0)
        sys.stdout.buffer.write(said.read())
    return status or beside_status


if __name__ == "__main__":
    sys.exit(main())

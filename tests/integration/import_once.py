"""Import one tape and print how many events are new: the process that a test kills at a named point."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import django


def main(folder: str) -> None:
    """Import the tape in a folder for the lender ``mine``."""
    django.setup()
    from forbear.services.tape import tape_import

    summary = tape_import(
        actor="system:tests",
        lender_id="mine",
        now=datetime.fromisoformat("2026-11-24T02:00:00+00:00"),
        loans_path=Path(folder) / "loans.csv",
        payments_path=Path(folder) / "payments.csv",
        profile="forbear",
    )
    sys.stdout.write(str(summary.events_new))


if __name__ == "__main__":
    main(*sys.argv[1:])

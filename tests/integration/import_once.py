"""Import one tape: done here, and by the process that a test kills at a named point."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import django


def imported(folder: Path) -> int:
    """Import the tape in a folder for the lender ``mine``; return how many events are new."""
    from forbear.services.tape import tape_import

    summary = tape_import(
        actor="system:tests",
        lender_id="mine",
        now=datetime.fromisoformat("2026-11-24T02:00:00+00:00"),
        loans_path=folder / "loans.csv",
        payments_path=folder / "payments.csv",
        profile="forbear",
    )
    return summary.events_new


if __name__ == "__main__":
    django.setup()
    imported(Path(sys.argv[1]))

"""Close one business day and print its summary: the process that a test kills at a named point."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime

import django


def main(lender_id: str, day: str) -> None:
    """Close ``day`` of a lender, at ten in the morning after it."""
    django.setup()
    from forbear.services.night import night_run

    summary = night_run(
        actor="system:tests",
        lender_id=lender_id,
        now=datetime.fromisoformat("2026-11-24T02:00:00+00:00"),
        day=date.fromisoformat(day),
    )
    sys.stdout.write(json.dumps(summary.to_body() | {"replayed": summary.replayed}))


if __name__ == "__main__":
    main(*sys.argv[1:])

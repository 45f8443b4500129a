"""What the tests of evidence share: a table changed behind Forbear's back, and what the check names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from forbear.services.evidence import evidence_verify
from forbear.store import triggers

NOW = datetime(2026, 11, 24, 2, 50, tzinfo=UTC)


def corrupt(statement: str, parameters: Sequence[Any] = ()) -> None:
    """Change a table as somebody would who owns the database: the triggers taken away, and put back."""
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        assert cursor.rowcount >= 1
    triggers.install(connection)


def first_bad(lender_id: str, *, now: datetime = NOW, since: str | None = None) -> str:
    """Return what the check names, ten minutes before an hour has passed; an empty text where all holds."""
    report = evidence_verify(now=now, lender_id=lender_id, since=since)
    assert report.ok is (report.first_bad == "")
    return report.first_bad

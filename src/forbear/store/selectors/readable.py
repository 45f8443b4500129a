"""Reading rows whose bytes somebody may have broken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import OperationalError
from django.db.models import QuerySet

Row = dict[str, Any] | None
"""The columns of a row by name; None where it does not parse."""

UNREADABLE = (ValueError, TypeError, OperationalError)
"""What reading a row raises whose bytes are no value of its column; SQLite keeps any, also no UTF-8."""


def readable(rows: QuerySet) -> Iterator[tuple[Any, Row]]:
    """Read columns by key; None for a row that does not parse (SQLite keeps any text)."""
    try:
        found = list(rows)
    except UNREADABLE:
        for pk in list(rows.values_list("pk", flat=True)):
            yield pk, row_again(rows, pk)
    else:
        yield from ((row["pk"], row) for row in found)


def row_again(rows: QuerySet, pk: Any) -> Row:
    """Read one row of a query again; None where it does not parse."""
    try:
        return rows.model.objects.values(*rows.query.values_select).get(pk=pk)
    except UNREADABLE:
        return None

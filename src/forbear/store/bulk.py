"""Many rows at once, where the ORM would take a statement for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection

from forbear.store.models import PositionRow


class Moved(NamedTuple):
    """What moved by itself of one stored position, which rests on the events up to ``last_seq``."""

    bucket: str
    days_past_due: int
    overdue: int
    loan_id: str
    last_seq: int


def positions_age(rows: Sequence[Moved], *, day: date) -> None:
    """Update what moves by itself to the end of ``day``.

    A row that has meanwhile been folded from a later event, or to a later day, is left as it is.
    """
    if not rows:
        return
    table = connection.ops.quote_name(PositionRow._meta.db_table)
    statement = (
        f"update {table} set bucket = %s, days_past_due = %s, overdue = %s"  # noqa: S608  # own name
        " where loan_id = %s and last_seq = %s and as_of <= %s"
    )
    until = connection.ops.adapt_datefield_value(day)
    with connection.cursor() as cursor:
        cursor.executemany(statement, [(*row, until) for row in rows])

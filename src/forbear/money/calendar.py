"""Months and days."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def add_months(anchor: date, months: int, *, day_of_month: int | None = None) -> date:
    """Return the same day ``months`` later, or that month's last day where it has no such day.

    Always counted from the anchor, so 31 January gives 28 February and then 31 March.
    ``day_of_month`` is the day to keep to where the anchor itself was cut short.
    """
    year, month0 = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    day = anchor.day if day_of_month is None else day_of_month
    return date(year, month0 + 1, day if day <= 28 else min(day, monthrange(year, month0 + 1)[1]))


def month_end(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return day.replace(day=monthrange(day.year, day.month)[1])

"""Months and days."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def add_months(anchor: date, months: int) -> date:
    """Return the same day ``months`` later, or that month's last day where it has no such day.

    Always counted from the anchor, so 31 January gives 28 February and then 31 March.
    """
    year, month0 = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return date(year, month0 + 1, min(anchor.day, monthrange(year, month0 + 1)[1]))


def month_end(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return day.replace(day=monthrange(day.year, day.month)[1])

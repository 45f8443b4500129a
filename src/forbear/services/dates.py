"""From an instant to a lender's business date."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from forbear.store.models import Lender


def business_date(lender: Lender, now: datetime) -> date:
    """Return the lender's business date at ``now``: its local date, or from its cut-off on the next one.

    A cut-off of 00:00 means that the day ends at local midnight.
    """
    local = now.astimezone(ZoneInfo(lender.zone))
    late = lender.cutoff != time(0) and local.time() >= lender.cutoff
    return local.date() + timedelta(days=1) if late else local.date()

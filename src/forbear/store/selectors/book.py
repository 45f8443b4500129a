"""The book by bucket, from the stored positions."""

from __future__ import annotations

from django.db.models import Count, QuerySet, Sum

from forbear.store.models import PositionRow
from forbear.store.querysets import Viewer


def book_by_bucket(user: Viewer) -> dict[str, tuple[int, int, int]]:
    """Return loans, principal and overdue amount (minor units) of each bucket, and of each end state."""
    groups = PositionRow.objects.visible_to(user).order_by().values_list("bucket")
    sums = groups.annotate(Count("pk"), Sum("principal"), Sum("overdue"))
    return {code: (loans, principal or 0, overdue or 0) for code, loans, principal, overdue in sums}


def loans_in(user: Viewer, bucket: str) -> QuerySet[PositionRow]:
    """Return the loans of one bucket, those longest overdue first."""
    rows = PositionRow.objects.visible_to(user).filter(bucket=bucket).select_related("loan")
    return rows.order_by("-days_past_due", "-overdue", "pk")

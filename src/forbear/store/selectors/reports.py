"""What another system last said of the loans whose books it keeps."""

from __future__ import annotations

from collections.abc import Iterable

from forbear.store.models import Snapshot


def latest_reports(loan_ids: Iterable[str]) -> dict[str, Snapshot]:
    """Return the latest report of each loan that has one, in one query."""
    rows = Snapshot.objects.filter(loan_id__in=list(loan_ids)).order_by("as_of")
    return {row.loan_id: row for row in rows}

"""The open cases of a lender, as one digest."""

from __future__ import annotations

import hashlib

from forbear.loans.codec import canonical
from forbear.store.models import Case

COLUMNS = ("id", "lender_id", "loan_id", "opened_on", "plan")


def open_cases_digest(lender_id: str) -> str:
    """Return the digest (hexadecimal SHA-256) of a lender's open cases with their plans, by id."""
    digest = hashlib.sha256()
    cases = Case.objects.filter(lender_id=lender_id, closed_on=None).order_by("pk").values(*COLUMNS)
    for row in cases.iterator(chunk_size=500):
        digest.update(canonical(row | {"opened_on": row["opened_on"].isoformat()}) + b"\n")
    return digest.hexdigest()

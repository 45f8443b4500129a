"""The lender that a request is about."""

from __future__ import annotations

from forbear.store.models import Lender


def lender_of(lender_id: str) -> Lender:
    """Return a lender by its id; raises NotVisibleError."""
    return Lender.objects.one(lender_id)

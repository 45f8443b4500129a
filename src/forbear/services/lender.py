"""The lender that a request is about."""

from __future__ import annotations

from forbear.errors import NotVisibleError
from forbear.store.models import Lender


def lender_of(lender_id: str) -> Lender:
    """Return a lender by its id; raises NotVisibleError."""
    lender = Lender.objects.filter(pk=lender_id).first()
    if lender is None:
        raise NotVisibleError(f"There is no lender {lender_id}.")
    return lender

"""The lender that a request is about."""

from __future__ import annotations

from django.db import transaction

from forbear.services.leaves import leaf_add
from forbear.store.models import Lender


def lender_of(lender_id: str) -> Lender:
    """Return a lender by its id; raises NotVisibleError."""
    return Lender.objects.one(lender_id)


def lender_add(lender: Lender) -> Lender:
    """Store a new lender with the leaf that vouches for it, recorded when it was made; it comes back."""
    with transaction.atomic():
        lender.save(force_insert=True)
        leaf_add("lender", lender, party_id=None, now=lender.created_at)
    return lender

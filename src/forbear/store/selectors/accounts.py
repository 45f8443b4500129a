"""Accounts of a lender's staff."""

from __future__ import annotations

from collections.abc import Collection

from forbear.store.models import User


def staff_names(lender_id: str, usernames: Collection[str]) -> dict[str, str]:
    """Return what these members of a lender's staff are called, by user name; others are left out."""
    staff = User.objects.filter(lender_id=lender_id, username__in=usernames, party=None)
    return {user.username: user.get_full_name() or user.username for user in staff}

"""How a person stands to a loan."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from forbear.store.models import LoanRole, Party
from forbear.store.querysets import LIABLE_ROLES

RELATIONS = tuple(LoanRole.Role.values)
"""Roles, the closest to the debt first: who has several is seen in the first."""


def is_liable(party_id: str, loan_id: str) -> bool:
    """Tell whether a person stands behind a loan, and so may see it and hear of it."""
    return LoanRole.objects.filter(loan_id=loan_id, party_id=party_id, role__in=LIABLE_ROLES).exists()


def closest(roles: Collection[str]) -> str:
    """Return the role that counts of those that a person has; ``unrelated`` where there is none."""
    return next((relation for relation in RELATIONS if relation in roles), "unrelated")


def first_borrowers(loan_ids: Iterable[str]) -> dict[str, Party]:
    """Return the first borrower of each loan, in one query: whom its evidence is about."""
    roles = LoanRole.objects.filter(loan_id__in=list(loan_ids), role=LoanRole.Role.BORROWER)
    return {role.loan_id: role.party for role in roles.select_related("party").order_by("-pk")}

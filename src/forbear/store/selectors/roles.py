"""How a person stands to a loan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Q

from forbear.store.models import Loan, LoanRole, Party
from forbear.store.querysets import LIABLE_ROLES, Viewer

RELATIONS = tuple(LoanRole.Role.values)
"""Roles, the closest to the debt first: who has several is seen in the first."""


def is_liable(party_id: str, loan_id: str) -> bool:
    """Tell whether a person stands behind a loan, and so may see it and hear of it."""
    return LoanRole.objects.filter(loan_id=loan_id, party_id=party_id, role__in=LIABLE_ROLES).exists()


def closest(roles: Collection[str]) -> str:
    """Return the role that counts of those that a person has; ``unrelated`` where there is none."""
    return next((relation for relation in RELATIONS if relation in roles), "unrelated")


def party_on(loan: Loan, party_id: str) -> Party:
    """Return a person of this loan, in whatever role; raises NotVisibleError for anybody else."""
    return Party.objects.filter(roles__loan=loan).distinct().one(party_id)


def roles_of(party_id: str, loans: Sequence[Loan]) -> dict[str, str]:
    """Return the role that counts of those that a person has on each of these loans."""
    held: dict[str, set[str]] = {}
    rows = LoanRole.objects.filter(loan__in=loans, party_id=party_id)
    for loan_id, role in rows.values_list("loan_id", "role"):
        held.setdefault(loan_id, set()).add(role)
    return {loan_id: closest(roles) for loan_id, roles in held.items()}


def people_found(user: Viewer, text: str, *, most: int) -> list[LoanRole]:
    """Return the first roles whose person's name holds this text, or whose loan's number starts with it."""
    matches = Q(party__name__icontains=text) | Q(loan__reference__istartswith=text)
    roles = LoanRole.objects.visible_to(user).filter(matches).select_related("loan", "party")
    return list(roles.order_by("party__name", "loan__reference")[:most])


def first_borrowers(loan_ids: Iterable[str]) -> dict[str, Party]:
    """Return the first borrower of each loan, in one query: whom its evidence is about."""
    roles = LoanRole.objects.filter(loan_id__in=list(loan_ids), role=LoanRole.Role.BORROWER)
    return {role.loan_id: role.party for role in roles.select_related("party").order_by("-pk")}

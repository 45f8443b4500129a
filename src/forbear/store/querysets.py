"""Who sees which rows: one rule for every lender's table."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol, Self

from django.apps import apps
from django.contrib.auth.models import UserManager
from django.db import models

from forbear.errors import NotVisibleError

LIABLE_ROLES = ("borrower", "co_borrower", "guarantor", "spouse", "representative", "estate")
"""The roles that open a loan to a person. A contact person stands beside the debt and sees nothing."""


_SPOKEN = {"party": "person", "user": "account", "ledger event": "entry"}
"""What a row is called in a sentence, where that is not the name of its model."""


class Scope(StrEnum):
    """What a borrower sees of a table; staff see all rows of their own lender, whatever it is."""

    STAFF = "staff"
    EVERYBODY = "everybody"
    OWN_PARTY = "own_party"
    OWN_LOANS = "own_loans"


class Viewer(Protocol):
    """An account that looks at rows; an anonymous one has neither role, lender nor party."""

    is_authenticated: bool
    is_active: bool
    role: str
    lender_id: str | None
    party_id: str | None


class ScopedQuerySet(models.QuerySet):
    """Rows that know who may see them.

    The model says how: ``SCOPE``, and where the columns have other names ``LENDER_COLUMN`` (None:
    the table is the same for all lenders), ``PARTY_COLUMN`` and ``LOAN_COLUMN``.
    """

    def visible_to(self, user: Viewer) -> Self:
        """Keep the rows that this account may see: none for anonymous, disabled and lenderless ones."""
        if not user.is_authenticated or not user.is_active or user.lender_id is None:
            return self.none()
        lender_column = getattr(self.model, "LENDER_COLUMN", "lender_id")
        rows = self if lender_column is None else self.filter(**{lender_column: user.lender_id})
        if user.role != "borrower":
            return rows
        match self.model.SCOPE:
            case Scope.EVERYBODY:
                return rows
            case Scope.OWN_PARTY:
                return rows.filter(**{getattr(self.model, "PARTY_COLUMN", "party_id"): user.party_id})
            case Scope.OWN_LOANS:
                column = getattr(self.model, "LOAN_COLUMN", "loan_id")
                return rows.filter(**{f"{column}__in": _loans_of(user)})
            case _:
                return rows.none()

    def one(self, pk: object) -> Any:
        """Return the row of this id among these.

        Raises NotVisibleError where it is not: absent, or another's, which of the two is not said.
        """
        try:
            return self.get(pk=pk)
        except self.model.DoesNotExist as error:
            name = str(self.model._meta.verbose_name)
            raise NotVisibleError(f"There is no {_SPOKEN.get(name, name)} {str(pk)[:40]} here.") from error


class PointQuerySet(ScopedQuerySet):
    """Contact points, by the days on which they are valid."""

    def valid_on(self, day: date) -> Self:
        """Keep the points that are the person's on this day; the last day is ``valid_until``, without it."""
        open_end = models.Q(valid_until=None) | models.Q(valid_until__gt=day)
        return self.filter(open_end, valid_from__lte=day)


class InForceQuerySet(ScopedQuerySet):
    """Rows that hold for a time; the model names the columns of both ends in ``IN_FORCE``."""

    def in_force(self, now: datetime) -> Self:
        """Keep what holds at ``now``: from its first instant on, until its last, without that."""
        since, until = self.model.IN_FORCE
        open_end = models.Q(**{until: None}) | models.Q(**{f"{until}__gt": now})
        return self.filter(open_end, **{f"{since}__lte": now})


InForceManager = models.Manager.from_queryset(InForceQuerySet, "InForceManager")
"""The default manager of what holds for a time."""

PointManager = models.Manager.from_queryset(PointQuerySet, "PointManager")
"""The default manager of contact points."""

ScopedManager = models.Manager.from_queryset(ScopedQuerySet, "ScopedManager")
"""The default manager of a lender's table."""

ScopedUserManager = UserManager.from_queryset(ScopedQuerySet, "ScopedUserManager")
"""The manager of accounts: Django's, and who may see them."""

ScopedUserManager.use_in_migrations = False


def _loans_of(user: Viewer) -> models.QuerySet:
    roles = apps.get_model("store", "LoanRole").objects
    return roles.filter(lender_id=user.lender_id, party_id=user.party_id, role__in=LIABLE_ROLES).values(
        "loan_id"
    )

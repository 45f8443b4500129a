"""Who may come in: accounts, sign-in codes, API tokens."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from forbear.store.models.ids import IdField
from forbear.store.querysets import Scope, ScopedManager, ScopedUserManager


class Role(StrEnum):
    """What an account is for; permissions follow from it (see ``services.policy``)."""

    AGENT = "agent"
    MANAGER = "manager"
    COMPLIANCE = "compliance"
    BORROWER = "borrower"
    ADMINISTRATOR = "administrator"


ROLE_NAMES = {
    Role.AGENT: "Agent",
    Role.MANAGER: "Manager",
    Role.COMPLIANCE: "Compliance officer",
    Role.BORROWER: "Borrower",
    Role.ADMINISTRATOR: "Administrator",
}
"""What a role is called where no page translates it."""

COLLECTORS = (Role.AGENT.value, Role.MANAGER.value)
"""The roles that collect: they take no consent to quiet hours and widen no hours of a person, and what they
note themselves is no request of the person's."""

STAFF = tuple(role for role in Role if role is not Role.BORROWER)
"""The roles of those who work for a lender."""


class User(AbstractUser):
    """An account of one lender's staff, or of one borrower (then ``party`` is set).

    ``one_time_until`` is set while the password is one that an administrator gave: it ends then, and
    until it is changed it opens nothing but the page that changes it.
    """

    SCOPE: ClassVar[Scope] = Scope.OWN_PARTY
    objects = ScopedUserManager()

    lender = models.ForeignKey("store.Lender", null=True, blank=True, on_delete=models.PROTECT)
    role = models.CharField(max_length=20, choices=ROLE_NAMES)
    party = models.OneToOneField("store.Party", null=True, blank=True, on_delete=models.PROTECT)
    language = models.CharField(max_length=10, blank=True)
    keys_enabled = models.BooleanField(default=True)
    one_time_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="borrower_has_party",
                condition=models.Q(role=Role.BORROWER, party__isnull=False)
                | (~models.Q(role=Role.BORROWER) & models.Q(party__isnull=True)),
            ),
        ]


class SigninCode(models.Model):
    """A one-time code sent to a number; it opens nothing until a second fact has matched.

    ``party`` is who came in with it, at ``used_at``: somebody who can be reached.
    """

    SCOPE: ClassVar[Scope] = Scope.STAFF
    objects = ScopedManager()

    id = IdField(primary_key=True)
    lender = models.ForeignKey("store.Lender", on_delete=models.CASCADE)
    phone_digest = models.CharField(max_length=64, db_index=True)
    code_digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField()
    used_at = models.DateTimeField(null=True)
    party = models.ForeignKey("store.Party", null=True, on_delete=models.CASCADE)


class ApiToken(models.Model):
    """A bearer token of an account, kept as a digest."""

    SCOPE: ClassVar[Scope] = Scope.STAFF
    objects = ScopedManager()

    id = IdField(primary_key=True)
    lender = models.ForeignKey("store.Lender", on_delete=models.CASCADE)
    user = models.ForeignKey("store.User", on_delete=models.CASCADE)
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

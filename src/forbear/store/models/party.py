"""People: who they are, where they can be reached, what they asked for. A person is not a loan."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from forbear.store.models.ids import IdField
from forbear.store.querysets import InForceManager, PointManager, Scope, ScopedManager


class Party(models.Model):
    """A person, known to one lender."""

    SCOPE: ClassVar[Scope] = Scope.OWN_PARTY
    PARTY_COLUMN: ClassVar[str] = "id"
    objects = ScopedManager()

    id = IdField(primary_key=True)
    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    name = models.CharField(max_length=120)
    born_on = models.DateField(null=True)
    identity_tail = models.CharField(max_length=8, blank=True)
    language = models.CharField(max_length=10)

    def __str__(self) -> str:
        return self.name


class PartyState(models.Model):
    """A state of a person that changes what may be done: from ``since`` until ``until``.

    ``source`` is where it is known from; ``noted_by`` and ``ended_by`` are the actors.
    """

    SCOPE: ClassVar[Scope] = Scope.OWN_PARTY
    IN_FORCE: ClassVar[tuple[str, str]] = ("since", "until")
    objects = InForceManager()

    class State(models.TextChoices):
        """The states that change what may be done."""

        DEAD = "dead"
        INCAPABLE = "incapable"
        MINOR = "minor"
        BANKRUPT = "bankrupt"
        REPRESENTED = "represented"
        IDENTITY_STOLEN = "identity_stolen"

    id = IdField(primary_key=True)
    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="states")
    state = models.CharField(max_length=20, choices=State)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    source = models.CharField(max_length=200)
    noted_by = models.CharField(max_length=80, blank=True)
    ended_by = models.CharField(max_length=80, blank=True)
    ended_because = models.CharField(max_length=200, blank=True)


class ContactPoint(models.Model):
    """A phone number, address or mailbox, with its source, its validity and its zone.

    A person has each number once, in one spelling: what is counted by number stays with it when it ends
    and comes again. ``ended_by`` is the actor who noted that it is no longer the person's.
    """

    SCOPE: ClassVar[Scope] = Scope.OWN_PARTY
    objects = PointManager()

    class Medium(models.TextChoices):
        """What kind of point it is."""

        PHONE = "phone"
        EMAIL = "email"
        ADDRESS = "address"

    id = IdField(primary_key=True)
    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="contact_points")
    medium = models.CharField(max_length=10, choices=Medium)
    value = models.CharField(max_length=200)
    zone = models.CharField(max_length=40)
    source = models.CharField(max_length=80)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    confirmed_on = models.DateField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)
    ended_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "medium", "value"], name="point_once")]
        indexes = [models.Index(fields=["lender", "medium", "value"])]


class Preference(models.Model):
    """What a person asked for; it binds from ``since`` on, and ``ended_at`` is when it was taken back.

    ``ended_by`` is the actor who ended it, by another wish or by itself, ``ended_because`` why.

    STOP: no contact about this debt on ``channel`` (empty: any). HOURS: only between ``hour_from``
    and ``hour_until``, local time. NIGHT_CONSENT: separate, specific, dated, revocable.
    """

    SCOPE: ClassVar[Scope] = Scope.OWN_PARTY
    IN_FORCE: ClassVar[tuple[str, str]] = ("since", "ended_at")
    objects = InForceManager()

    class Kind(models.TextChoices):
        """The kinds of wishes."""

        STOP = "stop"
        HOURS = "hours"
        NIGHT_CONSENT = "night_consent"

    id = IdField(primary_key=True)
    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="preferences")
    kind = models.CharField(max_length=20, choices=Kind)
    channel = models.CharField(max_length=10, blank=True)
    hour_from = models.TimeField(null=True)
    hour_until = models.TimeField(null=True)
    source = models.CharField(max_length=80)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)
    ended_because = models.CharField(max_length=1000, blank=True)

    class Meta:
        indexes = [models.Index(fields=["party", "kind"])]

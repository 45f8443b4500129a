"""The work on overdue loans: cases, holds, promises, and what the night proposes."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from forbear.store.models.ids import IdField
from forbear.store.querysets import InForceManager, Scope, ScopedManager


class Case(models.Model):
    """An overdue loan being worked, from the night it fell overdue to the night it was cured.

    ``plan`` is what the latest night decided: ``action``, ``code`` (the row of the treatment table, or
    why the loan is not on the list), ``because`` in every language, ``next_on`` and ``visit_grounds``.
    """

    SCOPE: ClassVar[Scope] = Scope.STAFF
    objects = ScopedManager()

    id = IdField(primary_key=True)
    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    loan = models.ForeignKey("store.Loan", on_delete=models.PROTECT, related_name="cases")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    plan = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["loan"], condition=models.Q(closed_on__isnull=True), name="one_open_case_per_loan"
            )
        ]


class Hold(models.Model):
    """Something that stops collection of a loan while it is looked into."""

    SCOPE: ClassVar[Scope] = Scope.OWN_PARTY
    IN_FORCE: ClassVar[tuple[str, str]] = ("opened_at", "closed_at")
    objects = InForceManager()

    class Kind(models.TextChoices):
        """Why."""

        DISPUTE = "dispute"
        COMPLAINT = "complaint"
        HARDSHIP = "hardship"

    id = IdField(primary_key=True)
    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    loan = models.ForeignKey("store.Loan", on_delete=models.PROTECT, related_name="holds")
    party = models.ForeignKey("store.Party", on_delete=models.PROTECT)
    kind = models.CharField(max_length=12, choices=Kind)
    words = models.CharField(max_length=2000)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)
    closed_because = models.CharField(max_length=1000, blank=True)

    def is_in_force(self, now: datetime) -> bool:
        """Say whether the hold stops collection at ``now``."""
        return self.opened_at <= now and (self.closed_at is None or self.closed_at > now)


class Promise(models.Model):
    """A promise to pay: who, how much, by when."""

    SCOPE: ClassVar[Scope] = Scope.OWN_PARTY
    objects = ScopedManager()

    class State(models.TextChoices):
        """The night settles it."""

        OPEN = "open"
        KEPT = "kept"
        BROKEN = "broken"

    id = IdField(primary_key=True)
    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    loan = models.ForeignKey("store.Loan", on_delete=models.PROTECT, related_name="promises")
    party = models.ForeignKey("store.Party", on_delete=models.PROTECT)
    contact = models.ForeignKey("store.Contact", on_delete=models.PROTECT)
    amount = models.BigIntegerField()
    due_on = models.DateField()
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)


class NightRun(models.Model):
    """One close of one lender's business day; ``cases`` is the digest of the open cases that it left."""

    SCOPE: ClassVar[Scope] = Scope.STAFF
    objects = ScopedManager()

    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT, related_name="nights")
    day = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    cases = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lender", "day"], name="night_once")]


class WorkItem(models.Model):
    """A candidate of the night: what to do next for a loan, and whether it may be done now.

    ``ground`` is the row of the treatment table that chose it, ``because`` says it in every language,
    ``template`` is the wording of the message, or of the opening of the call.
    """

    SCOPE: ClassVar[Scope] = Scope.STAFF
    objects = ScopedManager()

    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    day = models.DateField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    loan = models.ForeignKey("store.Loan", on_delete=models.PROTECT, related_name="work")
    party = models.ForeignKey("store.Party", on_delete=models.PROTECT)
    rank = models.PositiveIntegerField()
    action = models.CharField(max_length=30)
    channel = models.CharField(max_length=10)
    ground = models.CharField(max_length=60)
    because = models.JSONField(default=dict)
    template = models.CharField(max_length=40, blank=True)
    score = models.IntegerField()
    score_reasons = models.JSONField()
    propensity_ppm = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10)
    next_moment = models.DateTimeField(null=True)
    verdict = models.JSONField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lender", "day", "loan", "party"], name="work_once")]
        indexes = [models.Index(fields=["lender", "day", "rank"])]

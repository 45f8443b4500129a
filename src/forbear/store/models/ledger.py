"""The append-only ledger, and what is projected from it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from forbear.store.models.ids import IdField
from forbear.store.querysets import Scope, ScopedManager


class LedgerEvent(models.Model):
    """One loan event, as ``loans.events.LoanEvent`` has it. The database refuses to change it.

    ``digest`` chains it to the event before: it names the whole ledger of the loan up to here.
    """

    SCOPE: ClassVar[Scope] = Scope.OWN_LOANS
    objects = ScopedManager()

    event_id = IdField(primary_key=True)
    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    loan = models.ForeignKey("store.Loan", on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    value_date = models.DateField()
    booked_on = models.DateField()
    recorded_at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    payload_version = models.PositiveSmallIntegerField()
    targets = models.JSONField(default=list)
    body = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["loan", "seq"], name="ledger_seq_once"),
            models.CheckConstraint(name="ledger_seq_from_1", condition=models.Q(seq__gte=1)),
        ]
        indexes = [
            models.Index(fields=["lender", "recorded_at"]),
            models.Index(fields=["lender", "value_date"]),
        ]


class Reply(models.Model):
    """The answer once given to (lender, actor, key): the same request gets it again."""

    SCOPE: ClassVar[Scope] = Scope.STAFF
    objects = ScopedManager()

    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    actor = models.CharField(max_length=80)
    key = models.CharField(max_length=120)
    body_digest = models.CharField(max_length=64)
    reply = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lender", "actor", "key"], name="reply_key_once")]


class PositionRow(models.Model):
    """The latest position of a loan: a projection, rebuilt from the ledger at will."""

    SCOPE: ClassVar[Scope] = Scope.OWN_LOANS
    objects = ScopedManager()

    loan = models.OneToOneField(
        "store.Loan", on_delete=models.CASCADE, primary_key=True, related_name="position"
    )
    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    as_of = models.DateField()
    last_seq = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=20)
    bucket = models.CharField(max_length=20)
    days_past_due = models.PositiveIntegerField()
    principal = models.BigIntegerField()
    overdue = models.BigIntegerField()
    body = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["lender", "bucket"]),
            models.Index(fields=["lender", "days_past_due"]),
        ]


class Snapshot(models.Model):
    """What another system said of a loan on one day: observed, never refolded, never corrected."""

    SCOPE: ClassVar[Scope] = Scope.OWN_LOANS
    objects = ScopedManager()

    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    loan = models.ForeignKey("store.Loan", on_delete=models.PROTECT, related_name="snapshots")
    as_of = models.DateField()
    balance = models.BigIntegerField()
    source = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["loan", "as_of"], name="snapshot_day_once")]

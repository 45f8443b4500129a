"""Acts towards a person: each with the verdict that came before it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from forbear.store.models.ids import IdField
from forbear.store.querysets import Scope, ScopedManager


class PackText(models.Model):
    """The texts of a law pack, as they were when it was first used. Never removed."""

    SCOPE: ClassVar[Scope] = Scope.EVERYBODY
    LENDER_COLUMN: ClassVar[str | None] = None
    objects = ScopedManager()

    digest = models.CharField(primary_key=True, max_length=64)
    pack_id = models.CharField(max_length=20)
    version = models.CharField(max_length=40)
    texts = models.JSONField()
    first_used_at = models.DateTimeField()


class Verdict(models.Model):
    """What the law said of a proposed act. A denied act ends here: it has no contact."""

    SCOPE: ClassVar[Scope] = Scope.OWN_PARTY
    objects = ScopedManager()

    id = IdField(primary_key=True)
    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    loan = models.ForeignKey("store.Loan", on_delete=models.PROTECT, related_name="verdicts")
    party = models.ForeignKey("store.Party", on_delete=models.PROTECT, related_name="verdicts")
    contact_point = models.ForeignKey("store.ContactPoint", null=True, on_delete=models.PROTECT)
    channel = models.CharField(max_length=10)
    purpose = models.CharField(max_length=30)
    actor = models.CharField(max_length=80)
    outcome = models.CharField(max_length=10)
    judged_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    next_moment = models.DateTimeField(null=True)
    pack = models.ForeignKey(PackText, on_delete=models.PROTECT)
    facts_digest = models.CharField(max_length=64)
    facts = models.JSONField()
    body = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="verdict_outcome_known", condition=models.Q(outcome__in=["allowed", "denied", "needs"])
            )
        ]
        indexes = [models.Index(fields=["lender", "judged_at"]), models.Index(fields=["loan", "judged_at"])]


class Contact(models.Model):
    """An act that was allowed and placed. A trigger refuses one whose verdict did not allow it."""

    SCOPE: ClassVar[Scope] = Scope.OWN_PARTY
    objects = ScopedManager()

    id = IdField(primary_key=True)
    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    loan = models.ForeignKey("store.Loan", on_delete=models.PROTECT, related_name="contacts")
    party = models.ForeignKey("store.Party", on_delete=models.PROTECT, related_name="contacts")
    contact_point = models.ForeignKey("store.ContactPoint", on_delete=models.PROTECT)
    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, related_name="contact")
    channel = models.CharField(max_length=10)
    direction = models.CharField(max_length=3, default="out")
    purpose = models.CharField(max_length=30)
    actor = models.CharField(max_length=80)
    placed_at = models.DateTimeField()
    must_end_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["party", "placed_at"]), models.Index(fields=["loan", "placed_at"])]


class ContactOutcome(models.Model):
    """How a contact ended. Recorded once."""

    SCOPE: ClassVar[Scope] = Scope.OWN_PARTY
    PARTY_COLUMN: ClassVar[str] = "contact__party_id"
    objects = ScopedManager()

    contact = models.OneToOneField(
        Contact, on_delete=models.PROTECT, primary_key=True, related_name="outcome"
    )
    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    outcome = models.CharField(max_length=20)
    right_party = models.BooleanField(null=True)
    two_way = models.BooleanField()
    recording_ref = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    actor = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()


class Message(models.Model):
    """The words of a text or mail, and where they are on their way out.

    ``claimed_at`` is when a dispatcher took it up, ``last_verdict`` the judgement made right then.
    """

    SCOPE: ClassVar[Scope] = Scope.OWN_PARTY
    PARTY_COLUMN: ClassVar[str] = "contact__party_id"
    objects = ScopedManager()

    class State(models.TextChoices):
        """A message is queued with its contact, in one transaction, and sent after it."""

        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        WITHHELD = "withheld"

    contact = models.OneToOneField(
        Contact, on_delete=models.PROTECT, primary_key=True, related_name="message"
    )
    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    template = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    to = models.CharField(max_length=200)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_verdict = models.ForeignKey(Verdict, null=True, on_delete=models.PROTECT, related_name="+")
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["lender", "state"])]

"""The tamper-evident log: leaves first, their order and roots later."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from forbear.store.models.ids import IdField
from forbear.store.querysets import Scope, ScopedManager


class PersonKey(models.Model):
    """The key under which a person's leaves are encrypted. Destroying it erases what they say."""

    SCOPE: ClassVar[Scope] = Scope.OWN_PARTY
    objects = ScopedManager()

    party = models.OneToOneField("store.Party", on_delete=models.PROTECT, primary_key=True)
    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    key = models.BinaryField(null=True)
    destroyed_at = models.DateTimeField(null=True)


class EvidenceLeaf(models.Model):
    """What one act or event was, encrypted, written in the transaction of the thing itself.

    ``ref`` names the row it vouches for, ``change`` counts the changes of that row: 0 for the row as it
    came. The database refuses to change a leaf.
    """

    SCOPE: ClassVar[Scope] = Scope.OWN_PARTY
    objects = ScopedManager()

    id = models.BigAutoField(primary_key=True)
    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    kind = models.CharField(max_length=30)
    ref = IdField()
    change = models.PositiveIntegerField(default=0)
    party = models.ForeignKey("store.Party", null=True, on_delete=models.PROTECT)
    ciphertext = models.BinaryField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lender", "kind", "ref", "change"], name="leaf_once")]


class SealedLeaf(models.Model):
    """A leaf's place in its lender's log, given by the sealer."""

    SCOPE: ClassVar[Scope] = Scope.OWN_PARTY
    PARTY_COLUMN: ClassVar[str] = "leaf__party_id"
    objects = ScopedManager()

    leaf = models.OneToOneField(
        EvidenceLeaf, on_delete=models.PROTECT, primary_key=True, related_name="sealed"
    )
    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    index = models.PositiveBigIntegerField()
    leaf_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lender", "index"], name="leaf_index_once")]


class Checkpoint(models.Model):
    """A signed root: the log of this lender had this size and this root at this time.

    ``frontier`` is what the next root grows from (``evidence.merkle.Frontier``), in hexadecimal.
    """

    SCOPE: ClassVar[Scope] = Scope.EVERYBODY
    objects = ScopedManager()

    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    frontier = models.JSONField(default=list)
    signed_at = models.DateTimeField()
    key_id = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lender", "size"], name="checkpoint_size_once")]

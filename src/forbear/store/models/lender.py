"""The lender: one tenant of an installation. Everything else belongs to one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from forbear.store.querysets import Scope, ScopedManager


class Lender(models.Model):
    """A lender, with the zone and cut-off that make an instant a business date."""

    SCOPE: ClassVar[Scope] = Scope.EVERYBODY
    LENDER_COLUMN: ClassVar[str | None] = "id"
    objects = ScopedManager()

    id = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=120)
    legal_name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    pack_id = models.CharField(max_length=20)
    currency = models.CharField(max_length=3)
    language = models.CharField(max_length=10)
    zone = models.CharField(max_length=40)
    cutoff = models.TimeField()
    phone = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

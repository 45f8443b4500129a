"""Loans and who stands behind them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from forbear.store.models.ids import IdField
from forbear.store.querysets import Scope, ScopedManager


class Loan(models.Model):
    """A loan; its state is not here but in its ledger. ``terms`` are the terms at the start."""

    SCOPE: ClassVar[Scope] = Scope.OWN_LOANS
    LOAN_COLUMN: ClassVar[str] = "id"
    objects = ScopedManager()

    class Books(models.TextChoices):
        """Whose ledger is the truth."""

        OWN = "own"
        CORE = "core"

    id = IdField(primary_key=True)
    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    reference = models.CharField(max_length=40)
    product = models.CharField(max_length=80)
    books = models.CharField(max_length=10, choices=Books, default=Books.OWN)
    opened_on = models.DateField()
    terms = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lender", "reference"], name="loan_reference_once")]

    def __str__(self) -> str:
        return self.reference


class LoanRole(models.Model):
    """How a person stands to a loan. Many persons to a loan, many loans to a person.

    The ids of a loan's roles sort as its people were named (``ids.placed_id``).
    """

    SCOPE: ClassVar[Scope] = Scope.OWN_PARTY
    objects = ScopedManager()

    class Role(models.TextChoices):
        """How a person can stand to a loan."""

        BORROWER = "borrower"
        CO_BORROWER = "co_borrower"
        GUARANTOR = "guarantor"
        SPOUSE = "spouse"
        REPRESENTATIVE = "representative"
        ESTATE = "estate"
        CONTACT_PERSON = "contact_person"

    id = IdField(primary_key=True)
    lender = models.ForeignKey("store.Lender", on_delete=models.PROTECT)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="roles")
    party = models.ForeignKey("store.Party", on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=20, choices=Role)
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["loan", "party", "role"], name="loan_role_once")]

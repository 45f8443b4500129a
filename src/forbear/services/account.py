"""Accounts of borrowers: made on the first sign-in, one for each person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from forbear.services.leaves import leaf_add
from forbear.store.models import Party, User
from forbear.store.models.access import Role


def borrower_account(*, party: Party, now: datetime) -> User:
    """Return the account of a person who has just proved who they are; made where there is none.

    It has no usable password: the only way in is a code and a second fact.
    """
    with transaction.atomic():
        account, created = User.objects.get_or_create(
            party=party,
            defaults={"username": party.id, "lender_id": party.lender_id, "role": Role.BORROWER},
        )
        if created:
            account.set_unusable_password()
            account.save(update_fields=["password"])
            leaf_add("account", account, party_id=party.pk, now=now)
    return account

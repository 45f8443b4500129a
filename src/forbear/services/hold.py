"""Holds: what stops the collection of a loan while it is looked into."""

from __future__ import annotations

from datetime import datetime

from forbear.errors import InputError, NotVisibleError, RefusedError
from forbear.services.leaves import leaf_add
from forbear.services.once import Request, clean, lock_loan, once
from forbear.store.models import Hold
from forbear.store.models.ids import derived_id
from forbear.store.selectors.roles import is_liable


def hold_open(
    *,
    actor: str,
    lender_id: str,
    key: str,
    now: datetime,
    loan_id: str,
    party_id: str,
    kind: str,
    words: str,
) -> str:
    """Stop the collection of a loan because a person objects, complains or asks for help.

    ``words`` are the person's own. The hold's id comes back. Raises InputError for a kind that is
    not known, NotVisibleError where the person does not stand behind this loan.
    """
    if kind not in Hold.Kind.values:
        raise InputError(f"Kind {kind!r} is not one of {', '.join(Hold.Kind.values)}.", field="kind")
    body = {
        "loan_id": loan_id,
        "party_id": party_id,
        "kind": kind,
        "words": clean(words, field="words", longest=2000),
    }
    request = Request(verb="hold_open", actor=actor, lender_id=lender_id, key=key, now=now, body=body)
    hold = Hold(
        id=derived_id("hold", lender_id, actor, key),
        lender_id=lender_id,
        opened_at=now,
        **body,
    )

    def work() -> dict[str, object]:
        if not is_liable(party_id, loan_id):
            raise NotVisibleError(f"{party_id} does not stand behind loan {loan_id}.")
        hold.save(force_insert=True)
        leaf_add("hold", hold, party_id=party_id, now=now)
        return {"hold_id": hold.pk}

    return once(request, work, loan_id=loan_id, party_id=party_id).reply["hold_id"]


def hold_close(*, actor: str, lender_id: str, key: str, now: datetime, hold_id: str, because: str) -> None:
    """End a hold, with the finding that ends it. Raises RefusedError where it has ended before."""
    body = {"hold_id": hold_id, "because": clean(because, field="because", longest=1000)}
    request = Request(verb="hold_close", actor=actor, lender_id=lender_id, key=key, now=now, body=body)

    def work() -> dict[str, object]:
        hold = Hold.objects.filter(lender_id=lender_id).one(hold_id)
        lock_loan(hold.loan_id, lender_id)
        hold.refresh_from_db()
        if hold.closed_at is not None:
            raise RefusedError(
                f"The hold was closed on {hold.closed_at:%Y-%m-%d}; open a new one if need be."
            )
        hold.closed_at, hold.closed_by, hold.closed_because = now, actor, body["because"]
        hold.save(update_fields=["closed_at", "closed_by", "closed_because"])
        leaf_add("hold_end", hold, party_id=hold.party_id, now=now)
        return {}

    once(request, work)

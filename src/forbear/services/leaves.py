"""Evidence leaves: what each kind of row says, and the leaf that vouches for it.

A leaf is written in the transaction of its row, from the row; ``services.evidence`` builds the same
text from the stored row again and compares. A row that changes over the years (a number is confirmed,
a state ends) gets one more leaf with each change.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Protocol

from django.db import models

from forbear.errors import RefusedError, invariant
from forbear.evidence.seal import PERSON_KEY_BYTES, Subject, encrypt, instant_text
from forbear.loans.codec import canonical
from forbear.store.models import (
    Contact,
    ContactOutcome,
    ContactPoint,
    EvidenceLeaf,
    Hold,
    LedgerEvent,
    Loan,
    LoanRole,
    Message,
    Party,
    PartyState,
    PersonKey,
    Preference,
    Promise,
    Verdict,
)

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of leaf: the table of the row it vouches for, and the columns that it commits to.

    ``moving`` are those that may change, each time with one more leaf; the others stay as they came.
    """

    model: type[models.Model]
    columns: tuple[str, ...]
    moving: tuple[str, ...] = ()


def _all_columns(model: type[models.Model], *without: str) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields if field.attname not in without)


_END = ("ended_by", "ended_because")
_CLOSED = ("closed_at", "closed_by", "closed_because")

KINDS: dict[str, Kind] = {
    "party": Kind(Party, _all_columns(Party)),
    "point": Kind(
        ContactPoint,
        _all_columns(ContactPoint),
        moving=("zone", "source", "valid_from", "valid_until", "confirmed_on", *_END),
    ),
    "state": Kind(PartyState, _all_columns(PartyState), moving=("until", *_END)),
    "role": Kind(LoanRole, _all_columns(LoanRole)),
    "event": Kind(LedgerEvent, _all_columns(LedgerEvent)),
    "loan": Kind(Loan, _all_columns(Loan)),
    "verdict": Kind(Verdict, _all_columns(Verdict)),
    "contact": Kind(Contact, _all_columns(Contact)),
    "outcome": Kind(ContactOutcome, _all_columns(ContactOutcome)),
    "message": Kind(Message, ("contact_id", "lender_id", "template", "language", "to", "subject", "text")),
    "message_end": Kind(Message, ("contact_id", "state", "sent_at", "last_verdict_id", "detail")),
    "preference": Kind(Preference, _all_columns(Preference, "ended_at", *_END)),
    "preference_end": Kind(Preference, ("id", "ended_at", *_END)),
    "hold": Kind(Hold, _all_columns(Hold, *_CLOSED)),
    "hold_end": Kind(Hold, ("id", *_CLOSED)),
    "promise": Kind(Promise, _all_columns(Promise, "state")),
}
"""Every kind of leaf."""

MOVING = tuple(name for name, kind in KINDS.items() if kind.moving)
"""Kinds of which a row may have several leaves: the last one says what the row says."""


class LeafRow(Protocol):
    """The columns of a leaf that say what it is about."""

    lender_id: str
    kind: str
    ref: str
    party_id: str | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that wants a leaf: its kind, the person it concerns, and when it was recorded.

    ``change`` is how many leaves the row has already.
    """

    kind: str
    row: models.Model
    party_id: str
    recorded_at: datetime
    change: int = 0


def leaf_add(kind: str, row: models.Model, *, party_id: str, now: datetime) -> None:
    """Write the leaf of one row; call it in the row's own transaction."""
    leaves_add([Entry(kind, row, party_id, now)])


def leaf_change(kind: str, row: models.Model, *, party_id: str, now: datetime) -> None:
    """Write one more leaf of a row that was changed; the row is locked since before it was read."""
    invariant(kind in MOVING, "a row of this kind may change")
    before = EvidenceLeaf.objects.filter(lender_id=row.lender_id, kind=kind, ref=row.pk).count()
    leaves_add([Entry(kind, row, party_id, now, before)])


def leaves_add(entries: Sequence[Entry]) -> None:
    """Write the leaves of many rows, in this order."""
    keys = keys_of({entry.party_id for entry in entries})
    made = []
    for entry in entries:
        key = keys.get(entry.party_id)
        if key is None:
            raise RefusedError(f"The key of {entry.party_id} was destroyed; nothing new can be recorded.")
        made.append(_leaf(entry, key))
    EvidenceLeaf.objects.bulk_create(made, batch_size=BATCH)


def key_make(lender_id: str, party_id: str, key: bytes | None = None) -> PersonKey:
    """Return the unsaved key of a new person: fresh random bytes, or those of a seeded demonstration."""
    made = key or secrets.token_bytes(PERSON_KEY_BYTES)
    invariant(len(made) == PERSON_KEY_BYTES, "a person's key has its length")
    return PersonKey(party_id=party_id, lender_id=lender_id, key=made)


def keys_of(party_ids: Iterable[str]) -> dict[str, bytes | None]:
    """Return the keys of these people in one query; None for a destroyed one."""
    found = PersonKey.objects.filter(party_id__in=list(party_ids)).values_list("party_id", "key")
    return {party_id: None if key is None else bytes(key) for party_id, key in found}


def subject_of(leaf: LeafRow) -> Subject:
    """Return what a leaf is bound to, from its row or from the columns of it."""
    return Subject(
        lender_id=leaf.lender_id,
        kind=leaf.kind,
        ref=leaf.ref,
        party_id=leaf.party_id or "",
        recorded_at=leaf.recorded_at,
    )


def leaf_text(kind: str, values: Mapping[str, Any]) -> bytes:
    """Return the text that a leaf of this kind commits to, from its row's columns as they stand."""
    return canonical({column: _plain(values[column]) for column in KINDS[kind].columns})


def _leaf(entry: Entry, key: bytes) -> EvidenceLeaf:
    leaf = EvidenceLeaf(
        lender_id=entry.row.lender_id,
        kind=entry.kind,
        ref=entry.row.pk,
        change=entry.change,
        party_id=entry.party_id,
        recorded_at=entry.recorded_at,
    )
    leaf.ciphertext = encrypt(leaf_text(entry.kind, _values(entry)), key=key, subject=subject_of(leaf))
    return leaf


def _values(entry: Entry) -> dict[str, Any]:
    return {column: getattr(entry.row, column) for column in KINDS[entry.kind].columns}


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return instant_text(value)
        case date() | time():
            return value.isoformat()
        case _:
            return value

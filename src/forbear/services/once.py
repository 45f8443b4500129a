"""A verb happens once: the same request again gets the stored reply, whoever raced whom."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from forbear.errors import InputError, InvariantError, NotVisibleError
from forbear.loans.codec import canonical
from forbear.services import policy
from forbear.store.models import Loan, Reply
from forbear.store.models.access import Role
from forbear.store.selectors.roles import is_liable

KEY_LENGTH = 120
ATTEMPTS = 6
_LINE_END = re.compile(r"\r\n?|[\u2028\u2029]")
_JOINERS = "\u200c\u200d"
"""Unseen, and part of what is seen: they join letters, and the people of a family's emoji."""
_RETRY_SQLSTATES = frozenset({"40001", "40P01", "55P03"})
"""Serialization failure, deadlock, lock not available (PostgreSQL, appendix A)."""


class KeyReusedError(InputError):
    """The idempotency key was used before, for another request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who asks for what. ``key`` is the caller's, new for each wish and the same for a repetition."""

    verb: str
    actor: str
    lender_id: str
    key: str
    now: datetime
    body: dict[str, Any]

    def __post_init__(self) -> None:
        if not 1 <= len(self.key) <= KEY_LENGTH or not printable(self.key):
            raise InputError(f"The key must be 1 to {KEY_LENGTH} printable characters.", field="key")
        if self.now.tzinfo is None:
            raise InputError("now has no time zone; give an instant with its UTC offset.", field="now")
        policy.require(self.actor, self.verb)

    @property
    def digest(self) -> str:
        """The digest of verb and body, by which a repetition is told from another request."""
        return hashlib.sha256(canonical({"verb": self.verb, "body": self.body})).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, and whether it is that of an earlier, equal request."""

    reply: dict[str, Any]
    replayed: bool


def once(
    request: Request,
    work: Callable[[], dict[str, Any]],
    *,
    loan_id: str | None = None,
    party_id: str | None = None,
) -> Answer:
    """Do ``work`` in one transaction and keep its reply, or return the reply kept before.

    The loan, where one is named, is locked first, so that what ``work`` reads of it is the latest.
    A borrower acts for nobody else: ``loan_id`` must be a loan that they stand behind, ``party_id``
    themselves. Raises KeyReusedError for the same key with another body; NotVisibleError for what is
    not this lender's or not this borrower's; whatever ``work`` raises, and then nothing was done.
    """
    _require_own(request.actor, loan_id, party_id)
    stored = _stored(request)
    if stored is not None:
        return stored
    for attempt in count(1):
        try:
            with transaction.atomic():
                return _attempt(request, work, loan_id)
        except DatabaseError as error:
            raced = _stored(request) if isinstance(error, IntegrityError) else None
            if raced is not None:
                return raced
            if attempt == ATTEMPTS or not _passing(error):
                raise
    raise InvariantError("the attempts end in an answer or an error")


def lock_loan(loan_id: str, lender_id: str) -> Loan:
    """Return the loan, locked until the transaction ends; raises NotVisibleError."""
    rows = Loan.objects.select_for_update(no_key=True, of=("self",)).select_related("lender")
    return rows.filter(lender_id=lender_id).one(loan_id)


def _require_own(actor: str, loan_id: str | None, party_id: str | None) -> None:
    """Hold a borrower to their own loans and their own wishes; the actor names the party."""
    role, _, self_id = actor.partition(":")
    if role != Role.BORROWER:
        return
    if party_id is not None and party_id != self_id:
        raise NotVisibleError(f"There is no person {party_id} for this borrower.")
    if loan_id is not None and not is_liable(self_id, loan_id):
        raise NotVisibleError(f"There is no loan {loan_id} for this borrower.")


def printable(text: str) -> bool:
    """Tell whether both databases can keep this text: no NUL, no lone surrogate, no control character."""
    return all(unicodedata.category(one) not in ("Cc", "Cs") or one in "\n\t" for one in text)


def clean(text: str, *, field: str, longest: int, empty: bool = False) -> str:
    """Return ``text`` as it is kept: a line ends with one mark, every kind of space is a plain one.

    Around it there is none, and marks that nobody sees are left out. Raises InputError where it cannot be
    kept.
    """
    stripped = "".join(_kept(one) for one in _LINE_END.sub("\n", text)).strip()
    if not stripped and not empty:
        raise InputError(f"{field} is empty; say something.", field=field)
    if len(stripped) > longest or not printable(stripped):
        raise InputError(f"{field} must be at most {longest} printable characters.", field=field)
    return stripped


def _kept(character: str) -> str:
    match unicodedata.category(character):
        case "Zs":
            return " "
        case "Cf" if character not in _JOINERS:
            return ""
        case _:
            return character


def _attempt(request: Request, work: Callable[[], dict[str, Any]], loan_id: str | None) -> Answer:
    if loan_id is not None:
        lock_loan(loan_id, request.lender_id)
    stored = _stored(request)
    if stored is not None:
        return stored
    reply = work()
    Reply.objects.create(
        lender_id=request.lender_id,
        actor=request.actor,
        key=request.key,
        body_digest=request.digest,
        reply=reply,
        created_at=request.now,
    )
    return Answer(reply, replayed=False)


def _stored(request: Request) -> Answer | None:
    try:
        kept = Reply.objects.get(lender_id=request.lender_id, actor=request.actor, key=request.key)
    except Reply.DoesNotExist:
        return None
    if kept.body_digest != request.digest:
        raise KeyReusedError(
            f"Key {request.key!r} was used before with another request; use a new key for a new request.",
            field="key",
        )
    return Answer(kept.reply, replayed=True)


def _passing(error: DatabaseError) -> bool:
    """Tell whether the same work may succeed now: somebody else's transaction came in between."""
    if connection.in_atomic_block:
        return False
    if isinstance(error, IntegrityError):
        return "ledger_seq_once" in str(error) or "store_ledgerevent.seq" in str(error)
    cause = error.__cause__
    return isinstance(error, OperationalError) and (
        getattr(cause, "sqlstate", None) in _RETRY_SQLSTATES or "database is locked" in str(error)
    )

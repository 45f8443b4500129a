"""Contacts of the past, many at once: the same judgement, rows and evidence as ``services.contact``.

For simulations and for histories brought over from elsewhere. Each act is judged at its own moment
by what was on file then; one that was not allowed leaves its verdict and nothing else. Everything is
written in the order in which it was recorded, in one transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import models, transaction

from forbear.conduct.promises import MoneyIn, PromiseToPay, settle_promises
from forbear.errors import RefusedError, invariant
from forbear.law.judge import judge_act
from forbear.law.situation import PastContact
from forbear.law.verdict import Outcome
from forbear.services.contact import Words
from forbear.services.contact_rows import contact_row, promise_row, verdict_row
from forbear.services.dates import business_date
from forbear.services.facts import Proposal, point_of, situation_of
from forbear.services.lawbook import book_of, keep
from forbear.services.leaves import Entry, leaves_add
from forbear.services.policy import require
from forbear.store.models import (
    Contact,
    ContactOutcome,
    Hold,
    Message,
    PartyState,
    Preference,
    Promise,
    Verdict,
)
from forbear.store.models.ids import derived_id
from forbear.store.selectors.personfile import PersonFile

BATCH = 500

_TABLES: tuple[type[models.Model], ...] = (
    Verdict,
    Contact,
    ContactOutcome,
    Message,
    Promise,
    Hold,
    Preference,
    PartyState,
)
"""In the order in which their rows can be written: a contact after its verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAct:
    """An act that somebody set out to do: when, what, and what was on file at that moment."""

    at: datetime
    actor: str
    proposal: Proposal
    file: PersonFile


@dataclass(frozen=True, slots=True, kw_only=True)
class PastEnd:
    """How a call or visit ended, in the words of ``services.contact``."""

    at: datetime
    outcome: str
    right_party: bool | None
    two_way: bool
    promise: tuple[int, date] | None = None
    """Amount in minor units, and the day."""


@dataclass(slots=True)
class Collected:
    """Rows that wait to be written, by table, and the leaves that vouch for them."""

    rows: dict[type[models.Model], list[models.Model]] = field(default_factory=lambda: defaultdict(list))
    leaves: list[Entry] = field(default_factory=list)

    def extend(self, other: Collected) -> None:
        """Take over what somebody else collected."""
        for table, rows in other.rows.items():
            self.rows[table].extend(rows)
        self.leaves.extend(other.leaves)


class PastContacts:
    """Collects one lender's acts as they are judged; ``contacts_write`` writes what was collected."""

    def __init__(self, *, actor: str, lender_id: str, pack_id: str) -> None:
        require(actor, "contact_propose")
        self.lender_id = lender_id
        self.collected = Collected()
        self._pack = book_of(pack_id).pack
        self._promises: dict[str, list[tuple[Promise, date]]] = defaultdict(list)

    def propose(self, act: PastAct) -> Verdict:
        """Judge an act at its moment; the verdict comes back, stored or not yet."""
        situation = situation_of(act.file, act.proposal, now=act.at)
        verdict = judge_act(self._pack, situation, at=act.at)
        row = verdict_row(
            act.proposal,
            situation,
            verdict,
            verdict_id=derived_id(
                "vd", self.lender_id, act.proposal.loan_id, act.proposal.party_id, act.at.isoformat()
            ),
            lender_id=self.lender_id,
            actor=act.actor,
        )
        self._note("verdict", row, row.party_id, act.at)
        return row

    def call_or_visit(self, act: PastAct, verdict: Verdict, end: PastEnd) -> PastContact:
        """Keep a call or visit that was allowed, and how it ended; return its line of the log."""
        contact = self._contact(act, verdict)
        outcome = ContactOutcome(
            contact=contact,
            lender_id=self.lender_id,
            outcome=end.outcome,
            right_party=end.right_party,
            two_way=end.two_way,
            recording_ref=f"rec/{contact.pk}" if end.outcome == "answered" else "",
            actor=act.actor,
            recorded_at=end.at,
        )
        self._note("outcome", outcome, contact.party_id, end.at)
        if end.promise is not None:
            self._promise(act, contact, end.at, end.promise)
        return _line(act, contact, end.outcome, two_way=end.two_way)

    def message(self, act: PastAct, verdict: Verdict, words: Words, *, delivered: bool) -> PastContact:
        """Keep a text or mail that was allowed and went out at once; return its line of the log."""
        contact = self._contact(act, verdict)
        message = Message(
            contact=contact,
            lender_id=self.lender_id,
            template=words.template,
            language=words.language,
            to=point_of(act.file, act.proposal).value,
            subject=words.subject,
            text=words.text,
            state=Message.State.SENT if delivered else Message.State.FAILED,
            sent_at=act.at if delivered else None,
            detail=f"{contact.pk}.json" if delivered else "The carrier could not deliver it.",
        )
        self._note("message", message, contact.party_id, act.at)
        self.collected.leaves.append(Entry("message_end", message, contact.party_id, act.at))
        return _line(act, contact, "delivered" if delivered else "undelivered", two_way=False)

    def settle_promises(
        self, loan_id: str, money: Sequence[MoneyIn], *, as_of: date, grace_days: int
    ) -> None:
        """Note which promises about a loan were kept or broken by the end of ``as_of``."""
        rows = self._promises.get(loan_id, [])
        given = [
            PromiseToPay(promise_id=row.pk, amount=row.amount, made_on=made_on, due_on=row.due_on)
            for row, made_on in rows
        ]
        settled = settle_promises(given, money, as_of=as_of, grace_days=grace_days)
        for row, _ in rows:
            row.state = settled.get(row.pk, Promise.State.OPEN)

    def hold(self, row: Hold) -> None:
        """Keep a hold, and its end where it has one."""
        self._note("hold", row, row.party_id, row.opened_at)
        if row.closed_at is not None:
            self.collected.leaves.append(Entry("hold_end", row, row.party_id, row.closed_at))

    def preference(self, row: Preference) -> None:
        """Keep a wish that is in force."""
        self._note("preference", row, row.party_id, row.since)

    def state(self, row: PartyState) -> None:
        """Keep a state of a person."""
        self._note("state", row, row.party_id, row.since)

    def _contact(self, act: PastAct, verdict: Verdict) -> Contact:
        if verdict.outcome != Outcome.ALLOWED:
            raise RefusedError(f"Verdict {verdict.pk} did not allow this contact; it can't be kept.")
        contact = contact_row(
            verdict, contact_id=derived_id("ct", verdict.pk), actor=act.actor, placed_at=act.at
        )
        self._note("contact", contact, contact.party_id, act.at)
        return contact

    def _promise(self, act: PastAct, contact: Contact, made_at: datetime, promise: tuple[int, date]) -> None:
        row = promise_row(contact, promise, promise_id=derived_id("prom", contact.pk), made_at=made_at)
        self._promises[contact.loan_id].append((row, business_date(act.file.loan.lender, made_at)))
        self._note("promise", row, contact.party_id, made_at)

    def _note(self, kind: str, row: models.Model, party_id: str, at: datetime) -> None:
        self.collected.rows[type(row)].append(row)
        self.collected.leaves.append(Entry(kind, row, party_id, at))


def contacts_write(
    collected: Collected, *, lender_id: str, pack_id: str, watch: Callable[[int, int], None]
) -> dict[str, int]:
    """Write everything in the order of recording, all or nothing; return the count of each table.

    ``watch`` is told how many leaves of how many are written.
    """
    book = book_of(pack_id)
    leaves = sorted(collected.leaves, key=lambda entry: entry.recorded_at)
    invariant(all(entry.row.lender_id == lender_id for entry in leaves), "contacts are of one lender")
    with transaction.atomic():
        if leaves:
            keep(book, leaves[0].recorded_at)
        for table in _TABLES:
            table.objects.bulk_create(collected.rows[table], batch_size=BATCH)
        for start in range(0, len(leaves), BATCH):
            leaves_add(leaves[start : start + BATCH])
            watch(min(start + BATCH, len(leaves)), len(leaves))
    return {table.__name__: len(collected.rows[table]) for table in _TABLES}


def _line(act: PastAct, contact: Contact, outcome: str, *, two_way: bool) -> PastContact:
    """Return a contact as the log will show it, without asking the database."""
    return PastContact(
        at=contact.placed_at,
        channel=contact.channel,
        direction=contact.direction,
        person=contact.party_id,
        number=point_of(act.file, act.proposal).value,
        debts=(contact.loan_id,),
        outcome=outcome,
        two_way=two_way,
    )

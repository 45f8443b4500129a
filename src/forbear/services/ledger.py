"""The ledger of a loan: appending to it, one request at a time or whole histories at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.db import transaction

from forbear.errors import InputError, NotVisibleError, RefusedError
from forbear.loans.codec import chain, genesis, payload_to_body, position_to_body
from forbear.loans.events import EventBody, LoanEvent
from forbear.loans.fold import Head, carry, counts_after, fold
from forbear.loans.position import Position
from forbear.loans.terms import LoanTerms
from forbear.services.books import require_own_books
from forbear.services.dates import business_date
from forbear.services.leaves import Entry, leaves_add
from forbear.services.once import Request, lock_loan, once
from forbear.services.policy import require
from forbear.store.crashpoints import reached
from forbear.store.models import LedgerEvent, Loan, Party, PositionRow
from forbear.store.models.ids import derived_id
from forbear.store.selectors.ledger import loan_events, loan_terms, stored_position
from forbear.store.selectors.roles import first_borrowers

POSITION_COLUMNS = [
    "as_of", "last_seq", "digest", "state", "bucket", "days_past_due", "principal", "overdue", "body",
]  # fmt: skip

LOAD_BATCH = 200
"""Loans that a bulk load reads and writes together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """Something to be recorded; its id, sequence and instant come with the recording."""

    value_date: date
    body: EventBody
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an append did. ``digest`` names the whole ledger up to ``last_seq``."""

    loan_id: str
    event_ids: tuple[str, ...]
    last_seq: int
    digest: str
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """A ledger after new events: the events that are new, and the position they lead to."""

    new: tuple[LoanEvent, ...]
    position: Position


def append(
    *,
    actor: str,
    lender_id: str,
    key: str,
    now: datetime,
    loan_id: str,
    events: Sequence[NewEvent],
    expected_seq: int | None = None,
) -> Receipt:
    """Append events to a loan's ledger, all or none, and seal them.

    Raises InputError for events that the ledger cannot hold, RefusedError when ``expected_seq`` is
    given and others were recorded since or where another system keeps the books, NotVisibleError for
    a loan that is not this lender's.
    """
    plain = [
        {
            "value_date": event.value_date.isoformat(),
            "kind": event.body.KIND,
            "body": payload_to_body(event.body),
        }
        | {"targets": list(event.targets)}
        for event in events
    ]
    body = {"loan_id": loan_id, "events": plain, "expected_seq": expected_seq}
    request = Request(verb="ledger_append", actor=actor, lender_id=lender_id, key=key, now=now, body=body)

    def work() -> dict[str, object]:
        extended = extend(lock_loan(loan_id, lender_id), events, request=request, expected_seq=expected_seq)
        position = extended.position
        return {
            "loan_id": loan_id,
            "event_ids": [event.event_id for event in extended.new],
            "last_seq": position.last_seq,
            "digest": position.digest,
        }

    answer = once(request, work, loan_id=loan_id)
    reply = answer.reply | {"event_ids": tuple(answer.reply["event_ids"])}
    return Receipt(**reply, replayed=answer.replayed)


def extend(
    loan: Loan, new: Sequence[NewEvent], *, request: Request, expected_seq: int | None = None
) -> Extended:
    """Append to a locked loan inside a transaction: rows, leaves, and the latest position.

    Raises as ``append`` does.
    """
    require_own_books(loan)
    if not new:
        raise InputError("There is no event to append; give at least one.", field="events")
    today = business_date(loan.lender, request.now)
    terms = loan_terms(loan)
    last = _head(loan.pk) or Head(0, genesis(loan.pk, terms))
    last_seq = last.last_seq
    if expected_seq is not None and expected_seq != last_seq:
        raise RefusedError(
            f"The ledger is at {last_seq}, not {expected_seq}; read the loan again and repeat."
        )
    events = [_numbered(loan, item, last_seq + n, request, today, n) for n, item in enumerate(new, 1)]
    rows = _rows(loan.lender_id, events, last.digest)
    position = _after(loan.pk, terms, last, events, Head(rows[-1].seq, rows[-1].digest), today)
    LedgerEvent.objects.bulk_create(rows)
    reached("payment.appended")
    borrower = _borrowers([loan.pk])[loan.pk]
    leaves_add([Entry("event", row, borrower.pk, request.now) for row in rows])
    reached("payment.sealed_in_tx")
    positions_keep(loan.lender_id, [position])
    return Extended(new=tuple(events), position=position)


def load(
    *, actor: str, lender_id: str, now: datetime, histories: Iterable[tuple[str, Sequence[LoanEvent]]]
) -> int:
    """Append whole histories, all or nothing: the same rows, chain and leaves as ``append``, batched.

    Each event comes numbered; those that the ledger already holds in the same words are passed over,
    so that a repeated load changes nothing. Returns how many were new. Positions are left to the
    night. Raises InputError for a gap or for another event at a number that is taken, RefusedError
    for a loan whose books another system keeps.
    """
    require(actor, "ledger_append")
    added = 0
    with transaction.atomic():
        for batch in _batches(iter(histories), LOAD_BATCH):
            added += _load_batch(lender_id, dict(batch))
    return added


def positions_keep(lender_id: str, positions: Iterable[Position]) -> None:
    """Store the latest positions of loans, for lists and to go on from; the ledger stays the truth."""
    PositionRow.objects.bulk_create(
        [
            PositionRow(loan_id=position.loan_id, lender_id=lender_id, **position_columns(position))
            for position in positions
        ],
        update_conflicts=True,
        unique_fields=["loan"],
        update_fields=POSITION_COLUMNS,
    )


def position_columns(position: Position) -> dict[str, object]:
    return {
        "as_of": position.as_of,
        "last_seq": position.last_seq,
        "digest": position.digest,
        "state": position.state.value,
        "bucket": position.bucket,
        "days_past_due": position.days_past_due,
        "principal": position.principal,
        "overdue": position.overdue.total,
        "body": position_to_body(position),
    }


def _borrowers(loan_ids: Collection[str]) -> dict[str, Party]:
    found = first_borrowers(loan_ids)
    for loan_id in loan_ids:
        if loan_id not in found:
            raise NotVisibleError(f"There is no loan {loan_id} with a borrower.")
    return found


def _numbered(loan: Loan, item: NewEvent, seq: int, request: Request, today: date, nth: int) -> LoanEvent:
    if item.value_date > today:
        raise InputError(
            f"Value date {item.value_date} is after the business date {today}; record it on its day.",
            field="value_date",
        )
    return LoanEvent(
        event_id=derived_id("ev", request.lender_id, request.actor, request.key, str(nth)),
        loan_id=loan.pk,
        seq=seq,
        value_date=item.value_date,
        booked_on=today,
        recorded_at=request.now,
        actor=request.actor,
        body=item.body,
        targets=item.targets,
    )


def _rows(lender_id: str, events: Sequence[LoanEvent], previous: str) -> list[LedgerEvent]:
    rows = []
    for event in events:
        previous = chain(previous, event)
        rows.append(
            LedgerEvent(
                event_id=event.event_id,
                lender_id=lender_id,
                loan_id=event.loan_id,
                seq=event.seq,
                kind=event.kind,
                value_date=event.value_date,
                booked_on=event.booked_on,
                recorded_at=event.recorded_at,
                actor=event.actor,
                payload_version=event.payload_version,
                targets=list(event.targets),
                body=payload_to_body(event.body),
                digest=previous,
            )
        )
    return rows


def _head(loan_id: str) -> Head | None:
    rows = LedgerEvent.objects.filter(loan_id=loan_id).order_by("-seq")
    last = rows.values_list("seq", "digest").first()
    return Head(*last) if last else None


def _after(
    loan_id: str, terms: LoanTerms, last: Head, new: Sequence[LoanEvent], head: Head, day: date
) -> Position:
    """Return where new events lead: on from the stored position, or folded anew where one is backdated.

    ``last`` is the head of the ledger before them, and ``head`` the head after them. A stored position
    that does not rest on the whole ledger before them is left aside.
    """
    row = PositionRow.objects.filter(
        loan_id=loan_id, as_of__lte=day, last_seq=last.last_seq, digest=last.digest
    )
    bounds = row.values_list("as_of", flat=True).first()
    if bounds is not None and min(event.value_date for event in new) >= bounds:
        kept = stored_position(row.values_list("body", flat=True).get())
        if kept is not None and all(counts_after(kept, event) for event in new):
            return carry(kept, new, as_of=day, head=head)
    return fold(terms, [*loan_events(loan_id), *new], as_of=day, head=head)


def _load_batch(lender_id: str, histories: dict[str, Sequence[LoanEvent]]) -> int:
    loans = {loan.pk: loan for loan in Loan.objects.filter(lender_id=lender_id, pk__in=list(histories))}
    borrowers = _borrowers(histories)
    kept = _kept_digests(list(histories))
    rows: list[LedgerEvent] = []
    for loan_id, events in histories.items():
        if loan_id not in loans:
            raise NotVisibleError(f"There is no loan {loan_id} with this lender.")
        require_own_books(loans[loan_id])
        rows += _new_rows(loans[loan_id], events, kept.get(loan_id, {}))
    LedgerEvent.objects.bulk_create(rows, batch_size=500)
    leaves_add([Entry("event", row, borrowers[row.loan_id].pk, row.recorded_at) for row in rows])
    return len(rows)


def _new_rows(loan: Loan, events: Sequence[LoanEvent], kept: dict[int, str]) -> list[LedgerEvent]:
    last_seq = max(kept, default=0)
    previous = genesis(loan.pk, loan_terms(loan))
    expected = events[0].seq if events else 1
    if expected > last_seq + 1:
        raise InputError(f"Loan {loan.reference}: event {last_seq + 1} is missing.", field="seq")
    previous = kept.get(expected - 1, previous)
    made = _rows(loan.lender_id, events, previous)
    for number, row in enumerate(made, expected):
        if row.seq != number or row.loan_id != loan.pk:
            raise InputError(f"Loan {loan.reference}: event {number} is missing or misplaced.", field="seq")
        if number <= last_seq and kept[number] != row.digest:
            raise InputError(f"Loan {loan.reference}: event {number} is another one already.", field="seq")
    return [row for row in made if row.seq > last_seq]


def _kept_digests(loan_ids: list[str]) -> dict[str, dict[int, str]]:
    kept: dict[str, dict[int, str]] = {}
    rows = LedgerEvent.objects.filter(loan_id__in=loan_ids).values_list("loan_id", "seq", "digest")
    for loan_id, seq, digest in rows:
        kept.setdefault(loan_id, {})[seq] = digest
    return kept


def _batches(
    items: Iterator[tuple[str, Sequence[LoanEvent]]], size: int
) -> Iterator[list[tuple[str, Sequence[LoanEvent]]]]:
    while batch := list(islice(items, size)):
        yield batch

"""From terms and events to a position, whole or step by step, by one and the same code.

A day is folded in this order: instalments fall due and grace ends, then the events of that value date
by rank and sequence. A position stands at the end of its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from forbear.errors import InputError
from forbear.loans.changes import apply
from forbear.loans.codec import chain, genesis
from forbear.loans.due import run_to
from forbear.loans.events import LoanEvent, Undone
from forbear.loans.freezing import freeze, thaw
from forbear.loans.position import Position
from forbear.loans.state import Running
from forbear.loans.terms import LoanTerms


@dataclass(frozen=True, slots=True)
class Head:
    """The digest of a ledger up to and with the event ``last_seq``, as it was kept when that came in."""

    last_seq: int
    digest: str


def fold(
    terms: LoanTerms,
    events: Iterable[LoanEvent],
    *,
    as_of: date,
    known_at: datetime | None = None,
    head: Head | None = None,
) -> Position:
    """Return the position of a loan at the end of ``as_of``, by what was recorded by ``known_at``.

    ``terms`` are those at the start, ``events`` all of one loan's ledger, in any order. From a known
    ``head`` on, only later events are chained. Raises InputError, naming field and rule, for a ledger
    that no loan can have.
    """
    position, _ = fold_ledger(terms, known_ledger(events, known_at), as_of=as_of, head=head)
    return position


def fold_ledger(
    terms: LoanTerms,
    ledger: Sequence[LoanEvent],
    *,
    as_of: date,
    head: Head | None = None,
    trail: bool = False,
) -> tuple[Position, Running]:
    """Fold what ``known_ledger`` gave; return the position, and the running loan with its trail."""
    start = min([as_of, terms.disbursed_on, *(event.value_date for event in ledger)])
    run = Running(ledger[0].loan_id if ledger else "", terms, start, trail)
    pending = _play(run, effective(ledger), as_of)
    digest = digest_of(terms, ledger, head)
    return freeze(run, last_seq=len(ledger), digest=digest, pending=pending), run


def digest_of(terms: LoanTerms, ledger: Sequence[LoanEvent], head: Head | None = None) -> str:
    """Return the chain digest of a ledger by sequence; a head that lies beyond its end says nothing of it."""
    if head is None or not 0 < head.last_seq <= len(ledger):
        head = Head(0, genesis(ledger[0].loan_id if ledger else "", terms))
    digest = head.digest
    for event in ledger[head.last_seq :]:
        digest = chain(digest, event)
    return digest


def advance(position: Position, step: LoanEvent | date) -> Position:
    """Return the position after one more event, or at the end of a later day.

    The event must be the next in sequence and must not count before anything in the position:
    raises InputError otherwise, and ``fold`` is the way.
    """
    if isinstance(step, LoanEvent):
        _require_next(position, step)
        return carry(position, (step,), as_of=step.value_date)
    if step < position.as_of:
        raise InputError(f"The position stands at {position.as_of}; fold anew for {step}.", field="as_of")
    return carry(position, (), as_of=step)


def carry(
    position: Position, events: Sequence[LoanEvent], *, as_of: date, head: Head | None = None
) -> Position:
    """Return the position at the end of ``as_of``, after the next ``events`` of the ledger.

    All of them must count after what the position holds, as ``counts_after`` tells. Where ``head``
    is known, it is that of the last of them.
    """
    run = thaw(position)
    last_seq, digest = position.last_seq, position.digest
    if events:
        run.loan_id = events[0].loan_id
        last_seq = events[-1].seq
        digest = head.digest if head else _chained(position, events)
    rest = _play(run, [*position.pending, *events], as_of)
    return freeze(run, last_seq=last_seq, digest=digest, pending=rest)


def counts_after(position: Position, event: LoanEvent) -> bool:
    """Tell whether an event counts after all that a position holds, so that it can be carried on."""
    is_later = (event.value_date, event.rank) >= (position.as_of, position.last_rank)
    return is_later and not isinstance(event.body, Undone)


def _chained(position: Position, events: Sequence[LoanEvent]) -> str:
    digest = position.digest if position.last_seq else genesis(events[0].loan_id, position.terms)
    for event in events:
        digest = chain(digest, event)
    return digest


def known_ledger(events: Iterable[LoanEvent], known_at: datetime | None) -> Sequence[LoanEvent]:
    """Return what was recorded by ``known_at``, by sequence; raises InputError for a broken ledger."""
    known = [event for event in events if known_at is None or event.recorded_at <= known_at]
    known.sort(key=lambda event: event.seq)
    ids = set()
    for expected, event in enumerate(known, 1):
        if event.seq != expected:
            raise InputError(
                f"Loan {event.loan_id}: event {expected} is missing or doubled before event {event.seq};"
                " sequence numbers run from 1 without gaps.",
                field="seq",
            )
        if event.loan_id != known[0].loan_id:
            raise InputError(f"Event {event.seq} belongs to loan {event.loan_id}.", field="loan_id")
        ids.add(event.event_id)
    if len(ids) != len(known):
        raise InputError(f"Loan {known[0].loan_id}: an event id stands twice.", field="event_id")
    return known


def effective(ledger: Sequence[LoanEvent]) -> list[LoanEvent]:
    """Return the events that count: without those that are undone, and without the undoing itself.

    An undoing may be undone in its turn. Raises InputError where it targets nothing that counts by then.
    """
    if not any(isinstance(event.body, Undone) for event in ledger):
        return list(ledger)
    undone: set[str] = set()
    for event in reversed(ledger):
        if isinstance(event.body, Undone) and event.event_id not in undone:
            undone.update(event.targets)
    counted: set[str] = set()
    for event in ledger:
        missing = [name for name in event.targets if name not in counted]
        if isinstance(event.body, Undone) and (missing or not event.targets):
            what = ", ".join(missing) or "nothing"
            raise InputError(
                f"Loan {event.loan_id}, event {event.seq}: it undoes {what}, which did not count by then.",
                field="targets",
            )
        counted.add(event.event_id)
    return [event for event in ledger if event.event_id not in undone and not isinstance(event.body, Undone)]


def _play(run: Running, events: Iterable[LoanEvent], day: date) -> tuple[LoanEvent, ...]:
    """Move a running loan to the end of ``day`` through events; return those that are still to come."""
    ordered = sorted(events, key=lambda event: event.order)
    later = []
    for event in ordered:
        if event.value_date > day:
            later.append(event)
            continue
        run_to(run, event.value_date)
        apply(run, event)
    run_to(run, day)
    return tuple(later)


def _require_next(position: Position, event: LoanEvent) -> None:
    if event.seq != position.last_seq + 1:
        raise InputError(
            f"Event {event.seq} can't follow event {position.last_seq}; give the next one.", field="seq"
        )
    if event.loan_id != position.loan_id and position.loan_id:
        raise InputError(
            f"Event {event.seq} belongs to loan {event.loan_id}, not {position.loan_id}.", field="loan_id"
        )
    if isinstance(event.body, Undone):
        raise InputError(f"Event {event.seq} undoes what the position holds; fold anew.", field="targets")
    if not counts_after(position, event):
        raise InputError(
            f"Event {event.seq} counts before what the position of {position.as_of} holds; fold anew.",
            field="value_date",
        )

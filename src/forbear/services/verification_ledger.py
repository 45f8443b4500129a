"""Checks of a lender's ledgers and of what follows from them: chains, stored positions, open cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from forbear.errors import InputError
from forbear.loans.codec import chain, genesis, terms_from_body
from forbear.loans.events import LoanEvent
from forbear.loans.fold import advance, fold
from forbear.loans.position import Position
from forbear.loans.terms import LoanTerms
from forbear.services.leaves import KINDS
from forbear.services.ledger import position_columns
from forbear.store.models import Case, EvidenceLeaf, LedgerEvent, Loan, NightRun, PositionRow
from forbear.store.selectors.cases import open_cases_digest
from forbear.store.selectors.ledger import event_of
from forbear.store.selectors.readable import Row, readable

CHUNK = 500
EVENT_COLUMNS = KINDS["event"].columns
MOVING_BY_ITSELF = ("bucket", "days_past_due", "overdue")
"""What a close brings to its day in a stored position without folding the loan anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Closes:
    """The closes that stored positions rest on: the last one that kept them, what runs, and all by day."""

    lender_id: str
    kept: NightRun | None
    running: tuple[date, ...]
    days: tuple[date, ...]

    @property
    def halted(self) -> frozenset[str]:
        """The loans whose positions the last close left as they were."""
        halts = self.kept.counts.get("halted", ()) if self.kept else ()
        return frozenset(halt["loan_id"] for halt in halts)


def ledger_faults(lender_id: str) -> tuple[str, str]:
    """Name the first loan whose chain does not follow from its rows, and the first whose position doesn't.

    Either is empty where there is none; after a broken chain nothing more is looked at.
    """
    after_pk = position = ""
    closes = _closes(lender_id)
    while loans := _loans_after(lender_id, after_pk):
        ids = [pk for pk, _ in loans]
        stored = dict(readable(PositionRow.objects.filter(pk__in=ids).values("pk", *_position_columns())))
        events = LedgerEvent.objects.filter(loan_id__in=ids).order_by("loan_id", "seq")
        rows = defaultdict(list)
        for pk, row in readable(events.values("pk", *EVENT_COLUMNS)):
            if row is None:
                return f"LedgerEvent {pk}: the row cannot be read", ""
            rows[row["loan_id"]].append(SimpleNamespace(**row))
        for pk, loan in loans:
            broken, wrong = _loan_faults(pk, loan, rows[pk], stored, closes)
            if broken:
                return broken, ""
            position = position or wrong
        after_pk = ids[-1]
    return "", position


def first_bad_case(lender_id: str) -> str:
    """Tell whether the open cases with their plans are still those that the last close left."""
    before, found, after = _left_open(lender_id), open_cases_digest(lender_id), _left_open(lender_id)
    if before is None and after is None:
        alone = Case.objects.filter(lender_id=lender_id, closed_on=None).order_by("pk").first()
        return f"Case {alone.pk}: no close opened it" if alone else ""
    if found in [night.cases for night in (before, after) if night]:
        return ""
    return (
        f"Case of {lender_id}: the open cases with their plans are not those that the close of"
        f" {after.day if after else ''} left"
    )


def _left_open(lender_id: str) -> NightRun | None:
    leaves = EvidenceLeaf.objects.filter(lender_id=lender_id, kind="night").order_by("-pk")
    ref = leaves.values_list("ref", flat=True).first()
    return NightRun.objects.filter(pk=ref).first() if ref is not None else None


def _loan_faults(
    loan_id: str, loan: Row, rows: Sequence[Any], stored: dict[str, Row], closes: _Closes
) -> tuple[str, str]:
    try:
        terms = terms_from_body(loan["terms"] if loan else {})
    except InputError as error:
        return f"Loan {loan_id}: its terms cannot be read ({error})", ""
    events: list[LoanEvent] = []
    bad = _chain_fault(loan_id, terms, rows, events)
    if bad:
        return bad, ""
    if loan_id not in stored:
        return "", _missing(loan_id, loan, rows, closes)
    if _position_fault(loan_id, terms, events, stored[loan_id], closes):
        return "", _looked_at_again(loan_id, terms)
    return "", ""


def _chain_fault(loan_id: str, terms: LoanTerms, rows: Sequence[Any], events: list[LoanEvent]) -> str:
    """Say where a chain breaks; what could be read of it is added to ``events``."""
    previous = genesis(loan_id, terms)
    for number, row in enumerate(rows, 1):
        if row.seq != number:
            return f"LedgerEvent {row.pk}: seq is {row.seq} where loan {loan_id} has its entry {number}"
        try:
            events.append(event_of(row))
            previous = chain(previous, events[-1])
        except (InputError, AttributeError, TypeError) as error:
            return f"LedgerEvent {row.pk}: its body cannot be read ({error})"
        if row.digest != previous:
            return f"LedgerEvent {row.pk}: digest differs from the one that its row and the chain give"
    return ""


def _position_fault(
    loan_id: str, terms: LoanTerms, events: Sequence[LoanEvent], stored: Row, closes: _Closes
) -> str:
    if stored is None:
        return f"PositionRow {loan_id}: the row cannot be read"
    try:
        folded = fold(terms, events[: stored["last_seq"]], as_of=stored["as_of"])
    except InputError as error:
        return f"PositionRow {loan_id}: its loan cannot be folded ({error})"
    differing = _differing(stored, folded)
    if stored["lender_id"] != closes.lender_id:
        differing.append("lender_id")
    if set(differing) <= set(MOVING_BY_ITSELF) and _is_moved(stored, folded, closes):
        return ""
    return f"PositionRow {loan_id}: it differs from what the ledger gives: {', '.join(differing) or 'bucket'}"


def _is_moved(stored: dict[str, Any], folded: Position, closes: _Closes) -> bool:
    """Tell whether what moves by itself stands at the day of the last close, or of one that runs.

    A loan that was halted stays where an earlier close left it.
    """
    others = closes.days if folded.loan_id in closes.halted else closes.running
    days = {max(folded.as_of, day) for day in others}
    days.add(max(folded.as_of, closes.kept.day) if closes.kept else folded.as_of)
    return any(_moving(_at(folded, day)) == [stored[name] for name in MOVING_BY_ITSELF] for day in days)


def _at(folded: Position, day: date) -> Position:
    """Return the position at a later day, the same one where nothing of it can have fallen due by then."""
    if folded.oldest_due is None and (folded.next_due is None or folded.next_due > day):
        return folded
    return advance(folded, day)


def _moving(position: Position) -> list[Any]:
    return [position.bucket, position.days_past_due, position.overdue.total]


def _differing(stored: dict[str, Any], position: Position) -> list[str]:
    return sorted(name for name, value in position_columns(position).items() if stored[name] != value)


def _looked_at_again(loan_id: str, terms: LoanTerms) -> str:
    """Read a loan whose position seemed wrong once more: a payment or a close may have come in between."""
    stored = dict(readable(PositionRow.objects.filter(pk=loan_id).values("pk", *_position_columns())))
    rows = LedgerEvent.objects.filter(loan_id=loan_id).order_by("seq")
    closes = _closes(Loan.objects.values_list("lender_id", flat=True).get(pk=loan_id))
    return _position_fault(loan_id, terms, [event_of(row) for row in rows], stored.get(loan_id), closes)


def _missing(loan_id: str, loan: Row, rows: Sequence[Any], closes: _Closes) -> str:
    """Say that a loan has no position, where the last close knew it and would have kept one."""
    kept = closes.kept
    if kept is None or loan is None or loan["books"] != Loan.Books.OWN or loan_id in closes.halted:
        return ""
    known = any(row.recorded_at < kept.started_at and row.value_date <= kept.day for row in rows)
    return f"PositionRow {loan_id}: the row is missing" if known else ""


def _closes(lender_id: str) -> _Closes:
    nights = NightRun.objects.filter(lender_id=lender_id).order_by("-day")
    running = nights.filter(finished_at=None).values_list("day", flat=True)
    return _Closes(
        lender_id=lender_id,
        kept=nights.filter(positions_kept=True).first(),
        running=tuple(running),
        days=tuple(nights.values_list("day", flat=True)),
    )


def _loans_after(lender_id: str, after_pk: str) -> list[tuple[str, Row]]:
    loans = Loan.objects.filter(lender_id=lender_id, pk__gt=after_pk).order_by("pk")
    return list(readable(loans.values("pk", "terms", "books")[:CHUNK]))


def _position_columns() -> tuple[str, ...]:
    return tuple(field.attname for field in PositionRow._meta.concrete_fields)

"""What a night reads of a whole book, in a number of queries that does not grow with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import TypeVar

from django.db.models import Max, Min

from forbear.loans.events import LoanEvent
from forbear.loans.terms import LoanTerms
from forbear.store.models import LedgerEvent, Loan
from forbear.store.selectors.ledger import events_by_loan, loan_terms

CHUNK = 500
"""Ids that one query names."""

T = TypeVar("T")


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """Cut items into lists that one query can name."""
    left = iter(items)
    while part := list(islice(left, CHUNK)):
        yield part


def ledger_heads(lender_id: str, day: date) -> dict[str, int]:
    """Return, for each loan in the lender's own books, its last event that counts by the end of ``day``.

    Loans without such an event are not paid out yet and left out.
    """
    events = LedgerEvent.objects.filter(lender_id=lender_id, value_date__lte=day, loan__books=Loan.Books.OWN)
    heads = events.values("loan_id").annotate(head=Max("seq")).order_by()
    return dict(heads.values_list("loan_id", "head"))


def book_begins(lender_id: str) -> date | None:
    """Return the value date of the first event in the lender's own books; None while they hold nothing."""
    events = LedgerEvent.objects.filter(lender_id=lender_id, loan__books=Loan.Books.OWN)
    return events.aggregate(first=Min("value_date"))["first"]


def events_between(lender_id: str, after: date, until: date) -> dict[str, list[LoanEvent]]:
    """Return the lender's events with a value date after one day and up to another, by loan and sequence."""
    events = LedgerEvent.objects.filter(lender_id=lender_id, value_date__gt=after, value_date__lte=until)
    return events_by_loan(events)


def events_until(heads: Mapping[str, int]) -> dict[str, list[LoanEvent]]:
    """Return the events of loans, each up to its head, by loan and sequence."""
    found: dict[str, list[LoanEvent]] = {loan_id: [] for loan_id in heads}
    for part in chunks(heads):
        most = max(heads[loan_id] for loan_id in part)
        for loan_id, events in events_by_loan(
            LedgerEvent.objects.filter(loan_id__in=part, seq__lte=most)
        ).items():
            found[loan_id] = [event for event in events if event.seq <= heads[loan_id]]
    return found


def terms_by_loan(loan_ids: Iterable[str]) -> dict[str, LoanTerms]:
    """Return the terms at the start of many loans."""
    return {
        loan.pk: loan_terms(loan) for part in chunks(loan_ids) for loan in Loan.objects.filter(pk__in=part)
    }

"""The rows that a tape import writes beside the ledger, and what stood there before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from forbear.book.history import LoanHistory
from forbear.book.profile import Profile
from forbear.book.tape import TapeLoan
from forbear.errors import InputError
from forbear.loans.codec import terms_to_body
from forbear.services.leaves import Entry as Leaf
from forbear.services.leaves import key_make, leaves_add
from forbear.services.lender import lender_add
from forbear.services.once import Request
from forbear.store.models import (
    ContactPoint,
    LedgerEvent,
    Lender,
    Loan,
    LoanRole,
    Party,
    PersonKey,
    Snapshot,
)
from forbear.store.models.ids import derived_id, placed_id

BATCH = 500
SOURCE = "tape"


@dataclass(slots=True)
class Standing:
    """A loan as it stood before an import: its events by id, and the balances reported by then."""

    last_seq: int = 0
    events: dict[str, tuple[date, str, dict[str, Any]]] = field(default_factory=dict)
    reports: dict[date, int] = field(default_factory=dict)


def lender_for(request: Request, profile: Profile) -> tuple[Lender, bool]:
    """Return the lender, and whether it was made now; raises InputError for one of another currency."""
    spec, lender = profile.lender, lender_or_spec(request.lender_id, profile)
    made = lender.created_at is None
    if made:
        lender.created_at = request.now
        lender_add(lender)
    if lender.currency != spec.currency:
        raise InputError(
            f"Lender {lender.pk} keeps {lender.currency}, the profile says {spec.currency}; use another"
            " lender or correct the profile.",
            field="currency",
        )
    return lender, made


def lender_or_spec(lender_id: str, profile: Profile) -> Lender:
    """Return the lender, or the one that the profile describes, not stored and without ``created_at``."""
    spec = profile.lender
    return Lender.objects.filter(pk=lender_id).first() or Lender(
        id=lender_id,
        name=spec.name,
        legal_name=spec.legal_name,
        country=spec.country,
        pack_id=spec.law_pack,
        currency=spec.currency,
        language=spec.language,
        zone=spec.zone,
        cutoff=spec.cutoff,
        phone=spec.phone,
    )


def standing(lender_id: str, histories: Mapping[str, LoanHistory]) -> dict[str, Standing]:
    """Return the loans of a tape that are there already, by reference, as they stand."""
    found: dict[str, Standing] = {}
    for some in _chunks(histories):
        loans = Loan.objects.filter(lender_id=lender_id, reference__in=some)
        by_id = dict(loans.values_list("pk", "reference"))
        found.update({reference: Standing() for reference in by_id.values()})
        events = LedgerEvent.objects.filter(loan_id__in=by_id)
        for loan_id, event_id, seq, day, kind, body in events.values_list(
            "loan_id", "event_id", "seq", "value_date", "kind", "body"
        ):
            kept = found[by_id[loan_id]]
            kept.events[event_id] = (day, kind, body)
            kept.last_seq = max(kept.last_seq, seq)
        reports = Snapshot.objects.filter(loan_id__in=by_id)
        for loan_id, day, balance in reports.values_list("loan_id", "as_of", "balance"):
            found[by_id[loan_id]].reports[day] = balance
    return found


def people_and_loans(request: Request, profile: Profile, histories: Sequence[LoanHistory]) -> None:
    """Write borrowers with their keys and contact points, and loans, each with its leaf."""
    lender_id = request.lender_id
    for some in _chunks(histories):
        people = [_party(lender_id, item.loan) for item in some]
        Party.objects.bulk_create(people)
        PersonKey.objects.bulk_create([key_make(lender_id, party.pk) for party in people])
        points = [
            point for item, party in zip(some, people, strict=True) for point in _points(item.loan, party)
        ]
        ContactPoint.objects.bulk_create(points)
        loans = [_loan(lender_id, profile, item) for item in some]
        Loan.objects.bulk_create(loans)
        roles = [_role(loan, party) for loan, party in zip(loans, people, strict=True)]
        LoanRole.objects.bulk_create(roles)
        leaves_add(
            [
                *(Leaf("party", party, party.pk, request.now) for party in people),
                *(Leaf("point", point, point.party_id, request.now) for point in points),
                *(Leaf("role", role, role.party_id, request.now) for role in roles),
                *(
                    Leaf("loan", loan, party.pk, request.now)
                    for loan, party in zip(loans, people, strict=True)
                ),
            ]
        )


def reports_add(
    lender_id: str, source: str, histories: Mapping[str, LoanHistory], before: Mapping[str, Standing]
) -> int:
    """Write the balances that were reported, and return how many are new.

    Raises InputError where a day's balance was reported otherwise before: it is never corrected.
    """
    added = 0
    for some in _chunks(_new_reports(lender_id, source, histories, before), size=2000):
        added += len(Snapshot.objects.bulk_create(some))
    return added


def _new_reports(
    lender_id: str, source: str, histories: Mapping[str, LoanHistory], before: Mapping[str, Standing]
) -> Iterator[Snapshot]:
    for reference, history in histories.items():
        known = before[reference].reports if reference in before else {}
        loan_id = derived_id("loan", lender_id, reference)
        for day, balance in history.balances:
            if day not in known:
                yield Snapshot(
                    lender_id=lender_id, loan_id=loan_id, as_of=day, balance=balance, source=source
                )
            elif known[day] != balance:
                raise InputError(
                    f"Loan {reference}: the balance of {day} was reported as {known[day]} before and is"
                    f" {balance} now; a report is never corrected.",
                    field="balance",
                )


def _party(lender_id: str, loan: TapeLoan) -> Party:
    made_up = {"zh-hans": "借款人", "en": "Borrower"}[loan.language]
    return Party(
        id=derived_id("party", lender_id, SOURCE, loan.reference),
        lender_id=lender_id,
        name=loan.name or f"{made_up} {loan.reference}",
        language=loan.language,
    )


def _points(loan: TapeLoan, party: Party) -> Iterator[ContactPoint]:
    media = ContactPoint.Medium
    for medium, value in ((media.PHONE, loan.phone), (media.EMAIL, loan.email), (media.ADDRESS, loan.place)):
        if value:
            yield ContactPoint(
                id=derived_id("point", party.pk, medium),
                lender_id=party.lender_id,
                party=party,
                medium=medium,
                value=value,
                zone=loan.zone,
                source=SOURCE,
                valid_from=loan.disbursed_on,
            )


def _role(loan: Loan, party: Party) -> LoanRole:
    return LoanRole(
        id=placed_id("role", 0, loan.pk),
        lender_id=loan.lender_id,
        loan=loan,
        party=party,
        role=LoanRole.Role.BORROWER,
        since=loan.opened_on,
    )


def _loan(lender_id: str, profile: Profile, history: LoanHistory) -> Loan:
    return Loan(
        id=derived_id("loan", lender_id, history.loan.reference),
        lender_id=lender_id,
        reference=history.loan.reference,
        product=profile.terms.product,
        books=profile.terms.books,
        opened_on=history.entries[0].value_date,
        terms=terms_to_body(history.terms),
    )


def _chunks(items: Iterable[Any], size: int = BATCH) -> Iterator[list[Any]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some

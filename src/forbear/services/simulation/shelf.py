"""Puts the invented lender into the tables: people, loans and ledgers, as the services would have."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time

from django.db import transaction

from forbear.loans.codec import terms_to_body
from forbear.services.leaves import Entry, key_make, leaves_add
from forbear.services.ledger import load
from forbear.services.simulation.behaviour import ACTOR, History
from forbear.services.simulation.lenders import PACK, ZONE, LenderPlan, Plan
from forbear.services.simulation.loans import LoanPlan
from forbear.services.simulation.people import Person, person
from forbear.store.models import ContactPoint, Lender, Loan, LoanRole, Party, PersonKey

BATCH = 1000

Watch = Callable[[str, int, int], None]
"""Told the title of a step, how much of it is done, and of how much."""


def lender_add(plan: Plan, lender: LenderPlan) -> Lender:
    """Make the tenant."""
    return Lender.objects.create(
        id=lender.lender_id,
        name=lender.name,
        legal_name=lender.legal_name,
        country="CN",
        pack_id=PACK,
        currency="CNY",
        language="zh-hans",
        zone=str(ZONE),
        cutoff=time(0),
        phone=lender.phone,
        created_at=datetime.combine(plan.history_from, time(9), ZONE).astimezone(UTC),
    )


def people_of(plan: Plan, lender: LenderPlan, loans: Sequence[LoanPlan]) -> dict[int, Person]:
    """Make up everybody who stands behind or beside these loans, known since the first of them."""
    since: dict[int, date] = {}
    story = set()
    for loan in loans:
        for number, _ in loan.roles:
            since[number] = min(since.get(number, loan.terms.disbursed_on), loan.terms.disbursed_on)
        if loan.story:
            story.add(loan.borrower)
    return {
        number: person(plan, lender, number, known_since=day, story=number in story)
        for number, day in sorted(since.items())
    }


def people_add(plan: Plan, lender: LenderPlan, people: Iterable[Person]) -> None:
    """Write people with the key of their evidence, derived from the seed, and how to reach them."""
    people = list(people)
    with transaction.atomic():
        Party.objects.bulk_create((party_row(lender.lender_id, one) for one in people), batch_size=BATCH)
        PersonKey.objects.bulk_create(
            (key_make(lender.lender_id, one.party_id, _key(plan, one)) for one in people), batch_size=BATCH
        )
        ContactPoint.objects.bulk_create(
            (point for one in people for point in point_rows(lender.lender_id, one, as_of=plan.today)),
            batch_size=BATCH,
        )


def party_row(lender_id: str, one: Person) -> Party:
    """Return the row of a person."""
    return Party(
        id=one.party_id,
        lender_id=lender_id,
        name=one.name,
        born_on=one.born_on,
        identity_tail=one.identity_tail,
        language=one.language,
    )


def point_rows(lender_id: str, one: Person, *, as_of: date) -> Iterator[ContactPoint]:
    """Yield the rows of a person's number, mailbox and address, last confirmed as it was on that day."""
    for point_id, medium, value in (
        (one.phone_id, ContactPoint.Medium.PHONE, one.phone),
        (one.email_id, ContactPoint.Medium.EMAIL, one.email),
        (one.address_id, ContactPoint.Medium.ADDRESS, one.address),
    ):
        yield ContactPoint(
            id=point_id,
            lender_id=lender_id,
            party_id=one.party_id,
            medium=medium,
            value=value,
            zone=one.zone,
            source="application",
            valid_from=one.known_since,
            confirmed_on=one.confirmed_by(as_of),
        )


def loans_add(lender: LenderPlan, loans: Sequence[LoanPlan], people: dict[int, Person]) -> None:
    """Write loans and roles, with a leaf for each loan on the day that it was paid out."""
    rows = [loan_row(lender.lender_id, loan) for loan in loans]
    with transaction.atomic():
        Loan.objects.bulk_create(rows, batch_size=BATCH)
        LoanRole.objects.bulk_create(
            (
                LoanRole(
                    lender_id=lender.lender_id,
                    loan_id=loan.loan_id,
                    party_id=people[number].party_id,
                    role=role,
                    since=loan.terms.disbursed_on,
                )
                for loan in loans
                for number, role in loan.roles
            ),
            batch_size=BATCH,
        )
        leaves_add(
            [
                Entry("loan", row, people[loan.borrower].party_id, _opened_at(loan))
                for row, loan in zip(rows, loans, strict=True)
            ]
        )


def ledgers_add(plan: Plan, lender: LenderPlan, histories: Iterable[History]) -> int:
    """Append every history to its ledger, chained and sealed as any event is; return how many events."""
    return load(
        actor=ACTOR,
        lender_id=lender.lender_id,
        now=plan.starts_at,
        histories=((history.loan.loan_id, history.events) for history in histories),
    )


def _key(plan: Plan, one: Person) -> bytes:
    return hashlib.sha512(f"{plan.seed}/{one.party_id}".encode()).digest()


def loan_row(lender_id: str, loan: LoanPlan) -> Loan:
    """Return the row of a loan."""
    return Loan(
        id=loan.loan_id,
        lender_id=lender_id,
        reference=loan.reference,
        product=loan.product,
        opened_on=loan.terms.disbursed_on,
        terms=terms_to_body(loan.terms),
    )


def _opened_at(loan: LoanPlan) -> datetime:
    return datetime.combine(loan.terms.disbursed_on, time(9), ZONE).astimezone(UTC)

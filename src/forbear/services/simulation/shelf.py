"""Puts the invented lender into the tables: people, loans and ledgers, as the services would have."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time

from django.db import transaction

from forbear.loans.codec import terms_to_body
from forbear.services.leaves import Entry, key_make, leaves_add
from forbear.services.ledger import load
from forbear.services.lender import lender_add
from forbear.services.simulation.behaviour import ACTOR, History
from forbear.services.simulation.lenders import PACK, ZONE, LenderPlan, Plan
from forbear.services.simulation.loans import LoanPlan
from forbear.services.simulation.people import Person, person
from forbear.store.models import ContactPoint, Lender, Loan, LoanRole, Party, PersonKey
from forbear.store.models.ids import placed_id

BATCH = 1000

Watch = Callable[[str, int, int], None]
"""Told the title of a step, how much of it is done, and of how much."""


def tenant_add(plan: Plan, lender: LenderPlan) -> Lender:
    """Make the tenant."""
    return lender_add(
        Lender(
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
            created_at=_morning(plan.history_from),
        )
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
    """Write people with the key of their evidence, derived from the seed, and how to reach them.

    Their leaves are of the day on which what they say became known.
    """
    people = list(people)
    parties = [party_row(lender.lender_id, one) for one in people]
    points = [point for one in people for point in point_rows(lender.lender_id, one, as_of=plan.today)]
    with transaction.atomic():
        Party.objects.bulk_create(parties, batch_size=BATCH)
        PersonKey.objects.bulk_create(
            (key_make(lender.lender_id, one.party_id, _key(plan, one)) for one in people), batch_size=BATCH
        )
        ContactPoint.objects.bulk_create(points, batch_size=BATCH)
        leaves_add(
            [
                *(
                    Entry("party", row, row.pk, _morning(one.known_since))
                    for row, one in zip(parties, people, strict=True)
                ),
                *(
                    Entry("point", row, row.party_id, _morning(row.confirmed_on or row.valid_from))
                    for row in points
                ),
            ]
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
    """Write loans and roles, with a leaf for each on the day that the loan was paid out."""
    rows = [loan_row(lender.lender_id, loan) for loan in loans]
    roles = [
        LoanRole(
            id=placed_id("role", place, loan.loan_id),
            lender_id=lender.lender_id,
            loan_id=loan.loan_id,
            party_id=people[number].party_id,
            role=role,
            since=loan.terms.disbursed_on,
        )
        for loan in loans
        for place, (number, role) in enumerate(loan.roles)
    ]
    with transaction.atomic():
        Loan.objects.bulk_create(rows, batch_size=BATCH)
        LoanRole.objects.bulk_create(roles, batch_size=BATCH)
        leaves_add(
            [
                *(
                    Entry("loan", row, people[loan.borrower].party_id, _morning(row.opened_on))
                    for row, loan in zip(rows, loans, strict=True)
                ),
                *(Entry("role", role, role.party_id, _morning(role.since)) for role in roles),
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


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9), ZONE).astimezone(UTC)

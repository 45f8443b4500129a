"""Opening a loan: its terms, who stands behind it, and its first event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from forbear.errors import InputError, NotVisibleError
from forbear.loans.codec import payload_to_body, terms_to_body
from forbear.loans.events import Boarded, Disbursed
from forbear.loans.terms import LoanTerms
from forbear.services.leaves import Entry, leaves_add
from forbear.services.ledger import NewEvent, extend
from forbear.services.lender import lender_of
from forbear.services.once import Request, clean, lock_loan, once
from forbear.store.models import Loan, LoanRole, Party
from forbear.store.models.ids import derived_id, placed_id

PARTIES_MAX = 100
"""People in their roles on one loan."""


def loan_open(
    *,
    actor: str,
    lender_id: str,
    key: str,
    now: datetime,
    reference: str,
    product: str,
    terms: LoanTerms,
    parties: Sequence[tuple[str, str]],
    opening: Disbursed | Boarded | None,
    books: str = "own",
    opened_on: date | None = None,
) -> str:
    """Open a loan; its id comes back.

    ``parties`` are (party_id, role), with at least one borrower. ``opened_on`` is the value date of
    the opening: by default the day of disbursement, or the day that a boarded loan is paid through.
    Where another system keeps the books (``core``) there is no opening: nothing is entered here. Raises
    InputError naming the field, NotVisibleError for a person who is not this lender's.
    """
    _check_books(books, opening)
    day = opened_on or (opening.paid_through if isinstance(opening, Boarded) else terms.disbursed_on)
    reference = clean(reference, field="reference", longest=40)
    body = {
        "reference": reference,
        "product": clean(product, field="product", longest=80),
        "terms": terms_to_body(terms),
        "parties": _checked_parties(parties),
        "opening": opening and {"kind": opening.KIND, "body": payload_to_body(opening)},
        "opened_on": day.isoformat(),
        "books": books,
    }
    request = Request(verb="loan_open", actor=actor, lender_id=lender_id, key=key, now=now, body=body)
    loan = Loan(
        id=derived_id("loan", lender_id, reference),
        lender_id=lender_id,
        reference=reference,
        product=body["product"],
        books=books,
        opened_on=day,
        terms=body["terms"],
    )

    def work() -> dict[str, object]:
        _store(loan, parties, request)
        locked = lock_loan(loan.pk, lender_id)
        if opening is not None:
            extend(locked, [NewEvent(value_date=day, body=opening)], request=request)
        return {"loan_id": loan.pk}

    return once(request, work).reply["loan_id"]


def _store(loan: Loan, parties: Sequence[tuple[str, str]], request: Request) -> None:
    lender_of(loan.lender_id)
    if Loan.objects.filter(lender_id=loan.lender_id, reference=loan.reference).exists():
        raise InputError(f"Loan {loan.reference} is open already; use another reference.", field="reference")
    wanted = {party_id for party_id, _ in parties}
    known = set(Party.objects.filter(lender_id=loan.lender_id, pk__in=wanted).values_list("pk", flat=True))
    if known != wanted:
        raise NotVisibleError(f"There is no person {min(wanted - known)} with this lender.")
    loan.save(force_insert=True)
    roles = [
        LoanRole(
            id=placed_id("role", place, loan.pk),
            lender_id=loan.lender_id,
            loan=loan,
            party_id=party_id,
            role=role,
            since=loan.opened_on,
        )
        for place, (party_id, role) in enumerate(parties)
    ]
    LoanRole.objects.bulk_create(roles)
    borrower = next(party_id for party_id, role in parties if role == LoanRole.Role.BORROWER)
    leaves_add(
        [
            Entry("loan", loan, borrower, request.now),
            *(Entry("role", role, role.party_id, request.now) for role in roles),
        ]
    )


def _checked_parties(parties: Sequence[tuple[str, str]]) -> list[list[str]]:
    for _, role in parties:
        if role not in LoanRole.Role.values:
            raise InputError(f"Role {role!r} is not one of {', '.join(LoanRole.Role.values)}.", field="role")
    if LoanRole.Role.BORROWER not in [role for _, role in parties]:
        raise InputError("A loan needs a borrower; name one among its parties.", field="parties")
    if len(parties) > PARTIES_MAX:
        raise InputError(f"A loan has at most {PARTIES_MAX} people in their roles.", field="parties")
    if len(set(parties)) != len(parties):
        raise InputError("A person is named twice in the same role.", field="parties")
    return [[party_id, role] for party_id, role in parties]


def _check_books(books: str, opening: Disbursed | Boarded | None) -> None:
    if books not in Loan.Books.values:
        raise InputError(
            f"Books are {books!r}; they must be {' or '.join(Loan.Books.values)}.", field="books"
        )
    if (opening is None) != (books == Loan.Books.CORE):
        raise InputError(
            "A loan in our own books begins with its opening; one whose books another system keeps has none.",
            field="opening",
        )

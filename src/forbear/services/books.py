"""Whose books? Where another system keeps a loan's ledger, Forbear reads its reports and records no entry."""

from __future__ import annotations

from forbear.errors import RefusedError
from forbear.store.models import Loan


def require_own_books(loan: Loan) -> None:
    """Raise RefusedError for an entry in the ledger of a loan whose books another system keeps."""
    if loan.books != Loan.Books.OWN:
        raise RefusedError(
            f"Another system keeps the books of loan {loan.reference}; record it there, and the next tape"
            " brings it here."
        )


def require_known_amounts(loan: Loan) -> None:
    """Raise RefusedError where what is owed now is not known here, because another system keeps the books."""
    if loan.books != Loan.Books.OWN:
        raise RefusedError(
            f"Another system keeps the books of loan {loan.reference}, so what is owed on it now is not known"
            " here; ask or remind from that system."
        )

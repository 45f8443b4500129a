"""Decimal text to minor units of a loan, and back."""

from __future__ import annotations

from forbear.errors import InputError
from forbear.loans.slots import PartAmounts
from forbear.loans.terms import LoanTerms
from forbear.money.amount import decimal_text, digits_of, parse_amount
from forbear.web.api.schemas import Parts


def minor_of(text: str, currency: str, terms: LoanTerms) -> int:
    """Read ``text`` as an amount of the loan, in integers of 10^-scale of its terms.

    Raises InputError for another currency, for zero, and for more decimals than the currency has.
    """
    if currency != terms.currency:
        raise InputError(
            f"The loan is in {terms.currency}, the payment in {currency}; send {terms.currency}.",
            field="currency",
        )
    money = parse_amount(text, currency)
    if money.minor <= 0:
        raise InputError("The amount is 0; send an amount above 0.", field="amount")
    return money.minor * 10 ** (terms.scale - digits_of(currency))


def parts_text(parts: PartAmounts, scale: int) -> Parts:
    """Write each part of an amount as decimal text."""
    names = ("principal", "interest", "fee", "penalty", "total")
    return Parts(**{name: decimal_text(getattr(parts, name), scale) for name in names})

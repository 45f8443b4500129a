"""What a lender may claim: the principal really lent, interest for the days really used, and rate caps.

The caps' values come in as arguments, looked up by the day that the law goes by; none stands here. Amounts
are integers of 10^-scale, rates are yearly shares. Sources: the Civil Code of the PRC; the Supreme People's
Court's provisions on private lending (Fa Shi [2020] No. 17; "the provisions" below) and its reply on their
scope (Fa Shi [2020] No. 27).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from forbear.errors import InputError
from forbear.money.rounding import Rounding


class Licence(StrEnum):
    """Who supervises a lender.

    PRIVATE: nobody (people, and companies without a licence). FINANCIAL: an institution that the financial
    regulator approved, such as a bank or a consumer finance company. LOCAL_FINANCIAL: one of the seven
    kinds under local supervision, such as a small-loan company.
    """

    PRIVATE = "private"
    FINANCIAL = "financial"
    LOCAL_FINANCIAL = "local_financial"


class Agreement(StrEnum):
    """What a contract says of interest: an amount, nothing, or something that cannot be made out."""

    AGREED = "agreed"
    NONE = "none"
    UNCLEAR = "unclear"


class Regime(StrEnum):
    """Which cap a court applies to the interest of some days of a private loan."""

    AT_FORMATION = "at_formation"
    AT_FILING = "at_filing"
    FORMER_ON_REQUEST = "former_on_request"
    FORMER = "former"


@dataclass(frozen=True, slots=True)
class Segment:
    """Days from ``start`` up to, and with, ``end`` (None: until repaid) to which one regime applies."""

    start: date
    end: date | None
    regime: Regime


def principal_lent(stated: int, deducted: int) -> int:
    """Return the principal of a loan from which interest was deducted before it was paid out.

    Raises InputError for a deduction below 0, or one that leaves nothing. Source: Civil Code, art. 670;
    the provisions, art. 26.
    """
    if not 0 <= deducted < stated:
        raise InputError(
            f"{deducted} was deducted from {stated}; something has to be lent.", field="deducted"
        )
    return stated - deducted


def interest_rate(
    agreement: Agreement, agreed: Fraction = Fraction(0), *, between_natural_persons: bool = False
) -> Fraction | None:
    """Return the rate that is owed, or None where it has to be found from custom and the market.

    No interest agreed means none; interest agreed unclearly means none between natural persons. Raises
    InputError for a rate below 0. Source: Civil Code, art. 680.
    """
    if agreed < 0:
        raise InputError(f"A rate of {agreed} was agreed; it cannot be below 0.", field="agreed")
    if agreement is Agreement.AGREED:
        return agreed
    return None if agreement is Agreement.UNCLEAR and not between_natural_persons else Fraction(0)


def interest_for(
    principal: int, rate_annual: Fraction, years: Fraction, *, rounding: Rounding = Rounding.HALF_UP
) -> int:
    """Return simple interest on a principal for a time in years, settled once.

    Raises InputError for a time or a rate below 0.
    """
    if years < 0 or rate_annual < 0:
        raise InputError("Interest is for a time and at a rate that are not below 0.", field="years")
    return rounding.settle(principal * rate_annual * years)


def prepaid_interest(
    principal: int,
    rate_annual: Fraction,
    *,
    used: Fraction,
    agreed: Fraction,
    full_term_agreed: bool = False,
    rounding: Rounding = Rounding.HALF_UP,
) -> int:
    """Return the interest of a loan that is repaid early, for the years it was really used.

    ``agreed`` are the years of the contract, whose interest is owed only where that was agreed upon. Raises
    InputError where more was used than agreed. Source: Civil Code, art. 677.
    """
    if used > agreed:
        raise InputError("It was used for longer than agreed; that is no early repayment.", field="used")
    return interest_for(principal, rate_annual, agreed if full_term_agreed else used, rounding=rounding)


def lpr_cap(lpr: Fraction, multiple: Fraction) -> Fraction:
    """Return the cap of a private loan: so many times the one-year loan prime rate.

    ``lpr`` is that of the day that the law goes by (the contract's, or that of filing; see ``regimes``).
    Source: the provisions, art. 25.
    """
    return lpr * multiple


def is_bound(licence: Licence) -> bool:
    """Tell whether the cap of private lending binds a lender: none that is licensed.

    Source: the provisions, art. 1, and the reply on their scope.
    """
    return licence is Licence.PRIVATE


def excess(charged: Iterable[Fraction], cap: Fraction) -> Fraction:
    """Return by how much all that is charged for the same time exceeds a cap; 0 where it does not.

    Overdue interest, penalty and other fees may be claimed together, but count together. Source: the
    provisions, art. 29.
    """
    return max(sum(charged, Fraction(0)) - cap, Fraction(0))


def regimes(*, contract: date, filed: date, changed_on: date, start: date, end: date | None) -> list[Segment]:
    """Return which cap applies to the interest from ``start`` to ``end`` (None: until repaid).

    ``changed_on`` is the day from which the provisions protect a multiple of the loan prime rate. A case
    filed before it goes by the former interpretation; for a contract made before it but filed since, that
    holds on request for the days before it, and the standard of the day of filing after. Raises InputError
    where the days end before they start. Source: the provisions, art. 31.
    """
    if end is not None and end < start:
        raise InputError(f"The days end on {end}, before they start on {start}.", field="end")
    if filed < changed_on:
        return [Segment(start, end, Regime.FORMER)]
    if contract >= changed_on:
        return [Segment(start, end, Regime.AT_FORMATION)]
    found = []
    if start < changed_on:
        last = changed_on - timedelta(days=1)
        found.append(Segment(start, last if end is None else min(end, last), Regime.FORMER_ON_REQUEST))
    if end is None or end >= changed_on:
        found.append(Segment(max(start, changed_on), end, Regime.AT_FILING))
    return found


def later_principal(stated: int, initial: int, *, rate: Fraction, cap: Fraction, years: Fraction) -> int:
    """Return what counts as principal of a loan that was rolled over with its interest into a new note.

    ``stated`` is the new note's amount, ``initial`` the first principal, ``rate`` and ``years`` those of the
    first loan. Interest above the cap does not become principal. Source: the provisions, art. 27 (1).
    """
    if rate <= cap:
        return stated
    return min(stated, rollover_ceiling(initial, cap=cap, years=years))


def rollover_ceiling(initial: int, *, cap: Fraction, years: Fraction) -> int:
    """Return the most that principal and interest may come to at the end of a loan that was rolled over.

    That is the first principal, and interest on it at the cap for the whole time. Source: the
    provisions, art. 27 (2).
    """
    return initial + interest_for(initial, cap, years)

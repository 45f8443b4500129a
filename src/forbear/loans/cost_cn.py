"""The annualised rate that a lender in China discloses: by internal rate of return, or simple.

The source is the announcement of the People's Bank of China [2021] No. 3: the rate is all that the borrower
is charged (interest and directly related fees) over the principal really used, per year; by compound
interest, which is the internal rate of return, or by simple interest, which then has to be called so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from forbear.errors import InputError
from forbear.loans.cost import EXACT, effective_annual, irr, nominal_annual


@dataclass(frozen=True, slots=True)
class Payment:
    """What is paid at the end of one period, in integers of 10^-scale: principal, and all it costs."""

    principal: int
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CnCost:
    """The cost of a loan in a year, as shares, in each way that a disclosure may state it.

    ``nominal`` is the internal rate of return times the periods of a year, ``effective`` compounds it. The
    announcement names the method and not which of the two, so a disclosure says which one it is.
    """

    per_period: Decimal
    nominal: Decimal
    effective: Decimal
    simple: Decimal


def cn_cost(received: int, payments: Sequence[Payment], periods_per_year: Fraction) -> CnCost:
    """Return what a loan costs in a year.

    ``received`` is what the borrower really got: what was deducted up front is a cost and no principal
    (Civil Code, art. 670). There is one payment for each period, in order. Raises InputError where
    the principal of the payments is not what was received, or where there is no rate.
    """
    repaid = sum(payment.principal for payment in payments)
    if repaid != received:
        raise InputError(
            f"The payments repay a principal of {repaid}, but {received} was received; "
            "what was deducted up front is a cost.",
            field="payments",
        )
    rate = irr([received, *(-payment.principal - payment.cost for payment in payments)])
    return CnCost(
        per_period=rate,
        nominal=nominal_annual(rate, periods_per_year),
        effective=effective_annual(rate, periods_per_year),
        simple=_simple(received, payments, periods_per_year),
    )


def _simple(received: int, payments: Sequence[Payment], periods_per_year: Fraction) -> Decimal:
    """Return all cost over the principal outstanding, weighted by the periods it was outstanding for."""
    outstanding, used = received, 0
    for payment in payments:
        used += outstanding
        outstanding -= payment.principal
    yearly = Fraction(sum(payment.cost for payment in payments), used) * periods_per_year
    with localcontext(EXACT):
        return Decimal(yearly.numerator) / yearly.denominator

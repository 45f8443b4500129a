"""How long a loan runs whose contract states the instalments and not the end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from math import ceil

from forbear.errors import InputError
from forbear.loans.plan_steps import Level


def instalments_needed(
    principal: int, instalment: int, level: Level, *, rate_annual: Fraction, period_share: Fraction
) -> int:
    """Return how many instalments repay ``principal``, judged by the first.

    Of a TOTAL the interest of one period, a share of the year, is taken off; the last instalment may be
    smaller. Raises InputError when an instalment repays nothing.
    """
    redeemed = Fraction(instalment)
    if level is Level.TOTAL:
        redeemed -= principal * rate_annual * period_share
    if redeemed <= 0:
        raise InputError(
            f"An instalment of {instalment} is not above the interest of a period and never repays"
            f" {principal}; give a larger one.",
            field="instalment",
        )
    return ceil(principal / redeemed)


def repaid_on(principal: int, changes: Iterable[tuple[date, int]]) -> date:
    """Return the day on which changes of the principal, in order of days, bring it down to 0.

    Raises InputError when they never do.
    """
    for day, change in changes:
        principal += change
        if principal <= 0:
            return day
    raise InputError(f"The planned changes leave {principal} unpaid; plan its repayment.", field="principal")

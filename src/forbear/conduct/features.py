"""What may be known of an overdue loan when its next step is chosen, and nothing else.

Every feature is a whole number about the loan and how its promises went. Not used, ever: phone
books, call logs, device or social data, other people's data, the wish to complain, illness,
bereavement, dependants, religion, distress, or susceptibility to pressure. A stop request, a limit
on hours, an objection or a complaint never feeds a score.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date

from forbear.errors import invariant

PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """How the arrears of a loan went before: cases cured, promises kept and broken (counts)."""

    past_cures: int = 0
    kept_promises: int = 0
    broken_promises: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanFacts:
    """What the features are taken from: a loan at the end of ``as_of``, amounts in minor units.

    ``owed`` is everything still to be paid: what is due and the rest of the principal.
    """

    as_of: date
    disbursed_on: date
    original_principal: int
    principal: int
    owed: int
    overdue: int
    days_past_due: int
    instalments_overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The features of one loan on one day.

    ``days_past_due`` in days; ``overdue_share_ppm`` is the overdue amount as millionths of all that
    is owed; ``instalments_overdue``, ``past_cures``, ``kept_promises`` and ``broken_promises`` are
    counts; ``months_on_book`` whole months since payout; ``share_repaid_ppm`` the part of the
    original principal that has been repaid, in millionths.
    """

    days_past_due: int
    overdue_share_ppm: int
    instalments_overdue: int
    months_on_book: int
    share_repaid_ppm: int
    past_cures: int
    kept_promises: int
    broken_promises: int

    def values(self) -> dict[str, int]:
        """Return the values by name, as a scorecard takes them."""
        return asdict(self)


FEATURE_NAMES = tuple(item.name for item in fields(Features))
"""Every feature there is. A score or a rank may use these and no others."""


def features_of(loan: LoanFacts, history: History) -> Features:
    """Take the features of a loan from its amounts and from how its arrears went before."""
    invariant(loan.principal >= 0, "no loan owes a negative principal")
    repaid = (loan.original_principal - loan.principal) * PPM // loan.original_principal
    return Features(
        days_past_due=loan.days_past_due,
        overdue_share_ppm=min(PPM, loan.overdue * PPM // loan.owed) if loan.owed > 0 else 0,
        instalments_overdue=loan.instalments_overdue,
        months_on_book=_months(loan.disbursed_on, loan.as_of),
        share_repaid_ppm=max(0, min(PPM, repaid)),
        past_cures=history.past_cures,
        kept_promises=history.kept_promises,
        broken_promises=history.broken_promises,
    )


def _months(start: date, day: date) -> int:
    months = (day.year - start.year) * 12 + day.month - start.month
    return max(0, months - (day.day < start.day))

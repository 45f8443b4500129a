"""What may be known of an overdue loan when its next step is chosen, and nothing else.

Every feature is a whole number about the loan and how its promises went. Not used, ever: phone
books, call logs, device or social data, other people's data, the wish to complain, illness,
bereavement, dependants, religion, distress, or susceptibility to pressure. A stop request, a limit
on hours, an objection or a complaint never feeds a score.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from forbear.errors import invariant
from forbear.loans.position import Position

PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """How the arrears of a loan went before: cases cured, promises kept and broken (counts)."""

    past_cures: int = 0
    kept_promises: int = 0
    broken_promises: int = 0


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


def features_of(position: Position, history: History) -> Features:
    """Take the features of a loan from its position and from how its arrears went before."""
    invariant(position.principal >= 0, "no loan owes a negative principal")
    owed = position.owed_now + position.principal - position.overdue.principal - position.due_today.principal
    overdue = position.overdue.total
    original = position.terms.principal
    return Features(
        days_past_due=position.days_past_due,
        overdue_share_ppm=min(PPM, overdue * PPM // owed) if owed > 0 else 0,
        instalments_overdue=sum(
            1
            for item in position.instalments
            if item.due_on < position.as_of and item.unpaid.principal + item.unpaid.interest > 0
        ),
        months_on_book=_months(position),
        share_repaid_ppm=max(0, min(PPM, (original - position.principal) * PPM // original)),
        past_cures=history.past_cures,
        kept_promises=history.kept_promises,
        broken_promises=history.broken_promises,
    )


def _months(position: Position) -> int:
    start, day = position.terms.disbursed_on, position.as_of
    months = (day.year - start.year) * 12 + day.month - start.month
    return max(0, months - (day.day < start.day))

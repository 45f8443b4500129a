"""A proposed next step: what the night proposes, and the desk and the field act upon."""

from __future__ import annotations

from dataclasses import dataclass

from forbear.documents.scalars import Words
from forbear.errors import invariant
from forbear.law.verdict import Verdict

LONG_OVERDUE = "long_overdue"
VISIT_GROUNDS = (LONG_OVERDUE, "unreachable", "refuses_to_talk")
"""The only grounds on which anybody may be visited."""

CERTAIN_PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One step towards one person about one loan.

    ``ground`` names the row of the treatment table that chose it, ``because`` says it in words;
    a visit's ground is one of VISIT_GROUNDS instead. ``priority`` 1 comes first. ``propensity_ppm``
    is the probability, in millionths, with which the policy chose this action: certain for a table.
    ``verdict`` is what the law said when the candidate was screened; None before that.
    """

    loan_id: str
    party_id: str
    contact_point_id: str
    action: str
    channel: str
    purpose: str
    template: str
    ground: str
    because: Words
    priority: int
    score: int
    score_reasons: tuple[Words, ...]
    propensity_ppm: int = CERTAIN_PPM
    verdict: Verdict | None = None

    def __post_init__(self) -> None:
        invariant(
            self.channel != "visit" or self.ground in VISIT_GROUNDS,
            "a visit is proposed on one of its three grounds",
        )
        invariant(0 < self.propensity_ppm <= CERTAIN_PPM, "a chosen action had a chance of being chosen")

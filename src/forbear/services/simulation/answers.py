"""How invented people answer: the phone rings or it does not, and what they say when they pick up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from forbear.services.simulation.behaviour import FALLING, STRAINED
from forbear.services.simulation.chance import happens, weighted

WISHES = (
    ("nothing", 600),
    ("promise", 330),
    ("hardship", 20),
    ("dispute", 12),
    ("stop", 14),
    ("hours", 14),
    ("complaint", 6),
    ("represented", 3),
    ("dead", 1),
)
"""What comes out of a conversation, per thousand."""

_PICKS_UP = {
    "early": (("answered", 540), ("no_answer", 330), ("busy", 70), ("voicemail", 55), ("invalid", 5)),
    "strained": (("answered", 380), ("no_answer", 450), ("busy", 80), ("voicemail", 80), ("invalid", 10)),
    "late": (("answered", 170), ("no_answer", 640), ("busy", 60), ("voicemail", 115), ("invalid", 15)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How a contact ended: in the words of the contact log, how long it took, and what was said."""

    outcome: str
    two_way: bool
    right_party: bool | None
    lasted: timedelta
    wish: str = "nothing"

    @property
    def reached(self) -> bool:
        """Whether the person was spoken to."""
        return self.two_way and self.right_party is True


def answer(chance: Random, *, channel: str, kind: str, days_past_due: int) -> Answer:
    """Draw how a contact with a borrower of this kind ends, this late."""
    if channel in ("sms", "email"):
        outcome = "delivered" if happens(chance, 975) else "undelivered"
        return Answer(outcome=outcome, two_way=False, right_party=None, lasted=timedelta(seconds=20))
    if channel == "visit":
        return _visit(chance)
    mood = "early"
    if kind in (STRAINED, FALLING):
        mood = "late" if days_past_due > 60 else "strained"
    outcome = weighted(chance, _PICKS_UP[mood])
    if outcome != "answered":
        return Answer(outcome=outcome, two_way=False, right_party=None, lasted=timedelta(seconds=40))
    right = happens(chance, 950)
    return Answer(
        outcome=outcome,
        two_way=right,
        right_party=right,
        lasted=timedelta(seconds=chance.randint(45, 480)),
        wish=weighted(chance, WISHES) if right else "nothing",
    )


def _visit(chance: Random) -> Answer:
    met = happens(chance, 450)
    return Answer(
        outcome="met" if met else "not_met",
        two_way=met,
        right_party=True if met else None,
        lasted=timedelta(minutes=chance.randint(10, 40) if met else 5),
        wish=weighted(chance, WISHES) if met else "nothing",
    )

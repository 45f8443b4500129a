"""What is known when an act is proposed: flat facts, and the log that counting facts are taken from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from forbear.errors import InputError
from forbear.law.verdict import FactValue

CHANNELS = ("call", "sms", "email", "visit", "letter", "portal")
DIRECTIONS = ("in", "out")
PURPOSES = ("remind", "identify", "respond", "relay", "locate", "required")
"""What a past contact was for; ``locate`` asks where the debtor is, the law asks for a ``required`` one."""
OUTCOMES = (
    "answered",
    "declined",
    "no_answer",
    "voicemail",
    "busy",
    "invalid",
    "delivered",
    "undelivered",
    "met",
    "not_met",
    "unknown",
)


CLOCK_SLACK = timedelta(minutes=5)
"""How far a line of the log may be ahead of a judgement: requests overtake each other, and clocks differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastContact:
    """One line of the contact log, in the terms that the regimes count by.

    ``channel``, ``direction`` and ``outcome`` are of CHANNELS, DIRECTIONS and OUTCOMES; a contact
    that has not ended yet has the outcome ``unknown``, which counts as whatever is stricter.
    ``declined``: in a real conversation, the person declined to discuss the debt at all.
    ``person``, ``number`` and ``debts`` are opaque ids. ``purpose`` is of PURPOSES, or empty where it is
    not known; ``consented`` says that the person's prior consent to this very contact stood. Raises
    InputError for a word that is not of these, or an instant without a zone.
    """

    at: datetime
    channel: str
    direction: str
    person: str
    number: str
    debts: tuple[str, ...]
    outcome: str
    two_way: bool = False
    purpose: str = ""
    consented: bool = False

    def __post_init__(self) -> None:
        _require_zone(self.at, "PastContact.at")
        _require_one_of(self.channel, CHANNELS, "PastContact.channel")
        _require_one_of(self.direction, DIRECTIONS, "PastContact.direction")
        _require_one_of(self.outcome, OUTCOMES, "PastContact.outcome")
        _require_one_of(self.purpose, ("", *PURPOSES), "PastContact.purpose")


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A proposed act and all that bears on it, except the moment.

    ``facts`` holds the flat facts that do not follow from the log, by the names the pack declares;
    one that is missing or None is not known. ``zones`` lists every time zone (IANA name) that
    the person may be in: an hour must be lawful in all of them. ``debtor`` is the person who owes
    where the contact is with somebody else (a contact person); empty means that ``person`` does:
    "could not be reached" is counted for the debtor. The log is in the order of its instants; lines of
    it later than the moment judged count as of that moment. Raises InputError for a log out of order.
    """

    person: str
    number: str
    debt: str
    zones: tuple[str, ...]
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    log: tuple[PastContact, ...] = ()
    debtor: str = ""

    def __post_init__(self) -> None:
        for number, (one, other) in enumerate(pairwise(self.log), start=2):
            if other.at < one.at:
                raise InputError(
                    f"Line {number} of the log ({other.at.isoformat()}) is earlier than the one before it "
                    f"({one.at.isoformat()}); give the log in the order of its instants.",
                    field="log",
                )


def _require_zone(at: datetime, name: str) -> None:
    if at.tzinfo is None:
        raise InputError(f"{name} {at} has no time zone; give an instant with its UTC offset.", field=name)


def _require_one_of(word: str, words: tuple[str, ...], name: str) -> None:
    if word not in words:
        raise InputError(f"{name} is {word!r}; it must be one of {', '.join(words)}.", field=name)

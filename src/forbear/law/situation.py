"""What is known when an act is proposed: flat facts, and the log that counting facts are taken from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from forbear.errors import InputError
from forbear.law.verdict import FactValue


@dataclass(frozen=True, slots=True, kw_only=True)
class PastContact:
    """One line of the contact log, in the terms that the regimes count by.

    ``outcome`` is one of answered, no_answer, voicemail, busy, invalid, delivered, undelivered,
    met, not_met, unknown. ``person``, ``number`` and ``debts`` are opaque ids.
    """

    at: datetime
    channel: str
    direction: str
    person: str
    number: str
    debts: tuple[str, ...]
    outcome: str
    two_way: bool = False

    def __post_init__(self) -> None:
        _require_zone(self.at, "PastContact.at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A proposed act and all that bears on it, except the moment.

    ``facts`` holds the flat facts that do not follow from the log, by the names the pack declares;
    one that is missing or None is not known. ``zones`` lists every time zone (IANA name) that
    the person may be in: an hour must be lawful in all of them.
    """

    person: str
    number: str
    debt: str
    zones: tuple[str, ...]
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    log: tuple[PastContact, ...] = ()


def _require_zone(at: datetime, name: str) -> None:
    if at.tzinfo is None:
        raise InputError(f"{name} {at} has no time zone; give an instant with its UTC offset.", field=name)

"""What the oracle is told of one attempt, and the two things it works out itself: the clock and the log.

Nothing here is taken from Forbear. The names of the facts are those that Forbear's questions go by, so
that both judges are told the same; how a day is counted and when it is night is decided here anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

FactValue = bool | int | str | None

CHINA = timedelta(hours=8)
"""China keeps one time, eight hours ahead of UTC, and no summer time."""

PARTS_OF_A_PROPOSAL = frozenset(
    [
        "without_contact",
        "enters_home",
        "enters_office",
        "films_inside",
        "posts_notice",
        "log_ahead",
        "threatens",
        "insults",
        "uses_violence",
        "deceives",
        "impersonates_authority",
        "impersonates_lender",
        "false_consequence",
        "discloses_to_third_party",
        "missing_disclosure",
        "uses_tainted_data",
        "asks_extra_fee",
        "urges_borrowing",
        "private_account",
        "harasses",
        "stalks",
        "claim_unlawful",
        "takes_cash",
        "private_payee",
        "unrecorded",
        "without_badge",
    ]
)
"""What the lender itself decides to do: what is not said is not meant, so it is never unknown."""


class Line(NamedTuple):
    """One line of the contact log. ``at`` is in UTC."""

    at: datetime
    channel: str
    direction: str
    person: str
    number: str
    debts: tuple[str, ...]
    outcome: str
    two_way: bool


@dataclass(slots=True)
class Attempt:
    """One proposed act, when it would happen, and the log before it.

    A fact that is missing or None is not known. ``debtor`` is empty where ``person`` is the one who owes.
    """

    at: datetime
    zones: tuple[str, ...]
    person: str
    number: str
    debt: str
    debtor: str
    facts: Mapping[str, FactValue]
    log: tuple[Line, ...] = ()
    story: tuple[str, ...] = field(default=())

    def __getitem__(self, name: str) -> FactValue:
        value = self.facts.get(name)
        return False if value is None and name in PARTS_OF_A_PROPOSAL else value

    def yes(self, name: str) -> bool | None:
        """Return a fact that is true, false or not known."""
        value = self[name]
        if value is None or isinstance(value, bool):
            return value
        raise TypeError(f"{name} is {value!r}; it must be true, false or None.")

    def number_of(self, name: str) -> int | None:
        """Return a fact that is a whole number, or None where it is not known."""
        value = self[name]
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise TypeError(f"{name} is {value!r}; it must be a whole number or None.")

    def is_one_of(self, name: str, *words: str) -> bool | None:
        """Say whether a fact is one of these words; None where it is not known."""
        value = self[name]
        return None if value is None else value in words

    @property
    def day_in_china(self) -> date:
        """The day by which the law in force is chosen."""
        return (self.at + CHINA).date()


# Yes, no, and not known.


def both(*answers: bool | None) -> bool | None:
    """All of these hold: one that does not decides, else one that is not known leaves it open."""
    if False in answers:
        return False
    return None if None in answers else True


def either(*answers: bool | None) -> bool | None:
    """One of these holds: one that does decides, else one that is not known leaves it open."""
    if True in answers:
        return True
    return None if None in answers else False


def no(answer: bool | None) -> bool | None:
    """The contrary; the contrary of what is not known is not known."""
    return None if answer is None else not answer


def at_least(number: int | None, limit: int) -> bool | None:
    """Say whether a number has come up to a limit."""
    return None if number is None else number >= limit


def more_than(number: int | None, limit: int) -> bool | None:
    """Say whether a number lies above a limit."""
    return None if number is None else number > limit


# The clock.


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(instant: datetime, zone: str) -> datetime:
    """Return what the clock on the wall shows there."""
    return instant.astimezone(_zone(zone)).replace(tzinfo=None)


def night_somewhere(attempt: Attempt) -> bool:
    """Night is from 22:00:00 until 07:59:59, wherever the person may be: 22:00 is in, 08:00 is out."""
    hours = [local(attempt.at, zone).hour for zone in attempt.zones]
    return any(hour >= 22 or hour < 8 for hour in hours)


# The log.


@lru_cache(maxsize=64)
def _midnight(instant: datetime, zone: str) -> datetime:
    """Return when the day of an instant began there."""
    wall = instant.astimezone(_zone(zone))
    return wall.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)


def _today(attempt: Attempt, zone: str) -> list[Line]:
    """Return the lines of the person's own calendar day; one dated later than now happened now."""
    midnight = _midnight(attempt.at, zone)
    return [line for line in attempt.log if line.at >= midnight]


def effective_calls_today(attempt: Attempt, zone: str) -> int:
    """Calls to this person that were answered and two-way. One that is still running may yet be one."""
    return sum(
        line.channel == "call"
        and line.direction == "out"
        and line.person == attempt.person
        and (line.outcome == "unknown" or (line.outcome in ("answered", "declined") and line.two_way))
        for line in _today(attempt, zone)
    )


def unanswered_attempts_today(attempt: Attempt, zone: str) -> int:
    """Calls to this number that nobody answered, whosever number it is taken to be."""
    return sum(
        line.channel == "call"
        and line.direction == "out"
        and line.number == attempt.number
        and line.outcome in ("no_answer", "voicemail", "busy", "invalid", "unknown")
        for line in _today(attempt, zone)
    )


def attempts_without_a_word_today(attempt: Attempt, zone: str) -> int:
    """The same, with the calls that were picked up but in which nobody spoke."""
    mute = sum(
        line.channel == "call"
        and line.direction == "out"
        and line.number == attempt.number
        and line.outcome == "answered"
        and not line.two_way
        for line in _today(attempt, zone)
    )
    return mute + unanswered_attempts_today(attempt, zone)


def visits_today(attempt: Attempt, zone: str) -> int:
    """Visits to this person, whether somebody was met or not."""
    return sum(
        line.channel == "visit" and line.direction == "out" and line.person == attempt.person
        for line in _today(attempt, zone)
    )


def failures_in_a_row(attempt: Attempt) -> int:
    """How often in a row the debtor could not be reached, up to now.

    Anything that came from the debtor ends the row, and so does a call that was answered, a visit that
    met them, and a contact whose end is not known, for it may have reached them. A message that was
    delivered says neither.
    """
    debtor = attempt.debtor or attempt.person
    failures = 0
    for line in reversed(attempt.log):
        if line.person != debtor:
            continue
        if line.direction == "in" or line.outcome in ("answered", "declined", "met", "unknown"):
            break
        failures += line.outcome in ("no_answer", "voicemail", "busy", "invalid", "undelivered", "not_met")
    return failures

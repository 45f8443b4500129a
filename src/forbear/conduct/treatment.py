"""The treatment table: which step suits an overdue loan tonight, and why.

The table is data (``data/treatment.yaml``). Parsing proves that it leaves no overdue loan without
an answer and gives none two: for every number of days past due, score band and promise state
exactly one row speaks. Rows for visits come on top and speak only where their ground holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from forbear.conduct.candidate import VISIT_GROUNDS
from forbear.documents.entry import Entry, read_document
from forbear.documents.scalars import LANGUAGES, Words
from forbear.errors import invariant

ACTIONS = ("wait", "message", "call", "visit")
CHANNELS_OF = {"message": ("sms", "email"), "call": ("call",), "visit": ("visit",)}
PROMISE_STATES = ("none", "open", "broken")
PURPOSES = ("remind", "identify")
ADDRESSED_ROLES = ("borrower", "co_borrower", "guarantor")
HOLD_KINDS = ("dispute", "complaint", "hardship")
OFF_LIST = (
    *HOLD_KINDS,
    "charged_off",
    "halted",
    "spacing",
    "same_person",
    "no_contact_point",
    "not_judged",
    "not_aged",
    "law",
)
DPD_MAX = 100_000
_DAYS = re.compile(r"(?P<first>\d{1,6})(?:-(?P<last>\d{1,6})|(?P<open>\+))?", re.ASCII)
_ALWAYS = ("id", "dpd", "action", "because")
_HOW = ("to", "channels", "purpose", "template", "spacing_days", "priority")
KEYS_OF = {"wait": (), "message": _HOW, "call": (*_HOW, "instead"), "visit": (*_HOW, "grounds")}
"""What a row of each action must say besides."""
_SOMETIMES = ("bands", "promise", "instead", "grounds", *_HOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """The message that stands in for a call: channels in order of preference, and wording."""

    channels: tuple[str, ...]
    template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approach:
    """How a step is made: roles addressed, channels in order of preference, purpose and wording.

    ``instead`` is a message for people whom no hour makes it lawful, or no number possible, to call.
    ``spacing_days`` is the least number of days since the person was last contacted.
    """

    to: tuple[str, ...]
    channels: tuple[str, ...]
    purpose: str
    template: str
    instead: Instead | None
    spacing_days: int
    priority: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: when it speaks (days past due, bands, promise states), what it says, and why."""

    row_id: str
    dpd_from: int
    dpd_to: int | None
    bands: tuple[str, ...]
    promise: tuple[str, ...]
    action: str
    because: Words
    approach: Approach | None
    grounds: tuple[str, ...] = ()

    def covers(self, days_past_due: int, band: str, promise: str) -> bool:
        """Say whether the row speaks for a loan like this."""
        last = DPD_MAX if self.dpd_to is None else self.dpd_to
        return self.dpd_from <= days_past_due <= last and band in self.bands and promise in self.promise


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLimits:
    """From when a loan counts as long overdue, and what it takes to call somebody unreachable."""

    long_overdue_days: int
    failures: int
    over_days: int
    channels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """A parsed table. ``bands`` are (code, lowest score) from the lowest band up."""

    version: str
    bands: tuple[tuple[str, int], ...]
    promise_grace_days: int
    visits: VisitLimits
    rows: tuple[Row, ...]
    off_list: Mapping[str, Words]

    def reason(self, code: str) -> Words:
        """Return why a case waits, by the code of its plan; the code itself where no row has it any more."""
        known = {row.row_id: row.because for row in self.rows} | dict(self.off_list)
        return known.get(code, dict.fromkeys(LANGUAGES, code))

    def band_of(self, points: int) -> str:
        """Return the code of the band that a score falls into."""
        return [code for code, lowest in self.bands if points >= lowest][-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What choosing a step looks at. ``visit_grounds`` are those that hold today."""

    as_of: date
    days_past_due: int
    score: int
    promise: str = "none"
    promise_due: date | None = None
    holds: frozenset[str] = frozenset()
    charged_off: bool = False
    halted: bool = False
    visit_grounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The answer for one loan: an approach to make, or none and until when.

    ``code`` is the row's id, or the reason in OFF_LIST for which the loan is not on the list.
    """

    action: str
    code: str
    because: Words
    approach: Approach | None = None
    next_on: date | None = None
    ground: str = ""


def choose(table: Treatment, subject: Subject) -> Step:
    """Choose the step for one overdue loan.

    What takes a loan off the list comes first: a fault in its position, a hold, a charge-off.
    """
    for code in _off_list_codes(subject):
        return Step(action="wait", code=code, because=table.off_list[code])
    invariant(subject.days_past_due > 0, "only overdue loans are treated")
    row, ground = _row_for(table, subject)
    if row.approach is None:
        return Step(
            action="wait", code=row.row_id, because=row.because, next_on=_wait_end(table, row, subject)
        )
    return Step(action=row.action, code=row.row_id, because=row.because, approach=row.approach, ground=ground)


def spacing_ends(approach: Approach, last_contact_on: date | None, *, as_of: date) -> date | None:
    """Return the first day on which a person may be contacted again; None when the next day will do.

    A step chosen at the end of ``as_of`` is made on the day after it, at the earliest.
    """
    if last_contact_on is None:
        return None
    free_on = last_contact_on + timedelta(days=approach.spacing_days)
    return free_on if free_on > as_of + timedelta(days=1) else None


def parse_treatment(text: str) -> Treatment:
    """Read a table from YAML text.

    Raises InputError naming line and place: an unknown key or word, a sentence missing in one
    language, a visit without a ground, days, band and promise state that no row or two rows speak
    for, or a wait that never ends.
    """
    section = read_document("treatment", text).section(
        required=("version", "bands", "promise_grace_days", "visits", "rows", "off_list")
    )
    bands = _bands(section["bands"])
    codes = tuple(code for code, _ in bands)
    rows = [(item, _row(item, codes)) for item in section["rows"].filled()]
    off_list = section["off_list"].section(required=OFF_LIST)
    _check_ids(rows)
    _check_cover(section["rows"], [row for _, row in rows if not row.grounds], codes)
    return Treatment(
        version=section["version"].text(),
        bands=bands,
        promise_grace_days=section["promise_grace_days"].whole(least=0),
        visits=_visit_limits(section["visits"]),
        rows=tuple(row for _, row in rows),
        off_list={code: entry.words() for code, entry in off_list.items()},
    )


def _off_list_codes(subject: Subject) -> list[str]:
    codes = ["halted"] if subject.halted else []
    codes += [kind for kind in HOLD_KINDS if kind in subject.holds]
    return [*codes, "charged_off"] if subject.charged_off else codes


def _row_for(table: Treatment, subject: Subject) -> tuple[Row, str]:
    band = table.band_of(subject.score)
    speaking = [row for row in table.rows if row.covers(subject.days_past_due, band, subject.promise)]
    for row in speaking:
        held = [ground for ground in row.grounds if ground in subject.visit_grounds]
        if held:
            return row, held[0]
    return next(row for row in speaking if not row.grounds), ""


def _wait_end(table: Treatment, row: Row, subject: Subject) -> date | None:
    if subject.promise == "open" and subject.promise_due is not None:
        return subject.promise_due + timedelta(days=table.promise_grace_days + 1)
    if row.dpd_to is None:
        return None
    return subject.as_of + timedelta(days=row.dpd_to - subject.days_past_due + 1)


def _bands(entry: Entry) -> tuple[tuple[str, int], ...]:
    sections = [item.section(required=("code", "from")) for item in entry.filled()]
    found = [(section["code"].text(), section["from"].whole()) for section in sections]
    lowest = [points for _, points in found]
    if lowest != sorted(set(lowest)) or len({code for code, _ in found}) != len(found):
        raise entry.fault("the bands do not follow each other", "give different codes and rising 'from'")
    return ((found[0][0], min(found[0][1], -(10**9))), *found[1:])


def _visit_limits(entry: Entry) -> VisitLimits:
    section = entry.section(required=("long_overdue_days", "failures", "over_days", "channels"))
    return VisitLimits(
        long_overdue_days=section["long_overdue_days"].whole(least=60),
        failures=section["failures"].whole(least=3),
        over_days=section["over_days"].whole(least=5),
        channels=section["channels"].whole(least=2),
    )


def _row(entry: Entry, bands: tuple[str, ...]) -> Row:
    action = entry.section(required=_ALWAYS, optional=_SOMETIMES)["action"].choice(ACTIONS)
    section = entry.section(required=(*_ALWAYS, *KEYS_OF[action]), optional=("bands", "promise"))
    first, last = _range(section["dpd"])
    return Row(
        row_id=section["id"].text(),
        dpd_from=first,
        dpd_to=last,
        bands=section["bands"].choices(bands) if "bands" in section else bands,
        promise=section["promise"].choices(PROMISE_STATES) if "promise" in section else PROMISE_STATES,
        action=action,
        because=section["because"].words(),
        approach=None if action == "wait" else _approach(section, action),
        grounds=section["grounds"].choices(VISIT_GROUNDS) if action == "visit" else (),
    )


def _approach(section: Mapping[str, Entry], action: str) -> Approach:
    return Approach(
        to=section["to"].choices(ADDRESSED_ROLES),
        channels=section["channels"].choices(CHANNELS_OF[action]),
        purpose=section["purpose"].choice(PURPOSES),
        template=section["template"].text(),
        instead=_instead(section["instead"]) if action == "call" else None,
        spacing_days=section["spacing_days"].whole(least=1),
        priority=section["priority"].whole(least=1),
    )


def _instead(entry: Entry) -> Instead:
    section = entry.section(required=("channels", "template"))
    return Instead(
        channels=section["channels"].choices(CHANNELS_OF["message"]), template=section["template"].text()
    )


def _range(entry: Entry) -> tuple[int, int | None]:
    found = _DAYS.fullmatch(entry.text())
    if found is not None:
        low = int(found["first"])
        high = None if found["open"] else int(found["last"] or low)
        if low >= 1 and (high is None or low <= high < DPD_MAX):
            return low, high
    raise entry.fault(f"{entry.text()!r} is no range of days", "write days past due as 4-7, 5, or 91+")


def _check_ids(rows: Sequence[tuple[Entry, Row]]) -> None:
    seen = set(OFF_LIST)
    for entry, row in rows:
        if row.row_id in seen:
            raise entry.fault(f"the id {row.row_id!r} is taken", "give it another")
        seen.add(row.row_id)


def _check_cover(entry: Entry, base: Sequence[Row], bands: tuple[str, ...]) -> None:
    starts = {1} | {row.dpd_from for row in base} | {row.dpd_to + 1 for row in base if row.dpd_to}
    for day, band, promise in product(sorted(starts), bands, PROMISE_STATES):
        speaking = [row for row in base if row.covers(day, band, promise)]
        case = f"{day} days past due, band {band}, promise {promise}"
        if not speaking:
            raise entry.fault(f"no row speaks for {case}", "add one, or widen another")
        if len(speaking) > 1:
            names = " and ".join(row.row_id for row in speaking)
            raise entry.fault(f"{names} both speak for {case}", "narrow one of them")
        row = speaking[0]
        if row.action == "wait" and row.dpd_to is None and promise != "open":
            raise entry.fault(f"{row.row_id} waits for ever ({case})", "give its dpd an end")

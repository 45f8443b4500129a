"""The treatment table: which step suits an overdue loan tonight, and why.

The table is data (``data/treatment.yaml``). Parsing proves that it leaves no overdue loan without
an answer and gives none two: for every number of days past due, score band and promise state
exactly one row speaks. Rows for visits come on top and speak only where their ground holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

from forbear.conduct.candidate import VISIT_GROUNDS
from forbear.errors import InputError, invariant
from forbear.scoring.tables import Entry, Words, read_table

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
)
DPD_MAX = 100_000


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

    Raises InputError naming the place: an unknown key or word, a sentence missing in one language,
    a visit without a ground, days, band and promise state that no row or two rows speak for, or a
    wait that never ends.
    """
    top = read_table(text, "treatment")
    bands = _bands(top)
    codes = tuple(code for code, _ in bands)
    table = Treatment(
        version=top.text("version"),
        bands=bands,
        promise_grace_days=top.number("promise_grace_days", least=0),
        visits=_visit_limits(top.entry("visits")),
        rows=tuple(_row(entry, codes) for entry in top.entries("rows")),
        off_list=_off_list(top.entry("off_list")),
    )
    top.done()
    _check_ids(table)
    _check_cover(table)
    return table


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


def _bands(top: Entry) -> tuple[tuple[str, int], ...]:
    found = []
    for entry in top.entries("bands"):
        found.append((entry.text("code"), entry.number("from")))
        entry.done()
    lowest = [points for _, points in found]
    if lowest != sorted(set(lowest)) or len({code for code, _ in found}) != len(found):
        raise InputError(
            "treatment.bands must have different codes and rising 'from'.", field="treatment.bands"
        )
    return ((found[0][0], min(found[0][1], -(10**9))), *found[1:])


def _visit_limits(entry: Entry) -> VisitLimits:
    limits = VisitLimits(
        long_overdue_days=entry.number("long_overdue_days", least=60),
        failures=entry.number("failures", least=3),
        over_days=entry.number("over_days", least=5),
        channels=entry.number("channels", least=2),
    )
    entry.done()
    return limits


def _off_list(entry: Entry) -> Mapping[str, Words]:
    found = {code: entry.words(code) for code in OFF_LIST}
    entry.done()
    return found


def _row(entry: Entry, bands: tuple[str, ...]) -> Row:
    first, last = _range(entry)
    action = entry.text("action", one_of=ACTIONS)
    row = Row(
        row_id=entry.text("id"),
        dpd_from=first,
        dpd_to=last,
        bands=entry.texts("bands", one_of=bands) if entry.has("bands") else bands,
        promise=entry.texts("promise", one_of=PROMISE_STATES) if entry.has("promise") else PROMISE_STATES,
        action=action,
        because=entry.words("because"),
        approach=None if action == "wait" else _approach(entry, action),
        grounds=entry.texts("grounds", one_of=VISIT_GROUNDS) if action == "visit" else (),
    )
    entry.done()
    return row


def _approach(entry: Entry, action: str) -> Approach:
    return Approach(
        to=entry.texts("to", one_of=ADDRESSED_ROLES),
        channels=entry.texts("channels", one_of=CHANNELS_OF[action]),
        purpose=entry.text("purpose", one_of=PURPOSES),
        template=entry.text("template"),
        instead=_instead(entry.entry("instead")) if action == "call" else None,
        spacing_days=entry.number("spacing_days", least=1),
        priority=entry.number("priority", least=1),
    )


def _instead(entry: Entry) -> Instead:
    found = Instead(
        channels=entry.texts("channels", one_of=CHANNELS_OF["message"]), template=entry.text("template")
    )
    entry.done()
    return found


def _range(entry: Entry) -> tuple[int, int | None]:
    text = str(entry.get("dpd"))
    first, dash, last = text.removesuffix("+").partition("-")
    wanted = f"{entry.place('dpd')} is {text!r}; write days past due as 4-7, 5, or 91+."
    if not first.isascii() or not first.isdigit() or (dash and (not last.isdigit() or text.endswith("+"))):
        raise InputError(wanted, field=entry.place("dpd"))
    low = int(first)
    high = None if text.endswith("+") else int(last or first)
    if low < 1 or (high is not None and not low <= high < DPD_MAX):
        raise InputError(wanted, field=entry.place("dpd"))
    return low, high


def _check_ids(table: Treatment) -> None:
    seen = set(OFF_LIST)
    for row in table.rows:
        if row.row_id in seen:
            raise InputError(f"treatment.rows: the id {row.row_id!r} is taken.", field="treatment.rows")
        seen.add(row.row_id)


def _check_cover(table: Treatment) -> None:
    base = [row for row in table.rows if not row.grounds]
    starts = {1} | {row.dpd_from for row in base} | {row.dpd_to + 1 for row in base if row.dpd_to}
    bands = [code for code, _ in table.bands]
    for day, band, promise in product(sorted(starts), bands, PROMISE_STATES):
        speaking = [row for row in base if row.covers(day, band, promise)]
        case = f"{day} days past due, band {band}, promise {promise}"
        if not speaking:
            raise InputError(f"treatment.rows: no row speaks for {case}.", field="treatment.rows")
        if len(speaking) > 1:
            names = " and ".join(row.row_id for row in speaking)
            raise InputError(f"treatment.rows: {names} both speak for {case}.", field="treatment.rows")
        row = speaking[0]
        if row.action == "wait" and row.dpd_to is None and promise != "open":
            raise InputError(
                f"treatment.rows: {row.row_id} waits for ever ({case}); give its dpd an end.",
                field="treatment.rows",
            )

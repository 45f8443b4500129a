"""What compliance reads of a law pack: what changed when, how cases come out, what to ask of an act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from forbear.documents.scalars import minutes_of
from forbear.errors import InputError
from forbear.law.cases import CaseResult, try_cases
from forbear.law.evaluation import compiled
from forbear.law.facts import facts_from_mapping
from forbear.law.judge import judge
from forbear.law.pack import Fact, Pack, Parameter, ParameterValue, Rule
from forbear.law.verdict import FactValue, Verdict
from forbear.store.models import Verdict as Stored

CONTACT = "contact"
"""The kind of act that is a contact; the others are the words of a pack's fact ``act``."""

_OFFICE, _ACT = "without_contact", "act"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is another law from a day on than on the day before."""

    day: date
    begins: tuple[Rule, ...]
    ends: tuple[Rule, ...]
    values: tuple[tuple[Parameter, ParameterValue], ...]


def changes_of(pack: Pack) -> list[Change]:
    """Return every day on which a rule began or ended or a number changed, the newest first."""
    values = [(parameter, value) for parameter in pack.parameters.values() for value in parameter.values]
    days = {rule.since for rule in pack.rules} | {rule.until for rule in pack.rules if rule.until}
    days |= {value.since for _, value in values}
    return [
        Change(
            day=day,
            begins=tuple(rule for rule in pack.rules if rule.since == day),
            ends=tuple(rule for rule in pack.rules if rule.until == day),
            values=tuple(pair for pair in values if pair[1].since == day),
        )
        for day in sorted(days, reverse=True)
    ]


def tried(pack: Pack, rule: Rule) -> list[CaseResult]:
    """Return the cases of a rule as they come out now."""
    return list(try_cases(replace(pack, rules=(rule,))))


def kinds_of(pack: Pack) -> tuple[str, ...]:
    """Return the kinds of act that a pack judges: a contact, and what is done without one."""
    return (CONTACT, *(pack.facts[_ACT].options if _ACT in pack.facts else ()))


def facts_asked(pack: Pack, kind: str) -> list[Fact]:
    """Return the facts that decide about an act of a kind, in the order of the pack."""
    row = dict.fromkeys((*pack.facts, *pack.parameters)) | _facts_of_kind(pack, kind)
    rules = [rule for rule in pack.rules if compiled(rule.applies)(row) is not False]
    names = {name for rule in rules for name in (*rule.names, *rule.needs)} - {_OFFICE, _ACT}
    return [fact for fact in pack.facts.values() if fact.name in names]


def supposed(pack: Pack, kind: str, given: Mapping[str, FactValue], *, now: datetime, as_of: date) -> Verdict:
    """Return the verdict on a supposed act: a lawful one of that kind, changed by the facts given.

    It is judged on the day ``as_of``, at the local time given, in the pack's own zone, or at ``now``'s
    hour where none is known. Nothing is stored. Raises InputError naming the fact.
    """
    if kind not in kinds_of(pack):
        raise InputError(f"{kind!r} is no kind of act; use one of {', '.join(kinds_of(pack))}.", field="kind")
    facts: dict[str, object] = {**pack.base_facts, **given, **_facts_of_kind(pack, kind)}
    clocks = [fact.name for fact in pack.facts.values() if fact.clock and facts.get(fact.name)]
    hour = now.astimezone(pack.zone).time()
    for name in clocks:
        minutes = minutes_of(str(facts[name]))
        if minutes is not None:
            hour = time(*divmod(minutes, 60))
            del facts[name]
    facts["at"] = datetime.combine(as_of, hour, pack.zone).isoformat()
    return judge(pack, facts_from_mapping(pack, facts, now=now))


def facts_seen(pack: Pack, row: Stored) -> dict[str, FactValue]:
    """Return the facts that a stored verdict saw, as far as the pack still knows them.

    The hour is that of the first zone; what was counted from the log is not stored, and left out.
    """
    local = row.judged_at.astimezone(ZoneInfo(row.facts["zones"][0]))
    clocks = {fact.name: f"{local:%H:%M}" for fact in pack.facts.values() if fact.clock}
    return clocks | {name: value for name, value in row.facts["facts"].items() if name in pack.facts}


def _facts_of_kind(pack: Pack, kind: str) -> dict[str, bool | int | str | None]:
    if _ACT not in pack.facts:
        return {}
    return {_OFFICE: False} if kind == CONTACT else {_OFFICE: True, _ACT: kind}

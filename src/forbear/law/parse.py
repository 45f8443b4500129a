"""Reads the texts of a pack into a Pack, or says file, line, place, cause and cure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from forbear.documents.entry import Entry, read_document
from forbear.errors import InputError
from forbear.law.conflicts import require_decided, with_overrides
from forbear.law.evaluation import compiled
from forbear.law.expression import Kind, Literal, Name
from forbear.law.pack import (
    RULES_MAX,
    Certainty,
    Counting,
    CountingZone,
    Era,
    Fact,
    Key,
    Measure,
    Pack,
    Parameter,
    ParameterValue,
    Profile,
    Rule,
    Source,
)
from forbear.law.parse_header import SECTIONS, read_headers
from forbear.law.parse_parts import read_citation, read_condition, read_fact_values, read_source, read_texts
from forbear.law.parse_rules import Declared, read_rules
from forbear.law.situation import CHANNELS, DIRECTIONS, OUTCOMES, PURPOSES
from forbear.law.verdict import Texts

_LOG_SCOPE = {
    "channel": Name("channel", Kind.TEXT, CHANNELS),
    "direction": Name("direction", Kind.TEXT, DIRECTIONS),
    "outcome": Name("outcome", Kind.TEXT, OUTCOMES),
    "two_way": Name("two_way", Kind.BOOL),
    "purpose": Name("purpose", Kind.TEXT, PURPOSES),
    "consented": Name("consented", Kind.BOOL),
}
_KINDS_OF_MARK = {"counted": Kind.INT, "clock": Kind.TIME, "consent": Kind.BOOL, "proposal": Kind.BOOL}
_WINDOWS = ("days", "minutes", "since_last")
MINUTES_MAX = 1440
"""The longest window in minutes: a longer one is of days."""
_NEVER = Literal(False, Kind.BOOL)


def parse(texts: Mapping[str, str], *, profile: str = Profile.DEFAULT) -> Pack:
    """Return the pack that these YAML texts say, by path.

    Pure: the caller reads the files. The order of facts and rules is that of the paths, sorted, and
    of the lines. Under the ``default`` profile drafts are off, and a rule known from memory only at
    most warns; ``conformance`` takes every rule as it is written. Raises InputError with file, line,
    place, cause and cure; a value without a source, a rule without cases and a name that is not
    declared do not load.
    """
    if not texts:
        raise InputError("A pack needs at least one text; none was given.", field="texts")
    if profile not in list(Profile):
        raise InputError(f"There is no profile {profile!r}; use {' or '.join(Profile)}.", field="profile")
    headers = read_headers(texts)
    header = headers[-1]
    sections: dict[str, list[Entry]] = {key: [] for key in SECTIONS}
    for path in sorted(texts, key=lambda path: (not path.startswith(f"{header.extends}/"), path)):
        for key, entry in read_document(path, texts[path]).section(optional=SECTIONS).items():
            sections[key].append(entry)
    facts = {name: _fact(name, entry) for name, entry in _declared_once(sections["facts"], ())}
    sources = {name: read_source(entry) for name, entry in _declared_once(sections["sources"], ())}
    dated = _declared_once(sections["parameters"], tuple(facts))
    parameters = {name: _parameter(name, entry, sources) for name, entry in dated}
    declared = Declared(
        profile=Profile(profile),
        pack_ids=tuple(each.id for each in headers),
        language=header.language,
        sources=sources,
        facts=facts,
        parameters=parameters,
        scope=_scope(facts, parameters),
        cases_as_of=header.cases_as_of,
    )
    rules = tuple(rule for entry in sections["rules"] for rule in read_rules(entry, declared))
    _require_unique(rules)
    require_decided(rules, facts)
    for name, entry in dated:
        if not any(name in rule.parameters for rule in rules):
            raise entry.fault("no rule looks at this parameter", "use it in a rule, or remove it")
    base_facts = [read_fact_values(each.cases_facts, facts) for each in headers]
    return Pack(
        id=header.id,
        version=header.version,
        profile=declared.profile,
        jurisdiction=header.jurisdiction,
        title=header.title,
        zone=ZoneInfo(header.zone),
        language=header.language,
        covers_from=header.covers_from,
        digest=digest_of_texts(texts, profile=declared.profile),
        facts=facts,
        parameters=parameters,
        rules=rules,
        base_facts={name: value for given in base_facts for name, value in given.items()},
        eras=_eras(rules, parameters, tuple(facts), header.covers_from),
        extends=header.extends,
    )


def digest_of_texts(texts: Mapping[str, str], *, profile: Profile = Profile.DEFAULT) -> str:
    """Return the SHA-256 (hex) over paths and texts, each led by its length in bytes.

    A profile other than ``default`` is told first, so that its verdicts can't be taken for real ones.
    """
    digest = hashlib.sha256(b"" if profile is Profile.DEFAULT else profile.encode())
    for path in sorted(texts):
        for part in (path.encode(), texts[path].encode()):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def _declared_once(sections: Iterable[Entry], taken: Sequence[str]) -> list[tuple[str, Entry]]:
    found: dict[str, Entry] = {}
    for section in sections:
        for name, entry in section.pairs():
            if name in found or name in taken:
                raise entry.fault(
                    f"{name!r} is already declared", "give it another name, or remove one of the two"
                )
            if not name.isidentifier():
                raise entry.fault(f"{name!r} cannot stand in a condition", "use letters, digits and _")
            found[name] = entry
    return list(found.items())


def _fact(name: str, entry: Entry) -> Fact:
    section = entry.section(
        required=("type", "question"), optional=("unit", "values", "notes", *_KINDS_OF_MARK)
    )
    kind = section["type"].word(Kind)
    marks = [mark for mark in _KINDS_OF_MARK if mark in section]
    for mark in marks:
        if len(marks) > 1 or kind is not _KINDS_OF_MARK[mark]:
            raise section[mark].fault(
                f"{' and '.join(marks)} makes no sense with a fact of type {kind}",
                f"use one mark only, {mark} with type {_KINDS_OF_MARK[mark]}",
            )
    if (kind is Kind.TEXT) != ("values" in section):
        raise entry.fault(
            "a text fact lists its values, and no other fact does", "add values:, or change the type"
        )
    return Fact(
        name=name,
        kind=kind,
        question=read_texts(section["question"]),
        unit=read_texts(section["unit"]) if "unit" in section else (),
        labels=_labels(section),
        consent=read_texts(section["consent"]) if "consent" in section else (),
        proposal="proposal" in section and section["proposal"].flag(),
        clock="clock" in section and section["clock"].flag(),
        counting=_counting(section["counted"]) if "counted" in section else None,
    )


def _labels(section: Mapping[str, Entry]) -> tuple[tuple[str, Texts], ...]:
    if "values" not in section:
        return ()
    return tuple((word, read_texts(label)) for word, label in section["values"].pairs())


def _counting(entry: Entry) -> Counting:
    section = entry.section(required=("key", "zone", "where"), optional=("measure", *_WINDOWS))
    section["zone"].word(CountingZone)
    if sum(window in section for window in _WINDOWS) != 1:
        raise entry.fault("the window is not clear", f"give one of {', '.join(_WINDOWS)}")
    days = section["days"].whole() if "days" in section else None
    if days is not None and days < 1:
        raise section["days"].fault(f"a window of {days} days counts nothing", "give 1 (today) or more")
    measure = section["measure"].word(Measure) if "measure" in section else Measure.CONTACTS
    if measure is Measure.DAYS_SINCE and days is None:
        raise section["measure"].fault("how far it looks back is not said", "give days")
    where = read_condition(section["where"], _LOG_SCOPE)
    since_last = read_condition(section["since_last"], _LOG_SCOPE) if "since_last" in section else _NEVER
    return Counting(
        key=section["key"].word(Key),
        measure=measure,
        days=days,
        minutes=section["minutes"].whole(least=1, most=MINUTES_MAX) if "minutes" in section else None,
        where=where,
        since_last=since_last,
        where_test=compiled(where),
        since_last_test=compiled(since_last),
    )


def _parameter(name: str, entry: Entry, sources: Mapping[str, Source]) -> Parameter:
    section = entry.section(required=("type", "title", "values"), optional=("step",))
    kind = section["type"].word(Kind)
    if kind is Kind.TEXT:
        raise section["type"].fault("a parameter is never a text", "use bool, int or time")
    values = tuple(_parameter_value(item, kind, sources) for item in section["values"].items())
    if not values:
        raise section["values"].fault("it has no value", "add one with from, value, reference and certainty")
    for item, earlier, later in zip(section["values"].items()[1:], values, values[1:], strict=False):
        if later.since <= earlier.since:
            raise item.fault(
                f"{later.since} does not follow {earlier.since}", "list the values by day, oldest first"
            )
    return Parameter(
        name=name,
        kind=kind,
        title=read_texts(section["title"]),
        step=section["step"].whole(least=1) if "step" in section else 1,
        values=values,
    )


def _parameter_value(item: Entry, kind: Kind, sources: Mapping[str, Source]) -> ParameterValue:
    section = item.section(required=("from", "value", "reference", "certainty"))
    return ParameterValue(
        since=section["from"].day(),
        value=_number(section["value"], kind),
        reference=read_citation(section["reference"], sources),
        certainty=section["certainty"].word(Certainty),
    )


def _number(entry: Entry, kind: Kind) -> bool | int:
    if kind is Kind.BOOL:
        return entry.flag()
    return entry.minutes() if kind is Kind.TIME else entry.whole()


def _scope(facts: Mapping[str, Fact], parameters: Mapping[str, Parameter]) -> dict[str, Name]:
    """Return what a condition speaks of: facts (consents only to be refused by name) and parameters."""
    scope = {
        name: Name(name, fact.kind, fact.options, clock=fact.clock, consent=bool(fact.consent))
        for name, fact in facts.items()
    }
    return scope | {name: Name(name, parameter.kind) for name, parameter in parameters.items()}


def _require_unique(rules: tuple[Rule, ...]) -> None:
    seen: dict[str, Rule] = {}
    for rule in rules:
        where = f"{rule.file}, line {rule.line}: rule {rule.id}"
        if rule.id in seen:
            first = seen[rule.id]
            raise InputError(
                f"{where}: it already stands in {first.file}, line {first.line}. Give one another id.",
                field=f"{rule.file}:{rule.line}",
            )
        if len(seen) == RULES_MAX:
            raise InputError(
                f"{where}: a pack holds at most {RULES_MAX} rules. Split the pack.",
                field=f"{rule.file}:{rule.line}",
            )
        seen[rule.id] = rule


def _eras(
    rules: tuple[Rule, ...], parameters: Mapping[str, Parameter], facts: tuple[str, ...], covers_from: date
) -> tuple[Era, ...]:
    days = {covers_from} | {rule.since for rule in rules} | {rule.until for rule in rules if rule.until}
    days |= {value.since for parameter in parameters.values() for value in parameter.values}
    return tuple(_era(day, rules, parameters, facts) for day in sorted(days) if day >= covers_from)


def _era(
    day: date, rules: tuple[Rule, ...], parameters: Mapping[str, Parameter], facts: tuple[str, ...]
) -> Era:
    in_force = with_overrides([rule for rule in rules if rule.in_force(day)])
    blocking = tuple(rule for rule in in_force if rule.blocks)
    values = {name: parameter.on(day) for name, parameter in parameters.items()}
    places = {rule.id: place for place, rule in enumerate(rules)}
    return Era(
        since=day,
        rules=in_force,
        numbered={places[rule.id]: rule for rule in in_force},
        facts=facts,
        blocking=blocking,
        moving=tuple(rule for rule in blocking if rule.moves),
        parameters={name: value.value if value else None for name, value in values.items()},
        parameters_since={name: value.since for name, value in values.items() if value},
    )

"""Reads the rules of a pack, each with its sentences and its cases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forbear.documents.entry import Entry
from forbear.documents.scalars import LANGUAGES
from forbear.law.evaluation import Test, compiled
from forbear.law.expression import (
    ALWAYS,
    Comparison,
    Every,
    Expression,
    Kind,
    Name,
    mentions_clock,
    names_in,
    walk,
)
from forbear.law.pack import (
    Case,
    Certainty,
    Exemption,
    Expected,
    Fact,
    Layer,
    Override,
    Parameter,
    Profile,
    Rule,
    Sentence,
    Source,
    Status,
)
from forbear.law.parse_parts import read_citation, read_condition, read_fact_values, read_texts
from forbear.law.verdict import BLOCKING, Effect, Outcome, RuleCard, Strength, Texts

_REQUIRED = (
    "id",
    "title",
    "layer",
    "strength",
    "effect",
    "when",
    "reason",
    "citation",
    "effective",
    "certainty",
    "cases",
)
_OPTIONAL = (
    "status",
    "applies",
    "unless",
    "relaxable_by",
    "needs",
    "obliges",
    "overrides",
    "remedy",
    "notes",
)
_RULE_ID = re.compile(r"[a-z]+(-[a-z]+)*(\.[a-z0-9-]+)+")
_STRENGTHS: dict[Layer, tuple[Strength, ...]] = {
    Layer.LAW: (
        Strength.LAW,
        Strength.DEPARTMENT_RULE,
        Strength.SELF_REGULATORY,
        Strength.STANDARD,
    ),
    Layer.POLICY: (Strength.POLICY,),
    Layer.PREFERENCE: (Strength.PREFERENCE,),
}
_BINDING = (Strength.LAW, Strength.DEPARTMENT_RULE)
_WORDS_OF_LAW = re.compile(r"\b(?:illegal|unlawful|against the law)|违法|非法|不合法", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What the rules of a pack may speak of, and where its cases start from."""

    profile: Profile
    pack_ids: tuple[str, ...]
    language: str
    sources: Mapping[str, Source]
    facts: Mapping[str, Fact]
    parameters: Mapping[str, Parameter]
    scope: Mapping[str, Name]
    cases_as_of: date


def read_rules(entry: Entry, declared: Declared) -> list[Rule]:
    """Return the rules of one file, in order. Raises InputError."""
    return [_rule(item, declared) for item in entry.items()]


def _rule(item: Entry, declared: Declared) -> Rule:
    named = dict(item.pairs()).get("id")
    if named:
        item = item.named(f"rule {named.text()}")
    section = item.section(required=_REQUIRED, optional=_OPTIONAL)
    applies = read_condition(section["applies"], declared.scope) if "applies" in section else ALWAYS
    when = read_condition(section["when"], declared.scope)
    exemptions = tuple(_exemption(e, declared) for e in _items(section, "unless"))
    relaxable_by = tuple(_consent(e, declared) for e in _items(section, "relaxable_by"))
    reason = _sentence(section["reason"], declared)
    remedy = _sentence(section["remedy"], declared) if "remedy" in section else None
    spoken = (reason,) if remedy is None else (reason, remedy)
    overrides = tuple(_override(e, declared) for e in _items(section, "overrides"))
    names = _names((applies, when, *(e.when for e in exemptions)), spoken, relaxable_by)
    since, until = _effective(section["effective"])
    rule_id, title = _id(section["id"], declared), read_texts(section["title"])
    strength = section["strength"].word(Strength)
    citation = read_citation(section["citation"], declared.sources)
    written, certainty = section["effect"].word(Effect), section["certainty"].word(Certainty)
    status = section["status"].word(Status) if "status" in section else Status.IN_FORCE
    effect = _effect(written, certainty, declared.profile)
    rule = Rule(
        id=rule_id,
        title=title,
        layer=section["layer"].word(Layer),
        strength=strength,
        effect=effect,
        written_effect=written,
        status=status,
        off=status is Status.DRAFT and declared.profile is Profile.DEFAULT,
        applies=applies,
        when=when,
        exemptions=exemptions,
        relaxable_by=relaxable_by,
        needs=tuple(_fact(e, declared) for e in _items(section, "needs")),
        obliges=read_fact_values(section["obliges"], declared.facts) if "obliges" in section else {},
        overrides=overrides,
        reason=reason,
        remedy=remedy,
        citation=citation,
        since=since,
        until=until,
        certainty=certainty,
        notes=section["notes"].text() if "notes" in section else "",
        cases=tuple(_case(e, declared) for e in section["cases"].items()),
        file=item.file,
        line=item.line,
        names=names,
        times=frozenset(name for name in names if declared.scope[name].kind is Kind.TIME),
        parameters=tuple(name for name in names if name in declared.parameters),
        moves=any(_moves(declared.facts[name]) for name in names if name in declared.facts),
        blocks=effect in BLOCKING,
        card=RuleCard(
            rule_id=rule_id,
            effect=effect,
            strength=strength,
            title=title,
            citation=dict(citation.text)[declared.language],
            citation_href=citation.href,
            citations=citation.text,
        ),
        clock_tests=_clock_tests((applies, when, *(e.when for e in exemptions))),
        ground_test=compiled(Every((applies, when))),
    )
    _require_consistent(rule, section, declared)
    return rule


def _effect(written: Effect, certainty: Certainty, profile: Profile) -> Effect:
    """Return what a rule does: what nobody has looked up since does not stand in the way by default."""
    unsure = certainty is Certainty.MEMORY and profile is Profile.DEFAULT
    return Effect.WARN if unsure and written in BLOCKING else written


def _items(section: Mapping[str, Entry], key: str) -> list[Entry]:
    return section[key].items() if key in section else []


def _id(entry: Entry, declared: Declared) -> str:
    text = entry.text()
    if _RULE_ID.fullmatch(text) is None or text.split(".")[0] not in declared.pack_ids:
        raise entry.fault(
            f"{text!r} is not a rule id of this pack",
            f"write it as {declared.pack_ids[-1]}.source.what, lower case, digits and dashes",
        )
    return text


def _fact(entry: Entry, declared: Declared) -> str:
    name = entry.text()
    if name not in declared.facts:
        raise entry.fault(f"{name!r} is not a declared fact", "declare it under facts, or correct the name")
    return name


def _consent(entry: Entry, declared: Declared) -> str:
    name = _fact(entry, declared)
    if not declared.facts[name].consent:
        raise entry.fault(f"{name!r} is not a consent", "name a fact declared with consent:, or use unless")
    return name


def _exemption(entry: Entry, declared: Declared) -> Exemption:
    section = entry.section(required=("when", "because"))
    when = read_condition(section["when"], declared.scope)
    return Exemption(when=when, because=_sentence(section["because"], declared), test=compiled(when))


def _override(entry: Entry, declared: Declared) -> Override:
    section = entry.section(required=("rule", "because", "citation"))
    return Override(
        rule_id=section["rule"].text(),
        because=_sentence(section["because"], declared),
        citation=read_citation(section["citation"], declared.sources),
    )


def _effective(entry: Entry) -> tuple[date, date | None]:
    section = entry.section(required=("from",), optional=("until",))
    since = section["from"].day()
    until = section["until"].day() if "until" in section else None
    if until is not None and until <= since:
        raise section["until"].fault("the rule ends before it begins", "give until a day after from")
    return since, until


def _sentence(entry: Entry, declared: Declared) -> Sentence:
    section = entry.section(required=LANGUAGES)
    pieces = tuple((language, section[language].pieces(declared.scope)) for language in LANGUAGES)
    if len({frozenset(name for _, name in part) for _, part in pieces}) > 1:
        raise entry.fault("the languages do not fill in the same values", "use the same {names} in each")
    return Sentence(pieces=pieces)


def _case(entry: Entry, declared: Declared) -> Case:
    section = entry.section(required=("name", "facts", "expect"), optional=("as_of", "outcome"))
    return Case(
        name=section["name"].text(),
        facts=read_fact_values(section["facts"], declared.facts),
        as_of=section["as_of"].day() if "as_of" in section else declared.cases_as_of,
        expect=section["expect"].word(Expected),
        outcome=section["outcome"].word(Outcome) if "outcome" in section else None,
        line=entry.line,
    )


def _names(
    conditions: tuple[Expression, ...], sentences: tuple[Sentence, ...], relaxable_by: tuple[str, ...]
) -> tuple[str, ...]:
    spoken = [name for sentence in sentences for _, part in sentence.pieces for _, name in part if name]
    return tuple(dict.fromkeys((*names_in(*conditions), *spoken, *relaxable_by)))


def _clock_tests(conditions: tuple[Expression, ...]) -> tuple[tuple[Test, Test], ...]:
    comparisons = [
        part
        for condition in conditions
        for part in walk(condition)
        if isinstance(part, Comparison) and mentions_clock(part)
    ]
    return tuple((compiled(part.left), compiled(part.right)) for part in comparisons)


def _moves(fact: Fact) -> bool:
    counting = fact.counting
    return fact.clock or (counting is not None and (counting.days or counting.minutes) is not None)


def _require_consistent(rule: Rule, section: Mapping[str, Entry], declared: Declared) -> None:
    if rule.strength not in _STRENGTHS[rule.layer]:
        fitting = ", ".join(_STRENGTHS[rule.layer])
        raise section["strength"].fault(
            f"a rule of the {rule.layer} layer cannot have the strength {rule.strength}",
            f"use one of {fitting}",
        )
    if (rule.written_effect is Effect.REQUIRE) != bool(rule.needs):
        raise section["effect"].fault(
            "a require rule names under needs what must be established, and no other rule does",
            "add needs: [fact], or change the effect",
        )
    if rule.obliges and rule.written_effect in (Effect.DENY, Effect.STOP):
        raise section["obliges"].fault(
            f"a rule that can only {rule.written_effect} asks nothing of the act",
            "remove obliges, or change the effect",
        )
    if rule.strength not in _BINDING:
        _require_honest_words(rule, section)
    _require_cases(rule, section)
    for name in rule.parameters:
        first = declared.parameters[name].values[0].since
        if first > rule.since:
            raise section["effective"].fault(
                f"the rule holds from {rule.since}, but {name} has no value before {first}",
                "date the parameter back with its reference, or start the rule later",
            )


def _require_honest_words(rule: Rule, section: Mapping[str, Entry]) -> None:
    texts: list[Texts] = [rule.title, _plain(rule.reason), *(_plain(e.because) for e in rule.exemptions)]
    texts += [_plain(rule.remedy)] if rule.remedy else []
    texts += [_plain(override.because) for override in rule.overrides]
    for text in (text for pair in texts for _, text in pair):
        found = _WORDS_OF_LAW.search(text)
        if found is not None:
            raise section["strength"].fault(
                f"its words say {found[0]!r}, but its strength is only {rule.strength}",
                "say what the source says: not appropriate, not done, asked for",
            )


def _plain(sentence: Sentence) -> Texts:
    return tuple((language, "".join(text for text, _ in part)) for language, part in sentence.pieces)


def _require_cases(rule: Rule, section: Mapping[str, Entry]) -> None:
    expected = {case.expect for case in rule.cases}
    for needed in (Expected.FIRES, Expected.SILENT):
        if needed not in expected:
            raise section["cases"].fault(
                f"no case expects that the rule {'fires' if needed is Expected.FIRES else 'is silent'}",
                "add at least one case that fires and one that is silent",
            )

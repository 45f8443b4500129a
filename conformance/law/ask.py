"""Puts the facts of a case before a pack, and says what the pack said in the words of the cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from forbear.gateways.packs import read_pack_texts
from forbear.law.expression import Kind
from forbear.law.facts import facts_from_mapping
from forbear.law.judge import judge_act, judge_bare
from forbear.law.pack import Certainty, Pack
from forbear.law.parse import parse
from forbear.law.situation import Situation
from forbear.law.verdict import Fired, Strength, Verdict

Facts = Mapping[str, Any]
OURS = (Strength.POLICY, Strength.PREFERENCE)
NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)
"""When an act is judged of which a case says no day: the law of today."""

YES = (
    "allow",
    "allowed",
    "permitted",
    "compliant",
    "safe_harbor",
    "may_not_contravene",
    "yes",
    "eligible",
    "not_violation",
    "no_violation",
    "not_required",
    "ok",
)
NO = (
    "deny",
    "denied",
    "not_permitted",
    "prohibited",
    "violation",
    "likely_violation",
    "non_compliant",
    "no_safe_harbor",
    "no",
    "not_eligible",
    "not_allowed",
    "too_early",
    "stop",
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the law of a pack says of an act; what the house adds of its own is left out.

    ``sources`` are the beginnings of rule ids that are asked about, where a case asks about one text only.
    """

    pack: Pack
    verdict: Verdict
    sources: tuple[str, ...] = ("",)

    @property
    def fired(self) -> tuple[Fired, ...]:
        """The rules of law that stand in the way."""
        return tuple(item for item in self.verdict.fired if self._counts(item.rule_id))

    @property
    def warned(self) -> tuple[Fired, ...]:
        """The rules of law that warn, or say what to do."""
        return tuple(item for item in self.verdict.obligations if self._counts(item.rule_id))

    @property
    def asked(self) -> tuple[str, ...]:
        """The rules of law that hang on something that is not known."""
        ids = (rule_id for question in self.verdict.questions for rule_id in question.rule_ids)
        return tuple(rule_id for rule_id in ids if self._counts(rule_id))

    def _counts(self, rule_id: str) -> bool:
        return rule_id.startswith(self.sources) and self.pack.rule(rule_id).strength not in OURS

    @property
    def stands_in_the_way(self) -> bool:
        """Whether the law forbids the act, or has to know more first."""
        return bool(self.fired or self.asked)

    def speaks(self, end: str) -> bool:
        """Whether a rule of law whose id ends so fired or warned."""
        return any(item.rule_id.endswith(end) for item in (*self.fired, *self.warned))

    @property
    def is_unsure(self) -> bool:
        """Whether a rule that fired is known from memory only."""
        return any(self.pack.rule(item.rule_id).certainty is Certainty.MEMORY for item in self.fired)


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether the law stands in the way, in any of the words by which a case says so."""

    blocked: bool
    no: tuple[str, ...] = NO
    yes: tuple[str, ...] = YES

    def meets(self, expected: object) -> bool:
        """Tell whether a case expects this ruling."""
        return expected in (self.no if self.blocked else self.yes)

    def __str__(self) -> str:
        return "against it" if self.blocked else "for it"


@dataclass(frozen=True, slots=True)
class Phrases:
    """What is said in prose, met where the case's own prose speaks of one of these things."""

    said: tuple[str, ...]

    def meets(self, expected: object) -> bool:
        """Tell whether a case's prose speaks of it."""
        text = str(expected).lower()
        return bool(text) and any(each.lower() in text or text in each.lower() for each in self.said)

    def __str__(self) -> str:
        return " / ".join(self.said) or "nothing"


@dataclass(frozen=True, slots=True)
class Listed:
    """Things that are all among ours, each met by words of one of ours."""

    ours: tuple[str, ...]

    def meets(self, expected: object) -> bool:
        """Tell whether each thing that a case lists is part of one of ours."""
        things = expected if isinstance(expected, list) else [expected]
        return bool(things) and all(
            any(_speaks_of(each, str(thing)) for each in self.ours) for thing in things
        )

    def __str__(self) -> str:
        return ", ".join(self.ours) or "nothing"


def _speaks_of(ours: str, thing: str) -> bool:
    """Tell whether our words hold a case's thing, or each part of a name such as ``text.what``."""
    parts = [thing] if "(" in thing else thing.split(".")
    return all(part.lower() in ours.lower() for part in parts)


@dataclass(frozen=True, slots=True)
class Truth:
    """A yes or no as the case writes it."""

    value: bool

    def meets(self, expected: object) -> bool:
        """Tell whether a case expects this."""
        return expected is self.value

    def __str__(self) -> str:
        return str(self.value).lower()


@cache
def pack_of(pack_id: str) -> Pack:
    """Return a pack with every rule as it is written: drafts too, and what is known from memory."""
    return parse(read_pack_texts(pack_id), profile="conformance")


def ask(pack_id: str, facts: Facts, *, at: datetime = NOON) -> Judged:
    """Judge the act that the pack's own cases start from, changed by what a case says."""
    pack = pack_of(pack_id)
    base = dict(pack.base_facts)
    if "at" in facts:
        base = {name: value for name, value in base.items() if not pack.facts[name].clock}
    return Judged(pack, judge_bare(pack, facts_from_mapping(pack, {**base, **facts}, now=at)))


def ask_of_log(pack_id: str, situation: Situation, *, at: datetime) -> Judged:
    """Judge an act that follows on a log of contacts; what is not said is as the pack's cases start."""
    pack = pack_of(pack_id)
    flat = {name: value for name, value in pack.base_facts.items() if not pack.facts[name].derived}
    whole = Situation(
        person=situation.person,
        number=situation.number,
        debt=situation.debt,
        zones=situation.zones,
        facts={**flat, **situation.facts},
        log=situation.log,
        debtor=situation.debtor,
    )
    return Judged(pack, judge_act(pack, whole, at=at))


def ruled(judged: Judged) -> dict[str, Any]:
    """Return the answer of a topic that asks no more than whether the law stands in the way."""
    answer: dict[str, Any] = {"verdict": Ruling(judged.stands_in_the_way)}
    if judged.fired:
        answer["fired"] = Listed(tuple(names_of(judged.fired)))
        answer["strictest_wins"] = Truth(True)
        answer["require"] = Phrases(tuple(names_of(judged.fired)))
    if judged.is_unsure:
        answer["needs"] = Phrases(("verify",))
    return answer


def names_of(fired: Iterable[Fired]) -> Iterable[str]:
    """Yield what a rule may be called by: its id, title, source, article and reason."""
    for item in fired:
        texts = (text for pairs in (item.title, item.citations, item.reason) for _, text in pairs)
        yield " ".join((item.rule_id, *texts))


def says(value: object, *words: str) -> bool:
    """Tell whether a value, read as words, speaks of one of these."""
    text = str(value).lower()
    return value is not None and any(word in text for word in words)


def first(facts: Facts, *names: str, default: Any = None) -> Any:
    """Return the first of these facts that a case gives; ``a*b`` is any name with both parts in it."""
    given = (facts[found] for name in names for found in _named(facts, name))
    return next((value for value in given if value is not None), default)


def _named(facts: Facts, name: str) -> Iterable[str]:
    if "*" not in name:
        return [name] if name in facts else []
    parts = name.split("*")
    return [found for found in facts if all(part in found for part in parts)]


def chosen(value: object, choices: Mapping[str, tuple[str, ...]], default: str) -> str:
    """Return the pack's word for a case's words: the first whose signs are in them."""
    return next((word for word, signs in choices.items() if says(value, *signs)), default)


def renamed(facts: Facts, names: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Return what a case says under the pack's names, where both say it in the same way."""
    found = {ours: first(facts, *theirs) for ours, theirs in names.items()}
    return {ours: value for ours, value in found.items() if value is not None}


def booleans(pack_id: str, found: Facts) -> dict[str, Any]:
    """Return what was found, a yes or no of the pack as one: what a case describes in words is there."""
    facts = pack_of(pack_id).facts
    return {name: bool(value) if facts[name].kind is Kind.BOOL else value for name, value in found.items()}

"""A law pack in memory: facts that are declared, parameters that are dated, rules that are cited.

All of it is frozen data, made by ``law.parse`` and read by everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from forbear.errors import InputError
from forbear.law.compilation import Line, Mask, TypedRow, compiled_mask
from forbear.law.evaluation import Row, Test, picker
from forbear.law.expression import Every, Expression, Kind, Name, Value
from forbear.law.verdict import Effect, Outcome, RuleCard, Strength, Texts

RULES_MAX = 512
WORD_BITS = 64
"""Rules that one word of a mask holds; a pack with more takes several."""


class Profile(StrEnum):
    """Which rules hold: what is sure (``default``), or every one as it is written (``conformance``)."""

    DEFAULT = "default"
    CONFORMANCE = "conformance"


class Status(StrEnum):
    """Whether a rule is in force, or was only proposed."""

    IN_FORCE = "in_force"
    DRAFT = "draft"


class Layer(StrEnum):
    """Law first; policy and a person's wish may only add to it."""

    LAW = "law"
    POLICY = "policy"
    PREFERENCE = "preference"


class Certainty(StrEnum):
    """How well the source is known: from its own text, from reports that agree, from one, from memory."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    SINGLE_SOURCE = "single_source"
    MEMORY = "memory"
    HOUSE = "house"


class Key(StrEnum):
    """Whose contacts are counted together."""

    PERSON = "person"
    DEBTOR = "debtor"
    NUMBER = "number"
    DEBT = "debt"
    PERSON_DEBT = "person_debt"


class Measure(StrEnum):
    """What is told of the contacts that match.

    Their number, the number of channels or of days from the first to the last, or how many days ago the
    last one was (0: today), which is the whole window where there was none.
    """

    CONTACTS = "contacts"
    CHANNELS = "channels"
    SPAN_DAYS = "span_days"
    DAYS_SINCE = "days_since"


class CountingZone(StrEnum):
    """Whose calendar days are counted: the person's, in each zone they may be in."""

    CONSUMER = "consumer"


class Expected(StrEnum):
    """What a case expects of its rule: it fires, it is silent, or it asks for a fact."""

    FIRES = "fires"
    SILENT = "silent"
    ASKS = "asks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """How a counting fact is taken from the contact log.

    ``days`` is the window in calendar days of the person's zone, today included, so that a window of 7
    still holds what happened on the day that is day 1 of 7; ``minutes`` is one that ends with the very
    minute. Without either it reaches back to the last contact that matched ``since_last``.
    """

    key: Key
    measure: Measure
    days: int | None
    minutes: int | None
    where: Expression
    since_last: Expression
    where_test: Test = field(compare=False, repr=False)
    since_last_test: Test = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that may be known of an act. ``labels`` gives the words a text fact may be.

    A ``consent`` carries the sentence to say once it is given (only ``relaxable_by`` may use it),
    ``proposal`` marks a part of the proposed act itself (what is not declared is not proposed),
    ``clock`` the local time of day.
    """

    name: str
    kind: Kind
    question: Texts
    unit: Texts
    labels: tuple[tuple[str, Texts], ...]
    consent: Texts
    proposal: bool
    clock: bool
    counting: Counting | None

    @property
    def options(self) -> tuple[str, ...]:
        """The words a text fact may be."""
        return tuple(word for word, _ in self.labels)

    @property
    def derived(self) -> bool:
        """Whether it follows from the moment and the log, zone by zone."""
        return self.clock or self.counting is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A statute, rule, guideline, standard or house paper, by its title and address."""

    title: Texts
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The place that a rule or a value rests on, in one line, and when somebody last looked at it."""

    text: Texts
    href: str
    last_checked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterValue:
    """What a parameter is from a day on. ``value`` of a time is in minutes after midnight."""

    since: date
    value: bool | int
    reference: Citation
    certainty: Certainty


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A dated number of the law, its values in the order of their days.

    ``step`` is the smallest step by which it may move: a case of the pack breaks when it does.
    """

    name: str
    kind: Kind
    title: Texts
    step: int
    values: tuple[ParameterValue, ...]

    def on(self, day: date) -> ParameterValue | None:
        """Return the value in force on a day, or None before the first."""
        found = None
        for value in self.values:
            if value.since > day:
                break
            found = value
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """A declared exception of a rule. It must be established: unknown does not lift the rule.

    ``citation`` is what it rests on, where that is not what the rule rests on.
    """

    when: Expression
    because: Sentence
    citation: Citation | None = None
    test: Test = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A written sentence with places for values: for each language its pieces, text or name."""

    pieces: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """An obligation of another rule that gives way to this one where both speak, and on what ground."""

    rule_id: str
    because: Sentence
    citation: Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A tried example beside a rule: facts that differ from the pack's base, and what is expected."""

    name: str
    facts: Mapping[str, bool | int | str | None]
    as_of: date
    expect: Expected
    outcome: Outcome | None
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. ``names`` are the facts and parameters it looks at, ``times`` those that are times of day.

    ``effect`` is what the rule does under the pack's profile, ``written_effect`` what its text says;
    ``off`` says that the profile leaves it out. ``remedy`` says what may be done instead.
    ``obliges`` gives facts of the act the values that this obligation asks for, so that obligations that
    can't be met together are found; ``overrides`` says which of those give way.
    ``blocks``: the act may not go on while the rule fires; the others are obligations.
    ``moves`` says that time alone can change it (it looks at the clock or at a counting window);
    ``clock_tests`` are the two sides of every comparison in it that the local time takes part in.
    """

    id: str
    title: Texts
    layer: Layer
    strength: Strength
    effect: Effect
    written_effect: Effect
    status: Status
    off: bool
    applies: Expression
    when: Expression
    exemptions: tuple[Exemption, ...]
    relaxable_by: tuple[str, ...]
    needs: tuple[str, ...]
    obliges: Mapping[str, bool | int | str | None]
    overrides: tuple[Override, ...]
    reason: Sentence
    remedy: Sentence | None
    citation: Citation
    since: date
    until: date | None
    certainty: Certainty
    notes: str
    cases: tuple[Case, ...]
    file: str
    line: int
    names: tuple[str, ...]
    times: frozenset[str]
    parameters: tuple[str, ...]
    moves: bool
    blocks: bool
    card: RuleCard
    clock_tests: tuple[tuple[Test, Test], ...] = field(compare=False, repr=False)
    ground_test: Test = field(compare=False, repr=False)

    @property
    def lifting(self) -> tuple[Expression, ...]:
        """What lifts the rule once it is established: its exceptions, then the consents that it names."""
        consents = (Name(name, Kind.BOOL, consent=True) for name in self.relaxable_by)
        return (*(exemption.when for exemption in self.exemptions), *consents)

    def in_force(self, day: date) -> bool:
        """Say whether the rule holds on a day; ``until`` is the first day on which it does not."""
        return not self.off and self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, kw_only=True)
class Era:
    """The law from one day until the next change: the rules in force and the values they use.

    A rule that another one in force overrides carries that as an exception.

    ``moving`` are the blocking rules that time alone can change; ``numbered`` has each rule by its place in
    the pack. ``facts`` is the order of a typed row.
    """

    since: date
    rules: tuple[Rule, ...]
    numbered: Mapping[int, Rule]
    facts: tuple[str, ...]
    blocking: tuple[Rule, ...]
    moving: tuple[Rule, ...]
    parameters: Mapping[str, Value]
    parameters_since: Mapping[str, date]

    @cached_property
    def spoken(self) -> Mask:
        """The function from a typed row to the rules that surely speak: bit n is rule n of the pack."""
        return self._mask(sure=True)

    @cached_property
    def open(self) -> Mask:
        """The function from a typed row to the rules whose ground is not surely false, lifted or not."""
        return self._mask(sure=False)

    @cached_property
    def values_from(self) -> Mapping[str, date | None]:
        """Since when the values of each rule's parameters have held, by its id."""
        return {
            rule.id: max((self.parameters_since[name] for name in rule.parameters), default=None)
            for rule in self.rules
        }

    @cached_property
    def typed(self) -> Callable[[Row], TypedRow]:
        """The function from a row by name to a typed row."""
        return picker(self.facts)

    def _mask(self, *, sure: bool) -> Mask:
        lines = [
            Line(bit=place, ground=Every((rule.applies, rule.when)), lifting=rule.lifting)
            for place, rule in self.numbered.items()
        ]
        return compiled_mask(lines, self.facts, self.parameters, sure=sure)


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A law pack. ``digest`` is over its texts and the profile; its dates are read in ``zone``.

    ``language`` is that of its sources; before ``covers_from`` it says nothing. ``eras`` are in the
    order of their days. An overlay ``extends`` another pack: it holds that one's rules, and its own.
    """

    id: str
    version: str
    profile: Profile
    jurisdiction: str
    title: Texts
    zone: ZoneInfo
    language: str
    covers_from: date
    digest: str
    facts: Mapping[str, Fact]
    parameters: Mapping[str, Parameter]
    rules: tuple[Rule, ...]
    base_facts: Mapping[str, bool | int | str | None]
    eras: tuple[Era, ...]
    extends: str = ""

    @cached_property
    def times(self) -> frozenset[str]:
        """The facts that are times of day."""
        return frozenset(name for name, fact in self.facts.items() if fact.kind is Kind.TIME)

    def rule(self, rule_id: str) -> Rule:
        """Return a rule by its id. Raises KeyError."""
        return {rule.id: rule for rule in self.rules}[rule_id]

    def era_on(self, day: date) -> Era:
        """Return the law of a day.

        Raises InputError for a day before the pack's time: its silence would read as consent.
        """
        for era in reversed(self.eras):
            if era.since <= day:
                return era
        raise InputError(
            f"The pack {self.id} knows the law from {self.covers_from} on, not that of {day}; "
            "judge by a later day.",
            field="as_of",
        )

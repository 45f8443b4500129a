"""What the law says of one proposed act, complete: every rule that fired, with its ground."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from forbear.errors import RefusedError


class Outcome(StrEnum):
    """The three answers. What is not known is never silently allowed."""

    ALLOWED = "allowed"
    DENIED = "denied"
    NEEDS = "needs"


class Effect(StrEnum):
    """What a rule does when it fires."""

    DENY = "deny"
    REQUIRE = "require"
    DISCLOSE = "disclose"
    STOP = "stop"
    WARN = "warn"
    RETAIN = "retain"


BLOCKING = (Effect.DENY, Effect.STOP, Effect.REQUIRE)
"""The effects that stand in the way of an act; the others are obligations."""


class Strength(StrEnum):
    """What stands behind a rule, from a statute down to one borrower's wish."""

    LAW = "law"
    DEPARTMENT_RULE = "department_rule"
    SELF_REGULATORY = "self_regulatory"
    STANDARD = "standard"
    POLICY = "policy"
    PREFERENCE = "preference"


FactValue = bool | int | str | datetime | None
"""A fact's value; a time of day is the text ``HH:MM``. None stands for *not known*."""

Texts = tuple[tuple[str, str], ...]
"""The same sentence in each language: pairs of language and text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCard:
    """What is the same of a rule whenever it speaks. ``citation`` is the source by its own name."""

    rule_id: str
    effect: Effect
    strength: Strength
    title: Texts
    citation: str
    citation_href: str
    citations: Texts = ()


class Said(Protocol):
    """The sentences of a rule that spoke, filled in when somebody asks for them."""

    @property
    def reason(self) -> Texts:
        """Why the rule spoke, in each language."""

    @property
    def remedy(self) -> Texts:
        """What may be done instead, in each language; empty where the rule does not say."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Sentences as they were written down."""

    reason: Texts
    remedy: Texts = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """One rule that spoke, with the values it saw and the text it rests on.

    ``parameters_from`` is the day since which the values of the rule's parameters have held.
    ``next_moment`` is when this rule alone would fall silent; ``lifted_by`` names the facts that would lift
    the rule if they were established.
    """

    card: RuleCard
    said: Said = field(compare=False, repr=False)
    values: tuple[tuple[str, FactValue], ...]
    parameters_from: date | None
    next_moment: datetime | None = None
    lifted_by: tuple[str, ...] = ()

    @property
    def rule_id(self) -> str:
        """The rule's id."""
        return self.card.rule_id

    @property
    def effect(self) -> Effect:
        """What the rule does."""
        return self.card.effect

    @property
    def strength(self) -> Strength:
        """What stands behind it."""
        return self.card.strength

    @property
    def title(self) -> Texts:
        """Its title in each language."""
        return self.card.title

    @property
    def citation(self) -> str:
        """The source, by its own name."""
        return self.card.citation

    @property
    def citation_href(self) -> str:
        """Where the source is to be read."""
        return self.card.citation_href

    @property
    def citations(self) -> Texts:
        """The source in each language."""
        return self.card.citations

    @property
    def reason(self) -> Texts:
        """Why the rule spoke, in each language."""
        return self.said.reason

    @property
    def remedy(self) -> Texts:
        """What may be done instead, in each language; empty where the rule does not say."""
        return self.said.remedy

    def title_in(self, language: str) -> str:
        """The rule's title in ``zh-hans`` or ``en``."""
        return dict(self.title)[language]

    def reason_in(self, language: str) -> str:
        """Why it fired, with the values filled in, in ``zh-hans`` or ``en``."""
        return dict(self.reason)[language]

    def remedy_in(self, language: str) -> str:
        """What may be done instead, in ``zh-hans`` or ``en``; empty where the rule does not say."""
        return dict(self.remedy).get(language, "")

    def citation_in(self, language: str) -> str:
        """The source, with a gloss where the reader's language is not its own."""
        return dict(self.citations).get(language, self.citation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A fact that is not known and decides, the question that settles it, and who asks."""

    fact: str
    text: Texts
    rule_ids: tuple[str, ...]

    def text_in(self, language: str) -> str:
        """The question in ``zh-hans`` or ``en``."""
        return dict(self.text)[language]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer about one act at one moment.

    ``fired`` holds every rule that stands in the way, the strongest first; ``obligations`` what must
    be said, kept or minded; ``excused`` the rules that an exception or a consent lifted, with why.
    ``needs`` names the facts to establish first, ``questions`` asks for them in the same order.
    ``next_moment`` is the earliest instant at which the act would be allowed as things stand (None:
    no time within 30 days will cure it). ``next_if_known`` is the earliest instant at which it would be
    if besides everything came out well that can be established: what ``questions`` ask, and what
    ``lifts`` asks, which would lift rules that no time silences. None where no answer helps, or none is
    needed. ``foreseen`` says that what comes later was looked at. ``expires_at`` is when an allowed act
    must have ended: the first instant at which it would no longer be allowed, at the latest the next
    local midnight; for any other verdict it is ``judged_at``. Every instant is in UTC; ``zone`` is the
    one to speak in.
    """

    outcome: Outcome
    judged_at: datetime
    fired: tuple[Fired, ...]
    obligations: tuple[Fired, ...]
    needs: tuple[str, ...]
    next_moment: datetime | None
    expires_at: datetime
    pack_id: str
    pack_version: str
    pack_digest: str
    facts_digest: str
    zone: str = "UTC"
    excused: tuple[Fired, ...] = ()
    questions: tuple[Question, ...] = ()
    lifts: tuple[Question, ...] = ()
    next_if_known: datetime | None = None
    foreseen: bool = False

    @property
    def deciding(self) -> Fired | None:
        """The rule to name first: the strongest that denied or required, or None when allowed."""
        return self.fired[0] if self.outcome is not Outcome.ALLOWED and self.fired else None


class ContactRefusedError(RefusedError):
    """The law, policy or the borrower's own wish forbids this contact now."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        deciding = verdict.deciding
        reason = deciding.reason_in("en") if deciding else f"not known: {', '.join(verdict.needs)}"
        source = f" ({deciding.rule_id}; {deciding.citation_in('en')})" if deciding else ""
        message = f"Contact refused: {reason.rstrip('.')}{source}."
        if verdict.next_moment is not None:
            local = verdict.next_moment.astimezone(ZoneInfo(verdict.zone))
            message += f" The earliest lawful time is {local:%Y-%m-%d %H:%M %z}."
        super().__init__(message)

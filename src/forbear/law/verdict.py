"""What the law says of one proposed act, complete: every rule that fired, with its ground."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

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


class Strength(StrEnum):
    """What stands behind a rule, from a statute down to one borrower's wish."""

    LAW = "law"
    DEPARTMENT_RULE = "department_rule"
    SELF_REGULATORY = "self_regulatory"
    STANDARD = "standard"
    POLICY = "policy"
    PREFERENCE = "preference"


FactValue = bool | int | str | datetime | None
"""A fact's value. None stands for *not known*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """One rule that spoke, with the values it saw and the text it rests on."""

    rule_id: str
    effect: Effect
    strength: Strength
    title: tuple[tuple[str, str], ...]
    reason: tuple[tuple[str, str], ...]
    values: tuple[tuple[str, FactValue], ...]
    parameters_from: date | None
    citation: str
    citation_href: str
    next_moment: datetime | None = None

    def title_in(self, language: str) -> str:
        """The rule's title in ``zh-hans`` or ``en``."""
        return dict(self.title)[language]

    def reason_in(self, language: str) -> str:
        """Why it fired, with the values filled in, in ``zh-hans`` or ``en``."""
        return dict(self.reason)[language]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer about one act at one moment.

    ``needs`` names the facts to establish first. ``next_moment`` is the earliest instant at which
    the act would be allowed as things stand (None: no time will cure it). ``expires_at`` is when
    an allowed act must have ended. Every instant is in UTC.
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
        source = f" ({deciding.rule_id}; {deciding.citation})" if deciding else ""
        message = f"Contact refused: {reason}{source}."
        if verdict.next_moment is not None:
            message += f" The earliest lawful time is {verdict.next_moment:%Y-%m-%d %H:%M %z}."
        super().__init__(message)

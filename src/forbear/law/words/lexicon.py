"""What the checker looks for: acts, patterns, what excuses them, and what must be said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from forbear.law.verdict import Texts
from forbear.law.words.fold import Spelling


class Act(StrEnum):
    """What is forbidden, under the names of ``tests/words``; OFFENSIVE is the word of a model alone."""

    THREAT = "threat"
    INSULT = "insult"
    IMPERSONATES_AUTHORITY = "impersonates_authority"
    FALSE_CONSEQUENCE = "false_consequence"
    DISCLOSES_TO_THIRD_PARTY = "discloses_to_third_party"
    EXTRA_FEES = "extra_fees"
    INDUCES_NEW_BORROWING = "induces_new_borrowing"
    MISSING_DISCLOSURE = "missing_disclosure"
    OFFENSIVE = "offensive"


class Kind(StrEnum):
    """What a text is: it opens a contact, stands alone later, or is part of a talk (EXCERPT)."""

    FIRST_CALL = "first_call"
    FIRST_MESSAGE = "first_message"
    LATER_MESSAGE = "later_message"
    IDENTITY_CHECK = "identity_check"
    VOICEMAIL = "voicemail"
    THIRD_PARTY = "third_party"
    EXCERPT = "excerpt"


class Where(StrEnum):
    """Where an excuse counts: shortly before or in what was found, in its sentence, or anywhere."""

    NEAR = "near"
    SENTENCE = "sentence"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActEntry:
    """An act's title and reason in each language, and by pack the rules (or articles) that it offends."""

    act: Act
    title: Texts
    reason: Texts
    offends: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Excuse:
    """Words that make a find harmless, and where they must stand: ``near`` characters before it, or in it."""

    name: str
    where: Where
    near: int
    finder: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Words that are an act, unless an excuse stands by them. No kinds: in every kind of text."""

    id: str
    act: Act
    kinds: frozenset[Kind]
    finder: re.Pattern[str]
    excuses: tuple[Excuse, ...]
    matches: tuple[str, ...]
    passes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What a kind of text must say under some packs; no channels: in every channel."""

    id: str
    packs: frozenset[str]
    kinds: frozenset[Kind]
    channels: frozenset[str]
    finder: re.Pattern[str]
    matches: tuple[str, ...]
    passes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """All that the checker knows, parsed."""

    acts: Mapping[Act, ActEntry]
    spelling: Spelling
    patterns: tuple[Pattern, ...]
    duties: tuple[Duty, ...]

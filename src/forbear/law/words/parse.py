"""Reads the checker's patterns from YAML, strictly, and tries every pattern on its own examples."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from forbear.documents.entry import Entry, read_document
from forbear.documents.scalars import LANGUAGES
from forbear.law.parse_parts import read_texts
from forbear.law.words.fold import Spelling, spelling_of
from forbear.law.words.lexicon import Act, ActEntry, Duty, Excuse, Kind, Lexicon, Pattern, Where
from forbear.law.words.phrase import NEAR, Vocabulary, finder_of
from forbear.law.words.search import finds, is_said

CHANNELS = ("call", "sms", "email", "visit")
Key = TypeVar("Key")
Value = TypeVar("Value")
_SECTIONS = ("language", "acts", "characters", "homophones", "classes", "excuses", "patterns", "duties")
_PATTERN = ("id", "act", "say", "matches", "passes")
_DUTY = ("id", "packs", "kinds", "say", "matches", "passes")


@dataclass(slots=True)
class _Parts:
    """What the files hold together, before phrases are read."""

    acts: dict[Act, ActEntry] = field(default_factory=dict)
    characters: dict[str, str] = field(default_factory=dict)
    homophones: dict[str, str] = field(default_factory=dict)
    classes: dict[str, Entry] = field(default_factory=dict)
    excuses: dict[str, Excuse] = field(default_factory=dict)
    patterns: dict[str, Pattern] = field(default_factory=dict)
    duties: dict[str, Duty] = field(default_factory=dict)


def parse_words(texts: Mapping[str, str]) -> Lexicon:
    """Return what the YAML texts (by file name) say together.

    Raises InputError with file, line, place and cure: an unknown act, class or excuse, a name used
    twice, or a pattern that misses one of its examples or finds what it must let pass.
    """
    files = [(read_document(name, text).section(optional=_SECTIONS)) for name, text in sorted(texts.items())]
    parts = _Parts()
    for sections in files:
        _take(parts.acts, _acts(sections))
        _take(parts.characters, _characters(sections))
        _take(parts.homophones, _plain(sections, "homophones"))
        _take(parts.classes, ((name, (entry, entry)) for name, entry in _pairs(sections, "classes")))
    for sections in files:
        _take(parts.excuses, _excuses(sections, _vocabulary(sections, parts)))
    spelling = spelling_of(parts.characters, parts.homophones)
    for sections in files:
        vocabulary = _vocabulary(sections, parts)
        _take(parts.patterns, _patterns(sections, vocabulary, parts, spelling))
        _take(parts.duties, _duties(sections, vocabulary, spelling))
    return Lexicon(
        acts=parts.acts,
        spelling=spelling,
        patterns=tuple(parts.patterns.values()),
        duties=tuple(parts.duties.values()),
    )


def _take(into: dict[Key, Value], found: Iterator[tuple[Key, tuple[Entry, Value]]]) -> None:
    for key, (entry, value) in found:
        if key in into:
            raise entry.fault(f"{key!r} is there already", "give each its own name, in one file")
        into[key] = value


def _pairs(sections: Mapping[str, Entry], name: str) -> list[tuple[str, Entry]]:
    return sections[name].pairs() if name in sections else []


def _vocabulary(sections: Mapping[str, Entry], parts: _Parts) -> Vocabulary:
    language = sections["language"].choice(LANGUAGES) if "language" in sections else LANGUAGES[0]
    return Vocabulary(parts.classes, language)


def _acts(sections: Mapping[str, Entry]) -> Iterator[tuple[Act, tuple[Entry, ActEntry]]]:
    for name, entry in _pairs(sections, "acts"):
        if name not in list(Act):
            raise entry.fault(f"{name!r} is no act", f"use one of {', '.join(Act)}")
        section = entry.section(required=("title", "reason", "offends"))
        offends = {
            pack: tuple(item.text() for item in items.filled()) for pack, items in section["offends"].pairs()
        }
        act = ActEntry(
            act=Act(name),
            title=read_texts(section["title"]),
            reason=read_texts(section["reason"]),
            offends=offends,
        )
        yield act.act, (entry, act)


def _characters(sections: Mapping[str, Entry]) -> Iterator[tuple[str, tuple[Entry, str]]]:
    """Yield pairs from words of two: the character as written, the one it stands for."""
    if "characters" in sections:
        for pair in sections["characters"].text().split():
            if len(pair) != 2:
                raise sections["characters"].fault(f"{pair!r} is no pair", "write two characters each")
            yield pair[0], (sections["characters"], pair[1])


def _plain(sections: Mapping[str, Entry], name: str) -> Iterator[tuple[str, tuple[Entry, str]]]:
    """Yield what stands for what: ``meant: as written | as also written``."""
    for meant, entry in _pairs(sections, name):
        for written in entry.text().split("|"):
            yield written.strip(), (entry, meant)


def _excuses(
    sections: Mapping[str, Entry], vocabulary: Vocabulary
) -> Iterator[tuple[str, tuple[Entry, Excuse]]]:
    for name, entry in _pairs(sections, "excuses"):
        section = entry.section(required=("where", "say"))
        where, finder = section["where"].word(Where), finder_of(section["say"].filled(), vocabulary)
        near = NEAR[vocabulary.language]
        yield name, (entry, Excuse(name=name, where=where, near=near, finder=finder))


def _patterns(
    sections: Mapping[str, Entry], vocabulary: Vocabulary, parts: _Parts, spelling: Spelling
) -> Iterator[tuple[str, tuple[Entry, Pattern]]]:
    for entry in sections["patterns"].items() if "patterns" in sections else []:
        section = entry.section(required=_PATTERN, optional=("unless", "kinds"))
        pattern = Pattern(
            id=section["id"].text(),
            act=section["act"].word(Act),
            kinds=_kinds(section),
            finder=finder_of(section["say"].filled(), vocabulary),
            excuses=tuple(parts.excuses[name] for name in _names(section, "unless", parts.excuses)),
            matches=tuple(item.text() for item in section["matches"].filled()),
            passes=tuple(item.text() for item in section["passes"].items()),
        )
        if pattern.act not in parts.acts:
            raise section["act"].fault("this act is not declared", "declare it under acts")
        named = entry.named(f"pattern {pattern.id}")
        for text in pattern.matches:
            if not finds(pattern, text, spelling):
                raise named.fault(f"it misses {text!r}", "widen it, or mend the example")
        for text in pattern.passes:
            if finds(pattern, text, spelling):
                raise named.fault(f"it finds {text!r}, which is let pass", "narrow it, or add an excuse")
        yield pattern.id, (named, pattern)


def _duties(
    sections: Mapping[str, Entry], vocabulary: Vocabulary, spelling: Spelling
) -> Iterator[tuple[str, tuple[Entry, Duty]]]:
    for entry in sections["duties"].items() if "duties" in sections else []:
        section = entry.section(required=_DUTY, optional=("channels",))
        duty = Duty(
            id=section["id"].text(),
            packs=frozenset(item.text() for item in section["packs"].filled()),
            kinds=_kinds(section),
            channels=frozenset(_names(section, "channels", CHANNELS)),
            finder=finder_of(section["say"].filled(), vocabulary),
            matches=tuple(item.text() for item in section["matches"].filled()),
            passes=tuple(item.text() for item in section["passes"].filled()),
        )
        named = entry.named(f"duty {duty.id}")
        for text in duty.matches:
            if is_said(duty, text, spelling):
                raise named.fault(f"it takes {text!r} for said", "narrow it, or mend the example")
        for text in duty.passes:
            if not is_said(duty, text, spelling):
                raise named.fault(f"it finds nothing of it in {text!r}", "widen it, or mend the example")
        yield duty.id, (named, duty)


def _kinds(section: Mapping[str, Entry]) -> frozenset[Kind]:
    return frozenset(Kind(name) for name in _names(section, "kinds", list(Kind)))


def _names(section: Mapping[str, Entry], name: str, known: Collection[str]) -> tuple[str, ...]:
    return section[name].choices(known) if name in section else ()

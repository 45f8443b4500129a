"""Messages whose content the law closes: a voicemail of limited content; words that call a time inconvenient.

What the law lists stands beside a pack (``us/messages``), as patterns with their source; this reads a
text against them. It reads plain words and no more: what it does not know is content that the list lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from forbear.documents.entry import Entry, read_document
from forbear.law.pack import Certainty, Citation, Source
from forbear.law.parse_parts import read_citation, read_source, read_texts
from forbear.law.verdict import Texts

Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that a message must or may hold, and how it is said."""

    name: str
    title: Texts
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitedContent:
    """The closed list of a limited-content message, and the words by which a name shows collection."""

    citation: Citation
    since: date
    certainty: Certainty
    media: tuple[str, ...]
    required: tuple[Part, ...]
    optional: tuple[Part, ...]
    fillers: frozenset[str]
    shows_collection: Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Inconvenience:
    """How a consumer calls a time or a place inconvenient for later, and how only the moment."""

    citation: Citation
    since: date
    certainty: Certainty
    inconvenient: Pattern
    designates: tuple[Pattern, ...]
    momentary: tuple[Pattern, ...]
    places: tuple[Pattern, ...]
    times: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRules:
    """What stands in ``messages`` beside a pack."""

    limited_content: LimitedContent
    inconvenience: Inconvenience


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a message was found to hold: parts of the list that are missing, and words it does not have.

    ``reveals``: the words from which somebody else would learn that it is about a debt.
    """

    missing: tuple[str, ...]
    extra: tuple[str, ...]
    reveals: tuple[str, ...]

    @property
    def is_limited(self) -> bool:
        """Whether all of the list is there and nothing else."""
        return not (self.missing or self.extra or self.reveals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Designation:
    """What a consumer said of times and places for later; empty where they named none.

    ``designated`` says that it holds for later contacts; ``momentary`` that the present one should end.
    """

    designated: bool
    momentary: bool
    time: str = ""
    place: str = ""


def content_of(form: LimitedContent, script: str) -> Content:
    """Read a script against the list: what it must hold, what it may, and the rest."""
    missing = tuple(part.name for part in form.required if not _found(part.patterns, script))
    rest = script
    for part in (*form.required, *form.optional):
        for pattern in part.patterns:
            rest = pattern.sub(" ", rest)
    words = re.findall(r"[^\W_][\w'-]*", rest)
    return Content(
        missing=missing,
        extra=tuple(word for word in words if word.lower() not in form.fillers),
        reveals=tuple(found[0] for found in form.shows_collection.finditer(script)),
    )


def is_limited_content(
    form: LimitedContent, *, medium: str, content: Content, for_consumer: bool = True
) -> bool:
    """Say whether a message is of limited content: a voicemail for the consumer that keeps to the list."""
    return medium in form.media and for_consumer and content.is_limited


def designation_of(rules: Inconvenience, statement: str) -> Designation:
    """Read what a consumer said: whether it designates a time or place for later, and which."""
    momentary = _found(rules.momentary, statement)
    time, place = _named(rules.times, statement, "time"), _named(rules.places, statement, "place")
    says_so = rules.inconvenient.search(statement) is not None
    refuses = _found(rules.designates, statement) and bool(time or place)
    designated = not momentary and (says_so or refuses)
    return Designation(
        designated=designated,
        momentary=momentary,
        time=time if designated else "",
        place=place if designated else "",
    )


def parse_messages(texts: Mapping[str, str]) -> MessageRules:
    """Return the lists that these YAML texts say. Pure: the caller reads the files.

    Raises InputError with file, line, place, cause and cure; a list without a source does not load.
    """
    sections: dict[str, Entry] = {}
    for path in sorted(texts):
        root = read_document(path, texts[path]).section(
            required=("sources", "limited_content", "inconvenience")
        )
        sections |= root
    sources = {name: read_source(entry) for name, entry in sections["sources"].pairs()}
    return MessageRules(
        limited_content=_limited_content(sections["limited_content"], sources),
        inconvenience=_inconvenience(sections["inconvenience"], sources),
    )


_DATED = ("citation", "effective", "certainty")


def _limited_content(entry: Entry, sources: Mapping[str, Source]) -> LimitedContent:
    lists = ("media", "required", "optional", "fillers", "shows_collection")
    section = entry.section(required=(*_DATED, *lists))
    return LimitedContent(
        citation=read_citation(section["citation"], sources),
        since=section["effective"].section(required=("from",))["from"].day(),
        certainty=section["certainty"].word(Certainty),
        media=tuple(item.text() for item in section["media"].filled()),
        required=_parts(section["required"]),
        optional=_parts(section["optional"]),
        fillers=frozenset(item.text() for item in section["fillers"].items()),
        shows_collection=_any_word(section["shows_collection"]),
    )


def _inconvenience(entry: Entry, sources: Mapping[str, Source]) -> Inconvenience:
    lists = ("inconvenient", "designates", "momentary", "places", "times")
    section = entry.section(required=(*_DATED, *lists))
    return Inconvenience(
        citation=read_citation(section["citation"], sources),
        since=section["effective"].section(required=("from",))["from"].day(),
        certainty=section["certainty"].word(Certainty),
        inconvenient=_any_word(section["inconvenient"]),
        designates=_patterns(section["designates"]),
        momentary=_patterns(section["momentary"]),
        places=_patterns(section["places"]),
        times=_patterns(section["times"]),
    )


def _parts(entry: Entry) -> tuple[Part, ...]:
    found = []
    for name, item in entry.pairs():
        section = item.section(required=("title", "patterns"))
        found.append(
            Part(name=name, title=read_texts(section["title"]), patterns=_patterns(section["patterns"]))
        )
    return tuple(found)


def _patterns(entry: Entry) -> tuple[Pattern, ...]:
    return tuple(_pattern(item) for item in entry.filled())


def _pattern(entry: Entry) -> Pattern:
    try:
        return re.compile(entry.text(), re.IGNORECASE)
    except re.error as error:
        raise entry.fault(f"the pattern can't be read ({error})", "write a regular expression") from error


def _any_word(entry: Entry) -> Pattern:
    words = "|".join(re.escape(item.text()) for item in entry.filled())
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


def _found(patterns: Iterable[Pattern], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)


def _named(patterns: Iterable[Pattern], text: str, group: str) -> str:
    matches = (pattern.search(text) for pattern in patterns)
    return next((match[group].strip(" .,") for match in matches if match), "")

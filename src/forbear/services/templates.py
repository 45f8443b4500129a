"""The templates of messages: data, read strictly, each saying what its purpose asks of it.

A template that would leave the reader without the amount, the cost of waiting or a way to pay, or
that speaks of a debt before anybody has proved who they are, does not load. Nor does one in which
the word checker finds an act that the law forbids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from forbear.documents.entry import Entry, read_document
from forbear.documents.scalars import LANGUAGES
from forbear.errors import InputError
from forbear.gateways.packs import read_word_texts
from forbear.law.words import check, parse_words
from forbear.law.words.lexicon import Kind, Lexicon

NEUTRAL = ("lender", "legal_name", "name", "phone", "portal")
"""What may be said before anybody has proved who they are, and in a subject that others may see."""

DEBT = (
    *("reference", "since", "tomorrow", "per_day", "per_month"),
    *("owed", "owed_principal", "owed_interest", "owed_penalty", "owed_fee"),
)
"""What may be said of a debt, to a person who owes it."""

CHANNELS = ("sms", "email")
_KNOWN = {"remind": (*NEUTRAL, *DEBT), "identify": NEUTRAL, "signin": ("lender", "code")}
_SAYS = {
    "remind": ("owed", "since", "per_day", "portal", "phone"),
    "identify": ("phone",),
    "signin": ("code",),
}
"""What a text must say: a reminder what is owed and since when, what waiting costs, how to pay or ask."""

WORDS_PACK = "cn"
"""Under whose law the words of every template are read: a template is there for all lenders."""

_KINDS = {"remind": Kind.LATER_MESSAGE, "identify": Kind.THIRD_PARTY, "signin": Kind.EXCERPT}
"""As what they are read: who gets a text to identify may be somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One template in one channel and language; ``purpose`` is that of the contact it makes."""

    purpose: str
    subject: str
    text: str

    def fill(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Return subject and text with every placeholder filled in."""
        return self.subject.format_map(values), self.text.format_map(values)


Templates = Mapping[tuple[str, str, str], Template]
"""Templates by name, channel and language."""


def template(name: str, *, channel: str, language: str) -> Template:
    """Return a template; raises InputError naming what is not there."""
    found = templates().get((name, channel, language))
    if found is None:
        known = sorted({item for item, way, _ in templates() if way == channel})
        raise InputError(
            f"There is no template {name[:40]!r} for {channel} in {language}; known are {', '.join(known)}.",
            field="template",
        )
    return found


def names_of(channel: str, purposes: tuple[str, ...]) -> list[str]:
    """Return the names of the templates of a channel that serve one of the purposes, as they stand."""
    fitting = [key for key, item in templates().items() if key[1] == channel and item.purpose in purposes]
    return list(dict.fromkeys(name for name, _, _ in fitting))


@cache
def templates() -> Templates:
    """Return all templates as they stand in ``data/messages.yaml``."""
    text = files("forbear.services").joinpath("data/messages.yaml").read_text(encoding="utf-8")
    return parse_templates(text, source="messages.yaml")


def parse_templates(text: str, *, source: str) -> Templates:
    """Read templates from YAML; ``source`` names them in errors.

    Raises InputError with line, place and cure: a language that is missing, a placeholder that has no
    value for that purpose, languages that say different things, or a text that leaves out what its
    purpose must say.
    """
    found = {}
    for name, entry in read_document(source, text).pairs():
        section = entry.section(required=("purpose",), optional=CHANNELS)
        purpose = section["purpose"].choice(_KNOWN)
        ways = [channel for channel in CHANNELS if channel in section]
        if not ways:
            raise entry.fault("it has no channel", f"add {' or '.join(CHANNELS)}")
        for channel in ways:
            for language, item in _in_each_language(section[channel], channel, purpose).items():
                found[name, channel, language] = item
    return found


def _in_each_language(entry: Entry, channel: str, purpose: str) -> dict[str, Template]:
    section = entry.section(required=LANGUAGES)
    found = {language: _read(section[language], channel, purpose) for language in LANGUAGES}
    if len({filled for _, filled in found.values()}) > 1:
        raise entry.fault("the languages do not fill in the same values", "use the same {names} in each")
    return {language: item for language, (item, _) in found.items()}


def _read(entry: Entry, channel: str, purpose: str) -> tuple[Template, frozenset[str]]:
    """Return a template and the names that its text fills in."""
    section = entry.section(required=("subject", "text") if channel == "email" else ("text",))
    filled = frozenset(name for _, name in section["text"].pieces(_KNOWN[purpose]))
    for name in _SAYS[purpose]:
        if name not in filled:
            raise section["text"].fault(f"a text to {purpose} never says {{{name}}}", f"say {{{name}}} in it")
    subject = section["subject"].template(NEUTRAL) if "subject" in section else ""
    _refuse_forbidden(section["text"], _KINDS[purpose], channel, _KNOWN[purpose])
    if "subject" in section:
        _refuse_forbidden(section["subject"], Kind.EXCERPT, channel, NEUTRAL)
    return Template(purpose=purpose, subject=subject, text=section["text"].text()), filled


def _refuse_forbidden(entry: Entry, kind: Kind, channel: str, known: Sequence[str]) -> None:
    """Raise InputError where the words themselves, a dash for each value, are an act the law forbids."""
    text = "-".join(words for words, _ in entry.pieces(known))
    for found in check(text, lexicon=lexicon(), pack=WORDS_PACK, kind=kind, channel=channel):
        said = text[found.start : found.end]
        raise entry.fault(
            f"{said[:80]!r} reads as {dict(found.title)['en'].lower()} ({', '.join(found.rules)})",
            "say it another way; docs/reference/words.md tells what is looked for",
        )


@cache
def lexicon() -> Lexicon:
    """Return what the word checker looks for, as it is shipped."""
    return parse_words(read_word_texts())

"""The small language of patterns, and how a phrase of it becomes a regular expression.

A phrase is words one after another: ``打|找 .. <relative>``. ``a|b`` is either, ``<name>`` a class of
words, ``word?`` may be missing, ``word*`` may go on (letters), ``_`` is a space, ``..`` a gap within
one sentence and ``.`` a short one. Nothing in it repeats without bound, so that a search takes time
linear in the text whatever the text is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from forbear.documents.entry import Entry

GAPS = {"zh-hans": {"..": 12, ".": 4}, "en": {"..": 45, ".": 20}}
"""How many characters a gap spans at most, by language."""

NEAR = {"zh-hans": 10, "en": 30}
"""How many characters before a find still count as near, by language; the clause's start ends it sooner."""

GAPS_MAX = 3
SENTENCE_ENDS = ".!?;。\n"
_START = "(?<![a-z0-9])"
_STARTS_A_WORD = re.compile("[a-z0-9]")
_BETWEEN = r"[ ,:\"()\-]{0,2}"
_CLASS = re.compile(r"<([a-z][a-z-]*)>")
_LITERAL = re.compile(r"[^\sA-Z<>|?*'’]+(?: [^\sA-Z<>|?*'’]+)*\*?")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The classes of words by name, each as it is written, and the language that sets the gaps."""

    classes: Mapping[str, Entry]
    language: str


def finder_of(phrases: Iterable[Entry], vocabulary: Vocabulary) -> re.Pattern[str]:
    """Return what finds any of the phrases in a folded text. Raises InputError naming the phrase."""
    return re.compile("|".join(_phrase(entry, vocabulary) for entry in phrases))


def _phrase(entry: Entry, vocabulary: Vocabulary) -> str:
    tokens = entry.text().split()
    gaps = [at for at, token in enumerate(tokens) if token in (".", "..")]
    if len(gaps) > GAPS_MAX or {0, len(tokens) - 1} & set(gaps):
        raise entry.fault(f"a phrase has at most {GAPS_MAX} gaps, all of them inside", "split it in two")
    parts: list[str] = []
    for at, token in enumerate(tokens):
        if at in gaps:
            ends = re.escape(SENTENCE_ENDS)
            parts.append(rf"[^{ends}]{{0,{GAPS[vocabulary.language][token]}}}?")
            continue
        optional = token.endswith("?")
        word = _word(entry, token.removesuffix("?"), vocabulary, ())
        between = "" if at == 0 or at - 1 in gaps else _BETWEEN
        parts.append(f"(?:{between}{word})?" if optional else between + word)
    return "".join(parts)


def _word(entry: Entry, token: str, vocabulary: Vocabulary, above: tuple[str, ...]) -> str:
    """Return the alternatives of one place, the longest first.

    That a word starts is asked once for all of them: asked in each, it took most of the time.
    """
    found = sorted(_alternatives(entry, token, vocabulary, above), key=len, reverse=True)
    at_start = [one for one in found if _STARTS_A_WORD.match(one)]
    others = [one for one in found if not _STARTS_A_WORD.match(one)]
    return f"(?:{'|'.join([*_after(_START, at_start), *others])})"


def _after(condition: str, alternatives: list[str]) -> list[str]:
    return [f"{condition}(?:{'|'.join(alternatives)})"] if alternatives else []


def _alternatives(
    entry: Entry, token: str, vocabulary: Vocabulary, above: tuple[str, ...]
) -> dict[str, None]:
    found: dict[str, None] = {}
    for alternative in token.split("|"):
        word = alternative.strip().replace("_", " ")
        named = _CLASS.fullmatch(word)
        if named is None:
            found[_literal(entry, word)] = None
            continue
        name = named[1]
        if name not in vocabulary.classes or name in above:
            raise entry.fault(
                f"there is no class <{name}> to use here", "declare it under classes, not in a circle"
            )
        below = vocabulary.classes[name]
        found |= _alternatives(below, below.text(), vocabulary, (*above, name))
    return found


def _literal(entry: Entry, word: str) -> str:
    if _LITERAL.fullmatch(word) is None:
        raise entry.fault(
            f"{word!r} is no word of a pattern", "write it in small letters, without quotes or apostrophes"
        )
    goes_on = word.endswith("*")
    stem = word.removesuffix("*")
    end = r"(?![a-z0-9])" if stem[-1].isascii() and stem[-1].isalnum() else ""
    return f"{re.escape(stem)}[a-z]{{0,10}}" if goes_on else f"{re.escape(stem)}{end}"

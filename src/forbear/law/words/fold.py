"""Folds a text to one spelling, and remembers where each character stood before.

Wide forms, capitals, traditional characters, marks put between characters, letters written apart,
digits for letters and listed homophones are undone. The steps stand in docs/reference/words.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[a-z]")
_APART = re.compile(r"(?<![a-z0-9])(?:[a-z][ .\-*_·]){2,}[a-z](?![a-z0-9])")
_NOISE = frozenset("*_·•|~^#+=")
_NOISE_BETWEEN_HAN = _NOISE | frozenset(" .-/\\'`")
_LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
_UNSEEN = ("Cf", "Mn", "Me")


@dataclass(frozen=True, slots=True)
class Spelling:
    """What is written one way and meant another: single characters, and longer homophones."""

    characters: Mapping[str, str]
    homophones: Mapping[str, str]
    finder: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; character ``i`` of it stood at ``starts[i]`` to ``ends[i]`` of the original."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a piece of the folded text, one character at least, stood in the original."""
        return self.starts[start], self.ends[end - 1]


_Unit = tuple[str, int, int]


def spelling_of(characters: Mapping[str, str], homophones: Mapping[str, str]) -> Spelling:
    """Return the spelling for two tables; a homophone of letters alone counts as a whole word only."""
    longest_first = sorted(homophones, key=len, reverse=True)
    parts = [
        rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word)
        for word in longest_first
    ]
    return Spelling(characters, homophones, re.compile("|".join(parts)) if parts else None)


def fold(text: str, spelling: Spelling) -> Folded:
    """Return a text in its one spelling, in time linear in its length."""
    units = [
        (spelling.characters.get(piece, piece), at, at + 1)
        for at, written in enumerate(text)
        for piece in unicodedata.normalize("NFKC", written).lower()
        if unicodedata.category(piece) not in _UNSEEN and piece not in "'’‘`"
    ]
    units = _without_noise(_closed_up(units))
    if spelling.finder is not None:
        units = _meant(units, spelling.finder, spelling.homophones)
    return Folded(
        "".join(one for one, _, _ in units),
        tuple(start for _, start, _ in units),
        tuple(end for _, _, end in units),
    )


def _closed_up(units: list[_Unit]) -> list[_Unit]:
    """Join letters that were written apart: ``j a i l``."""
    text = "".join(one for one, _, _ in units)
    dropped = {
        at
        for found in _APART.finditer(text)
        for at in range(found.start(), found.end())
        if not _LETTER.match(text[at])
    }
    return [unit for at, unit in enumerate(units) if at not in dropped]


def _without_noise(units: list[_Unit]) -> list[_Unit]:
    """Drop what was put between characters, and read digits between letters as letters."""
    kept: list[_Unit] = []
    for at, (one, start, end) in enumerate(units):
        before = kept[-1][0] if kept else ""
        after = _next_seen(units, at)
        if one in _NOISE_BETWEEN_HAN and _is_han(before) and _is_han(after):
            continue
        if one in _NOISE and (
            (_is_han(before) and _is_letter(after)) or (_is_letter(before) and _is_han(after))
        ):
            continue
        if one in _LEET and _is_letter(before) and at + 1 < len(units) and _is_letter(units[at + 1][0]):
            one = _LEET[one]
        kept.append((one, start, end))
    return kept


def _next_seen(units: list[_Unit], at: int) -> str:
    """Return the first character after ``at`` that is no noise, of the next three."""
    for one, _, _ in units[at + 1 : at + 4]:
        if one not in _NOISE_BETWEEN_HAN:
            return one
    return ""


def _meant(units: list[_Unit], finder: re.Pattern[str], homophones: Mapping[str, str]) -> list[_Unit]:
    text = "".join(one for one, _, _ in units)
    result: list[_Unit] = []
    done = 0
    for found in finder.finditer(text):
        result += units[done : found.start()]
        start, end = units[found.start()][1], units[found.end() - 1][2]
        result += [(one, start, end) for one in homophones[found[0]]]
        done = found.end()
    return result + units[done:]


def _is_han(one: str) -> bool:
    return bool(one) and _HAN.match(one) is not None


def _is_letter(one: str) -> bool:
    return bool(one) and _LETTER.match(one) is not None

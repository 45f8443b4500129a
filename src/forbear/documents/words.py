"""How words that people type are kept: one kind of space, one end of a line, nothing unseen."""

from __future__ import annotations

import re
import unicodedata

_LINE_END = re.compile(r"\r\n?|[\u2028\u2029]")
_JOINERS = "\u200c\u200d"
"""Unseen, and part of what is seen: they join letters, and the people of a family's emoji."""


def plain_words(text: str) -> str:
    """Return a text with plain spaces and line feeds alone, without what nobody sees, trimmed."""
    return "".join(_kept(one) for one in _LINE_END.sub("\n", text)).strip()


def _kept(character: str) -> str:
    match unicodedata.category(character):
        case "Zs":
            return " "
        case "Cf" if character not in _JOINERS:
            return ""
        case _:
            return character

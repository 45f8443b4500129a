"""Reads YAML so that every complaint can name file, line, place, cause and cure.

A scalar is read as what the format expects there, never as what YAML guesses: ``22:00`` is a time
of day and not 1320, ``no`` is a word, and a key written twice is refused instead of overwritten.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

import yaml

from forbear.errors import InputError
from forbear.law.grammar import WHOLE_NUMBER_MAX, minutes_of

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE = re.compile(r"-?\d{1,10}")
_NULL = "tag:yaml.org,2002:null"

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in a pack file. ``place`` is how people speak of it: ``rule cn.x: when``."""

    file: str
    place: str
    node: yaml.Node

    @property
    def line(self) -> int:
        """The line in the file, from 1."""
        return int(self.node.start_mark.line) + 1

    def fault(self, cause: str, cure: str) -> InputError:
        """Return the error that names this place, what is wrong and what to do."""
        place = f" {self.place}:" if self.place else ""
        return InputError(
            f"{self.file}, line {self.line}:{place} {cause}. {cure[:1].upper()}{cure[1:]}.",
            field=f"{self.file}:{self.line}",
        )

    def named(self, place: str) -> Entry:
        """Return the same entry, spoken of as ``place``."""
        return replace(self, place=place)

    def pairs(self) -> list[tuple[str, Entry]]:
        """Return the keys and entries of a mapping, in the order written. Raises InputError."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.fault("it is not a mapping", "write key: value lines, indented")
        found: dict[str, Entry] = {}
        for key_node, value_node in self.node.value:
            key = str(key_node.value)
            entry = Entry(self.file, f"{self.place}: {key}" if self.place else key, value_node)
            if key in found:
                raise Entry(self.file, entry.place, key_node).fault(
                    "it is written twice", "keep one of the two"
                )
            found[key] = entry
        return list(found.items())

    def section(self, *, required: Sequence[str] = (), optional: Sequence[str] = ()) -> dict[str, Entry]:
        """Return a mapping's entries by key, holding it to the keys named. Raises InputError."""
        found = dict(self.pairs())
        allowed = [*required, *optional]
        for key, entry in found.items():
            if key not in allowed:
                near = difflib.get_close_matches(key, allowed, n=1)
                hint = f"did you mean {near[0]!r}? " if near else ""
                raise entry.fault(
                    f"the key {key!r} is not known here", f"{hint}allowed: {', '.join(allowed)}"
                )
        for key in required:
            if key not in found:
                raise self.fault(f"the key {key!r} is missing", f"add {key}")
        return found

    def items(self) -> list[Entry]:
        """Return the entries of a list. Raises InputError."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.fault(
                "it is not a list", "write it as a list: [a, b], or lines that start with a dash"
            )
        return [
            Entry(self.file, f"{self.place} {number}", node) for number, node in enumerate(self.node.value, 1)
        ]

    def is_null(self) -> bool:
        """Say whether it is YAML's null: in a case, a fact that is not known."""
        return bool(self.node.tag == _NULL)

    def text(self) -> str:
        """Return a non-empty text, its folded lines joined. Raises InputError."""
        if not isinstance(self.node, yaml.ScalarNode) or self.is_null() or not self.node.value.strip():
            raise self.fault("it is not a text", "write a text here")
        return str(self.node.value).strip()

    def word(self, words: type[Word]) -> Word:
        """Return one of a closed list of words. Raises InputError."""
        text = self.text()
        if text not in list(words):
            raise self.fault(f"{text!r} is not allowed here", f"use one of {', '.join(words)}")
        return words(text)

    def flag(self) -> bool:
        """Return true or false. Raises InputError."""
        text = self.text()
        if text not in ("true", "false"):
            raise self.fault(f"{text!r} is neither true nor false", "write true or false")
        return text == "true"

    def whole(self) -> int:
        """Return a whole number. Raises InputError."""
        text = self.text()
        if _WHOLE.fullmatch(text) is None or abs(int(text)) > WHOLE_NUMBER_MAX:
            raise self.fault(f"{text!r} is not a whole number", f"write digits, up to {WHOLE_NUMBER_MAX}")
        return int(text)

    def minutes(self) -> int:
        """Return a time of day in minutes after midnight. Raises InputError."""
        text = self.text()
        minutes = minutes_of(text)
        if minutes is None:
            raise self.fault(f"{text!r} is not a time of day", "write it as HH:MM, 00:00 to 23:59")
        return minutes

    def day(self) -> date:
        """Return a date. Raises InputError."""
        text = self.text()
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self.fault(f"{text!r} is not a date", "write it as YYYY-MM-DD") from None


def read_document(file: str, text: str) -> Entry:
    """Return the root of one YAML text. Raises InputError naming the line where it breaks."""
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or str(error)
        raise InputError(
            f"{file}, line {line}: it is not YAML ({problem}). Check indentation, quotes and colons there.",
            field=f"{file}:{line}",
        ) from error
    if node is None:
        raise InputError(
            f"{file}, line 1: it is empty. Remove the file, or write rules in it.", field=f"{file}:1"
        )
    return Entry(file, "", node)

"""Reads YAML so that every complaint can name file, line, place, cause and cure.

A scalar is read as what the format expects there, never as what YAML guesses: ``22:00`` is a time
of day and not 1320, ``no`` is a word, and a key written twice is refused instead of overwritten.
"""

from __future__ import annotations

import difflib
import re
import string
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

import yaml

from forbear.documents.scalars import LANGUAGES, WHOLE_NUMBER_MAX, Words, is_zone, minutes_of, share_of
from forbear.errors import InputError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE = re.compile(r"-?\d{1,10}")
_NULL = "tag:yaml.org,2002:null"

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in a document. ``place`` is how people speak of it: ``rule cn.x: when``."""

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
                raise entry.fault(f"the key {key!r} is not known here", _hint(key, allowed, "%s"))
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

    def filled(self) -> list[Entry]:
        """Return the entries of a list that has one at least. Raises InputError."""
        found = self.items()
        if not found:
            raise self.fault("it has no entries", "add one at least")
        return found

    def is_null(self) -> bool:
        """Say whether it is YAML's null: in a case, a fact that is not known."""
        return bool(self.node.tag == _NULL)

    def is_scalar(self) -> bool:
        """Say whether a single value stands here: no list, no mapping."""
        return isinstance(self.node, yaml.ScalarNode)

    def text(self, *, empty: bool = False) -> str:
        """Return a text, its folded lines joined; ``empty`` says that it may be. Raises InputError."""
        text = str(self.node.value).strip() if self.is_scalar() else ""
        if not self.is_scalar() or not (empty or (text and not self.is_null())):
            raise self.fault("it is not a text", "write a text here")
        return text

    def pieces(self, known: Collection[str]) -> tuple[tuple[str, str], ...]:
        """Return a text as (words, name of the value after them), each name known, "" at the end.

        Raises InputError for a ``{name}`` that is not known, or that says more than a name.
        """
        try:
            parsed = list(string.Formatter().parse(self.text()))
        except ValueError as error:
            raise self.fault(
                f"the sentence cannot be filled in ({error})", "write each value as {name}"
            ) from error
        for _words, name, spec, conversion in parsed:
            if spec or conversion or (name is not None and name not in known):
                raise self.fault(f"there is no value for {{{name}}}", _hint(name or "", known, "{%s}"))
        return tuple((words, name or "") for words, name, _spec, _conversion in parsed)

    def template(self, known: Collection[str]) -> str:
        """Return a text whose ``{names}`` are all among the known. Raises InputError."""
        self.pieces(known)
        return self.text()

    def words(self, known: Collection[str] = ()) -> Words:
        """Return a sentence that is there in every language, its ``{names}`` known. Raises InputError."""
        section = self.section(required=LANGUAGES)
        return {language: section[language].template(known) for language in LANGUAGES}

    def choice(self, words: Collection[str]) -> str:
        """Return one of a closed list of words. Raises InputError."""
        written = self.node.value if self.is_scalar() else self.text()
        if written not in words:
            shown = (repr(word) if word != word.strip() else word for word in words)
            raise self.fault(f"{self.text()!r} is not allowed here", f"use one of {', '.join(shown)}")
        return str(written)

    def word(self, words: type[Word]) -> Word:
        """Return one word of an enumeration. Raises InputError."""
        return words(self.choice(list(words)))

    def choices(self, words: Collection[str]) -> tuple[str, ...]:
        """Return a list of one or more different words of a closed list. Raises InputError."""
        found = tuple(entry.choice(words) for entry in self.filled())
        for entry, word in zip(self.items(), found, strict=True):
            if found.count(word) > 1:
                raise entry.fault(f"{word!r} is written twice", "keep one of the two")
        return found

    def flag(self) -> bool:
        """Return true or false. Raises InputError."""
        text = self.text()
        if text not in ("true", "false"):
            raise self.fault(f"{text!r} is neither true nor false", "write true or false")
        return text == "true"

    def whole(self, *, least: int = -WHOLE_NUMBER_MAX, most: int = WHOLE_NUMBER_MAX) -> int:
        """Return a whole number within bounds. Raises InputError."""
        text = self.text()
        if _WHOLE.fullmatch(text) is None or abs(int(text)) > WHOLE_NUMBER_MAX:
            raise self.fault(f"{text!r} is not a whole number", f"write digits, up to {most}")
        if not least <= int(text) <= most:
            bounds = f"{least} to {most}" if most < WHOLE_NUMBER_MAX else f"{least} or more"
            raise self.fault(f"{text} is out of bounds", f"write {bounds}")
        return int(text)

    def share(self) -> Fraction:
        """Return a share of 1, exactly. Raises InputError."""
        text = self.text()
        share = share_of(text)
        if share is None:
            raise self.fault(f"{text!r} is not a share", "write it as 0.24 for 24 %")
        return share

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

    def zone(self) -> str:
        """Return the name of a time zone. Raises InputError."""
        text = self.text()
        if not is_zone(text):
            raise self.fault(f"{text!r} is not a time zone", "use an IANA name such as Asia/Shanghai")
        return text


def _hint(written: str, allowed: Collection[str], form: str) -> str:
    near = difflib.get_close_matches(written, allowed, n=1)
    meant = f"did you mean {form % near[0]!r}? " if near else ""
    return f"{meant}Allowed: {', '.join(form % name for name in allowed) or 'none'}"


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
    except RecursionError as error:
        raise InputError(f"{file}, line 1: it is nested too deeply.", field=f"{file}:1") from error
    if node is None:
        raise InputError(f"{file}, line 1: it is empty. Remove the file, or fill it in.", field=f"{file}:1")
    return Entry(file, "", node)

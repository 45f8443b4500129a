"""Reading small tables of policy from YAML text: every key checked, every sentence in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from forbear.errors import InputError

LANGUAGES = ("zh-hans", "en")

Words = Mapping[str, str]
"""One sentence by language: ``{"zh-hans": …, "en": …}``."""


class Entry:
    """One mapping of a table, read key by key; ``done`` refuses what nobody asked for.

    Every reader raises InputError naming the place, such as ``rows[2].dpd``.
    """

    def __init__(self, source: object, where: str) -> None:
        if not isinstance(source, dict):
            raise InputError(f"{where} must be a mapping of keys to values.", field=where)
        self._source: dict[str, Any] = source
        self._where = where
        self._asked: set[str] = set()

    def place(self, key: str) -> str:
        """Return the full name of a key of this entry."""
        return f"{self._where}.{key}"

    def has(self, key: str) -> bool:
        """Say whether the key is there."""
        return key in self._source

    def get(self, key: str) -> Any:
        """Return the value of a key that must be there."""
        self._asked.add(key)
        if key not in self._source:
            raise InputError(f"{self.place(key)} is missing.", field=self.place(key))
        return self._source[key]

    def text(self, key: str, *, one_of: Sequence[str] = ()) -> str:
        """Return a text that is not empty, one of the given words where there are any."""
        value = self.get(key)
        if not isinstance(value, str) or not value.strip():
            raise InputError(f"{self.place(key)} is {value!r}; it must be a text.", field=self.place(key))
        if one_of and value not in one_of:
            raise InputError(
                f"{self.place(key)} is {value!r}; use one of {', '.join(one_of)}.", field=self.place(key)
            )
        return value

    def number(self, key: str, *, least: int | None = None) -> int:
        """Return a whole number, at least ``least`` where that is given."""
        value = self.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise InputError(
                f"{self.place(key)} is {value!r}; it must be a whole number.", field=self.place(key)
            )
        if least is not None and value < least:
            raise InputError(
                f"{self.place(key)} is {value}; it must be {least} or more.", field=self.place(key)
            )
        return value

    def texts(self, key: str, *, one_of: Sequence[str]) -> tuple[str, ...]:
        """Return a list of one or more different words, each one of the given."""
        value = self.get(key)
        known = ", ".join(one_of)
        if not isinstance(value, list) or not value or len(set(map(str, value))) != len(value):
            raise InputError(
                f"{self.place(key)} must be a list of different words of {known}.", field=self.place(key)
            )
        for word in value:
            if word not in one_of:
                raise InputError(
                    f"{self.place(key)} has {word!r}; use one of {known}.", field=self.place(key)
                )
        return tuple(value)

    def words(self, key: str) -> Words:
        """Return a sentence that is there in every language."""
        sentence = Entry(self.get(key), self.place(key))
        found = {language: sentence.text(language) for language in LANGUAGES}
        sentence.done()
        return found

    def entry(self, key: str) -> Entry:
        """Return the mapping under a key."""
        return Entry(self.get(key), self.place(key))

    def entries(self, key: str) -> list[Entry]:
        """Return the list of mappings under a key; it has one at least."""
        value = self.get(key)
        if not isinstance(value, list) or not value:
            raise InputError(f"{self.place(key)} must be a list with entries.", field=self.place(key))
        return [Entry(item, f"{self.place(key)}[{index}]") for index, item in enumerate(value)]

    def done(self) -> None:
        """Raise InputError for the first key that was never read: a typing mistake, most often."""
        for key in self._source:
            if key not in self._asked:
                known = ", ".join(sorted(self._asked))
                raise InputError(
                    f"{self.place(str(key))} is not known here; known are {known}.",
                    field=self.place(str(key)),
                )


def read_table(text: str, name: str) -> Entry:
    """Parse YAML text into the entry of its top; ``name`` is what messages call it.

    Raises InputError with the line for text that is not YAML.
    """
    try:
        source = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError(f"{name} is not readable YAML: {error}.", field=name) from error
    return Entry(source, name)

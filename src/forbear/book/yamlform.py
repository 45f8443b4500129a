"""Reading a YAML mapping key by key, so that every error names the key and says what may stand there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from difflib import get_close_matches
from fractions import Fraction
from zoneinfo import ZoneInfo

import yaml

from forbear.errors import InputError

LONGEST_PROFILE = 200_000
"""Characters of a profile beyond which it is some other file."""


def parse_form(text: str, *, source: str) -> Form:
    """Read a YAML document that is a mapping; raises InputError naming the line at fault."""
    if len(text) > LONGEST_PROFILE:
        raise InputError(f"{source} is longer than a profile can be; is it the right file?", field="profile")
    try:
        document = yaml.load(text, Loader=_TextLoader)  # noqa: S506  (a safe loader: see its base)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise InputError(
            f"{source} is not readable YAML{where}; check the indentation and quotes."
        ) from error
    except RecursionError as error:
        raise InputError(f"{source} is nested too deeply to be a profile.") from error
    if not isinstance(document, dict):
        raise InputError(f"{source} is not a mapping; start from a shipped profile.", field="profile")
    return Form(document, source=source)


class _TextLoader(yaml.SafeLoader):
    """A safe loader that leaves every plain value the text it is: NO is not False, 010 is not 8."""


_TextLoader.yaml_implicit_resolvers = {}


class Form:
    """One mapping of a document; it notes which keys were asked for, so that ``done`` finds the others."""

    def __init__(self, values: Mapping[object, object], *, source: str, path: str = "") -> None:
        self._values = {str(key): value for key, value in values.items()}
        self._source = source
        self._path = path
        self._asked: set[str] = set()

    def wrong(self, key: str, value: object, allowed: str) -> InputError:
        """Return the error for a value that cannot stand under this key."""
        return InputError(
            f"{self._source}: {self._path}{key} is {str(value)[:60]!r}; it must be {allowed}.",
            field=self._path + key,
        )

    def has(self, key: str) -> bool:
        """Tell whether the key is there."""
        return key in self._values

    def is_plain(self, key: str) -> bool:
        """Tell whether a plain value stands there, not a mapping; raises InputError where it is missing."""
        return not isinstance(self._get(key, None), dict)

    def inner(self, key: str) -> Form:
        """Return the mapping under a key."""
        value = self._get(key, None)
        if not isinstance(value, dict):
            raise self.wrong(key, value, "a mapping: keys and values, indented below it")
        return Form(value, source=self._source, path=f"{self._path}{key}.")

    def text(self, key: str, *, default: str | None = None) -> str:
        """Return a text; without a default it must be there and not be empty."""
        value = self._get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.wrong(key, value, "a text")
        return value.strip() if value != "\t" else value

    def optional(self, key: str) -> str | None:
        """Return a text, or None where there is none."""
        return self.text(key) if self.has(key) else None

    def texts(self, key: str, *, default: tuple[str, ...]) -> tuple[str, ...]:
        """Return a list of texts; one alone may stand without the list."""
        value = self._get(key, list(default))
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not items or not all(isinstance(item, str) for item in items):
            raise self.wrong(key, value, "a text or a list of texts")
        return tuple(items)

    def choice(self, key: str, choices: Sequence[str], *, default: str | None = None) -> str:
        """Return one of the given words."""
        value = self.text(key, default=default)
        if value not in choices:
            raise self.wrong(key, value, "one of " + ", ".join(repr(str(item)) for item in choices))
        return value

    def whole(self, key: str, *, least: int, most: int, default: int | None = None) -> int:
        """Return a whole number within bounds."""
        value = self.text(key, default=None if default is None else str(default))
        if not (value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most):
            raise self.wrong(key, value, f"a whole number from {least} to {most}")
        return int(value)

    def share(self, key: str, *, default: str) -> Fraction:
        """Return a share such as 0.24, exactly."""
        value = self.text(key, default=default)
        whole, _, part = value.partition(".")
        digits = whole + part
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
            raise self.wrong(key, value, "a share such as 0.24 for 24 %")
        return Fraction(int(digits), 10 ** len(part))

    def flag(self, key: str) -> bool:
        """Return yes or no; no where it is missing."""
        return self.choice(key, ["yes", "no"], default="no") == "yes"

    def zone(self, key: str) -> str:
        """Return the name of a time zone."""
        value = self.text(key)
        if not is_zone(value):
            raise self.wrong(key, value, "a time zone such as Asia/Shanghai")
        return value

    def clock(self, key: str, *, default: str) -> time:
        """Return a time of day."""
        value = self.text(key, default=default)
        try:
            return time.fromisoformat(value)
        except ValueError as error:
            raise self.wrong(key, value, "a time of day such as 22:00") from error

    def table(self, key: str) -> Mapping[str, str]:
        """Return a mapping of texts to texts; empty where it is missing."""
        value = self._get(key, {})
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise self.wrong(key, value, "a mapping of texts to texts")
        return {str(name): str(item) for name, item in value.items()}

    def done(self) -> None:
        """Raise InputError for the first key that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                known = ", ".join(sorted(self._asked))
                raise InputError(
                    f"{self._source}: {self._path}{key} is not a key here; known are {known}.",
                    field=self._path + key,
                )

    def _get(self, key: str, default: object) -> object:
        self._asked.add(key)
        value = self._values.get(key, default)
        if value is None:
            near = get_close_matches(key, [name for name in self._values if name not in self._asked], n=1)
            what = f"write it instead of {near[0]}" if near else "add it"
            raise InputError(f"{self._source}: {self._path}{key} is missing; {what}.", field=self._path + key)
        return value


def is_zone(name: str) -> bool:
    """Tell whether a time zone of this name is known."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True

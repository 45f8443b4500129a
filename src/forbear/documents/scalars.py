"""How single values are written: the languages, a time of day, a share, a time zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from functools import cache
from importlib.resources import files

WHOLE_NUMBER_MAX = 2**31 - 1
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_SHARE = re.compile(r"(\d{0,6})(?:\.(\d{0,12}))?", re.ASCII)


class Language(StrEnum):
    """A language that every sentence of Forbear is there in."""

    ZH_HANS = "zh-hans"
    EN = "en"


LANGUAGES = tuple(language.value for language in Language)

Words = Mapping[str, str]
"""One sentence by language: ``{"zh-hans": …, "en": …}``."""


def minutes_of(text: str) -> int | None:
    """Return the minutes after midnight of ``HH:MM`` (00:00 to 23:59), or None when it is not one."""
    found = _CLOCK.fullmatch(text)
    return int(found[1]) * 60 + int(found[2]) if found else None


def clock_of(minutes: int) -> str:
    """Return ``HH:MM`` for minutes after midnight."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def share_of(text: str) -> Fraction | None:
    """Return a share such as ``0.24``, exactly, or None when it is not one."""
    found = _SHARE.fullmatch(text)
    if found is None or not any(found.groups()):
        return None
    part = found[2] or ""
    return Fraction(int((found[1] or "") + part), 10 ** len(part))


def is_zone(name: str) -> bool:
    """Tell whether this is the name of an IANA time zone, and not the machine's own such as ``localtime``."""
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    """Return the names that IANA gives; its ``Factory`` stands for a zone that nobody has set."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="ascii").split()) - {"Factory"}

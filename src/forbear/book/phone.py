"""Telephone numbers: one number has one spelling, whatever way it was written.

Within China a number is kept as it is dialled there, any other with + and its country code (ITU-T E.164).
"""

from __future__ import annotations

import re
import unicodedata

from forbear.errors import InputError

_MARKS = re.compile(r"[\s().\-\u2010-\u2015]")
_ABROAD = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_LOCAL = re.compile(r"[0-9]{5,15}", re.ASCII)
_CN_MOBILE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
_CN_WITHOUT_AREA = re.compile(r"[48]00[0-9]{7}|[0-9]{1,8}", re.ASCII)


def phone_number(text: str, *, country: str, field: str = "value") -> str:
    """Return the one spelling of a number that somebody in ``country`` (ISO 3166) wrote.

    Spaces, dashes, brackets and full-width digits are writing; 00 is the same as +. In China 138 0000 0000,
    +86 138 0000 0000 and 86-138-0000-0000 are one number, and so are (010) 1234 5678 and +86 10 1234 5678.
    Raises InputError for what is no number.
    """
    compact = _MARKS.sub("", unicodedata.normalize("NFKC", text))
    if compact.startswith("00"):
        compact = f"+{compact[2:]}"
    number = _within_china(compact) if country == "CN" else compact
    if not (_ABROAD.fullmatch(number) or _LOCAL.fullmatch(number)) or number.startswith("00"):
        raise InputError(
            f"{text[:40]!r} is not a telephone number; write it as 138 0000 0000, or with + and the country"
            " code.",
            field=field,
        )
    return number


def _within_china(compact: str) -> str:
    """Take the country code off, and put the 0 of an area code back that is left out behind it."""
    if compact.startswith("+86"):
        rest = compact[3:]
        as_dialled = rest.startswith("0") or _CN_MOBILE.fullmatch(rest) or _CN_WITHOUT_AREA.fullmatch(rest)
        compact = rest if as_dialled else f"0{rest}"
    for prefix in ("86", "0"):
        if compact.startswith(prefix) and _CN_MOBILE.fullmatch(compact.removeprefix(prefix)):
            return compact.removeprefix(prefix)
    return compact

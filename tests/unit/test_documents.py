"""One reader for what people write in YAML: nothing is guessed, and every complaint has a line."""

from __future__ import annotations

from fractions import Fraction

import pytest
import yaml

from forbear.documents import entry
from forbear.documents.entry import read_document
from forbear.documents.scalars import clock_of, is_zone, minutes_of, share_of
from forbear.errors import InputError

TEXT = """
hour: 22:00
answer: no
code: 010
days: [7, 14]
words: {zh-hans: "欠{owed}", en: "owes {owed}"}
"""


def test_a_value_is_what_the_format_expects_there() -> None:
    """22:00 is a time and not 1320, no is a word, 010 is no octal number."""
    found = read_document("own.yaml", TEXT).section(required=("hour", "answer", "code", "days", "words"))
    assert found["hour"].minutes() == 22 * 60
    assert found["answer"].choice(("yes", "no")) == "no"
    assert (found["code"].text(), found["code"].whole()) == ("010", 10)
    assert [item.whole(least=1) for item in found["days"].filled()] == [7, 14]
    assert found["words"].words(("owed",))["en"] == "owes {owed}"
    assert found["words"].section(required=("zh-hans", "en"))["en"].pieces(("owed",)) == (("owes ", "owed"),)


@pytest.mark.parametrize(
    ("key", "read", "says"),
    [
        ("days", lambda item: item.text(), "line 5: days: it is not a text. Write a text here."),
        ("days", lambda item: item.choice(("a",)), "line 5: days: it is not a text."),
        (
            "days",
            lambda item: item.choices(("7", "30")),
            "line 5: days 2: '14' is not allowed here. Use one of 7",
        ),
        ("days", lambda item: item.section(), "line 5: days: it is not a mapping."),
        ("hour", lambda item: item.items(), "line 2: hour: it is not a list."),
        ("hour", lambda item: item.whole(), "line 2: hour: '22:00' is not a whole number."),
        ("hour", lambda item: item.share(), "line 2: hour: '22:00' is not a share."),
        ("hour", lambda item: item.day(), "line 2: hour: '22:00' is not a date."),
        ("code", lambda item: item.whole(least=11), "line 4: code: 010 is out of bounds. Write 11 or more."),
        ("code", lambda item: item.whole(most=9), "line 4: code: 010 is out of bounds. Write"),
        (
            "words",
            lambda item: item.words(),
            "line 6: words: zh-hans: there is no value for {owed}. Allowed: none.",
        ),
    ],
)
def test_what_does_not_fit_is_named_with_line_and_cure(key, read, says) -> None:
    """Whatever stands in the wrong place, the complaint says where it is and what to write there."""
    found = dict(read_document("own.yaml", TEXT).pairs())
    with pytest.raises(InputError) as caught:
        read(found[key])
    assert str(caught.value).startswith(f"own.yaml, {says}")


def test_deep_nesting_is_refused_by_either_reader_of_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the fast reader of YAML is not there, the slow one ends in a sentence too."""
    monkeypatch.setattr(entry, "_LOADER", yaml.SafeLoader)
    with pytest.raises(InputError, match=r"own\.yaml, line 1: it is nested too deeply\."):
        read_document("own.yaml", "[" * 5000)


@pytest.mark.parametrize(
    ("text", "share"),
    [("0.24", Fraction(6, 25)), ("1", Fraction(1)), (".5", Fraction(1, 2)), ("5.", Fraction(5))],
)
def test_a_share_is_exact(text: str, share: Fraction) -> None:
    """A share is a fraction of the digits as they are written."""
    assert share_of(text) == share


@pytest.mark.parametrize("text", ["", ".", "24 %", "-0.1", "1e-3", "٣", "0.1.2"])
def test_what_is_no_share_is_none(text: str) -> None:
    """Signs, exponents and other digits make no share."""
    assert share_of(text) is None


def test_hours_and_zones() -> None:
    """Hours go there and back; a zone is one that IANA names, and not the machine alone."""
    assert [minutes_of(text) for text in ("00:00", "23:59", "24:00", "9:00")] == [0, 1439, None, None]
    assert clock_of(1439) == "23:59"
    assert is_zone("Asia/Shanghai")
    assert not any(is_zone(name) for name in ("", "Asia/Nowhere", "../etc/passwd", "localtime", "Factory"))

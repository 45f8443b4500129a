"""A template that would leave the reader without what they must know does not load."""

from __future__ import annotations

from importlib import resources

import pytest

from forbear.errors import InputError
from forbear.services.night import tables
from forbear.services.templates import names_of, parse_templates, template

SHIPPED = (resources.files("forbear.services") / "data/messages.yaml").read_text(encoding="utf-8")

GOOD = """
reminder:
  purpose: remind
  sms:
    zh-hans:
      text: "{name}，自{since}起有{owed}到期，明天加{per_day}。还款：{portal} 或{phone}"
    en:
      text: "{name}: {owed} due since {since}, {per_day} more tomorrow. Pay: {portal} or {phone}"
  email:
    zh-hans:
      subject: "{lender}的提醒"
      text: "{name}，自{since}起有{owed}到期，明天加{per_day}。还款：{portal} 或{phone}"
    en:
      subject: "From {lender}"
      text: "{name}: {owed} due since {since}, {per_day} more tomorrow. Pay: {portal} or {phone}"
check:
  purpose: identify
  sms:
    zh-hans: {text: "{name}，请致电{phone}"}
    en: {text: "{name}, please call {phone}"}
"""


def test_the_shipped_templates_load() -> None:
    """What ships says all that its purpose asks, in both languages; staff choose among two."""
    assert parse_templates(SHIPPED, source="messages.yaml")
    assert names_of("sms", ("remind", "identify")) == ["reminder", "identify"]
    assert names_of("email", ("signin",)) == []
    assert template("reminder", channel="sms", language="en").purpose == "remind"


def test_a_template_that_is_not_there_is_named_beside_those_that_are() -> None:
    """Whoever asks for another template is told which there are in that channel."""
    with pytest.raises(InputError, match="'nudge' for email in en; known are identify, reminder"):
        template("nudge", channel="email", language="en")


def test_subject_and_text_are_filled_in() -> None:
    """A good template is read as it is written, and its values put in."""
    found = parse_templates(GOOD, source="own.yaml")
    assert len(found) == 6
    values = dict.fromkeys(("name", "lender", "portal", "since"), "x") | {
        "phone": "1",
        "owed": "2",
        "per_day": "3",
    }
    assert found["reminder", "email", "en"].fill(values) == (
        "From x",
        "x: 2 due since x, 3 more tomorrow. Pay: x or 1",
    )


@pytest.mark.parametrize("word", ["    template: ", "instead: {channels: [sms, email], template: "])
def test_a_treatment_whose_words_are_not_there_does_not_load(monkeypatch, word: str) -> None:
    """A message of the treatment table, or one that stands in for a call, names a template that exists."""
    text = tables.read_treatment_text()
    assert tables.treatment.__wrapped__().rows
    monkeypatch.setattr(
        tables, "read_treatment_text", lambda: text.replace(f"{word}reminder", f"{word}nudge")
    )
    with pytest.raises(InputError, match="There is no template 'nudge' for sms"):
        tables.treatment.__wrapped__()


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        (
            "purpose: remind",
            "purpose: threaten",
            3,
            "purpose: 'threaten' is not allowed here. Use one of remind",
        ),
        (
            "purpose: remind",
            "porpoise: remind",
            3,
            "the key 'porpoise' is not known here. Did you mean 'purpose'?",
        ),
        ('    en: {text: "{name}, please call {phone}"}\n', "", 19, "check: sms: the key 'en' is missing"),
        (
            "    en:\n      text: ",
            "    fr:\n      text: ",
            8,
            "sms: fr: the key 'fr' is not known here",
        ),
        ("please call", "on {reference} call", 20, "check: sms: en: text: there is no value for {reference}"),
        ("{name}: {owed}", "{nmae}: {owed}", 8, "there is no value for {nmae}. Did you mean '{name}'?"),
        ("{name}: {owed}", "{name}: {owed:>9}", 8, "there is no value for {owed}"),
        ("{name}: {owed}", "{name: {owed}", 8, "text: the sentence cannot be filled in"),
        ("{owed}", "some money", 6, "reminder: sms: zh-hans: text: a text to remind never says {owed}"),
        (
            "{owed} due",
            "money due",
            8,
            "sms: en: text: a text to remind never says {owed}. Say {owed} in it.",
        ),
        ("{since}, {per_day} more", "{since}, more", 8, "never says {per_day}"),
        ("due since {since}", "due", 8, "never says {since}"),
        ("Pay: {portal} or {phone}", "Call {phone}", 8, "never says {portal}"),
        (
            "please call {phone}",
            "please call",
            20,
            "sms: en: text: a text to identify never says {phone}",
        ),
        (
            "please call {phone}",
            "or go to jail, {phone}",
            20,
            "'jail' reads as invented or exaggerated consequence (cn.cba.no-false-consequences)",
        ),
        ("{name}, please", "{name} of {lender}, please", 19, "the languages do not fill in the same values"),
        ('subject: "From {lender}"', 'subject: "{owed} due"', 14, "subject: there is no value for {owed}"),
        ('      subject: "From {lender}"\n', "", 14, "email: en: the key 'subject' is missing"),
        ('text: "{name}，请致电{phone}"', "text: ~", 19, "check: sms: zh-hans: text: it is not a text"),
        ("  sms:\n    zh-hans: {text", "  fax:\n    zh-hans: {text", 19, "the key 'fax' is not known here"),
        (GOOD[GOOD.index("  purpose: identify") :], "  purpose: identify\n", 17, "check: it has no channel"),
    ],
)
def test_a_bad_template_is_refused_with_line_cause_and_cure(old: str, new: str, line: int, says: str) -> None:
    """Half a language, an unknown value, a debt named to a stranger, or silence on cost does not load."""
    assert old in GOOD
    with pytest.raises(InputError) as caught:
        parse_templates(GOOD.replace(old, new, 1), source="own.yaml")
    assert says in str(caught.value)
    assert str(caught.value).startswith(f"own.yaml, line {line}: ")

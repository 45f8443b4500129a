"""Voicemails of limited content, and words that call a time or place inconvenient."""

from __future__ import annotations

import pytest

from forbear.errors import InputError
from forbear.gateways.messages import read_message_texts
from forbear.law.messages import content_of, designation_of, is_limited_content, parse_messages

RULES = parse_messages(read_message_texts("us"))
FORM = RULES.limited_content
NEEDED = "This is Ann Lee calling from Ash, Inc. Please call me or Bo Ray at 1-800-555-0100."


@pytest.mark.parametrize(
    "script",
    [
        NEEDED,
        f"Hello, {NEEDED[0].lower()}{NEEDED[1:]}",
        f"{NEEDED} It is 4:15 p.m. on Wednesday, September 1.",
        f"{NEEDED} You can reach us between 8 a.m. and 5 p.m., Monday to Friday.",
        f"{NEEDED} If you call, you may speak to any of our company representatives.",
    ],
    ids=["required", "salutation", "date and time", "times to reply", "representatives"],
)
def test_the_required_and_the_optional_content_pass(script: str) -> None:
    """
    What the closed list holds is limited content, one optional part or none.
    """
    content = content_of(FORM, script)

    assert content.is_limited, content
    assert is_limited_content(FORM, medium="voicemail", content=content)


@pytest.mark.parametrize(
    ("script", "missing", "reveals"),
    [
        ("This is Ann Lee calling from Ash Debt Recovery. Please call me at 1-800-555-0100.", (), True),
        (f"{NEEDED} It is about your account.", (), False),
        (f"{NEEDED} You owe 200 dollars.", (), True),
        ("This is Ann Lee. Please call me at 1-800-555-0100.", ("business_name",), False),
        ("This is Ann Lee calling from Ash, Inc. Please call me.", ("telephone",), False),
        ("This is Ann Lee calling from Ash, Inc., 1-800-555-0100.", ("reply_request",), False),
    ],
    ids=["telling name", "more", "the debt", "no name", "no number", "no request"],
)
def test_whatever_lacks_or_adds_is_no_limited_content(
    script: str, missing: tuple[str, ...], *, reveals: bool
) -> None:
    """
    A part that is missing, a word that the list does not have, or a name that shows collection tells.
    """
    content = content_of(FORM, script)

    assert not content.is_limited
    assert content.missing == missing
    assert bool(content.reveals) is reveals


def test_only_a_voicemail_for_the_consumer_counts() -> None:
    """
    The same words in a text, or left where another person hears them, are no limited-content message.
    """
    content = content_of(FORM, NEEDED)

    assert not is_limited_content(FORM, medium="sms", content=content)
    assert not is_limited_content(FORM, medium="voicemail", content=content, for_consumer=False)


@pytest.mark.parametrize(
    ("statement", "time", "place"),
    [
        ("Calls at work are inconvenient", "", "work"),
        ("Please do not call me before 2pm", "before 2pm", ""),
        ("Do not contact me on weekends", "weekends", ""),
        ("I can't take calls at my office", "", "office"),
        ("This is an inconvenient time", "", ""),
    ],
)
def test_naming_a_time_or_place_designates_it(statement: str, time: str, place: str) -> None:
    """
    A time or place that the consumer refuses, or the word inconvenient, holds for later contacts.
    """
    found = designation_of(RULES.inconvenience, statement)

    assert (found.designated, found.time, found.place) == (True, time, place)


@pytest.mark.parametrize(
    "statement", ["I can't talk right now", "I'm busy, call me later", "I am driving", "My name is Ann"]
)
def test_the_moment_alone_designates_nothing(statement: str) -> None:
    """
    Busy now says nothing of tomorrow.
    """
    found = designation_of(RULES.inconvenience, statement)

    assert not found.designated
    assert (found.time, found.place) == ("", "")


def test_lists_without_a_source_or_with_a_broken_pattern_do_not_load() -> None:
    """
    A list names its source, and a pattern that can't be read is named by its line.
    """
    (file, text), *_ = read_message_texts("us").items()

    with pytest.raises(InputError, match="the key 'citation' is missing"):
        parse_messages({file: _without_citation(text)})
    with pytest.raises(InputError, match="the pattern can't be read"):
        parse_messages({file: text.replace("momentary: ['", "momentary: ['(", 1)})
    with pytest.raises(InputError, match="There are no messages beside a law pack 'cn'"):
        read_message_texts("cn")


def _without_citation(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("  citation:"))

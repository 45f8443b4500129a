"""A pack that is wrong does not load, and the error says file, line, place, cause and cure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from forbear.errors import InputError
from forbear.law.cases import try_cases
from forbear.law.parse import parse

GOOD = (Path(__file__).parent / "good.yaml").read_text(encoding="utf-8")

NO_VALUE = GOOD[: GOOD.index("      - from: 2026-01-01\n        value: 2\n")].removesuffix("\n") + " []\n"
BAD = yaml.safe_load((Path(__file__).parent / "bad_packs.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("bad", BAD, ids=[bad["says"][:50] for bad in BAD])
def test_a_bad_pack_names_its_place_cause_and_cure(bad: dict[str, Any]) -> None:
    """
    Whatever is wrong in a pack, the error names file and line, and says what is wrong and what to do.
    """
    assert bad["written"] in GOOD, "the bad pack differs from the good one"

    with pytest.raises(InputError) as caught:
        parse({"xx.yaml": GOOD.replace(bad["written"], bad["instead"], 1)})

    assert f"xx.yaml, line {bad['line']}: " in str(caught.value)
    assert bad["says"] in str(caught.value)
    assert f"xx.yaml:{bad['line']}" == caught.value.field


CONDITIONS = [
    ("calls >=", "cannot be read"),
    ("calls", r"'calls' is of type int, not a condition\. Compare it with something"),
    ("calls and identity", "not a condition"),
    ("not calls", "not a condition"),
    ("calls / 2 > 1", r"'calls / 2' uses an operation that is not allowed\. Use \+ - or \*"),
    ("calls + channel > 1", "takes int and text together"),
    ("local_time * 2 > closes", "takes time and int together"),
    ("(closes - local_time) * (closes - local_time) > 4", "multiplies the local time by itself"),
    ("(closes - local_time) in (1, 2)", "looks for the local time in a list"),
    ("calls > closes", "compares int with time"),
    ("identity == True", "compares yes with no"),
    ('channel < "visit"', "orders words"),
    ("channel == channel", "does not compare a fact with a word"),
    ('channel == "fax"', "'channel' is never 'fax'"),
    ('local_time > "9:00"', "'9:00' is not a time of day"),
    ("channel is channel", "'is' is not allowed"),
    ("channel in channel", "does not name a list"),
    ("channel in ()", "does not name a list"),
    ('channel in ("call", 3)', "mixes kinds in its list"),
    ("calls in (1, identity)", "mixes kinds in its list"),
    ("identity in (1, 2)", "looks for a value of type bool in a list"),
    ("calls > 3.5", "'3.5' is not allowed in a condition"),
    ("max(calls, 3) > 3", "is not allowed in a condition"),
    ("(lambda: identity)()", "is not allowed in a condition"),
    ("calls > 99999999999", "the number 99999999999 is too large"),
    ("(" * 300 + "identity" + ")" * 300, "cannot be read"),
    ("identity and " * 100 + "identity", "characters long"),
]


@pytest.mark.parametrize(
    ("condition", "says"), CONDITIONS, ids=[condition[:40] for condition, _ in CONDITIONS]
)
def test_a_condition_outside_the_language_is_refused(condition: str, says: str) -> None:
    """
    Conditions are the small language of the packs and nothing else of Python.
    """
    with pytest.raises(InputError, match=rf"rule xx\.calls: when: .*{says}"):
        parse({"xx.yaml": GOOD.replace("when: calls >= most", f"when: '{condition}'", 1)})


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ({}, "needs at least one text"),
        ({"a.yaml": ""}, r"a\.yaml, line 1: it is empty"),
        ({"a.yaml": "rules: [\n"}, r"a\.yaml, line 2: it is not YAML"),
        ({"a.yaml": "a: \x00"}, r"a\.yaml, line 1: it is not YAML"),
        ({"a.yaml": "rules: []"}, r"a\.yaml, line 1: no file has a pack section"),
        ({"a.yaml": GOOD, "b.yaml": GOOD}, r"b\.yaml, line 3: pack: the pack section already stands in"),
        ({"a.yaml": "- a\n- b\n"}, r"a\.yaml, line 1: it is not a mapping"),
        ({"a.yaml": GOOD.replace("calls >= most", "calls >= 2")}, "no rule looks at this parameter"),
        ({"a.yaml": NO_VALUE}, r"a\.yaml, line 57: parameters: most: values: it has no value"),
    ],
)
def test_texts_that_are_no_pack_are_refused(texts: dict[str, str], says: str) -> None:
    """
    What is not a pack at all is named by file and line too.
    """
    with pytest.raises(InputError, match=says):
        parse(texts)


def test_a_pack_holds_at_most_512_rules() -> None:
    """
    The rules that spoke fit in eight 64-bit words, so a 513th rule is refused.
    """
    start = GOOD.index("  - id: xx.identity")
    many = "".join(GOOD[start:].replace("xx.identity", f"xx.identity-{n}") for n in range(511))

    with pytest.raises(InputError, match=r"rule xx\.identity-510: a pack holds at most 512 rules"):
        parse({"xx.yaml": GOOD[:start] + many})


def test_the_good_pack_loads_and_its_cases_hold() -> None:
    """
    The pack that the bad ones are made from is good.
    """
    pack = parse({"xx.yaml": GOOD})

    assert [result.complaint for result in try_cases(pack)] == [""] * 6
    assert {"xx.hours", "xx.calls", "xx.identity"} == {rule.id for rule in pack.rules}
    assert pack.rule("xx.hours").citation.href == "https://law.example.invalid/act"


def test_a_case_that_does_not_hold_is_named() -> None:
    """
    A case that expects what the rule does not do is reported with its place.
    """
    wrong = GOOD.replace('"21:00"}, expect: fires, outcome: denied', '"20:00"}, expect: fires', 1)
    wrong = wrong.replace("expect: fires, outcome: needs", "expect: fires, outcome: denied")

    complaints = [result.complaint for result in try_cases(parse({"xx.yaml": wrong})) if result.complaint]

    assert complaints == [
        "xx.yaml, line 77: rule xx.hours: case 'late': expected that it fires; it is silent.",
        "xx.yaml, line 107: rule xx.identity: case 'unverified': expected the outcome denied; it is needs.",
    ]


def test_the_digest_follows_every_byte_of_the_texts() -> None:
    """
    Two packs have one digest only where their texts are the same, file by file.
    """
    digest = parse({"xx.yaml": GOOD}).digest

    assert digest == parse({"xx.yaml": GOOD}).digest
    assert digest != parse({"xx.yaml": GOOD + "\n"}).digest
    assert digest != parse({"yy.yaml": GOOD}).digest

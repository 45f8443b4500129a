"""An overlay, such as a city's, adds facts, numbers and rules to the pack it extends; it takes none away."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from forbear.errors import InputError
from forbear.law.cases import try_cases
from forbear.law.facts import facts_from_mapping
from forbear.law.judge import judge
from forbear.law.parse import parse
from forbear.law.parse_header import base_of

GOOD = (Path(__file__).parent / "good.yaml").read_text(encoding="utf-8")
CITY = """
pack:
  id: xx-town
  extends: xx
  version: "1"
  jurisdiction: XX-TOWN
  zone: Europe/Berlin
  language: en
  covers_from: 2026-01-01
  title: {zh-hans: 市, en: Town}
  cases: {as_of: 2026-03-01, facts: {contacts: 0}}
facts:
  contacts:
    type: int
    question: {zh-hans: 几次, en: "How many contacts of any kind?"}
    counted: {key: person_debt, zone: consumer, days: 7, where: direction == "out"}
rules:
  - id: xx-town.contacts
    title: {zh-hans: 次数, en: Contacts}
    layer: law
    strength: department_rule
    effect: deny
    when: contacts >= 3
    reason: {zh-hans: "已{contacts}次。", en: "{contacts} already."}
    citation: {source: act, last_checked_on: 2026-01-01}
    effective: {from: 2026-01-01}
    certainty: primary
    cases:
      - {name: the fourth, facts: {contacts: 3}, expect: fires, outcome: denied}
      - {name: the third, facts: {contacts: 2}, expect: silent, outcome: allowed}
"""
TEXTS = {"xx/xx.yaml": GOOD, "xx-town/town.yaml": CITY}


def test_an_overlay_holds_the_rules_below_and_its_own() -> None:
    """
    The base's rules come first, then the overlay's; both stand in the way, and only its own are tried.
    """
    pack = parse(TEXTS)
    noon = datetime(2026, 3, 1, 11, tzinfo=UTC)
    facts = facts_from_mapping(pack, {**pack.base_facts, "calls": 2, "contacts": 3}, now=noon)

    assert (pack.id, pack.extends, base_of(TEXTS)) == ("xx-town", "xx", "xx")
    assert [rule.id for rule in pack.rules] == ["xx.hours", "xx.calls", "xx.identity", "xx-town.contacts"]
    assert [fired.rule_id for fired in judge(pack, facts).fired] == ["xx-town.contacts", "xx.calls"]
    assert [(result.rule.id, result.complaint) for result in try_cases(pack)] == [
        ("xx-town.contacts", "")
    ] * 2


def test_the_digest_of_an_overlay_is_over_the_texts_of_both() -> None:
    """
    A change of the pack below is a change of the overlay's law.
    """
    assert parse(TEXTS).digest != parse(TEXTS | {"xx/xx.yaml": GOOD + "\n"}).digest


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ({"xx-town/town.yaml": CITY}, "town.yaml, line 3: pack: the pack 'xx' that it extends is not among"),
        ({**TEXTS, "xx/xx.yaml": GOOD.replace("id: xx\n", "id: yy\n")}, "'xx' that it extends is not among"),
        ({"xx.yaml": GOOD, "xx-town/town.yaml": CITY}, "under paths led by xx/"),
        (
            {**TEXTS, "xx-town/town.yaml": CITY.replace("  contacts:\n", "  calls:\n")},
            "town.yaml, line 14: facts: calls: 'calls' is already declared",
        ),
        (
            {**TEXTS, "xx-town/town.yaml": CITY.replace("- id: xx-town.contacts", "- id: xx.hours")},
            "town.yaml, line 18: rule xx.hours: it already stands in xx/xx.yaml, line 64",
        ),
        (
            {**TEXTS, "xx-town/town.yaml": CITY.replace("covers_from: 2026", "covers_from: 2025")},
            "it covers more than the pack it extends, which begins on 2026-01-01",
        ),
        (
            {**TEXTS, "xx-town/more.yaml": CITY},
            "town.yaml, line 3: pack: the pack section already stands in xx-town/more.yaml",
        ),
    ],
)
def test_an_overlay_that_does_not_fit_is_refused(texts: dict[str, str], says: str) -> None:
    """
    An overlay without its base, or one that declares again what the base does, does not load.
    """
    with pytest.raises(InputError) as caught:
        parse(texts)

    assert says in str(caught.value)

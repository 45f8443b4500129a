"""The China pack holds what it says: its cases, its dates, its sources, its words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import forbear
from forbear.documents.scalars import LANGUAGES, clock_of
from forbear.errors import InputError
from forbear.gateways.packs import pack_ids, read_pack_texts
from forbear.law.cases import try_cases
from forbear.law.expression import Kind
from forbear.law.pack import Expected, Layer, Pack
from forbear.law.parse import parse
from forbear.law.verdict import Outcome, Strength
from forbear.testing.law import cn_pack

RESULTS = list(try_cases(cn_pack()))


@pytest.mark.parametrize("result", RESULTS, ids=[f"{r.rule.id}-{r.case.name}" for r in RESULTS])
def test_every_case_beside_a_rule_holds(result: Any) -> None:
    """
    Each rule does in its cases what counsel wrote that it does.
    """
    assert result.complaint == ""


def test_every_blocking_rule_has_a_case_that_allows_and_one_that_does_not() -> None:
    """
    A rule that stands in the way shows an act that it lets pass and one that it stops.
    """
    for rule in cn_pack().rules:
        outcomes = {r.verdict.outcome for r in RESULTS if r.rule is rule}
        assert Outcome.ALLOWED in outcomes, rule.id
        if rule.blocks:
            assert outcomes - {Outcome.ALLOWED}, rule.id


def test_the_act_that_cases_start_from_gives_every_fact() -> None:
    """
    The base of the cases knows every fact, and is allowed.
    """
    pack = cn_pack()
    proposals = {fact.name for fact in pack.facts.values() if fact.proposal}

    assert set(pack.facts) == set(pack.base_facts) | proposals
    assert None not in pack.base_facts.values()


def varied(pack: Pack, name: str, by: int) -> dict[str, str]:
    """Return the pack's texts with every value of a parameter changed by one."""
    texts = read_pack_texts("cn")
    parameter = pack.parameters[name]
    for file, text in texts.items():
        start = text.find(f"\n  {name}:\n")
        if start < 0:
            continue
        end = text.index("certainty", start)
        written = parameter.values[0].value
        shown = (f'"{clock_of(written)}"', f'"{clock_of(written + by)}"')
        if parameter.kind is Kind.INT:
            shown = (str(written), str(written + by))
        section = text[start:end].replace(f"value: {shown[0]}", f"value: {shown[1]}")
        assert section != text[start:end]
        return texts | {file: text[:start] + section + text[end:]}
    raise AssertionError(name)


DECIDING = sorted(
    name
    for name in cn_pack().parameters
    if any(name in str(rule.when) + str(rule.applies) for rule in cn_pack().rules)
)


@pytest.mark.parametrize("by", [-1, 1])
@pytest.mark.parametrize("name", DECIDING)
def test_a_number_that_is_one_off_is_caught_by_a_case(name: str, by: int) -> None:
    """
    Whichever number of the law is changed by one, up or down, some case no longer holds.
    """
    changed = parse(varied(cn_pack(), name, by))

    assert any(result.complaint for result in try_cases(changed))


def test_in_every_quarter_exactly_one_value_answers() -> None:
    """
    From the pack's first day on, each parameter of a rule in force has one value, quarter by quarter.
    """
    pack = cn_pack()
    quarters = [date(year, month, 28) for year in range(2025, 2031) for month in (2, 5, 8, 11)]
    for day in quarters:
        era = pack.era_on(day)
        for rule in era.rules:
            for name in rule.parameters:
                values = [value for value in pack.parameters[name].values if value.since <= day]
                assert era.parameters[name] == values[-1].value, (day, rule.id, name)


def test_every_value_and_rule_names_its_source_and_when_it_was_checked() -> None:
    """
    Rules and values cite a source in both languages, looked at no later than the pack's own day.
    """
    pack = cn_pack()
    citations = [rule.citation for rule in pack.rules]
    citations += [value.reference for parameter in pack.parameters.values() for value in parameter.values]

    for citation in citations:
        assert tuple(language for language, _ in citation.text) == LANGUAGES
        assert date(2026, 11, 1) <= citation.last_checked_on <= date(2026, 11, 24)


def test_strength_is_honest() -> None:
    """
    The guideline is self-regulatory and the standard recommended: neither is dressed up as law.
    """
    strengths = {"cba": Strength.SELF_REGULATORY, "nifa": Strength.SELF_REGULATORY, "gbt": Strength.STANDARD}
    strengths |= {"civil": Strength.LAW, "policy": Strength.POLICY, "wish": Strength.PREFERENCE}

    assert {rule.id: rule.strength for rule in cn_pack().rules} == {
        rule.id: strengths[rule.id.split(".")[1]] for rule in cn_pack().rules
    }
    assert {
        rule.id for rule in cn_pack().rules if rule.layer is Layer.LAW and rule.strength is Strength.LAW
    } == {"cn.civil.private-space"}


def test_the_facts_that_services_gather_are_declared() -> None:
    """
    The names and words that the services give are those of the pack.
    """
    facts = cn_pack().facts

    assert facts["channel"].options == ("call", "sms", "email", "visit")
    assert facts["purpose"].options == ("remind", "identify", "respond", "relay")
    assert facts["party_relation"].options == (
        "borrower",
        "co_borrower",
        "guarantor",
        "spouse",
        "representative",
        "estate",
        "contact_person",
        "unrelated",
    )


def test_the_reader_names_the_packs_there_are() -> None:
    """
    An unknown pack is refused with the names of those that are there; nothing outside is ever read.
    """
    assert pack_ids() == ["cn"]
    with pytest.raises(InputError, match=r"There is no law pack '\.\./cn'; use cn\."):
        read_pack_texts("../cn")


def test_the_packs_ship_with_the_package() -> None:
    """
    What is read are the files of the package, every one of them.
    """
    folder = Path(forbear.__file__).parent / "lawpacks" / "cn"

    assert sorted(path.name for path in folder.glob("*.yaml")) == sorted(read_pack_texts("cn"))


def test_a_case_can_expect_any_of_three() -> None:
    """
    A case tells a rule that fires from one that is silent and one that asks.
    """
    by_expectation = {result.case.expect: result for result in RESULTS}

    assert set(by_expectation) == set(Expected)
    for result in by_expectation.values():
        wrong = replace(result.case, expect=next(e for e in Expected if e is not result.case.expect))
        assert "expected that it" in replace(result, case=wrong).complaint

"""The China pack holds what it says: its cases, its dates, its sources, its words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import forbear
from forbear.documents.scalars import LANGUAGES
from forbear.errors import InputError
from forbear.gateways.amounts import read_amount_texts
from forbear.gateways.packs import pack_ids, read_pack_texts
from forbear.law.amounts import parse_amounts
from forbear.law.cases import try_cases
from forbear.law.facts import facts_from_mapping
from forbear.law.judge import judge_bare
from forbear.law.pack import Certainty, Expected, Profile
from forbear.law.parse import parse
from forbear.law.verdict import Outcome, Strength, Verdict
from forbear.testing.law import cn_pack, in_china
from forbear.testing.law_numbers import own_rules_numbers, varied

NOON = in_china("2026-11-24 12:00")

RESULTS = list(try_cases(cn_pack()))
EVERYTHING = parse(read_pack_texts("cn"), profile=Profile.CONFORMANCE)
AS_WRITTEN = list(try_cases(EVERYTHING))


@pytest.mark.parametrize("result", AS_WRITTEN, ids=[f"{r.rule.id}-{r.case.name}" for r in AS_WRITTEN])
def test_every_case_beside_a_rule_holds(result: Any) -> None:
    """
    Each rule does in its cases what counsel wrote that it does.
    """
    assert result.complaint == ""


def test_every_case_holds_where_memory_only_warns() -> None:
    """
    Under the default profile as well every rule speaks in its cases as it should, if more softly.
    """
    assert [result.complaint for result in RESULTS if result.complaint] == []


def test_every_blocking_rule_has_a_case_that_allows_and_one_that_does_not() -> None:
    """
    A rule that stands in the way shows an act that it lets pass and one that it stops.
    """
    for rule in EVERYTHING.rules:
        outcomes = {r.verdict.outcome for r in AS_WRITTEN if r.rule is rule}
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


@pytest.mark.parametrize("by", [-1, 1])
@pytest.mark.parametrize("name", own_rules_numbers(EVERYTHING))
def test_a_number_that_is_one_off_is_caught_by_a_case(name: str, by: int) -> None:
    """
    Whichever number of the law is changed by one, up or down, some case no longer holds.
    """
    changed = parse(varied(cn_pack(), name, by), profile=Profile.CONFORMANCE)

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
    The guideline is self-regulatory, the standard recommended, an order a department's: none is dressed up.
    """
    strengths = {"cba": Strength.SELF_REGULATORY, "nifa": Strength.SELF_REGULATORY, "gbt": Strength.STANDARD}
    strengths |= dict.fromkeys(("civil", "criminal", "pipl", "credit"), Strength.LAW)
    strengths |= dict.fromkeys(("pboc", "cbirc", "nfra", "card"), Strength.DEPARTMENT_RULE)
    strengths |= {"policy": Strength.POLICY, "wish": Strength.PREFERENCE}
    by_the_courts = {
        "cn.courts.private-cap": Strength.LAW,
        "cn.courts.financial-loans": Strength.DEPARTMENT_RULE,
    }

    assert {rule.id: rule.strength for rule in cn_pack().rules} == by_the_courts | {
        rule.id: strengths[rule.id.split(".")[1]] for rule in cn_pack().rules if rule.id not in by_the_courts
    }


def test_memory_never_stands_in_the_way_by_default() -> None:
    """
    What nobody has looked up since warns; the conformance profile lets it do what its text says.
    """
    softened = {rule.id for rule in cn_pack().rules if rule.effect is not rule.written_effect}

    assert softened == {
        rule.id for rule in EVERYTHING.rules if rule.certainty is Certainty.MEMORY and rule.blocks
    }
    assert len(softened) == 16


def test_a_number_that_stands_in_both_places_is_the_same() -> None:
    """
    Rules and the amounts beside the pack do not say two things of one number.
    """
    amounts = parse_amounts(read_amount_texts("cn"))
    basis_points, percent = 10_000, 100
    twins = {
        "private_lending_multiple": ("private_lpr_multiple", 1),
        "assisted_lending_line": ("assisted_lending_max", basis_points),
        "financial_loan_line": ("financial_loan_line", basis_points),
        "penalty_percent_max": ("penalty_rate_most", percent),
        "limitation_years": ("limitation_years", 1),
    }

    for name, (beside, scale) in twins.items():
        value, amount = cn_pack().parameters[name].values[-1], amounts[beside].values[-1]
        assert value.since == amount.since
        assert Fraction(value.value) == amount.value * scale
        assert value.certainty is amount.certainty


def test_what_is_done_without_a_contact_leaves_the_rules_of_contacts_alone() -> None:
    """
    Rules of contacts leave other acts alone, and the other way round; which act it is gets asked.
    """
    contact = {"without_contact": False, "act": None}
    office = {"channel": None, "purpose": None, "local_time": None, "without_contact": True, "act": None}
    pack = cn_pack()

    def judged(changes: dict[str, Any]) -> Verdict:
        facts = facts_from_mapping(pack, {**pack.base_facts, **changes}, now=NOON)
        return judge_bare(pack, facts)

    assert judged(contact).outcome is Outcome.ALLOWED
    assert judged(office | {"agency_contract": False}).needs == ("act",)
    for act in pack.facts["act"].options:
        assert judged(office | {"act": act}).outcome is Outcome.ALLOWED, act


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
    assert pack_ids() == ["cn", "eu", "in", "uk", "us", "us-nyc"]
    with pytest.raises(InputError, match=r"There is no law pack '\.\./cn'; use cn or eu or in"):
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

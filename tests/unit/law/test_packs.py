"""The packs beyond China hold what they say: their cases, their numbers, their base, their order of zones."""

from __future__ import annotations

from functools import cache

import pytest

from forbear.gateways.packs import pack_ids, read_pack_texts
from forbear.law.cases import try_cases
from forbear.law.pack import Pack, Profile, Status
from forbear.law.parse import parse
from forbear.law.verdict import Outcome
from forbear.testing.law_numbers import own_rules_numbers, varied

OTHERS = [pack_id for pack_id in pack_ids() if pack_id != "cn"]


@cache
def whole(pack_id: str) -> Pack:
    return parse(read_pack_texts(pack_id), profile=Profile.CONFORMANCE)


NUMBERS = [(pack_id, name) for pack_id in OTHERS for name in own_rules_numbers(whole(pack_id))]


@pytest.mark.parametrize("by", [-1, 1])
@pytest.mark.parametrize(("pack_id", "name"), NUMBERS)
def test_a_number_that_is_one_off_is_caught_by_a_case(pack_id: str, name: str, by: int) -> None:
    """
    Whichever number of the law is changed by one, up or down, some case no longer holds.
    """
    changed = parse(varied(whole(pack_id), name, by), profile=Profile.CONFORMANCE)

    assert any(result.complaint for result in try_cases(changed))


@pytest.mark.parametrize("pack_id", OTHERS)
def test_every_rule_shows_an_act_that_it_lets_pass_and_one_that_it_stops(pack_id: str) -> None:
    """
    Each rule that stands in the way has a case that is allowed and one that is not.
    """
    results = list(try_cases(whole(pack_id)))
    for rule in whole(pack_id).rules:
        outcomes = {result.verdict.outcome for result in results if result.rule is rule}
        if rule.id.startswith(f"{pack_id}."):
            assert Outcome.ALLOWED in outcomes, rule.id
            assert not rule.blocks or outcomes - {Outcome.ALLOWED}, rule.id


@pytest.mark.parametrize("pack_id", OTHERS)
def test_the_act_that_cases_start_from_gives_every_fact(pack_id: str) -> None:
    """
    The base of the cases knows every fact that is not a part of what is proposed.
    """
    pack = whole(pack_id)
    proposals = {fact.name for fact in pack.facts.values() if fact.proposal}

    assert set(pack.facts) == set(pack.base_facts) | proposals
    assert None not in pack.base_facts.values()


def test_what_was_only_proposed_is_off_by_default() -> None:
    """
    The rules of India's draft directions hold for nobody until they are law.
    """
    drafts = {rule.id for rule in whole("in").rules if rule.status is Status.DRAFT}
    default = parse(read_pack_texts("in"))

    assert len(drafts) == 7
    assert {rule.id for rule in default.rules if rule.off} == drafts

"""The default profile holds people to what is sure; ``conformance`` to every rule as it is written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from forbear.errors import InputError
from forbear.gateways.packs import pack_ids, read_pack_texts
from forbear.law import parse
from forbear.law.cases import try_cases
from forbear.law.facts import facts_from_mapping
from forbear.law.judge import judge
from forbear.law.pack import Certainty, Profile, Status
from forbear.law.verdict import Effect, Outcome
from forbear.law.wording import sentences

GOOD = (Path(__file__).parent / "good.yaml").read_text(encoding="utf-8")
NOON = datetime(2026, 3, 1, 11, tzinfo=UTC)


def outcome_of_a_third_call(text: str, profile: str) -> Outcome:
    pack = parse({"xx.yaml": text}, profile=profile)
    facts = facts_from_mapping(pack, {**pack.base_facts, "calls": 2}, now=NOON)
    return judge(pack, facts).outcome


def changed_calls_rule(written: str, instead: str) -> str:
    start = GOOD.index("  - id: xx.calls")
    return GOOD[:start] + GOOD[start:].replace(written, instead, 1)


def test_a_draft_is_off_by_default_and_on_in_conformance() -> None:
    """
    What was only proposed stands in nobody's way, unless every rule is asked to.
    """
    draft = changed_calls_rule("    effect: deny\n", "    effect: deny\n    status: draft\n")

    assert outcome_of_a_third_call(draft, "default") is Outcome.ALLOWED
    assert outcome_of_a_third_call(draft, "conformance") is Outcome.DENIED


def test_a_rule_from_memory_warns_by_default_and_denies_in_conformance() -> None:
    """
    A rule that nobody looked up is told as a warning and denies nothing by default.
    """
    remembered = changed_calls_rule("certainty: primary", "certainty: memory")

    assert outcome_of_a_third_call(GOOD, "default") is Outcome.DENIED
    assert outcome_of_a_third_call(remembered, "default") is Outcome.ALLOWED
    assert outcome_of_a_third_call(remembered, "conformance") is Outcome.DENIED
    warned = parse({"xx.yaml": remembered}).rule("xx.calls")
    assert (warned.effect, warned.written_effect) == (Effect.WARN, Effect.DENY)


def test_a_profile_has_a_digest_of_its_own() -> None:
    """
    A verdict of the conformance profile can't be taken for one that the gate gave.
    """
    digests = {parse({"xx.yaml": GOOD}, profile=profile).digest for profile in Profile}

    assert len(digests) == 2
    with pytest.raises(InputError, match="There is no profile 'strict'; use default or conformance"):
        parse({"xx.yaml": GOOD}, profile="strict")


@pytest.mark.parametrize("pack_id", pack_ids())
def test_the_profiles_differ_in_drafts_and_in_rules_from_memory_only(pack_id: str) -> None:
    """
    Rule by rule, a profile changes drafts (off) and what is known from memory (a warning), and no other.
    """
    texts = read_pack_texts(pack_id)
    default, full = parse(texts), parse(texts, profile="conformance")

    for rule in full.rules:
        assert not rule.off
        assert rule.effect is rule.written_effect
    differing = {
        rule.id: "off" if rule.off else "warns"
        for rule in default.rules
        if rule.off or rule.effect is not rule.written_effect
    }
    assert differing == {
        rule.id: "off" if rule.status is Status.DRAFT else "warns"
        for rule in full.rules
        if rule.status is Status.DRAFT or (rule.certainty is Certainty.MEMORY and rule.blocks)
    }


@pytest.mark.parametrize("profile", list(Profile))
@pytest.mark.parametrize("pack_id", pack_ids())
def test_the_cases_of_every_pack_hold_in_both_profiles(pack_id: str, profile: Profile) -> None:
    """
    Each rule does in its cases what counsel wrote that it does, under either profile that it is part of.
    """
    pack = parse(read_pack_texts(pack_id), profile=profile)

    assert [result.complaint for result in try_cases(pack) if result.complaint] == []


def test_what_may_be_done_instead_is_said_after_the_reason() -> None:
    """
    A rule's remedy follows its reason, with the values filled in, in the reader's language.
    """
    remedy = (
        'remedy: {zh-hans: "{most}次以内，或改为上门。", en: "Stay within {most}, or visit."}\n    citation'
    )
    pack = parse({"xx.yaml": changed_calls_rule("citation", remedy)})
    verdict = judge(pack, facts_from_mapping(pack, {**pack.base_facts, "calls": 2}, now=NOON))

    assert verdict.fired[0].remedy_in("zh-hans") == "2次以内，或改为上门。"
    said = sentences(verdict, "en")
    assert said[said.index("Stay within 2, or visit.") - 1].startswith("2 already")

"""Obligations that can't be met together are decided with a citation, or the pack does not load."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from forbear.errors import InputError
from forbear.law.facts import facts_from_mapping
from forbear.law.judge import judge
from forbear.law.parse import parse
from forbear.law.verdict import Verdict

GOOD = (Path(__file__).parent / "good.yaml").read_text(encoding="utf-8")
SAYS = """  - id: xx.says
    title: {zh-hans: 说明, en: Say who}
    layer: law
    strength: law
    effect: disclose
    when: APPLIES
    obliges: {identity: true}
    reason: {zh-hans: 说明身份。, en: Say who you are.}
    citation: {source: act, last_checked_on: 2026-01-01}
    effective: {from: 2026-01-01}
    certainty: primary
    cases:
      - {name: a call, facts: {}, expect: fires}
      - {name: a visit, facts: {channel: visit}, expect: silent}
"""
HUSH = SAYS.replace("xx.says", "xx.hush").replace("identity: true}", "identity: false}")
BECAUSE = "because: {zh-hans: 以不透露为先。, en: Saying nothing goes first.}"
GROUND = "citation: {source: act, article: {zh-hans: 第九条, en: s. 9}, last_checked_on: 2026-01-01}"
OVERRIDES = f"    overrides:\n      - {{rule: xx.says, {BECAUSE}, {GROUND}}}\n"
DECIDED = HUSH.replace("    obliges", f"{OVERRIDES}    obliges")


def texts(*rules: str, when: str = 'channel == "call"') -> dict[str, str]:
    return {"xx.yaml": GOOD, "yy.yaml": "rules:\n" + "".join(rules).replace("APPLIES", when)}


def judged(pack_texts: dict[str, str], **changes: object) -> Verdict:
    pack = parse(pack_texts)
    noon = datetime(2026, 3, 1, 11, tzinfo=UTC)
    return judge(pack, facts_from_mapping(pack, {**pack.base_facts, **changes}, now=noon))


def test_two_obligations_that_contradict_each_other_do_not_load() -> None:
    """
    One rule asks that it be said and another that it be not: the error names both and the fact.
    """
    with pytest.raises(InputError) as caught:
        parse(texts(SAYS, HUSH))

    assert str(caught.value) == (
        "yy.yaml, line 16: rule xx.hush: it asks for identity False, and xx.says for True. "
        "Let one of the two override the other, with a citation, or narrow when they apply."
    )


def test_obligations_of_different_acts_or_times_do_not_meet() -> None:
    """
    Rules that never speak together need no decision.
    """
    by_channel = HUSH.replace("when: APPLIES", 'when: channel == "visit"')
    by_time = HUSH.replace("{from: 2026-01-01}", "{from: 2027-01-01}")
    until = SAYS.replace("{from: 2026-01-01}", "{from: 2026-01-01, until: 2027-01-01}")

    assert len(parse(texts(SAYS, by_channel)).rules) == 5
    assert len(parse(texts(until, by_time)).rules) == 5
    assert len(parse(texts(SAYS, HUSH.replace("APPLIES", 'channel not in ("call",)'))).rules) == 5


def test_where_one_overrides_the_other_gives_way_and_the_ground_is_named() -> None:
    """
    What gives way is told among the excused, with the ground of the decision and not its own.
    """
    verdict = judged(texts(SAYS, DECIDED))

    assert [fired.rule_id for fired in verdict.obligations] == ["xx.hush"]
    assert [(fired.rule_id, fired.citation) for fired in verdict.excused] == [("xx.says", "Trial Act, s. 9")]
    assert verdict.excused[0].reason_in("en") == "Saying nothing goes first."


def test_an_override_holds_only_while_its_rule_speaks_and_is_in_force() -> None:
    """
    Where the rule that goes first is silent, or before its day, the other one stands.
    """
    hush_on_visits = DECIDED.replace("when: APPLIES", "when: not identity")
    later = DECIDED.replace("effective: {from: 2026-01-01}", "effective: {from: 2026-05-01}")

    assert [fired.rule_id for fired in judged(texts(SAYS, hush_on_visits)).obligations] == ["xx.says"]
    assert [fired.rule_id for fired in judged(texts(SAYS, later)).obligations] == ["xx.says"]
    day = datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert [fired.rule_id for fired in judged(texts(SAYS, later), at=day.isoformat()).obligations] == [
        "xx.hush"
    ]


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ((SAYS, DECIDED.replace("rule: xx.says", "rule: xx.said")), "overrides xx.said, which is not in the"),
        (
            (DECIDED.replace("rule: xx.says", "rule: xx.hours"),),
            "overrides xx.hours, which stands in the way",
        ),
        (
            (SAYS.replace("    obliges", OVERRIDES.replace("xx.says", "xx.hush") + "    obliges"), DECIDED),
            "override each other",
        ),
        (
            (SAYS.replace("effect: disclose", "effect: deny"),),
            "yy.yaml, line 8: rule xx.says: obliges: a rule that can only deny asks nothing",
        ),
    ],
)
def test_an_override_that_makes_no_sense_is_refused(rules: tuple[str, ...], says: str) -> None:
    """
    Overrides decide between obligations; they take no denial away, and name what is there.
    """
    with pytest.raises(InputError, match=says):
        parse(texts(*rules))

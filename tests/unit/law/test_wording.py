"""A verdict in words: the answer, why, what next, in Chinese and in English."""

from __future__ import annotations

import pytest

from forbear.law.facts import facts_from_mapping
from forbear.law.judge import judge, judge_act
from forbear.law.parse import parse
from forbear.law.verdict import FactValue, Strength
from forbear.law.wording import moment_label, sentences, strength_label
from forbear.testing.law import act, cn_pack, in_china


def test_a_denial_is_told_with_source_and_next_moment() -> None:
    """
    Whoever is refused reads why, on what ground, how strong it is, and from when.
    """
    verdict = judge_act(cn_pack(), act(stop_requested=None), at=in_china("2026-11-24 22:00"))

    assert sentences(verdict, "zh-hans") == [
        "现在不可以。",
        "对方当地时间是22:00；按指引，22:00至次日08:00未经债务人同意不催收"
        "（行业自律规范：中国银行业协会《金融机构个人消费类贷款催收工作指引（试行）》）。",
        "对方当地时间是22:00；推荐性国家标准建议，未约定时间的，22:00至次日08:00不催收"
        "（推荐性标准：GB/T 45251-2025《互联网金融 个人网络消费信贷 贷后催收风控指引》）。",
        "本人是否要求过不再通过这种方式联系？",
        "最早可在2026年11月25日08:00进行，且须以上问题得到确认、答复允许。",
    ]


def last_words(at: str, language: str = "en", **facts: FactValue) -> str:
    """Return what a verdict says last: what would change it."""
    return sentences(judge_act(cn_pack(), act(**facts), at=in_china(at)), language)[-1]


def test_waiting_and_an_answer_together_are_told_as_such() -> None:
    """
    Where both the hour and an open question stand in the way, both are named.
    """
    assert last_words("2026-11-24 22:00", stop_requested=None) == (
        "It may be done from 08:00 on 25 November 2026 at the earliest,"
        " once the answers to these questions let it."
    )


def test_a_fact_that_would_lift_the_rule_is_asked_for() -> None:
    """
    A consent that nobody has is asked for where no hour helps: by day it is all that is missing, by
    night it is not.
    """
    entering: dict[str, FactValue] = {"channel": "visit", "enters_home": True}
    told = sentences(judge_act(cn_pack(), act(**entering), at=in_china("2026-11-24 12:00")), "en")
    assert told[-2:] == [
        "Has the person expressly agreed to the entry or the filming?",
        "It may be done once the answers to these questions let it.",
    ]
    assert last_words("2026-11-24 22:00", **entering).startswith("It may be done from 08:00 on 25 November")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "in the way at any hour: No collection while a dispute is open."),
        ("zh-hans", "仅靠等待不会改变这一结论；无论何时都受此限制：异议处理期间暂停催收。"),
    ],
)
def test_what_no_hour_changes_is_named(language: str, words: str) -> None:
    """
    Of two rules in the way, the one that stays when the night is over is named, whatever else is not known.
    """
    for more in ({}, {"stop_requested": None}):
        assert last_words("2026-11-24 22:00", language, dispute_open=True, **more).endswith(words)


def test_hours_that_never_meet_are_not_waited_for() -> None:
    """
    Where each rule ends by itself and never both at once, waiting does not help.
    """
    nights: dict[str, FactValue] = {"hours_wish": True, "preferred_from": "23:00", "preferred_until": "23:30"}
    assert last_words("2026-11-24 22:00", **nights) == "Waiting will not change this."


def test_what_time_cures_without_an_answer_is_told_too() -> None:
    """
    A count of today that nobody knows is over with the day: either the answer, or tomorrow.
    """
    given = {name: value for name, value in cn_pack().base_facts.items() if name != "local_time"}
    facts = facts_from_mapping(
        cn_pack(), given | {"effective_calls_today": None}, now=in_china("2026-11-24 12:00")
    )
    assert sentences(judge(cn_pack(), facts), "en")[-1] == (
        "Without these answers it may be done from 08:00 on 25 November 2026 at the earliest."
    )


def test_a_moment_that_contradicts_itself_foretells_nothing() -> None:
    """
    Where the local time given is not that of the moment, nothing is said of later.
    """
    given = {**cn_pack().base_facts, "local_time": "23:00"}
    facts = facts_from_mapping(cn_pack(), given, now=in_china("2026-11-24 12:00"))
    assert sentences(judge(cn_pack(), facts), "en")[-1].startswith("The local time given is not that")


def test_the_next_moment_is_told_in_local_time() -> None:
    """
    The next moment is written as people of that language write it, where the person is.
    """
    verdict = judge_act(cn_pack(), act(), at=in_china("2026-12-31 22:00"))

    assert sentences(verdict, "zh-hans")[-1] == "最早可在2027年1月1日08:00进行。"
    assert sentences(verdict, "en")[-1] == "It may be done from 08:00 on 1 January 2027 at the earliest."


def test_what_is_allowed_is_told_with_its_end_and_its_duties() -> None:
    """
    An allowed act says when it must end, what lifted a rule, and what goes with it.
    """
    verdict = judge_act(cn_pack(), act(night_consent=True), at=in_china("2026-11-24 22:30"))

    english = sentences(verdict, "en")

    assert english[0] == "Allowed; it must end by 00:00 on 25 November 2026."
    assert english[1].startswith("The person consented to contact at night")
    assert "self-regulatory guideline: China Banking Association" in english[1]
    assert "Say that this is recorded. If the person does not want that, offer to write instead." in english


def test_what_must_be_established_is_asked() -> None:
    """
    Where something is not known, the answer is the question.
    """
    verdict = judge_act(cn_pack(), act(dispute_open=None), at=in_china("2026-11-24 12:00"))

    assert sentences(verdict, "en") == [
        "Not yet: this must be established first.",
        "Is a dispute of this debt still open?",
    ]


def test_articles_join_their_title_as_each_language_does() -> None:
    """
    An article follows its title without a comma in Chinese, with one in English.
    """
    verdict = judge_act(
        cn_pack(), act(channel="visit", collectors_present=1), at=in_china("2026-11-24 12:00")
    )

    assert verdict.fired[0].citation.endswith("（试行）》第二十二条")
    assert verdict.fired[0].citation_in("en").endswith("30 January 2026, art. 22")
    assert verdict.fired[0].citation_in("fr") == verdict.fired[0].citation


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_only_a_law_is_called_a_law(language: str) -> None:
    """
    The label of a guideline, standard, policy or wish does not claim to be a law or a rule of state.
    """
    law = {"zh-hans": "法律", "en": "law"}[language]

    assert strength_label(Strength.LAW, language) == law
    for strength in (Strength.SELF_REGULATORY, Strength.STANDARD, Strength.POLICY, Strength.PREFERENCE):
        assert law not in strength_label(strength, language)


def test_a_moment_is_written_out() -> None:
    """
    Dates are written in the order of the language, in the zone that is named.
    """
    moment = in_china("2026-03-01 07:05")

    assert moment_label(moment, "Asia/Shanghai", "zh-hans") == "2026年3月1日07:05"
    assert moment_label(moment, "UTC", "en") == "23:05 on 28 February 2026"


SAYING = """
pack:
  id: xx
  version: "1"
  jurisdiction: XX
  zone: UTC
  language: en
  covers_from: 2026-01-01
  title: {zh-hans: 试, en: Try}
  cases: {as_of: 2026-02-01, facts: {sure: true, word: a, n: 3}}
sources: {act: {title: {zh-hans: 法, en: Act}}}
facts:
  sure: {type: bool, question: {zh-hans: 否, en: Sure}}
  n: {type: int, question: {zh-hans: 几, en: How many}}
  word: {type: text, values: {a: {zh-hans: 甲, en: the first}}, question: {zh-hans: 何, en: Which}}
parameters:
  spoken:
    type: bool
    title: {zh-hans: 说, en: Said}
    values:
      - from: 2026-01-01
        value: true
        reference: {source: act, last_checked_on: 2026-01-01}
        certainty: primary
rules:
  - id: xx.say
    title: {zh-hans: 试, en: Try}
    layer: law
    strength: law
    effect: warn
    when: n > 0 and spoken
    reason: {zh-hans: "{sure}，{word}，{n}", en: "{sure}, {word}, {n}"}
    citation: {source: act, last_checked_on: 2026-01-01}
    effective: {from: 2026-01-01}
    certainty: primary
    cases:
      - {name: yes, facts: {}, expect: fires}
      - {name: no, facts: {n: 0}, expect: silent}
"""


@pytest.mark.parametrize(
    ("facts", "chinese", "english"),
    [
        ({}, "是，甲，3", "yes, the first, 3"),
        ({"sure": False}, "否，甲，3", "no, the first, 3"),
        ({"sure": None, "word": None, "n": None}, "未知，未知，未知", "not known, not known, not known"),
    ],
)
def test_values_are_spoken_in_each_language(
    facts: dict[str, bool | None], chinese: str, english: str
) -> None:
    """
    A sentence says yes and no, words by their label, and what is not known as that.
    """
    pack = parse({"xx.yaml": SAYING})

    verdict = judge_act(pack, act(pack=pack, zones=("UTC",), **facts), at=in_china("2026-11-24 12:00"))

    assert verdict.obligations[0].reason_in("zh-hans") == chinese
    assert verdict.obligations[0].reason_in("en") == english
    assert verdict.obligations[0].title_in("en") == "Try"
    assert dict(verdict.obligations[0].values)["spoken"] is True

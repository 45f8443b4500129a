"""Fills sentences in, and says a whole verdict in words. The sentences of rules are in the packs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from forbear.documents.scalars import clock_of
from forbear.law.evaluation import Row
from forbear.law.expression import Kind, Value
from forbear.law.pack import Pack, Sentence
from forbear.law.verdict import Fired, Outcome, Strength, Texts, Verdict

_UNKNOWN = {"zh-hans": "未知", "en": "not known"}
_YES = {"zh-hans": "是", "en": "yes"}
_NO = {"zh-hans": "否", "en": "no"}
_STRENGTHS: Mapping[Strength, Mapping[str, str]] = {
    Strength.LAW: {"zh-hans": "法律", "en": "law"},
    Strength.DEPARTMENT_RULE: {"zh-hans": "部门规章", "en": "department rule"},
    Strength.SELF_REGULATORY: {"zh-hans": "行业自律规范", "en": "self-regulatory guideline"},
    Strength.STANDARD: {"zh-hans": "推荐性标准", "en": "recommended standard"},
    Strength.POLICY: {"zh-hans": "本机构政策", "en": "house policy"},
    Strength.PREFERENCE: {"zh-hans": "本人意愿", "en": "the person's own wish"},
}
_ANSWERS: Mapping[Outcome, Mapping[str, str]] = {
    Outcome.ALLOWED: {"zh-hans": "允许，须在{until}前结束。", "en": "Allowed; it must end by {until}."},
    Outcome.DENIED: {"zh-hans": "现在不可以。", "en": "Not now."},
    Outcome.NEEDS: {
        "zh-hans": "还不能决定，须先确认下列事项。",
        "en": "Not yet: this must be established first.",
    },
}
_ALLOWED_NOW = {"zh-hans": "此刻允许。", "en": "Allowed at this moment."}
_GROUND = {"zh-hans": "{reason}（{strength}：{citation}）。", "en": "{reason} ({strength}: {citation})."}
_NEVER = {
    "zh-hans": "等待不会改变这一结论。",
    "en": "Waiting will not change this.",
}
_NEVER_BECAUSE = {
    "zh-hans": "仅靠等待不会改变这一结论；无论何时都受此限制：{titles}。",
    "en": "Waiting alone will not change this; in the way at any hour: {titles}.",
}
_ONCE_KNOWN = {
    "zh-hans": "以上问题得到确认、答复允许后，即可进行。",
    "en": "It may be done once the answers to these questions let it.",
}
_FROM_ONCE_KNOWN = {
    "zh-hans": "最早可在{moment}进行，且须以上问题得到确认、答复允许。",
    "en": "It may be done from {moment} at the earliest, once the answers to these questions let it.",
}
_WITHOUT_ANSWERS = {
    "zh-hans": "未得到答复的，最早可在{moment}进行。",
    "en": "Without these answers it may be done from {moment} at the earliest.",
}
_NOT_FORESEEN = {
    "zh-hans": "给出的当地时间与该时刻不符，何时可以进行无法判断。",
    "en": "The local time given is not that of the moment, so it can't be told from when it may be done.",
}
_JOINTS = {"zh-hans": "；", "en": "; "}
_FROM = {
    "zh-hans": "最早可在{moment}进行。",
    "en": "It may be done from {moment} at the earliest.",
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def filled(sentence: Sentence, row: Row, pack: Pack) -> Texts:
    """Return the sentence in each language, its values filled in."""
    return tuple(
        (
            language,
            "".join(text + (_spoken(name, row, pack, language) if name else "") for text, name in pieces),
        )
        for language, pieces in sentence.pieces
    )


def _spoken(name: str, row: Row, pack: Pack, language: str) -> str:
    value: Value = row[name]
    if value is None:
        return _UNKNOWN[language]
    declared = pack.facts.get(name) or pack.parameters[name]
    match declared.kind:
        case Kind.BOOL:
            return (_YES if value else _NO)[language]
        case Kind.INT:
            return str(value)
        case Kind.TIME:
            return clock_of(int(value))
        case Kind.TEXT:
            return dict(dict(pack.facts[name].labels)[str(value)])[language]
        case _:
            assert_never(declared.kind)


def strength_label(strength: Strength, language: str) -> str:
    """Return what stands behind a rule, in words. A standard is never called a law."""
    return _STRENGTHS[strength][language]


def moment_label(moment: datetime, zone: str, language: str) -> str:
    """Return an instant as people of that language write it, in the local time of ``zone``."""
    local = moment.astimezone(ZoneInfo(zone))
    if language == "zh-hans":
        return f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"
    return f"{local:%H:%M} on {local.day} {_MONTHS[local.month - 1]} {local.year}"


def sentences(verdict: Verdict, language: str) -> list[str]:
    """Return the verdict in sentences, in ``zh-hans`` or ``en``: the answer, why, what next.

    What must be said and minded in the act follows only where the act is allowed.
    """
    told = [_answer(verdict, language)]
    for fired in verdict.fired:
        told += [_ground(fired, language), *filter(None, [fired.remedy_in(language)])]
    told += [question.text_in(language) for question in (*verdict.questions, *verdict.lifts)]
    told += [_ground(fired, language) for fired in verdict.excused]
    if verdict.outcome is Outcome.ALLOWED:
        return told + [fired.reason_in(language) for fired in verdict.obligations]
    if verdict.outcome is Outcome.NEEDS and verdict.next_moment is None:
        return told
    return [*told, outlook(verdict, language)]


def _answer(verdict: Verdict, language: str) -> str:
    if verdict.outcome is Outcome.ALLOWED and verdict.expires_at == verdict.judged_at:
        return _ALLOWED_NOW[language]
    until = moment_label(verdict.expires_at, verdict.zone, language)
    return _ANSWERS[verdict.outcome][language].format(until=until)


def _ground(fired: Fired, language: str) -> str:
    return _GROUND[language].format(
        reason=fired.reason_in(language).rstrip("。."),
        strength=strength_label(fired.strength, language),
        citation=fired.citation_in(language),
    )


def outlook(verdict: Verdict, language: str) -> str:
    """Say what would change an answer other than yes: time, facts, both together, or neither of them."""
    if not verdict.foreseen:
        return _NOT_FORESEEN[language]
    if verdict.next_moment is not None:
        form = _WITHOUT_ANSWERS if verdict.outcome is Outcome.NEEDS else _FROM
        return form[language].format(moment=_local(verdict, verdict.next_moment, language))
    if verdict.next_if_known == verdict.judged_at:
        return _ONCE_KNOWN[language]
    if verdict.next_if_known is not None:
        return _FROM_ONCE_KNOWN[language].format(moment=_local(verdict, verdict.next_if_known, language))
    standing = [fired.title_in(language) for fired in verdict.fired if fired.next_moment is None]
    if not standing:
        return _NEVER[language]
    return _NEVER_BECAUSE[language].format(titles=_JOINTS[language].join(standing))


def _local(verdict: Verdict, moment: datetime, language: str) -> str:
    return moment_label(moment, verdict.zone, language)

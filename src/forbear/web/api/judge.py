"""POST /judge: what the law says of an act, before it is done."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router

from forbear.documents.scalars import LANGUAGES, is_zone
from forbear.errors import InputError
from forbear.law.facts import facts_from_mapping
from forbear.law.judge import judge
from forbear.law.verdict import FactValue, Fired, Question, Texts, Verdict
from forbear.law.wording import sentences
from forbear.services.lawbook import book_of
from forbear.web.api.access import OPERATIONS
from forbear.web.api.auth import Bearer
from forbear.web.api.errors import DECLARED
from forbear.web.api.schemas import JudgeIn, QuestionOut, RuleOut, Sentence, VerdictOut

router = Router(tags=["law"])


@router.post(
    "/judge",
    auth=Bearer(*OPERATIONS["act_judge"]),
    response={200: VerdictOut, **DECLARED},
    url_name="act_judge",
    operation_id="act_judge",
    summary="Judge a proposed act",
    by_alias=True,
)
def act_judge(request: HttpRequest, act: JudgeIn) -> VerdictOut:
    """Say whether an act would be allowed, denied, or what must be established first.

    The facts are the pack's own, flat; nothing is looked up and nothing is recorded. What is not
    known is never silently allowed. The answer names every rule that spoke, with its source.
    """
    for zone in act.zones:
        if not is_zone(zone):
            raise InputError(
                f"{zone!r} is not a time zone; use an IANA name such as Asia/Shanghai.", field="zones"
            )
    given = {**act.facts, "at": act.at.isoformat(), "zones": act.zones}
    pack = book_of(act.pack).pack
    return _verdict_out(judge(pack, facts_from_mapping(pack, given, now=act.at)))


def _verdict_out(verdict: Verdict) -> VerdictOut:
    return VerdictOut(
        outcome=verdict.outcome.value,
        judged_at=verdict.judged_at,
        fired=[_rule_out(fired) for fired in verdict.fired],
        obligations=[_rule_out(fired) for fired in verdict.obligations],
        excused=[_rule_out(fired) for fired in verdict.excused],
        needs=list(verdict.needs),
        questions=[_question_out(question) for question in verdict.questions],
        lifts=[_question_out(question) for question in verdict.lifts],
        next_moment=verdict.next_moment,
        next_if_known=verdict.next_if_known,
        expires_at=verdict.expires_at,
        pack=verdict.pack_id,
        pack_version=verdict.pack_version,
        pack_digest=verdict.pack_digest,
        facts_digest=verdict.facts_digest,
        sentences={language: sentences(verdict, language) for language in LANGUAGES},
    )


def _question_out(question: Question) -> QuestionOut:
    return QuestionOut(fact=question.fact, text=_sentence(question.text), rules=list(question.rule_ids))


def _rule_out(fired: Fired) -> RuleOut:
    return RuleOut(
        id=fired.rule_id,
        effect=fired.effect.value,
        strength=fired.strength.value,
        title=_sentence(fired.title),
        reason=_sentence(fired.reason),
        values={name: _value(value) for name, value in fired.values},
        parameters_from=fired.parameters_from,
        citation=_sentence(fired.citations),
        citation_href=fired.citation_href,
        next_moment=fired.next_moment,
    )


def _sentence(texts: Texts) -> Sentence:
    return Sentence(**dict(texts))


def _value(value: FactValue) -> bool | int | str | None:
    return value.isoformat() if isinstance(value, date | datetime) else value

"""A verdict as JSON, and back: what is stored with every judgement and shown from it later."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from forbear.documents.scalars import LANGUAGES
from forbear.law.verdict import (
    Effect,
    FactValue,
    Fired,
    Kept,
    Outcome,
    Question,
    RuleCard,
    Strength,
    Texts,
    Verdict,
)

Json = dict[str, Any]


def verdict_to_body(verdict: Verdict) -> Json:
    """Return the verdict as a JSON object. What is stored was judged from the log, and so looked ahead."""
    return {
        "outcome": verdict.outcome.value,
        "judged_at": verdict.judged_at.isoformat(),
        "fired": [_fired_to(item) for item in verdict.fired],
        "obligations": [_fired_to(item) for item in verdict.obligations],
        "excused": [_fired_to(item) for item in verdict.excused],
        "needs": list(verdict.needs),
        "questions": [_question_to(item) for item in verdict.questions],
        "lifts": [_question_to(item) for item in verdict.lifts],
        "next_moment": _iso(verdict.next_moment),
        "next_if_known": _iso(verdict.next_if_known),
        "expires_at": verdict.expires_at.isoformat(),
        "pack_id": verdict.pack_id,
        "pack_version": verdict.pack_version,
        "pack_digest": verdict.pack_digest,
        "facts_digest": verdict.facts_digest,
        "zone": verdict.zone,
    }


def verdict_from_body(body: Json) -> Verdict:
    """Read what ``verdict_to_body`` wrote, now or before it knew of what lifts a rule."""
    return Verdict(
        outcome=Outcome(body["outcome"]),
        judged_at=datetime.fromisoformat(body["judged_at"]),
        fired=tuple(_fired_from(item) for item in body["fired"]),
        obligations=tuple(_fired_from(item) for item in body["obligations"]),
        excused=tuple(_fired_from(item) for item in body["excused"]),
        needs=tuple(body["needs"]),
        questions=tuple(_question_from(item) for item in body["questions"]),
        lifts=tuple(_question_from(item) for item in body.get("lifts", ())),
        next_moment=_instant(body["next_moment"]),
        next_if_known=_instant(body.get("next_if_known")),
        foreseen=True,
        expires_at=datetime.fromisoformat(body["expires_at"]),
        pack_id=body["pack_id"],
        pack_version=body["pack_version"],
        pack_digest=body["pack_digest"],
        facts_digest=body["facts_digest"],
        zone=body["zone"],
    )


def facts_to_body(facts: dict[str, FactValue]) -> Json:
    """Return facts as a JSON object; an instant is an object ``{"instant": …}``."""
    return {name: _value_to(value) for name, value in facts.items()}


def _question_to(question: Question) -> Json:
    return {"fact": question.fact, "text": dict(question.text), "rule_ids": list(question.rule_ids)}


def _question_from(body: Json) -> Question:
    return Question(fact=body["fact"], text=_texts(body["text"]), rule_ids=tuple(body["rule_ids"]))


def _fired_to(fired: Fired) -> Json:
    body = {
        "rule_id": fired.rule_id,
        "effect": fired.effect.value,
        "strength": fired.strength.value,
        "title": dict(fired.title),
        "reason": dict(fired.reason),
        "values": [[name, _value_to(value)] for name, value in fired.values],
        "parameters_from": fired.parameters_from and fired.parameters_from.isoformat(),
        "citation": fired.citation,
        "citation_href": fired.citation_href,
        "citations": dict(fired.citations),
        "next_moment": _iso(fired.next_moment),
        "lifted_by": list(fired.lifted_by),
    }
    return body | {"remedy": dict(fired.remedy)} if fired.remedy else body


def _fired_from(body: Json) -> Fired:
    since = body["parameters_from"]
    return Fired(
        card=RuleCard(
            rule_id=body["rule_id"],
            effect=Effect(body["effect"]),
            strength=Strength(body["strength"]),
            title=_texts(body["title"]),
            citation=body["citation"],
            citation_href=body["citation_href"],
            citations=_texts(body["citations"]),
        ),
        said=Kept(_texts(body["reason"]), _texts(body.get("remedy", {}))),
        values=tuple((name, _value_from(value)) for name, value in body["values"]),
        parameters_from=date.fromisoformat(since) if since else None,
        next_moment=_instant(body["next_moment"]),
        lifted_by=tuple(body["lifted_by"]),
    )


def _texts(body: dict[str, str]) -> Texts:
    return tuple((language, body[language]) for language in LANGUAGES if language in body)


def _value_to(value: FactValue) -> Any:
    return {"instant": value.isoformat()} if isinstance(value, datetime) else value


def _value_from(value: Any) -> FactValue:
    return datetime.fromisoformat(value["instant"]) if isinstance(value, dict) else value


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

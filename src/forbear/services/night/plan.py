"""What a night proposes, as the desk reads it: work items, and the plan of every open case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from forbear.conduct.candidate import Candidate
from forbear.conduct.treatment import Step, Treatment
from forbear.documents.scalars import LANGUAGES
from forbear.law.verdict import Verdict
from forbear.store.models import Case, Lender, WorkItem
from forbear.store.verdict_body import verdict_to_body

Body = dict[str, Any]
"""The plan of a case, as ``Case.plan`` keeps it."""


@dataclass(slots=True)
class Plan:
    """What a night proposes: ranked candidates with their verdicts, and each open case's plan by loan."""

    candidates: list[Candidate] = field(default_factory=list)
    cases: dict[str, Body] = field(default_factory=dict)

    def store(self, lender: Lender, day: date, cases: Mapping[str, Case]) -> None:
        """Swap the day's work items and note the plans; call it inside the night's transaction."""
        changed = [case for loan_id, case in cases.items() if case.plan != self.cases.get(loan_id, {})]
        for case in changed:
            case.plan = self.cases.get(case.loan_id, {})
        Case.objects.bulk_update(changed, ["plan"], batch_size=500)
        old = WorkItem.objects.filter(lender=lender, day=day)
        done = {(item.loan_id, item.party_id): item.done_at for item in old if item.done_at}
        old.delete()
        WorkItem.objects.bulk_create(
            [
                _item(candidate, lender, day, rank, cases, done)
                for rank, candidate in enumerate(self.candidates, 1)
            ],
            batch_size=500,
        )


def forbidden(verdict: Verdict) -> Body:
    """Return why a case is not on the list although a step suits it: a rule that no hour silences."""
    rule = next((fired for fired in verdict.fired if fired.next_moment is None), verdict.fired[0])
    because = {language: rule.reason_in(language) for language in LANGUAGES}
    return {"action": "wait", "code": "law", "because": because, "next_on": None}


def blocked(table: Treatment, code: str, next_on: date | None = None) -> Body:
    """Return why a case is not on the list although a step suits it, by a code of OFF_LIST."""
    return {
        "action": "wait",
        "code": code,
        "because": dict(table.off_list[code]),
        "next_on": next_on and next_on.isoformat(),
    }


def plan_body(step: Step, grounds: Sequence[str]) -> Body:
    """Return a chosen step as a case keeps it, with the ``grounds`` for a visit that hold."""
    return {
        "action": step.action,
        "code": step.code,
        "because": dict(step.because),
        "next_on": step.next_on and step.next_on.isoformat(),
        "visit_grounds": list(grounds),
    }


def _item(
    candidate: Candidate,
    lender: Lender,
    day: date,
    rank: int,
    cases: Mapping[str, Case],
    done: Mapping[tuple[str, str], datetime],
) -> WorkItem:
    verdict = candidate.verdict
    return WorkItem(
        lender=lender,
        day=day,
        case=cases[candidate.loan_id],
        loan_id=candidate.loan_id,
        party_id=candidate.party_id,
        rank=rank,
        action=candidate.action,
        channel=candidate.channel,
        ground=candidate.ground,
        because=dict(candidate.because),
        template=candidate.template,
        score=candidate.score,
        score_reasons=[dict(reason) for reason in candidate.score_reasons],
        propensity_ppm=candidate.propensity_ppm,
        outcome=verdict.outcome.value if verdict else "",
        next_moment=verdict.next_moment if verdict else None,
        verdict=verdict_to_body(verdict) if verdict else {},
        done_at=done.get((candidate.loan_id, candidate.party_id)),
    )

"""The worklist of a report: the first steps of the last night, with what the law says of each now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from forbear.law.verdict import Outcome, Verdict
from forbear.services.night.tables import treatment
from forbear.services.report.writing import Writing
from forbear.services.worklist import worklist_judge
from forbear.store.models import NightRun, WorkItem

SHOWN = 25
ACTOR = "system:report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row: who and which loan, how late, what is proposed and why, and when it is lawful."""

    rank: int
    name: str
    reference: str
    days_past_due: int
    overdue: str
    act: str
    because: str
    score: int
    reasons: Sequence[str]
    tone: str
    moment: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """The steps shown, how many there are in all, and what they come to."""

    night: str
    judged_at: str
    steps: Sequence[Step]
    total: int
    allowed: int
    waiting: Sequence[tuple[str, str]]


def worklist(lender_id: str, write: Writing, *, now: datetime, zone: str) -> Worklist | None:
    """Return the worklist of the last night, judged at ``now``; None where no night made one."""
    run = NightRun.objects.filter(lender_id=lender_id, finished_at__isnull=False).order_by("-day").first()
    if run is None:
        return None
    items = WorkItem.objects.filter(lender_id=lender_id, day=run.day, done_at=None).order_by("rank")
    shown = list(items.select_related("party", "loan__position")[:SHOWN])
    verdicts = worklist_judge(actor=ACTOR, lender_id=lender_id, now=now, items=shown)
    outcomes = Counter(verdict.outcome for verdict in verdicts.values())
    return Worklist(
        night=write.day(run.day),
        judged_at=write.instant(now, zone),
        steps=[_step(item, verdicts.get(item.pk), write) for item in shown],
        total=items.count(),
        allowed=outcomes[Outcome.ALLOWED],
        waiting=_waiting(run.counts.get("waiting", {}), write),
    )


def _step(item: WorkItem, verdict: Verdict | None, write: Writing) -> Step:
    tone, moment = _moment(verdict, write)
    position = item.loan.position
    return Step(
        rank=item.rank,
        name=item.party.name,
        reference=item.loan.reference,
        days_past_due=position.days_past_due,
        overdue=write.money(position.overdue),
        act=_channel(item.channel),
        because=item.because.get(write.language, item.ground),
        score=item.score,
        reasons=[reason.get(write.language, "") for reason in item.score_reasons],
        tone=tone,
        moment=moment,
        rule=_rule(verdict, write.language),
    )


def _moment(verdict: Verdict | None, write: Writing) -> tuple[str, str]:
    """Return how to colour a verdict, and the lawful moment in the borrower's own time."""
    if verdict is None:
        return "warn", _("Not judged")
    if verdict.outcome is Outcome.ALLOWED:
        until = write.moment(verdict.expires_at, verdict.zone, now=verdict.judged_at)
        return "good", _("Now, until %(time)s") % {"time": until}
    if verdict.next_moment is not None:
        start = write.moment(verdict.next_moment, verdict.zone, now=verdict.judged_at)
        return "bad", _("From %(time)s") % {"time": start}
    if verdict.outcome is Outcome.NEEDS:
        return "warn", _("To be established first")
    if verdict.next_if_known is not None:
        start = write.moment(verdict.next_if_known, verdict.zone, now=verdict.judged_at)
        return "warn", _("From %(time)s, once established") % {"time": start}
    return "bad", _("Not allowed")


def _rule(verdict: Verdict | None, language: str) -> str:
    if verdict is None:
        return ""
    if verdict.outcome is Outcome.NEEDS and verdict.questions:
        return verdict.questions[0].text_in(language)
    return verdict.deciding.reason_in(language) if verdict.deciding else ""


def _channel(channel: str) -> str:
    names = {
        "call": _("Phone call"),
        "sms": _("Text message"),
        "email": _("E-mail"),
        "visit": _("Visit"),
    }
    return names.get(channel, channel)


def _waiting(counts: dict[str, int], write: Writing) -> list[tuple[str, str]]:
    """Return the open cases that are not on the list, by why, the most frequent first."""
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return [(treatment().reason(code)[write.language], write.count(count)) for code, count in ordered]

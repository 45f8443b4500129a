"""The next step for every open case: chosen by the treatment table, judged by the law, ranked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from forbear.book.columns import FLAG_HALTED, OVERDUE, Row
from forbear.conduct.candidate import Candidate
from forbear.conduct.features import LoanFacts, features_of
from forbear.conduct.treatment import Approach, Step, Subject, Treatment, choose, spacing_ends
from forbear.conduct.visits import visit_grounds
from forbear.errors import InputError
from forbear.law.judge import judge_act
from forbear.law.verdict import Outcome, Verdict
from forbear.loans.position import LoanState
from forbear.scoring.points import Score, score
from forbear.services.dates import business_date
from forbear.services.facts import MEDIUM_OF, Proposal, situation_of
from forbear.services.lawbook import book_of
from forbear.services.night.casework import NO_PROMISE, Casework
from forbear.services.night.people import (
    addressed,
    attempts_at,
    declined_ever,
    last_contact,
    people_of,
    replied_on,
)
from forbear.services.night.plan import Plan, blocked, forbidden, plan_body
from forbear.services.night.tables import scorecard, treatment
from forbear.store.models import Hold, Lender
from forbear.store.selectors.binding import rights_used_at
from forbear.store.selectors.night import chunks
from forbear.store.selectors.personfile import PersonFile, person_files

Progress = Callable[[str, int, int], None]

ALLOWED_NOW = (0, 0.0)
NEVER = (3, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """An open case whose step approaches somebody."""

    loan_id: str
    days_past_due: int
    step: Step
    score: Score
    approach: Approach


class Planner:
    """Plans the steps after one night of one lender; the law is asked about ``now``."""

    def __init__(self, lender: Lender, *, day: date, now: datetime) -> None:
        self._lender = lender
        self._day = day
        self._now = now
        self._table = treatment()
        self._card = scorecard()

    def plan(self, rows: Sequence[Row], work: Casework, progress: Progress) -> Plan:
        """Choose, judge and rank the steps of the open cases; nothing is written."""
        plan = Plan()
        holds = self._holds()
        chosen = []
        for row in rows:
            if row["loan_id"] in work.open:
                step, points = self._choose(row, work, holds)
                plan.cases[row["loan_id"]] = plan_body(step, _long_overdue(self._table, row))
                if step.approach is not None:
                    chosen.append(_Chosen(
                        loan_id=row["loan_id"], days_past_due=row["days_past_due"], step=step,
                        score=points, approach=step.approach,
                    ))  # fmt: skip
        self._approach(plan, chosen, progress)
        for loan_id in work.open.keys() - plan.cases.keys():
            plan.cases[loan_id] = blocked(self._table, "not_aged")
        return plan

    def _choose(self, row: Row, work: Casework, holds: Mapping[str, set[str]]) -> tuple[Step, Score]:
        loan_id = row["loan_id"]
        points = score(self._card, features_of(_facts(row), work.histories[loan_id]).values())
        promised = work.promised.get(loan_id, NO_PROMISE)
        subject = Subject(
            as_of=self._day,
            days_past_due=row["days_past_due"],
            score=points.points,
            promise=promised.state,
            promise_due=promised.due_on,
            holds=frozenset(holds.get(loan_id, ())),
            charged_off=row["state"] == LoanState.CHARGED_OFF.value,
            halted=bool(row["flags"] & FLAG_HALTED),
        )
        return choose(self._table, subject), points

    def _holds(self) -> dict[str, set[str]]:
        holds: dict[str, set[str]] = defaultdict(set)
        rows = Hold.objects.in_force(self._now).filter(lender=self._lender)
        for loan_id, kind in rows.values_list("loan_id", "kind"):
            holds[loan_id].add(kind)
        return holds

    def _approach(self, plan: Plan, chosen: Sequence[_Chosen], progress: Progress) -> None:
        """Judge the people that the chosen steps address, a part of the book at a time."""
        found: list[tuple[tuple[object, ...], Candidate]] = []
        done = 0
        for part in chunks(chosen):
            people = people_of([item.loan_id for item in part])
            wanted = {item.loan_id: addressed(people[item.loan_id], item.approach) for item in part}
            files = person_files(
                [(loan_id, party_id) for loan_id, parties in wanted.items() for party_id in parties],
                lender_id=self._lender.pk,
                today=business_date(self._lender, self._now),
                now=self._now,
                visits={item.loan_id for item in part if item.step.action == "visit"},
            )
            for item in part:
                progress(f"Judge {self._day}", done, len(chosen))
                pairs = [(item.loan_id, party_id) for party_id in wanted[item.loan_id]]
                own = [files[pair] for pair in pairs if pair in files]
                found += self._candidates(plan, item, own)
                done += 1
        if chosen:
            progress(f"Judge {self._day}", done, len(chosen))
        found.sort(key=lambda entry: entry[0])
        self._one_a_person(plan, [candidate for _, candidate in found])

    def _candidates(
        self, plan: Plan, item: _Chosen, files: Sequence[PersonFile]
    ) -> list[tuple[tuple[object, ...], Candidate]]:
        """Return the candidates of one case; where there is none, its plan says why."""
        made: list[tuple[tuple[object, ...], Candidate]] = []
        blocks = []
        for file in files:
            if file.party.pk == file.debtor_id:
                plan.cases[item.loan_id]["visit_grounds"] = self._grounds(file, item)
        for file in files:
            free_on = spacing_ends(item.approach, last_contact(file, self._lender), as_of=self._day)
            if free_on is not None:
                blocks.append(blocked(self._table, "spacing", free_on))
                continue
            try:
                best = self._best(item, file)
            except InputError as error:
                blocks.append(blocked(self._table, "not_judged") | {"detail": str(error)})
                continue
            if best is None:
                blocks.append(blocked(self._table, "no_contact_point"))
            elif best.verdict is not None and _never(best):
                blocks.append(forbidden(best.verdict))
            else:
                order = (best.priority, best.score, -item.days_past_due, best.loan_id, best.party_id)
                made.append((order, best))
        if not made:
            body = blocks[0] if blocks else blocked(self._table, "no_contact_point")
            plan.cases[item.loan_id] |= body
        return made

    def _best(self, item: _Chosen, file: PersonFile) -> Candidate | None:
        """Return the step as it should be made: by its own channels, or else by the message instead."""
        approach = item.approach
        best = self._soonest(item, file, item.step.action, approach.channels, approach.template)
        instead = approach.instead
        if instead is None or (best is not None and not _never(best)):
            return best
        return self._soonest(item, file, "message", instead.channels, instead.template) or best

    def _soonest(
        self, item: _Chosen, file: PersonFile, action: str, channels: Sequence[str], template: str
    ) -> Candidate | None:
        """Judge channels in order of preference: the first that is allowed, else the soonest lawful one."""
        judged = []
        for channel in channels:
            point = next((point for point in file.points if point.medium == MEDIUM_OF[channel]), None)
            if point is None:
                continue
            candidate = Candidate(
                loan_id=item.loan_id,
                party_id=file.party.pk,
                contact_point_id=point.pk,
                action=action,
                channel=channel,
                purpose=item.approach.purpose,
                template=template,
                ground=item.step.ground or item.step.code,
                because=item.step.because,
                priority=item.approach.priority,
                score=item.score.points,
                score_reasons=item.score.reasons(),
            )
            judged.append(replace(candidate, verdict=self._judge(file, candidate)))
            if _soonness(judged[-1]) == ALLOWED_NOW:
                break
        return min(judged, key=_soonness, default=None)

    def _judge(self, file: PersonFile, candidate: Candidate) -> Verdict:
        proposal = Proposal(
            loan_id=candidate.loan_id,
            party_id=candidate.party_id,
            contact_point_id=candidate.contact_point_id,
            channel=candidate.channel,
            purpose=candidate.purpose,
        )
        pack = book_of(self._lender.pack_id).pack
        return judge_act(pack, situation_of(file, proposal, now=self._now), at=self._now)

    def _grounds(self, file: PersonFile, item: _Chosen) -> list[str]:
        used = rights_used_at(file.party.pk) if declined_ever(file) else ()
        found = visit_grounds(
            self._table.visits,
            days_past_due=item.days_past_due,
            attempts=attempts_at(file, rights_used=used),
            replied_on=replied_on(file, self._lender),
        )
        return list(found)

    def _one_a_person(self, plan: Plan, ranked: Sequence[Candidate]) -> None:
        """Keep one candidate for each person: several loans are spoken of in one contact."""
        seen: set[str] = set()
        for candidate in ranked:
            if candidate.party_id not in seen:
                seen.add(candidate.party_id)
                plan.candidates.append(candidate)
        listed = {candidate.loan_id for candidate in plan.candidates}
        for candidate in ranked:
            if candidate.loan_id not in listed:
                plan.cases[candidate.loan_id] |= blocked(self._table, "same_person")


def _facts(row: Row) -> LoanFacts:
    overdue = sum(row[name] for name in OVERDUE)
    fallen_due = overdue + row["due_principal"] + row["due_interest"] + row["due_fee"]
    return LoanFacts(
        as_of=row["as_of"],
        disbursed_on=row["disbursed_on"],
        original_principal=row["original_principal"],
        principal=row["principal"],
        owed=fallen_due + row["principal"] - row["overdue_principal"] - row["due_principal"],
        overdue=overdue,
        days_past_due=row["days_past_due"],
        instalments_overdue=row["instalments_overdue"],
    )


def _soonness(candidate: Candidate) -> tuple[int, float]:
    """Order steps: allowed now, then by the next lawful moment, then what needs to be established as well."""
    verdict = candidate.verdict
    if verdict is None or verdict.outcome is Outcome.ALLOWED:
        return ALLOWED_NOW
    if verdict.next_moment is not None:
        return 1, verdict.next_moment.timestamp()
    if verdict.next_if_known is not None:
        return 2, verdict.next_if_known.timestamp()
    return NEVER


def _never(candidate: Candidate) -> bool:
    """Say whether neither time nor an answer makes this step lawful."""
    return _soonness(candidate) == NEVER


def _long_overdue(table: Treatment, row: Row) -> list[str]:
    return list(visit_grounds(table.visits, days_past_due=row["days_past_due"], attempts=(), replied_on=None))

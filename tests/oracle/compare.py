"""Puts the same attempts before the oracle and before Forbear's judge, and compares row by row.

Forbear's side is the scalar judge, for every single attempt: the facts that count are taken from the log
by its own tally. Rules of policy and preference may only tighten, so they are left out here and counted
apart. Which rules stand for which row is read from the table that is published with the pack.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from forbear.gateways.packs import read_pack_texts
from forbear.law.facts import facts_of_tally, zones_of
from forbear.law.judge import judge_bare
from forbear.law.pack import Layer, Pack, Profile
from forbear.law.parse import parse
from forbear.law.situation import PastContact, Situation
from forbear.law.tally import Tally
from forbear.law.verdict import Effect, Outcome, Verdict
from tests.oracle.attempt import Attempt, Line
from tests.oracle.attempts import attempts
from tests.oracle.explained import Explanation, read_explanations
from tests.oracle.oracle import SILENT, Answer, Says
from tests.oracle.oracle_acts import NOT_JUDGED, judge
from tests.oracle.shown import shown_attempt

COVERAGE = Path(__file__).parents[2] / "docs/reference/law/coverage-cn.md"
EXPLAINED = Path(__file__).with_name("explained.toml")
EXAMPLES = 3
VERDICT = "verdict"
"""Stands where a row does: the outcome is to be what the rules come to."""
NO_ROW = "no row"


@dataclass(slots=True)
class Findings:
    """What a number of attempts came to."""

    attempts: int = 0
    reached: Counter[str] = field(default_factory=Counter)
    left_open: Counter[str] = field(default_factory=Counter)
    disagreed: Counter[str] = field(default_factory=Counter)
    explained: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str, str], list[tuple[int, str]]] = field(default_factory=dict)
    kinds: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    tightened: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)

    def add(self, other: Findings) -> None:
        """Take in what other attempts came to."""
        self.attempts += other.attempts
        for mine, theirs in (
            (self.reached, other.reached),
            (self.left_open, other.left_open),
            (self.disagreed, other.disagreed),
            (self.tightened, other.tightened),
            (self.outcomes, other.outcomes),
        ):
            mine.update(theirs)
        self.explained.update(other.explained)
        self.kinds.update(other.kinds)
        for key, texts in other.examples.items():
            self.examples[key] = sorted(self.examples.get(key, []) + texts)[:EXAMPLES]

    @property
    def unexplained(self) -> int:
        """How many disagreements no entry explains."""
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class Bench:
    """What both judges work with: the pack, the rules of each row, and what is explained."""

    pack: Pack
    rules_of: Mapping[str, tuple[str, ...]]
    rows_of: Mapping[str, tuple[str, ...]]
    law: frozenset[str]
    explanations: tuple[Explanation, ...]


@cache
def bench() -> Bench:
    """Return the pack with every rule as it is written, and the table of its coverage."""
    pack = parse(read_pack_texts("cn"), profile=Profile.CONFORMANCE)
    law = frozenset(rule.id for rule in pack.rules if rule.layer is Layer.LAW)
    rules_of = read_coverage(COVERAGE.read_text(encoding="utf-8"))
    rows_of: dict[str, tuple[str, ...]] = {}
    for row, rules in rules_of.items():
        for rule in rules:
            rows_of[rule] = (*rows_of.get(rule, ()), row)
    return Bench(pack, rules_of, rows_of, law, tuple(read_explanations(EXPLAINED)))


def read_coverage(text: str) -> dict[str, tuple[str, ...]]:
    """Return the rules of each row: on a line of the table, the row comes first and its rules after it."""
    found = {}
    for line in text.splitlines():
        if row := re.match(r"\W*(CN-[A-Z]\d+)\b", line):
            found[row[1]] = tuple(dict.fromkeys(re.findall(r"\bcn\.[a-z]+\.[a-z0-9-]+", line)))
    return found


def compare(seed: int, numbers: range) -> Findings:
    """Judge the attempts of these numbers twice, and return where the two agree and where not."""
    findings = Findings()
    for number, attempt in zip(numbers, attempts(seed, numbers), strict=True):
        _compare_one(number, attempt, findings)
    return findings


def _compare_one(number: int, attempt: Attempt, findings: Findings) -> None:
    told, says = bench(), judge(attempt)
    verdict = forbears_verdict(told.pack, attempt)
    spoke = answers_of(verdict)
    lawful = {rule: answer for rule, answer in spoke.items() if rule in told.law}
    findings.attempts += 1
    findings.outcomes[verdict.outcome.value] += 1
    findings.tightened.update(rule for rule in spoke if rule not in told.law)
    differences = _differences(says, lawful)
    findings.reached.update(_reached(says, lawful))
    findings.left_open.update(row for row, span in says.items() if span.least != span.most)
    findings.disagreed.update({row for row, _, _ in differences})
    unexplained, excused = [], set()
    for row, kind, rule in differences:
        explanation = next((e for e in told.explanations if e.covers(row, kind, rule, attempt)), None)
        if explanation:
            findings.explained[row, explanation.reason] += 1
            excused.add(row)
        else:
            unexplained.append((row, kind, rule))
    least = max((span.least for row, span in says.items() if row not in excused), default=Answer.SILENT)
    if not _carries(verdict.outcome, least):
        unexplained.append((VERDICT, "milder", f"{verdict.outcome.value} where a row {least.name.lower()}"))
    for difference in unexplained:
        findings.kinds[difference] += 1
        examples = findings.examples.setdefault(difference, [])
        if len(examples) < EXAMPLES:
            examples.append((number, shown_attempt(number, attempt, says, spoke, verdict.outcome.value)))


def _carries(outcome: Outcome, least: Answer) -> bool:
    """Say whether an outcome is as strict as the strictest row."""
    if least is Answer.FORBIDS:
        return outcome is Outcome.DENIED
    return least is not Answer.ASKS or outcome is not Outcome.ALLOWED


def _reached(says: Mapping[str, Says], lawful: Mapping[str, Answer]) -> set[str]:
    """Return the rows about which either judge had something to say."""
    return set(says).union(*(bench().rows_of.get(rule, (NO_ROW,)) for rule in lawful))


def _differences(says: Mapping[str, Says], lawful: Mapping[str, Answer]) -> list[tuple[str, str, str]]:
    """Return row, kind and rule of each disagreement.

    The pack is milder where no rule of a row does the least that the row asks. It is stricter where a rule
    does more than any row it stands for bears.
    """
    told = bench()
    found = []
    for row, span in says.items():
        rules = told.rules_of.get(row, ())
        if max((lawful[rule] for rule in rules if rule in lawful), default=Answer.SILENT) < span.least:
            found.append((row, "milder", f"least {span.least.name.lower()}"))
    for rule, answer in lawful.items():
        rows = told.rows_of.get(rule, ())
        if rows and all(row in NOT_JUDGED for row in rows):
            continue
        row = max(rows, key=lambda each: says.get(each, SILENT).most, default=NO_ROW)
        if answer > says.get(row, SILENT).most:
            found.append((row, "stricter", rule))
    return found


def forbears_verdict(pack: Pack, attempt: Attempt) -> Verdict:
    """Return what Forbear says; facts that the pack does not ask for it isn't told."""
    situation = Situation(
        person=attempt.person,
        number=attempt.number,
        debt=attempt.debt,
        zones=attempt.zones,
        facts={name: value for name, value in attempt.facts.items() if name in pack.facts},
        log=tuple(map(_past_contact, attempt.log)),
        debtor=attempt.debtor,
    )
    tally = Tally(pack, situation, zones_of(situation.zones), attempt.at)
    return judge_bare(pack, facts_of_tally(pack, situation, tally, attempt.at))


def _past_contact(line: Line) -> PastContact:
    return PastContact(
        at=line.at,
        channel=line.channel,
        direction=line.direction,
        person=line.person,
        number=line.number,
        debts=line.debts,
        outcome=line.outcome,
        two_way=line.two_way,
    )


def answers_of(verdict: Verdict) -> dict[str, Answer]:
    """Return what each rule does that is not silent: forbids, asks first, or obliges."""
    found = {item.rule_id: Answer.OBLIGES for item in verdict.obligations}
    for question in verdict.questions:
        found |= dict.fromkeys(question.rule_ids, Answer.ASKS)
    for item in verdict.fired:
        found[item.rule_id] = Answer.ASKS if item.effect is Effect.REQUIRE else Answer.FORBIDS
    return found

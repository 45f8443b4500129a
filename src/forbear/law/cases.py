"""Tries the cases that stand beside the rules of a pack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time

from forbear.law.facts import facts_from_mapping
from forbear.law.judge import judge_bare
from forbear.law.pack import Case, Expected, Pack, Rule
from forbear.law.verdict import Verdict

_SAYS = {Expected.FIRES: "fires", Expected.SILENT: "is silent", Expected.ASKS: "asks"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """A case as it came out."""

    rule: Rule
    case: Case
    verdict: Verdict

    @property
    def found(self) -> Expected:
        """What the rule did."""
        spoke = (*self.verdict.fired, *self.verdict.obligations)
        if any(fired.rule_id == self.rule.id for fired in spoke):
            return Expected.FIRES
        asked = any(self.rule.id in question.rule_ids for question in self.verdict.questions)
        return Expected.ASKS if asked else Expected.SILENT

    @property
    def complaint(self) -> str:
        """What is not as the case expects, with its place; empty when all is."""
        place = f"{self.rule.file}, line {self.case.line}: rule {self.rule.id}: case {self.case.name!r}"
        if self.found is not self.case.expect:
            return f"{place}: expected that it {_SAYS[self.case.expect]}; it {_SAYS[self.found]}."
        softened = self.rule.effect is not self.rule.written_effect
        if not softened and self.case.outcome not in (None, self.verdict.outcome):
            return f"{place}: expected the outcome {self.case.outcome}; it is {self.verdict.outcome}."
        return ""


def try_cases(pack: Pack) -> Iterator[CaseResult]:
    """Judge every case of every rule at noon of its day, by the law of that day.

    Rules that the pack's profile leaves out are not tried, and where it softens a rule to a warning,
    the outcome of its cases is not compared: ``conformance`` tries everything. An overlay tries its own
    rules; what it adds would change the outcome of cases of the pack below.
    """
    for rule in pack.rules:
        if rule.off or not rule.id.startswith(f"{pack.id}."):
            continue
        for case in rule.cases:
            noon = datetime.combine(case.as_of, time(12), pack.zone).astimezone(UTC)
            facts = facts_from_mapping(pack, {**pack.base_facts, **case.facts}, now=noon)
            yield CaseResult(rule=rule, case=case, verdict=judge_bare(pack, facts))

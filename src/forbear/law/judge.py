"""Puts an act before a pack: every rule in force is read, and every one that speaks is reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from forbear.errors import InputError
from forbear.law.evaluation import unknowns
from forbear.law.expression import Every, Kind
from forbear.law.facts import Facts, engine_values, facts_of_tally, shown, utc, zones_of
from forbear.law.moments import Course, allowed_until, next_allowed, silent_from
from forbear.law.pack import Citation, Era, Exemption, Pack
from forbear.law.reading import Reading, read_era
from forbear.law.situation import CLOCK_SLACK, Situation
from forbear.law.tally import Standstill, Tally
from forbear.law.verdict import Effect, Fired, Outcome, Question, RuleCard, Strength, Texts, Verdict
from forbear.law.wording import filled

_STRENGTH_RANK = {strength: rank for rank, strength in enumerate(Strength)}
_EFFECT_RANK = {Effect.DENY: 0, Effect.STOP: 0, Effect.REQUIRE: 1}


def judge(pack: Pack, facts: Facts) -> Verdict:
    """Return the verdict on flat facts, complete: every rule that fired, the strongest first.

    What is not known is never silently allowed: a rule that hangs on it makes the outcome NEEDS, and
    an exception or consent that is not established does not lift its rule. ``next_moment`` and
    ``expires_at`` are those of ``judge_act``, except that flat facts hold no log: a count of today
    ends with the day, and how long any other count lasts is not known. Where the local time was
    given and is not that of the moment, the verdict holds for its own instant only.
    """
    verdict, readings = _judged(pack, facts)
    rows = tuple(engine_values(pack, values) for values in facts.by_zone)
    zones = zones_of(facts.zones)
    tally = Standstill(pack, rows, zones, facts.at)
    if tally.derived_at(facts.at) != rows:
        return verdict
    return _followed(pack, verdict, Course(pack, facts, tally), readings)


def judge_bare(pack: Pack, facts: Facts) -> Verdict:
    """Return the verdict of ``judge`` without looking ahead: no next moment, and no later expiry."""
    return _judged(pack, facts)[0]


def judge_act(pack: Pack, situation: Situation, *, at: datetime) -> Verdict:
    """Return the verdict on an act at an instant, counted from the contact log.

    Every hour must do in every zone the person may be in. ``next_moment`` is exact for windows and
    counters together, and looked for within 30 days, nothing else happening in between; so is the
    one of each rule that fired. ``expires_at`` of an allowed act is the first instant at which it
    would no longer be allowed, at the latest the next local midnight in any of the zones; a verdict
    that does not allow expires at once. Whoever sends later judges again. Raises InputError for
    times without a zone, unknown zones, unknown facts and wrong types, and for a log that is ahead of the
    moment by more than CLOCK_SLACK, as after a clock was set back, unless the facts say so (``log_ahead``).
    """
    at = utc(at, "at")
    _require_clock_after(situation, at)
    tally = Tally(pack, situation, zones_of(situation.zones), at)
    facts = facts_of_tally(pack, situation, tally, at)
    verdict, readings = _judged(pack, facts)
    return _followed(pack, verdict, Course(pack, facts, tally), readings)


def _require_clock_after(situation: Situation, at: datetime) -> None:
    last = situation.log[-1].at if situation.log else at
    if last > at + CLOCK_SLACK and situation.facts.get("log_ahead") is not True:
        raise InputError(
            f"The log holds a contact at {last.isoformat()}, later than the moment judged "
            f"({at.isoformat()}): the clock was set back. Set it right, and judge again.",
            field="at",
        )


def _judged(pack: Pack, facts: Facts) -> tuple[Verdict, list[Reading]]:
    """Return the verdict of the moment, and what the rules said."""
    era = pack.era_on(facts.as_of)
    rows = [engine_values(pack, {**facts.values, **values, **era.parameters}) for values in facts.by_zone]
    readings = read_era(era, rows)
    return _verdict(pack, era, facts, readings), readings


def _followed(pack: Pack, verdict: Verdict, course: Course, readings: Sequence[Reading]) -> Verdict:
    """Return the verdict with what time, and answers to what is not known, will do to it."""
    verdict = replace(verdict, foreseen=True)
    if verdict.outcome is Outcome.ALLOWED:
        return replace(verdict, expires_at=allowed_until(course))
    blockers = [reading for reading in readings if reading.rule.blocks and reading.truth is not False]
    law_changes = course.law_changes()
    silent = silent_from(course, [item.rule for item in blockers if item.rule.moves or law_changes])
    fired = tuple(replace(item, next_moment=silent.get(item.rule_id)) for item in verdict.fired)
    verdict = replace(verdict, fired=fired, lifts=_lifts(pack, fired))
    if len(silent) == len(blockers):
        verdict = replace(verdict, next_moment=next_allowed(course, not_before=max(silent.values())))
    return replace(verdict, next_if_known=_next_if_known(verdict, course, silent))


def _lifts(pack: Pack, fired: Sequence[Fired]) -> tuple[Question, ...]:
    """Return what to establish about the rules that no time silences and some fact would lift."""
    asked: dict[str, list[str]] = {}
    for item in fired:
        if item.next_moment is None:
            for name in item.lifted_by:
                asked.setdefault(name, []).append(item.rule_id)
    return _questions(pack, asked)


def _next_if_known(verdict: Verdict, course: Course, silent: Mapping[str, datetime]) -> datetime | None:
    """Return when the act would be allowed if the answers to all questions let it pass."""
    passing = {rule_id for item in (*verdict.questions, *verdict.lifts) for rule_id in item.rule_ids}
    waited_for = [item.rule_id for item in verdict.fired if item.rule_id not in passing]
    if not passing or any(rule_id not in silent for rule_id in waited_for):
        return None
    if not waited_for:
        return course.at
    return next_allowed(course, not_before=max(silent[rule_id] for rule_id in waited_for), passing=passing)


def _verdict(pack: Pack, era: Era, facts: Facts, readings: Sequence[Reading]) -> Verdict:
    blocking = [reading for reading in readings if reading.rule.blocks]
    fired = [reading for reading in blocking if reading.truth is True]
    fired.sort(key=lambda reading: (_EFFECT_RANK[reading.rule.effect], _STRENGTH_RANK[reading.rule.strength]))
    asked = _asked(blocking)
    return Verdict(
        outcome=_outcome(fired, asked),
        judged_at=facts.at,
        fired=tuple(_fired(pack, era, reading) for reading in fired),
        obligations=tuple(
            _fired(pack, era, reading)
            for reading in readings
            if not reading.rule.blocks and reading.truth is not False
        ),
        needs=tuple(asked),
        next_moment=None,
        expires_at=facts.at,
        pack_id=pack.id,
        pack_version=pack.version,
        pack_digest=pack.digest,
        facts_digest=facts.digest,
        zone=facts.zones[0],
        excused=tuple(_fired(pack, era, reading) for reading in readings if _is_told(reading)),
        questions=_questions(pack, asked),
    )


def _is_told(reading: Reading) -> bool:
    """Whether it is worth saying that the rule was lifted: it stood in the way, or gave way to another."""
    match reading.lifted_by:
        case None:
            return False
        case Exemption(citation=citation):
            return reading.rule.blocks or citation is not None
        case _:
            return reading.rule.blocks


def _questions(pack: Pack, asked: Mapping[str, Sequence[str]]) -> tuple[Question, ...]:
    return tuple(
        Question(fact=name, text=pack.facts[name].question, rule_ids=tuple(rule_ids))
        for name, rule_ids in asked.items()
    )


def _outcome(fired: Sequence[Reading], asked: Mapping[str, object]) -> Outcome:
    if any(reading.rule.effect is not Effect.REQUIRE for reading in fired):
        return Outcome.DENIED
    return Outcome.NEEDS if asked else Outcome.ALLOWED


def _asked(readings: Sequence[Reading]) -> dict[str, list[str]]:
    """Return the facts to establish first, each with the rules that ask for it."""
    asked: dict[str, list[str]] = {}
    for reading in readings:
        rule = reading.rule
        names: Sequence[str] = ()
        if reading.truth is True:
            names = rule.needs
        elif reading.truth is None:
            names = tuple(dict.fromkeys(unknowns(Every((rule.applies, rule.when)), reading.row)))
        for name in names:
            asked.setdefault(name, []).append(rule.id)
    return asked


class _Said(NamedTuple):
    """The sentences of a reading: its rule's reason, or why it was lifted."""

    pack: Pack
    reading: Reading

    @property
    def reason(self) -> Texts:
        match self.reading.lifted_by:
            case None:
                return filled(self.reading.rule.reason, self.reading.row, self.pack)
            case Exemption(because=because):
                return filled(because, self.reading.row, self.pack)
            case consent:
                return self.pack.facts[consent].consent

    @property
    def remedy(self) -> Texts:
        remedy = self.reading.rule.remedy
        if remedy is None or self.reading.lifted_by is not None:
            return ()
        return filled(remedy, self.reading.row, self.pack)


def _fired(pack: Pack, era: Era, reading: Reading) -> Fired:
    rule, row = reading.rule, reading.row
    return Fired(
        card=_card(pack, reading),
        said=_Said(pack, reading),
        values=tuple(
            [(name, shown(Kind.TIME, row[name]) if name in rule.times else row[name]) for name in rule.names]
            if rule.times
            else [(name, row[name]) for name in rule.names]
        ),
        parameters_from=era.values_from[rule.id],
        lifted_by=_lifting(reading),
    )


def _card(pack: Pack, reading: Reading) -> RuleCard:
    """Return the rule's card; where an exception rests on another ground, with that one."""
    match reading.lifted_by:
        case Exemption(citation=Citation() as ground):
            return replace(
                reading.rule.card,
                citation=dict(ground.text)[pack.language],
                citation_href=ground.href,
                citations=ground.text,
            )
        case _:
            return reading.rule.card


def _lifting(reading: Reading) -> tuple[str, ...]:
    """Return the facts that would lift the rule if they were established: consents, then the unknown."""
    rule, row = reading.rule, reading.row
    if reading.truth is not True:
        return ()
    if not rule.exemptions:
        return rule.relaxable_by
    unknown = [name for exemption in rule.exemptions for name in unknowns(exemption.when, row)]
    return tuple(dict.fromkeys((*rule.relaxable_by, *unknown)))

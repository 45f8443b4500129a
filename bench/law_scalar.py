"""How fast one act is judged: the mask of the rules, the verdict, and its sentences.

The acts are those of the cases beside the rules of the China pack, so that every rule speaks and facts are
unknown as often as counsel wrote them so. What is timed needs the processor alone.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bench.measure import Figure
from forbear.gateways.packs import read_pack_texts
from forbear.law.facts import Facts, engine_values, facts_from_mapping
from forbear.law.judge import judge_bare
from forbear.law.pack import Pack
from forbear.law.parse import parse
from forbear.law.wording import sentences

MASK_US_MAX, VERDICT_US_MAX, SENTENCES_US_MAX = 3, 30, 100
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


def scalar_figures(*, repeats: int = 9) -> list[Figure]:
    """Return the figures of one act at a time, each the median over the turns."""
    pack = parse(read_pack_texts("cn"))
    acts = _acts(pack)
    era = pack.era_on(acts[0].as_of)
    rows = [era.typed(engine_values(pack, {**act.values, **act.by_zone[0]})) for act in acts]
    spoken = era.spoken
    known, unsure = [act for act in acts if _knows(act)], [act for act in acts if not _knows(act)]

    def judged(these: Sequence[Facts], *, told: bool = False) -> None:
        for act in these:
            verdict = judge_bare(pack, replace(act))
            if told:
                sentences(verdict, "zh-hans")

    def masks() -> None:
        for row in rows:
            spoken(row)

    number = len(acts)
    print(f"{number} acts, {len(pack.rules)} rules, {len(pack.facts)} facts")
    return [
        _figure("rule mask from a typed row", _median(masks, repeats) / number, MASK_US_MAX),
        _figure("verdict with digests", _median(lambda: judged(known), repeats) / len(known), VERDICT_US_MAX),
        _figure(
            "verdict with unknowns and digests",
            _median(lambda: judged(unsure), repeats) / len(unsure),
            VERDICT_US_MAX,
        ),
        _figure(
            "verdict with sentences",
            _median(lambda: judged(acts, told=True), repeats) / number,
            SENTENCES_US_MAX,
        ),
    ]


def _acts(pack: Pack) -> list[Facts]:
    cases = [case for rule in pack.rules if not rule.off for case in rule.cases]
    return [facts_from_mapping(pack, {**pack.base_facts, **case.facts}, now=NOON) for case in cases]


def _knows(act: Facts) -> bool:
    return None not in act.values.values() and None not in act.by_zone[0].values()


def _median(job: Callable[[], object], repeats: int) -> float:
    """Return the median microseconds of processor time; the first turn is not counted."""
    seen = []
    for _ in range(repeats + 1):
        start = time.process_time()
        job()
        seen.append((time.process_time() - start) * 1e6)
    return statistics.median(seen[1:])


def _figure(name: str, value: float, asked: float) -> Figure:
    return Figure(name=name, value=value, asked=asked, unit="us")

"""``python -m bench.law_columns``: how fast acts are screened and a contact log is counted, by column.

Ten million acts against every rule of the China pack, some of their facts unknown; the counting facts
of a million people from a log of fifty million contacts in no order; and a sample on which the screen
and the judge must say the same, row by row. Acts and contacts are drawn a part at a time, which is not
timed, so that memory stays small. One thread does it all and waits for nothing, so it is timed in
processor time. ``--rows`` sets how many acts; what is asked scales with it. The exit status is 1 where
a figure falls short.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.measure import Figure
from forbear.gateways.packs import read_pack_texts
from forbear.law.facts import facts_from_mapping
from forbear.law.judge import judge_bare
from forbear.law.pack import Pack, Profile
from forbear.law.parse import parse
from forbear.law.situation import CHANNELS, OUTCOMES, PURPOSES
from forbear.law.verdict import Outcome
from forbear.nightly.counting import derived_columns
from forbear.nightly.counting_log import CandidateColumns, ContactColumns
from forbear.nightly.counting_zones import microseconds
from forbear.nightly.screening import ALLOWED, DENIED, NEEDS, rules_in, screen
from forbear.testing.law_rows import Row, case_rows, columns_of, draw_rows

ROWS = 10_000_000
SCREENED_MS_MAX = 2_000
COUNTED_MS_MAX = 60_000
CONTACTS_A_ROW = 5
ROWS_A_SAMPLE_ROW = 100
CONTACTS_A_PERSON = 50
PART = 1_000_000
DAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
LOG_DAYS = 90
ZONE_SETS = (("Asia/Shanghai",), ("Asia/Shanghai", "America/New_York"))
CODES = {Outcome.ALLOWED: ALLOWED, Outcome.DENIED: DENIED, Outcome.NEEDS: NEEDS}


def main(arguments: list[str]) -> int:
    """Print each figure and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.law_columns", description=__doc__)
    parser.add_argument(
        "--rows",
        type=int,
        default=ROWS,
        help="acts to screen, a million or more: each call takes some 15 ms besides",
    )
    figures = column_figures(parser.parse_args(arguments).rows)
    for figure in figures:
        print(figure)
    return 0 if all(figure.holds for figure in figures) else 1


def column_figures(rows: int = ROWS) -> list[Figure]:
    """Measure screening and counting, compare screen and judge, and print on what machine."""
    pack = parse(read_pack_texts("cn"), profile=Profile.CONFORMANCE)
    random = np.random.default_rng(20261124)
    sample = case_rows(pack, DAY)
    sample += draw_rows(pack, DAY, random, max(rows // ROWS_A_SAMPLE_ROW - len(sample), 1))
    columns = columns_of(pack, sample)
    figures = [_screened(pack, columns, rows, random), _counted(pack, rows * CONTACTS_A_ROW)]
    figures += _compared(pack, sample, columns)
    print(f"  {_machine()}; at most {_peak_mib():,.0f} MiB of memory, the drawn acts and contacts included")
    return figures


def _screened(pack: Pack, sample: Mapping[str, Any], rows: int, random: np.random.Generator) -> Figure:
    """Screen acts drawn from the sample, a part at a time."""
    seconds = 0.0
    some = len(next(iter(sample.values())))
    for start in range(0, rows, PART):
        drawn = random.integers(0, some, min(PART, rows - start))
        part = {name: column[drawn] for name, column in sample.items()}
        begin = time.process_time()
        screen(pack, part, as_of=DAY)
        seconds += time.process_time() - begin
    rules = len(pack.era_on(DAY).rules)
    print(f"  {1e9 * seconds / rows:,.0f} ns an act: {rules} rules, {len(sample)} facts with unknowns")
    return Figure(
        name=f"Screening {rows:,} acts against the whole China pack",
        value=1000 * seconds,
        asked=SCREENED_MS_MAX * rows / ROWS,
        unit="ms",
    )


def _counted(pack: Pack, contacts: int) -> Figure:
    """Count a drawn log for as many people as it has, some of them in two zones."""
    people = max(contacts // CONTACTS_A_PERSON, 1)
    random = np.random.default_rng(5)
    everybody = np.arange(people, dtype=np.int32)
    candidates = CandidateColumns(
        person=everybody,
        debtor=np.where(random.random(people) < 0.1, random.permutation(everybody), -1),
        number=everybody,
        debt=everybody,
        zone_set=random.integers(0, len(ZONE_SETS), people).astype(np.int8),
        zone_sets=ZONE_SETS,
    )
    drawing = _Stopwatch()

    def read() -> Iterator[ContactColumns]:
        for number, start in enumerate(range(0, contacts, PART)):
            yield drawing.timed(partial(_draw_log, number, min(PART, contacts - start), people))

    begin = time.process_time()
    columns = derived_columns(pack, read, candidates, at=NOON)
    seconds = time.process_time() - begin - drawing.seconds
    print(f"  {1e9 * seconds / contacts:,.0f} ns a contact: {len(columns)} facts of {people:,} people")
    return Figure(
        name=f"Counting facts from a log of {contacts:,} contacts",
        value=1000 * seconds,
        asked=COUNTED_MS_MAX * contacts / (ROWS * CONTACTS_A_ROW),
        unit="ms",
    )


class _Stopwatch:
    """Adds up what calls take that are not to be counted."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def timed(self, call: Callable[[], ContactColumns]) -> ContactColumns:
        begin = time.process_time()
        result = call()
        self.seconds += time.process_time() - begin
        return result


def _draw_log(number: int, lines: int, people: int) -> ContactColumns:
    """Return a part of a log in no order, the same each time it is drawn."""
    random = np.random.default_rng(number)
    person = random.integers(0, people, lines).astype(np.int32)
    at = microseconds(NOON) - random.integers(-3600, LOG_DAYS * 86_400, lines) * 1_000_000
    return ContactColumns(
        at=at.view("datetime64[us]"),
        person=person,
        number=person,
        debts=person,
        debt_offsets=None,
        channel=random.integers(0, len(CHANNELS), lines).astype(np.int8),
        direction=(random.random(lines) < 0.95).astype(np.int8),
        outcome=random.integers(0, len(OUTCOMES), lines).astype(np.int8),
        two_way=random.random(lines) < 0.2,
        purpose=random.integers(0, len(PURPOSES) + 1, lines).astype(np.int8),
        consented=random.random(lines) < 0.05,
    )


def _compared(pack: Pack, sample: Sequence[Row], columns: Mapping[str, Any]) -> list[Figure]:
    """Judge each row of the sample and compare it with its screened answer."""
    outcomes, words = screen(pack, columns, as_of=DAY)
    silent = {rule.id for rule in pack.era_on(DAY).rules}
    differing = 0
    for row, outcome, word in zip(sample, outcomes.tolist(), words.tolist(), strict=True):
        verdict = judge_bare(pack, facts_from_mapping(pack, row, now=NOON, as_of=DAY))
        spoke = {fired.rule_id for fired in (*verdict.fired, *verdict.obligations)}
        screened = {rule.id for rule in rules_in(pack, word)}
        differing += (CODES[verdict.outcome], spoke) != (outcome, screened)
        silent -= spoke
    always_known = [name for name, column in columns.items() if not np.ma.is_masked(column)]
    return [
        _none(f"Rows of {len(sample):,} on which screen and judge differ", differing, "rows"),
        _none("Rules in force that fired on none of them", len(silent), "rules"),
        _none("Facts that were known on all of them", len(always_known), "facts"),
    ]


def _none(name: str, value: int, unit: str) -> Figure:
    return Figure(name=name, value=value, asked=0, unit=unit)


def _machine() -> str:
    described = Path("/proc/cpuinfo")
    lines = described.read_text(encoding="utf-8").splitlines() if described.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else 'a processor without a name'}, {os.cpu_count()} cores, one used"


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

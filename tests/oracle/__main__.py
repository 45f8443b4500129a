"""Judges a million simulated attempts for China twice: ``python -m tests.oracle [--attempts N] [--seed S]``.

Exit status 1 where a disagreement is not explained, or fewer attempts were made than are asked.
"""

from __future__ import annotations

import argparse
import sys
import time
from multiprocessing import get_context

from tests.oracle.compare import Findings, bench, compare
from tests.oracle.oracle import CONTACT_ROWS
from tests.oracle.oracle_acts import ACT_ROWS, NOT_JUDGED

ASKED = 1_000_000
SEED = 20_261_125
CHUNK = 5_000


def main(argv: list[str] | None = None) -> int:
    """Run the comparison and print its figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--attempts", type=int, default=ASKED)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args(argv)
    findings = _all_findings(given.seed, given.attempts, given.workers)
    for line in _report(findings, given.seed):
        _say(line)
    return 0 if findings.unexplained == 0 and findings.attempts >= ASKED else 1


def _all_findings(seed: int, count: int, workers: int) -> Findings:
    findings, started = Findings(), time.monotonic()
    bench()
    chunks = [(seed, range(start, min(start + CHUNK, count))) for start in range(0, count, CHUNK)]
    with get_context("fork").Pool(workers) as pool:
        for done, part in enumerate(pool.imap_unordered(_compare_chunk, chunks), start=1):
            findings.add(part)
            if done % max(1, len(chunks) // 20) == 0:
                seconds = time.monotonic() - started
                _say(f"{findings.attempts:,} attempts, {findings.unexplained} unexplained, {seconds:.0f} s")
    return findings


def _compare_chunk(chunk: tuple[int, range]) -> Findings:
    return compare(*chunk)


def _report(findings: Findings, seed: int) -> list[str]:
    lines = [
        f"seed {seed}; all {findings.attempts} attempts by the scalar judge; every rule as it is written",
        "",
    ]
    lines.append(f"{'row':8} {'reached':>9} {'agree':>9} {'explained':>9} {'disagree':>9} {'left open':>9}")
    rows = list(dict.fromkeys([*CONTACT_ROWS, *ACT_ROWS, *findings.reached, *findings.disagreed]))
    for row in rows:
        differing = findings.disagreed[row]
        unexplained = sum(n for (name, _, _), n in findings.kinds.items() if name == row)
        explained = sum(n for (name, _), n in findings.explained.items() if name == row)
        reached = findings.reached[row]
        lines.append(
            f"{row:8} {reached:9} {max(reached - differing, 0):9} {explained:9} {unexplained:9}"
            f" {findings.left_open[row]:9}"
        )
    lines += ["", *(f"{row} is not judged: {why}." for row, why in NOT_JUDGED.items())]
    lines += ["", *(f"explained, {n} times: {row}: {why}" for (row, why), n in findings.explained.items())]
    used = set(findings.explained)
    lines += [
        f"explains nothing: {each.row}: {each.reason}"
        for each in bench().explanations
        if (each.row, each.reason) not in used
    ]
    lines += ["", "rules of policy and preference, which only tighten:"]
    lines += [f"  {rule} {count}" for rule, count in sorted(findings.tightened.items())]
    lines += [f"outcomes: {dict(sorted(findings.outcomes.items()))}", ""]
    for (row, kind, rule), count in sorted(findings.kinds.items()):
        lines.append(f"DISAGREEMENT {row}: the pack is {kind} ({rule}), {count} times")
        lines += [text for _, text in findings.examples[row, kind, rule]]
    lines.append(f"oracle disagreements unexplained: {findings.unexplained} (asked 0)")
    lines.append(f"attempts: {findings.attempts} (asked {ASKED})")
    return lines


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())

"""``python -m bench.loans``: how fast loans are planned, advanced and derived anew.

Ratios come from one run in one process, its parts taking turns. What needs the processor alone is timed
in processor time, the store by the clock on the wall. The exit status is 1 where a figure falls short.
"""

from __future__ import annotations

import argparse
import sys

from bench.loan_events import event_figures
from bench.loan_schedules import schedule_figures
from bench.loan_store import store_figures
from bench.measure import Figure
from bench.reference import reference


def main(arguments: list[str]) -> int:
    """Print each figure and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.loans", description=__doc__)
    parser.add_argument("--repeats", type=int, default=9, help="turns that each part gets")
    repeats = parser.parse_args(arguments).repeats
    figures: list[Figure] = []
    beside = reference()
    if beside is not None:
        figures += schedule_figures(beside, repeats=repeats)
    figures += event_figures(beside, repeats=repeats)
    figures += store_figures(repeats=repeats)
    for figure in figures:
        print(figure)
    short = [figure.name for figure in figures if not figure.holds]
    for name in short:
        print(f"Falls short: {name}", file=sys.stderr)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

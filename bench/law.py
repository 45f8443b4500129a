"""``python -m bench.law``: how fast acts are judged, one at a time and by column.

``--scalar`` leaves the columns out, ``--rows`` sets how many acts are screened. The exit status is 1 where
a figure falls short.
"""

from __future__ import annotations

import argparse
import sys

from bench.law_columns import ROWS, column_figures
from bench.law_scalar import scalar_figures


def main(arguments: list[str]) -> int:
    """Print each figure and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.law", description=__doc__)
    parser.add_argument("--scalar", action="store_true", help="one act at a time only")
    parser.add_argument("--rows", type=int, default=ROWS, help="how many acts are screened by column")
    options = parser.parse_args(arguments)
    figures = scalar_figures()
    if not options.scalar:
        figures += column_figures(options.rows)
    for figure in figures:
        print(figure)
    short = [figure.name for figure in figures if not figure.holds]
    for name in short:
        print(f"Falls short: {name}", file=sys.stderr)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

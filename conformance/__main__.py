"""``python -m conformance NAME``: run one comparison; the exit status is 1 where it falls short."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from conformance import ally
from forbear.errors import ForbearError


def main(arguments: list[str]) -> int:
    """Run what the command line names and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m conformance", description=__doc__)
    commands = parser.add_subparsers(dest="name", required=True)
    command = commands.add_parser("ally", help="balances of real US car loans, beside the servicer's own")
    command.add_argument(
        "--data", type=Path, default=None, help="folder with loans.parquet and panel.parquet"
    )
    command.add_argument("--explain", action="store_true", help="also show which months the misses are in")
    chosen = parser.parse_args(arguments)
    try:
        return ally.run(chosen.data or ally.default_folder(), explain=chosen.explain)
    except ForbearError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

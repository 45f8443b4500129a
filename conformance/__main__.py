"""``python -m conformance NAME``: run one comparison; the exit status is 1 where it falls short."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

from conformance import ally
from conformance.runner import Suite, run_suite
from forbear.cli.failures import EXPECTED, explain

SUITES: dict[str, str] = {
    "allocation": "statutory allocation, caps, principal, limitation and yearly cost beside cases of the law",
    "law": "acts, periods and messages beside cases of the law of six jurisdictions",
    "actus": "contracts of the ACTUS standard, event by event",
    "fineract": "loans served step by step in Apache Fineract's scenarios",
    "emi": "equal instalments of Apache Fineract's calculator",
    "apr": "annual percentage rates beside the worked examples of US Regulation Z",
}
"""Each suite's name and what it is; its ``SUITE`` lies in ``conformance/NAME/suite.py``."""


def main(arguments: list[str]) -> int:
    """Run what the command line names and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m conformance", description=__doc__)
    commands = parser.add_subparsers(dest="name", required=True)
    command = commands.add_parser("ally", help="balances of real US car loans, beside the servicer's own")
    command.add_argument(
        "--data", type=Path, default=None, help="folder with loans.parquet and panel.parquet"
    )
    command.add_argument("--explain", action="store_true", help="also show which months the misses are in")
    for name, what in SUITES.items():
        command = commands.add_parser(name, help=what)
        command.add_argument("--cases", type=Path, default=None, help="folder that holds the cases")
        command.add_argument("--json", type=Path, default=None, help="file to write the outcomes to")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.name in SUITES:
            return run_suite(suite_named(chosen.name), chosen.cases, json_file=chosen.json)
        return ally.run(chosen.data or ally.default_folder(), explain=chosen.explain)
    except EXPECTED as error:
        sentence, status = explain(error)
        print(sentence, file=sys.stderr)
        return status


def suite_named(name: str) -> Suite:
    """Return the suite of this name."""
    suite: Suite = import_module(f"conformance.{name}.suite").SUITE
    return suite


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

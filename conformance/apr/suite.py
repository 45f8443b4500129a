"""Reads ``*.json`` files of advances, payments and an expected rate, and compares within 0.01 point.

The unit-period is found from the days; the one that a case names is a trait and nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from conformance.runner import Case, Suite, differs, exact, read_json
from forbear.errors import InputError
from forbear.loans.cost import Flow, percent
from forbear.loans.cost_us import us_apr

TOLERANCE = Fraction("0.01")
"""In percentage points."""

DECIMALS = 8


def read(folder: Path) -> Iterable[Case]:
    """Yield the cases of all files of a folder, file by file."""
    for path in sorted(folder.glob("*.json")):
        document = read_json(path)
        if not isinstance(document, dict) or not isinstance(document.get("cases"), list):
            raise InputError(f"{path}: it holds no list of cases.", field="cases")
        for row in document["cases"]:
            name = f"{row['id']} {row.get('title', '')}".strip()
            traits = {"unit_period": str(row.get("unit_period", ""))}
            yield Case(name=name, traits=traits, check=_check_of(row))


def _check_of(row: Mapping[str, Any]) -> Callable[[], str | None]:
    def check() -> str | None:
        advances = row["advances"] if "advances" in row else [row["advance"]]
        found = us_apr([_flow(one) for one in advances], [_flow(one) for one in row["payments"]])
        ours, expected = percent(found.rate, DECIMALS), exact(row["expected_apr_pct"])
        if not differs(exact(ours), expected, TOLERANCE):
            return None
        return f"the rate is {ours} % by a unit-period of {found.unit}, expected {row['expected_apr_pct']} %"

    return check


def _flow(row: Mapping[str, Any]) -> Flow:
    return Flow(date.fromisoformat(row["date"]), int(row["cents"]))


SUITE = Suite(name="apr", folder="apr", read=read)

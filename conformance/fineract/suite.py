"""The scenarios of a folder, each played step by step until something differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from conformance.fineract.expectations import CHECKS, check
from conformance.fineract.steps import Session
from conformance.runner import Case, Suite, read_json

Json = Mapping[str, Any]

CATALOGUE = "products.json"


def read(folder: Path) -> Iterator[Case]:
    """Yield the scenarios of a folder: all that create a loan, whatever their file is called."""
    catalogue = read_json(folder.joinpath(CATALOGUE))
    for path in sorted(folder.glob("*.json")):
        content = read_json(path)
        for raw in content if isinstance(content, list) else ():
            if isinstance(raw, dict) and any(step["op"] == "create_loan" for step in raw.get("steps", ())):
                yield Case(
                    name=raw["id"], traits=traits_of(raw), check=partial(first_difference, catalogue, raw)
                )


def traits_of(raw: Json) -> dict[str, str]:
    """Return what kind of scenario it is, by the suite's own words."""
    traits = dict.fromkeys((*raw.get("tags", ()), *raw.get("needs", ())), "yes")
    return {"area": raw.get("area", "interest"), **traits}


def first_difference(catalogue: Json, raw: Json) -> str | None:
    """Play one scenario and return the first expectation that does not hold."""
    session = Session(catalogue, raw)
    for number, step in enumerate(raw["steps"]):
        if step["op"] not in CHECKS:
            session.play(step)
        elif found := check(session, step):
            return f"step {number} {step['op']}: {found}"
    return None


SUITE = Suite(name="fineract", folder="fineract", read=read, asked_percent=95, group_by="area")

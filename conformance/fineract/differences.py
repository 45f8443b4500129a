"""How what is shown differs from what is expected, as a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from conformance.fineract.terms import units

Json = Mapping[str, Any]
Values = dict[str, object]


def first(differences: Iterable[str | None]) -> str | None:
    """Return the first of some differences; None where there is none."""
    return next((difference for difference in differences if difference), None)


def differs(what: str, ours: object, theirs: object) -> str | None:
    """Return how a value differs from what is expected; None where it does not."""
    return None if ours == theirs else f"{what} is {ours}, expected {theirs}"


def differs_in(what: str, ours: Values, theirs: Values) -> str | None:
    """Return the first named value that differs from what is expected."""
    return first(differs(f"{what}: {name}", ours.get(name), value) for name, value in theirs.items())


def wanted_amounts(row: Json, amounts: Sequence[str]) -> Values:
    """Read the amounts that a row states; what it leaves out is not checked."""
    return {name: units(row[name]) for name in amounts if row.get(name) is not None}

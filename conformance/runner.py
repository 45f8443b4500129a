"""Run a public suite case by case, print what differs, and judge the share that passes.

A suite is a package ``conformance/NAME`` whose module ``suite`` holds a ``SUITE``; its ``excluded.toml``,
where there is one, names cases by what they are (their traits), never by their id. An adapter translates
names and formats and does no arithmetic: what reads and compares amounts is here.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from forbear.errors import ForbearError, InputError
from forbear.money.rounding import Rounding

EXCLUDED_PERCENT_MAX = 3
CASE_ERRORS = (ForbearError, LookupError, ValueError, TypeError, ArithmeticError, AttributeError)
"""What a case may raise and still be no more than one case that fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case: its name (shown, never decided on), its traits, and what runs it.

    ``check`` returns the first difference as a sentence, or None where the case passes. ``traits`` say
    what kind of case it is, by the suite's own words; exclusions are keyed on them.
    """

    name: str
    traits: Mapping[str, str]
    check: Callable[[], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A public suite: where its cases lie below the shared cases, how they are read, what share is asked."""

    name: str
    folder: str
    read: Callable[[Path], Iterable[Case]]
    asked_percent: int = 100
    group_by: str | None = None
    """The trait whose values are counted each for itself, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A kind of case that is left out, and a reason that a lender would accept."""

    traits: Mapping[str, str]
    reason: str

    def holds_for(self, case: Case) -> bool:
        """Tell whether the case has every trait that this exclusion names."""
        return all(case.traits.get(name) == value for name, value in self.traits.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a case: passed, or its first difference, or the reason why it was left out."""

    name: str
    difference: str | None = None
    excluded: str | None = None
    group: str | None = None

    @property
    def passed(self) -> bool:
        """Tell whether the case was run and nothing differed."""
        return self.difference is None and self.excluded is None


def run_suite(suite: Suite, folder: Path | None, *, json_file: Path | None = None) -> int:
    """Run all cases of a folder (None: the suite's own); return 1 where less passes than is asked, else 0.

    The folder is that of the suite, or the one above it. Raises InputError when a named file or folder is
    not there, holds no case, or can't be read.
    """
    where = _folder_of(suite, folder or shared_cases())
    if folder is None and not where.is_dir():
        print(f"skipped: {where} is not there; name the folder with --cases or FORBEAR_SHARED")
        return 0
    if not where.exists():
        raise InputError(f"There is no file or folder {where}; name one that holds cases.", field="cases")
    exclusions = read_exclusions(Path(__file__).parent / suite.name / "excluded.toml")
    outcomes = [
        replace(outcome_of(case, exclusions), group=case.traits.get(suite.group_by or ""))
        for case in suite.read(where)
    ]
    if not outcomes:
        raise InputError(f"{where} holds no case of {suite.name}.", field="cases")
    if json_file is not None:
        json_file.write_text(json.dumps(_record(suite, outcomes), indent=1) + "\n", encoding="utf-8")
    return _report(suite, outcomes)


def _folder_of(suite: Suite, folder: Path) -> Path:
    below = folder / suite.folder
    return below if below.is_dir() else folder


def outcome_of(case: Case, exclusions: Iterable[Exclusion]) -> Outcome:
    """Run one case, unless an exclusion holds for it; an error is that case's difference."""
    for exclusion in exclusions:
        if exclusion.holds_for(case):
            return Outcome(name=case.name, excluded=exclusion.reason)
    try:
        return Outcome(name=case.name, difference=case.check())
    except CASE_ERRORS as error:
        return Outcome(name=case.name, difference=f"{type(error).__name__}: {error}")


def read_exclusions(path: Path) -> tuple[Exclusion, ...]:
    """Read a suite's exclusions; none where there is no such file.

    Raises InputError for one that gives no traits or no reason.
    """
    if not path.is_file():
        return ()
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("excluded", [])
    for row in rows:
        if not row.get("traits") or not str(row.get("reason", "")).strip():
            raise InputError(f"{path}: each exclusion gives its traits and a reason.", field="excluded")
    return tuple(Exclusion(traits=row["traits"], reason=row["reason"]) for row in rows)


def shared_cases() -> Path:
    """Return where the public cases lie: beside the repository, or in the folder FORBEAR_SHARED names."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    return Path(os.environ.get("FORBEAR_SHARED", beside)) / "cases"


def read_json(path: Path) -> Any:
    """Read a file of cases, its numbers exactly: a number with a point becomes a Decimal.

    Raises InputError where it is no JSON.
    """
    return _json(path.read_text(encoding="utf-8"), str(path))


def read_rows(path: Path) -> Iterable[Mapping[str, Any]]:
    """Yield the cases of a file that has one a line, each with ``id``, ``facts`` and what is ``expected``.

    Raises InputError naming the line that holds no such case.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        row = _json(line, place)
        is_case = isinstance(row, dict) and "id" in row
        if not is_case or not all(isinstance(row.get(name), dict) for name in ("facts", "expected")):
            raise InputError(
                f"{place}: it is no case; write an object with id, topic, facts and expected.", field="cases"
            )
        yield row


def _json(text: str, place: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: it is not JSON ({error}). Mend it there.", field="cases") from error


def exact(number: object) -> Fraction:
    """Read a number of a case exactly: a JSON number, or a text that may have spaces around it.

    Raises InputError for anything else.
    """
    try:
        return Fraction(str(number).strip())
    except ValueError:
        raise InputError(f"{number!r} is not a number.") from None


def minor_units(number: object, scale: int) -> int:
    """Read an amount of a case as an integer of 10^-``scale``; raises InputError where it has more digits."""
    units = Fraction(exact(number) * 10**scale)
    if units.denominator != 1:
        raise InputError(f"{number!r} has more than {scale} decimals.")
    return units.numerator


def nearest_units(number: object, scale: int) -> int:
    """Read an amount of a case as the nearest integer of 10^-``scale``, halves to even."""
    return Rounding.HALF_EVEN.settle(Fraction(exact(number) * 10**scale))


def amount_of(units: int | Fraction, scale: int) -> Fraction:
    """Return the amount that an integer of 10^-``scale`` stands for, as a case writes it."""
    return Fraction(units) * Fraction(1, 10**scale)


def differs(ours: Fraction, theirs: Fraction, tolerance: Fraction) -> bool:
    """Tell whether two numbers are further apart than the tolerance."""
    return abs(ours - theirs) > tolerance


def _report(suite: Suite, outcomes: list[Outcome]) -> int:
    for outcome in outcomes:
        if outcome.excluded is not None:
            print(f"{outcome.name}: excluded: {outcome.excluded}")
        elif outcome.difference is not None:
            print(f"{outcome.name}: {outcome.difference}")
    for group in sorted({outcome.group for outcome in outcomes if outcome.group is not None}):
        members = [outcome for outcome in outcomes if outcome.group == group]
        print(f"{suite.name} {group}: {sum(member.passed for member in members)} of {len(members)}")
    total = len(outcomes)
    passed = sum(outcome.passed for outcome in outcomes)
    excluded = sum(outcome.excluded is not None for outcome in outcomes)
    print(f"{suite.name} passing: {100 * passed / total:.2f} % (asked {suite.asked_percent} %)")
    print(f"{suite.name} excluded: {100 * excluded / total:.2f} % (asked at most {EXCLUDED_PERCENT_MAX} %)")
    print(f"{suite.name}: {passed} of {total} pass, {excluded} excluded")
    enough = 100 * passed >= suite.asked_percent * total
    return 0 if enough and 100 * excluded <= EXCLUDED_PERCENT_MAX * total else 1


def _record(suite: Suite, outcomes: list[Outcome]) -> dict[str, object]:
    return {
        "suite": suite.name,
        "passed": sum(outcome.passed for outcome in outcomes),
        "total": len(outcomes),
        "excluded": sum(outcome.excluded is not None for outcome in outcomes),
        "cases": [
            {
                "name": outcome.name,
                "passed": outcome.passed,
                "difference": outcome.difference,
                "excluded": outcome.excluded,
            }
            for outcome in outcomes
        ],
    }

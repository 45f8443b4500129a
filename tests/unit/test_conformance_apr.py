"""The suite of annual percentage rates runs whatever cases a folder holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.apr.suite import SUITE
from conformance.runner import run_suite

CASE = {
    "id": "own-1",
    "advances": [{"date": "2026-01-15", "cents": 100_000}, {"date": "2026-02-15", "cents": 100_000}],
    "payments": [{"date": "2026-03-15", "cents": 100_000}, {"date": "2026-04-15", "cents": 104_040}],
    "expected_apr_pct": "12.00",
}


def run(folder: Path, *cases: dict[str, object]) -> int:
    (folder / "cases.json").write_text(json.dumps({"cases": cases}), encoding="utf-8")
    return run_suite(SUITE, folder)


def test_the_shared_examples_all_pass(shared: Path):
    """
    Every shared example of Regulation Z is met within a hundredth of a point.
    """
    assert run_suite(SUITE, shared / "cases" / "apr") == 0


def test_a_case_of_several_advances_runs(tmp_path: Path):
    """
    A case may have several advances, and needs no title and no unit-period.
    """
    assert run(tmp_path, CASE) == 0


def test_a_rate_more_than_a_hundredth_of_a_point_off_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """
    A difference above 0.01 point is named with the unit-period that was found, and the status is 1.
    """
    assert run(tmp_path, CASE | {"expected_apr_pct": "12.02"}, CASE) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("own-1: the rate is 11.99")
    assert told[0].endswith("by a unit-period of 1M, expected 12.02 %")
    assert told[-1] == "apr: 1 of 2 pass, 0 excluded"

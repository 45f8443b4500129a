"""The runner of public suites: what counts as a pass, and when it exits with 1."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from conformance.runner import (
    Case,
    Exclusion,
    Suite,
    differs,
    exact,
    minor_units,
    outcome_of,
    read_exclusions,
    run_suite,
)
from forbear.errors import InputError


def _case(name: str, difference: str | None = None, **traits: str) -> Case:
    return Case(name=name, traits=traits, check=lambda: difference)


def _suite(*cases: Case, asked_percent: int = 100) -> Suite:
    return Suite(name="none", folder="none", read=lambda folder: cases, asked_percent=asked_percent)


def test_all_passes_exit_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """
    Where every case passes, the last line says so and the status is 0.
    """
    assert run_suite(_suite(_case("a"), _case("b")), tmp_path) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "none: 2 of 2 pass, 0 excluded"


def test_a_failing_case_is_printed_and_exits_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """
    A case that differs is named with its first difference, is recorded, and falls short of 100 %.
    """
    record = tmp_path / "out.json"

    assert run_suite(_suite(_case("a", "row 1: 2 for 3"), _case("b")), tmp_path, json_file=record) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["a: row 1: 2 for 3", "none passing: 50.00 % (asked 100 %)"]
    written = json.loads(record.read_text(encoding="utf-8"))
    assert (written["passed"], written["total"], written["excluded"]) == (1, 2, 0)
    assert written["cases"][0] == {
        "name": "a",
        "passed": False,
        "difference": "row 1: 2 for 3",
        "excluded": None,
    }


def test_the_folder_above_the_suite_does_as_well(tmp_path: Path):
    """
    Whoever names the folder of all suites gets the one that lies below it.
    """
    (tmp_path / "none").mkdir()
    read: list[Path] = []
    suite = Suite(name="none", folder="none", read=lambda folder: read.append(folder) or [_case("a")])

    assert [run_suite(suite, folder) for folder in (tmp_path, tmp_path / "none")] == [0, 0]
    assert read == [tmp_path / "none"] * 2


def test_a_share_is_enough_where_a_share_is_asked(tmp_path: Path):
    """
    A suite of which 95 % are asked passes with 95 % and not with less.
    """
    cases = [_case(str(row)) for row in range(19)]

    assert run_suite(_suite(*cases, _case("x", "no"), asked_percent=95), tmp_path) == 0
    assert run_suite(_suite(*cases[1:], _case("x", "no"), asked_percent=95), tmp_path) == 1


def test_an_exclusion_is_keyed_on_traits_and_is_no_pass():
    """
    An exclusion leaves out each case that has its traits, and what is left out has not passed.
    """
    exclusions = [Exclusion(traits={"calendar": "moon"}, reason="nobody lends there")]
    out = outcome_of(_case("a", calendar="moon"), exclusions)

    assert (out.passed, out.excluded) == (False, "nobody lends there")
    assert outcome_of(_case("b", calendar="sun"), exclusions).passed


def test_too_many_exclusions_exit_with_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """
    More than 3 % of a suite may not be left out.
    """
    monkeypatch.setattr(
        "conformance.runner.read_exclusions", lambda path: (Exclusion(traits={"odd": "yes"}, reason="odd"),)
    )
    cases = [_case(str(row)) for row in range(20)]

    assert run_suite(_suite(*cases, _case("x", odd="yes"), asked_percent=90), tmp_path) == 1


def test_an_error_is_one_failing_case():
    """
    A case that cannot be read fails with its error; the others run on.
    """

    def check() -> str | None:
        raise InputError("no such term")

    assert outcome_of(Case(name="a", traits={}, check=check), ()).difference == "InputError: no such term"


def test_an_exclusion_needs_a_reason(tmp_path: Path):
    """
    An exclusion without a reason is refused; no file excludes nothing.
    """
    path = tmp_path / "excluded.toml"
    assert read_exclusions(path) == ()
    path.write_text('[[excluded]]\ntraits = { a = "b" }\nreason = "so"\n', encoding="utf-8")
    assert read_exclusions(path) == (Exclusion(traits={"a": "b"}, reason="so"),)
    path.write_text('[[excluded]]\ntraits = { a = "b" }\n', encoding="utf-8")
    with pytest.raises(InputError, match="reason"):
        read_exclusions(path)


def test_a_folder_without_cases_is_refused(tmp_path: Path):
    """
    A folder that is not there, or holds no case, is an error and no empty success.
    """
    with pytest.raises(InputError, match="no case"):
        run_suite(_suite(), tmp_path)
    with pytest.raises(InputError, match="no file or folder"):
        run_suite(_suite(_case("a")), tmp_path / "none")


def test_numbers_are_read_exactly():
    """
    Numbers are exact, with spaces or without; an amount has no more digits than its scale.
    """
    assert exact("  0.10") == Fraction(1, 10)
    assert exact(5) == 5
    assert minor_units(" 5000.25", 2) == 500_025
    assert differs(Fraction(1), Fraction(2), Fraction(1, 2))
    for wrong in ("1,5", None, True):
        with pytest.raises(InputError):
            exact(wrong)
    with pytest.raises(InputError, match="decimals"):
        minor_units("0.001", 2)

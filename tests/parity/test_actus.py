"""The plan beside the published events of the ACTUS standard."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.actus.suite import SUITE, first_difference
from conformance.runner import run_suite
from forbear.errors import InputError

BULLET = {
    "terms": {
        "contractType": "PAM",
        "contractRole": "RPA",
        "statusDate": "2024-12-31T00:00:00",
        "initialExchangeDate": "2025-01-01T00:00:00",
        "maturityDate": "2026-01-01T00:00",
        "notionalPrincipal": " 1000 ",
        "nominalInterestRate": 0.1,
        "dayCountConvention": "30E360",
    },
    "results": [
        {"eventDate": "2025-01-01T00:00", "eventType": "IED", "payoff": -1000, "accruedInterest": 0},
        {"eventDate": "2026-01-01T00:00", "eventType": "IP", "payoff": "100.0", "notionalPrincipal": 1000},
        {"eventDate": "2026-01-01T00:00", "eventType": "MD", "payoff": 1000, "notionalPrincipal": 0},
    ],
}


def test_every_published_case_passes(shared, capsys):
    """
    Each core and extended case of the seven types we know gives the published events, and none is left out.
    """
    if not (shared / "cases" / "actus").is_dir():
        pytest.skip(f"{shared / 'cases' / 'actus'} is not there")

    assert run_suite(SUITE, shared / "cases" / "actus") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "actus: 105 of 105 pass, 0 excluded"


def test_cases_of_another_folder_run(tmp_path: Path):
    """
    Without a selection every case of a known type runs, whatever its file and name; others are passed over.
    """
    other = {"terms": {"contractType": "SWAPS"}, "results": []}
    content = json.dumps({"any": BULLET, "other": other})
    (tmp_path / "some.json").write_text(content, encoding="utf-8")
    (tmp_path / "notes.json").write_text("[]", encoding="utf-8")

    assert [case.name for case in SUITE.read(tmp_path)] == ["any"]
    assert run_suite(SUITE, tmp_path) == 0


@pytest.mark.parametrize(
    ("row", "change", "difference"),
    [
        (1, {"payoff": 100.01}, "event 2: 2026-01-01 IP payoff is 100 for 100.01"),
        (1, {"eventType": "IPCI"}, "event 2: 2026-01-01 IP for 2026-01-01 IPCI"),
        (2, {"eventDate": "2026-01-02T00:00"}, "event 3: 2026-01-01 MD for 2026-01-02 MD"),
    ],
)
def test_the_first_difference_is_told(row, change, difference):
    """
    A case that differs says at which event, in which number, and what was expected.
    """
    results = [dict(each) for each in BULLET["results"]]
    results[row].update(change)

    assert first_difference({**BULLET, "results": results}) == difference
    assert first_difference({**BULLET, "results": results[:row]}) is not None


def test_a_missing_event_is_a_difference():
    """
    Fewer events than published, or more, is a difference.
    """
    assert first_difference({**BULLET, "results": BULLET["results"][:2]}) == (
        "3 events for 2, the first beyond is ours, 2026-01-01 MD"
    )
    more = [*BULLET["results"], {"eventDate": "2026-02-01", "eventType": "IP"}]
    assert first_difference({**BULLET, "results": more}) == (
        "3 events for 4, the first beyond is theirs, 2026-02-01 IP"
    )


@pytest.mark.parametrize(
    ("given", "interest"), [({}, "8.33333333333"), ({"accruedInterest": 0}, "4.44444444444")]
)
def test_interest_runs_on_where_none_is_given(given, interest):
    """
    On a loan that runs already, interest is that since it was last paid, unless the case says what it is.
    """
    terms = {
        **BULLET["terms"],
        "statusDate": "2025-03-15T00:00:00",
        "maturityDate": "2025-04-01",
        "cycleAnchorDateOfInterestPayment": "2025-02-01T00:00:00",
        "cycleOfInterestPayment": "P1ML1",
    }
    results = [
        {"eventDate": "2025-04-01", "eventType": "IP", "payoff": interest},
        {"eventDate": "2025-04-01", "eventType": "MD", "payoff": 1000},
    ]

    assert first_difference({"terms": {**terms, **given}, "results": results}) is None


@pytest.mark.parametrize(
    ("name", "value"), [("dayCountConvention", "28E336"), ("notionalPrincipal", "x"), ("statusDate", "")]
)
def test_terms_that_cannot_be_read_are_an_error(name, value):
    """
    An unknown day count, an amount that is none and a missing day are refused.
    """
    with pytest.raises(InputError):
        first_difference({**BULLET, "terms": {**BULLET["terms"], name: value}})

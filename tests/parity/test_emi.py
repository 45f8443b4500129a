"""The plan beside published cases of equal instalments."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.emi.suite import SUITE, first_difference
from conformance.runner import run_suite
from forbear.errors import InputError

SETTINGS = {
    "annual_rate_pct": "12",
    "days_in_year": "DAYS_360",
    "days_in_month": "DAYS_30",
    "repay_unit": "MONTHS",
    "repay_every": "1",
    "rounding": "HALF_EVEN",
    "currency_digits": 2,
}
PERIODS = [
    {"op": "period", "nr": 1, "from": "2025-01-01", "due": "2025-02-01"},
    {"op": "period", "nr": 2, "from": "2025-02-01", "due": "2025-03-01"},
    {"op": "addDisbursement", "date": "2025-01-01", "amount": "100"},
]
ROW = {
    "op": "expect_period",
    "repayment": 0,
    "interest_period": 0,
    "rate_factor": "0.01",
    "emi": "50.75",
    "interest_due": "1.0",
    "principal_due": "49.75",
    "balance": "50.25",
}


def _case(*steps: dict, **settings: str) -> dict:
    return {"id": "any", "settings": {**SETTINGS, **settings}, "steps": [*PERIODS, *steps]}


def test_every_published_case_passes(shared, capsys):
    """
    Each case of equal instalments gives the published periods to the cent, and none is left out.
    """
    if not (shared / "cases" / "fineract").is_dir():
        pytest.skip(f"{shared / 'cases' / 'fineract'} is not there")

    assert run_suite(SUITE, shared / "cases" / "fineract") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "emi: 11 of 11 pass, 0 excluded"


def test_cases_of_another_folder_run(tmp_path: Path):
    """
    Cases are known by their form; with or without the empty period at the start, they pass.
    """
    counted = {**ROW, "interest_period": 1, "emi": None}
    (tmp_path / "any.json").write_text(json.dumps([_case(ROW), _case(counted)]), encoding="utf-8")
    (tmp_path / "other.json").write_text('{"common": {}}', encoding="utf-8")

    assert run_suite(SUITE, tmp_path) == 0


def test_the_first_difference_is_told():
    """
    A row that differs says which repayment, which amount, and what was expected.
    """
    assert first_difference(_case({**ROW, "emi": "50.76"})) == "step 3: repayment 0 emi is 50.75 for 50.76"
    assert "rate_factor" in (first_difference(_case({**ROW, "rate_factor": "0.02"})) or "")
    payable = {"op": "expect_payable", "period_due": "2025-02-01", "date": "2025-01-01", "interest": "1.00"}
    assert first_difference(_case(payable)) == "step 3: due 2025-02-01 on 2025-01-01 interest is 0.0 for 1.00"


@pytest.mark.parametrize(
    "case",
    [
        _case({"op": "somersault"}),
        _case(ROW, days_in_year="DAYS_400"),
        _case({"op": "addDisbursement", "date": "2025-01-01", "amount": "1.001"}),
    ],
)
def test_what_cannot_be_read_is_an_error(case):
    """
    An unknown operation, an unknown year and an amount below the cent are refused.
    """
    with pytest.raises(InputError):
        first_difference(case)

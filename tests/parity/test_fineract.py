"""The engine beside published scenarios of served loans."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.fineract.suite import SUITE, first_difference
from conformance.runner import run_suite

CATALOGUE = {
    "common": {
        "currency": "EUR",
        "money": {"rounding": "HALF_EVEN"},
        "delinquency_bucket": [{"range": "LATE", "min": 1, "max": None}],
        "grace_on_arrears_ageing_days": 0,
        "charges": {"FEE": {"amount": "5", "calc": "FLAT", "time": "SPECIFIED_DUE_DATE", "penalty": False}},
        "default_loan": {
            "product": "PLAIN",
            "principal": "1000",
            "n_repayments": "2",
            "repay_every": "1",
            "repay_unit": "MONTHS",
            "annual_rate_pct": "0",
            "interest_type": "FLAT",
            "interest_period": "SAME_AS_REPAYMENT_PERIOD",
            "strategy": "PENALTIES_FEES_INTEREST_PRINCIPAL_ORDER",
        },
    },
    "products": {
        "PLAIN": {
            "daysInMonthType": "ACTUAL",
            "daysInYearType": "ACTUAL",
            "isInterestRecalculationEnabled": False,
        }
    },
}
OPEN = [
    {"op": "set_date", "date": "2026-01-01"},
    {"op": "create_loan", "loan": {"default": True, "submitted": "2026-01-01"}},
    {"op": "approve", "date": "2026-01-01", "amount": "1000", "expected_disbursement": "2026-01-01"},
    {"op": "disburse", "date": "2026-01-01", "amount": "1000"},
]


def case(*steps: dict) -> dict:
    return {"id": "any", "steps": [*OPEN, *steps]}


def test_nearly_every_published_scenario_passes(shared, capsys):
    """
    At least 95 % of the published scenarios show what they should after each step.
    """
    if not (shared / "cases" / "fineract").is_dir():
        pytest.skip(f"{shared / 'cases' / 'fineract'} is not there")

    assert run_suite(SUITE, shared / "cases" / "fineract") == 0
    assert "fineract" in capsys.readouterr().out.splitlines()[-1]


def test_scenarios_of_another_folder_run(tmp_path: Path):
    """
    Scenarios are known by their form, whatever they are called.
    """
    (tmp_path / "products.json").write_text(json.dumps(CATALOGUE), encoding="utf-8")
    steps = [
        {"op": "set_date", "date": "2026-02-01"},
        {"op": "repay", "type": "REPAYMENT", "method": "AUTOPAY", "date": "2026-02-01", "amount": "500"},
        {"op": "expect_amount", "what": "outstanding", "amount": "500"},
    ]
    (tmp_path / "mine.json").write_text(json.dumps([case(*steps)]), encoding="utf-8")

    assert run_suite(SUITE, tmp_path) == 0


@pytest.mark.parametrize(
    ("step", "difference"),
    [
        ({"op": "expect_amount", "what": "outstanding", "amount": "999"}, "outstanding is 100000"),
        ({"op": "expect_status", "status": "OVERPAID"}, "status is ACTIVE"),
        (
            {"op": "expect_error", "action": {"op": "charge", "charge": "FEE", "due": "2026-01-05"}},
            "not refused",
        ),
        ({"op": "expect_charges", "rows": [{"ispenalty": True, "due": "5"}]}, "no charge is"),
        ({"op": "expect_delinquency", "range": "LATE", "delinquent_date": "2026-01-01"}, "band is"),
    ],
)
def test_what_differs_is_said(step, difference):
    """
    The first expectation that does not hold is named with what is there instead.
    """
    found = first_difference(CATALOGUE, case(step))

    assert found is not None
    assert difference in found

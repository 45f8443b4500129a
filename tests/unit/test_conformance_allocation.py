"""The suite of amounts runs whatever cases of its topics a folder holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.allocation.suite import SUITE
from conformance.runner import run_suite

DEBTS = [
    {"id": "A", "due": "2026-01-10", "amount": 1000, "secured": 0, "rate": 0.12},
    {"id": "B", "due": "2026-03-10", "amount": 1000, "secured": 0, "rate": 0.24},
    {"id": "C", "due": None, "amount": 500.5, "secured": None},
    {"id": "D", "due": "2026-09-10", "costs": 10, "interest": 20, "principal": 70, "secured": True},
]
MULTI = {"debts": DEBTS, "as_of": "2026-04-01", "debtor_designation": None}
PARTS = {"costs": 100, "interest": 250, "principal": 5000}
PRIVATE = {"lender": "自然人", "lpr_1y_at_contract": 3.45, "court_filed_after": "2021-01-01"}
ASSISTED = {"product": "商业银行互联网助贷"}
LEVEL = {"amount": 230.0, "n": 24, "first": "1978-02-10", "every": "1m"}


def run(folder: Path, *rows: dict[str, Any]) -> int:
    lines = [json.dumps({"id": str(number), **row}, ensure_ascii=False) for number, row in enumerate(rows)]
    (folder / "own.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return run_suite(SUITE, folder)


def test_the_shared_cases_all_pass(shared: Path):
    """
    Every shared case of an amount's topic is met.
    """
    assert run_suite(SUITE, shared / "cases" / "law") == 0


@pytest.mark.parametrize(
    ("topic", "facts", "expected"),
    [
        (
            "payment_allocation",
            PARTS | {"payment": 5100, "agreed_order": ["principal", "interest", "costs"]},
            {"costs": 0, "interest": 100, "principal": 5000, "surplus": 0},
        ),
        ("payment_allocation", PARTS | {"payment": 60.5, "agreed_order": "利息、本金"}, {"interest": 60.5}),
        ("payment_allocation_multi", MULTI | {"payment": 1500}, {"A": 500, "B": 1000, "C": 0, "D": 0}),
        ("payment_allocation_multi", MULTI | {"payment": 3000}, {"C": 500.5, "D": 100, "surplus": 399.5}),
        (
            "payment_allocation_multi",
            MULTI | {"payment": 25, "debtor_designation": ["D"]},
            {"D": {"costs": 10, "interest": 15, "principal": 0}},
        ),
        ("rate_cap", PRIVATE | {"contract_rate": 13.81}, {"verdict": "excess_not_supported", "cap": 13.8}),
        ("rate_cap", PRIVATE | {"overdue_rate": 10, "penalty_rate": 3.8}, {"verdict": "supported"}),
        ("rate_cap", PRIVATE | {"overdue_rate": 10, "other_fees": 3.9}, {"verdict": "excess_not_supported"}),
        (
            "rate_cap",
            PRIVATE | {"lender": "小额贷款公司", "contract_rate": 20},
            {"verdict": "not_applicable"},
        ),
        ("rate_cap", ASSISTED | {"all_in_cost": 24, "signed": "2025-10-01"}, {"verdict": "allow"}),
        ("rate_cap", ASSISTED | {"all_in_cost": 24.01, "signed": "2025-10-01"}, {"verdict": "deny"}),
        ("rate_cap", ASSISTED | {"all_in_cost": 30, "signed": "2025-09-30"}, {"verdict": "allow"}),
        ("rate_cap_scope", {"lender": "典当行"}, {"verdict": "not_applicable"}),
        ("rate_cap_scope", {"lender": "自然人/非持牌"}, {"verdict": "applicable"}),
        (
            "rate_cap_transition",
            {"contract": "2021-01-01", "filed": "2022-01-01", "segment": "2021-01-01..repayment"},
            {"verdict": "lpr4_at_contract"},
        ),
        ("irr", {"principal": 1000, "n": 4, "weekly_payment": 255}, {"weekly_irr_percent": 0.7968}),
        (
            "irr",
            {"principal": 10000, "n": 12, "monthly_payment": 900, "upfront_fee": 200},
            {"nominal_annual_percent": 18.33},
        ),
        ("interest", {"interest_agreed": "不明确", "between_natural_persons": True}, {"interest_rate": 0}),
        ("interest", {"interest_agreed": True, "annual_rate": 0.1}, {"interest_rate": 0.1}),
        ("principal", {"loan_amount": 10000, "amount_received": 9500}, {"principal": 9500}),
        (
            "prepayment",
            {
                "prepaid_after_days": 90,
                "term_days": 360,
                "principal": 10000,
                "annual_rate": 0.12,
                "day_count": "act/360",
            },
            {"interest": 300},
        ),
        (
            "rollover",
            {
                "initial_principal": 1000,
                "first_term_months": 6,
                "first_rate": 24,
                "lpr_1y_at_contract": 3,
                "new_iou": 1120,
            },
            {"max_later_principal": 1060},
        ),
        (
            "limitation",
            {"due": "2020-05-06", "demands": ["2023-05-05", "2021-01-01"], "as_of": "2026-05-05"},
            {"verdict": "not_time_barred", "restart": "2023-05-05"},
        ),
        (
            "limitation",
            {"due": "2024-02-29", "demands": [], "partial_payment": "2027-03-02", "as_of": "2027-03-02"},
            {"verdict": "time_barred", "runs_from": "2024-02-29", "expires": "2027-03-01"},
        ),
        ("limitation", {"time_barred": True, "signed_demand_notice": True}, {"verdict": "time_barred"}),
        (
            "apr_actuarial",
            {"advance": 5000, "advance_date": "1978-01-10", "payments": [LEVEL]},
            {"apr_percent": 9.69},
        ),
        (
            "apr_actuarial",
            {
                "advances": [{"amount": 500, "date": "2026-01-05"}, {"amount": 500, "date": "2026-01-19"}],
                "payments": [{"amount": 102, "n": 10, "first": "2026-02-02", "every": "2w"}],
            },
            {"apr_percent": 8.61},
        ),
        ("apr_tolerance", {"regular": False, "actual_apr": 10, "disclosed": 10.25}, {"verdict": "accurate"}),
        ("apr_tolerance", {"regular": True, "actual_apr": 10, "disclosed": 9.87}, {"verdict": "inaccurate"}),
    ],
)
def test_other_cases_of_the_same_topics_run(tmp_path: Path, topic, facts, expected):
    """
    Nothing hangs on the shared cases: other facts of the same form get the statute's answer.
    """
    assert run(tmp_path, {"topic": topic, "facts": facts, "expected": expected}) == 0


@pytest.mark.parametrize(
    ("facts", "expected", "told"),
    [
        (PARTS | {"payment": 100}, {"costs": 99.99}, "0 payment_allocation: costs is 100.00, expected 99.99"),
        (PARTS | {"payment": 100}, {"saldo": 1}, "0 payment_allocation: saldo is not answered, expected 1"),
        (PARTS, {}, "0 payment_allocation: KeyError: 'payment'"),
        (PARTS | {"payment": "?"}, {}, "0 payment_allocation: InputError: '?' is not a number."),
    ],
)
def test_a_difference_is_named_and_other_topics_are_left(tmp_path: Path, capsys, facts, expected, told):
    """
    The first difference of a case is one line; a case of another topic is none of this suite's.
    """
    other = {"topic": "call_frequency", "facts": {}, "expected": {}}

    assert run(tmp_path, {"topic": "payment_allocation", "facts": facts, "expected": expected}, other) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == told
    assert lines[-1] == "allocation: 0 of 1 pass, 0 excluded"


@pytest.mark.parametrize(
    ("topic", "facts", "told"),
    [
        ("rate_cap_scope", {"lender": "某公司"}, "What licence has a lender called '某公司'?"),
        ("irr", {"principal": 1, "n": 1, "yearly_payment": 2}, "The payment is none of weekly"),
        (
            "rate_cap",
            {"product": "房贷", "all_in_cost": 30, "signed": "2026-01-01"},
            "verdict is not_applicable",
        ),
    ],
)
def test_what_a_case_leaves_open_fails_that_case(tmp_path: Path, capsys, topic, facts, told):
    """
    A lender, a payment or a product that is not known fails its case and no other.
    """
    assert run(tmp_path, {"topic": topic, "facts": facts, "expected": {"verdict": "allow"}}) == 1
    assert told in capsys.readouterr().out

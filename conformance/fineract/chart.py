"""The suite's chart of accounts: its numbers and names behind the roles, and what it books where."""

from __future__ import annotations

from forbear.loans.postings import Chart

ACCOUNTS = {
    "loan": ("ASSET", "112601", "Loans Receivable"),
    "receivable": ("ASSET", "112603", "Interest/Fee Receivable"),
    "clearing": ("LIABILITY", "145023", "Suspense/Clearing account"),
    "credit": ("LIABILITY", "l1", "Overpayment account"),
    "interest_income": ("INCOME", "404000", "Interest Income"),
    "fee_income": ("INCOME", "404007", "Fee Income"),
    "interest_lost": ("INCOME", "404001", "Interest Income Charge Off"),
    "fee_lost": ("INCOME", "404008", "Fee Charge Off"),
    "loss": ("EXPENSE", "744007", "Credit Loss/Bad Debt"),
    "fraud_loss": ("EXPENSE", "744037", "Credit Loss/Bad Debt-Fraud"),
    "recovery": ("INCOME", "744008", "Recoveries"),
    "goodwill": ("EXPENSE", "744003", "Goodwill Expense Account"),
}
"""Each role's type, number and name."""

OWED = {"principal": "loan", "interest": "receivable", "fee": "receivable", "penalty": "receivable"}
IN_CREDIT = {**OWED, "overpaid": "credit"}
RECOVERED = dict.fromkeys(OWED, "recovery") | {"overpaid": "credit"}
LOST = {"principal": "loss", "interest": "interest_lost", "fee": "fee_lost", "penalty": "fee_lost"}
LOST_OR_CREDIT = {**LOST, "overpaid": "credit"}
ALL_CLEARING = {"whole": "clearing"}
FORGIVEN = {
    "principal": "goodwill",
    "interest": "interest_lost",
    "fee": "fee_lost",
    "penalty": "fee_lost",
    "overpaid": "goodwill",
}

CHART = Chart(
    debits={
        "disbursed": IN_CREDIT,
        "further_disbursed": IN_CREDIT,
        "payment": ALL_CLEARING,
        "payment/goodwill": FORGIVEN,
        "charged_back": IN_CREDIT,
        "charged_back@charged_off": LOST_OR_CREDIT,
        "credit_refunded": IN_CREDIT,
        "credit_refunded@charged_off": LOST_OR_CREDIT,
        "charged_off": LOST,
        "accrual": dict.fromkeys(OWED, "receivable"),
    },
    credits={
        "disbursed": ALL_CLEARING,
        "further_disbursed": ALL_CLEARING,
        "payment": IN_CREDIT,
        "payment@charged_off": RECOVERED,
        "payment/merchant_refund@charged_off": LOST_OR_CREDIT,
        "payment/payout_refund@charged_off": LOST_OR_CREDIT,
        "charged_back": ALL_CLEARING,
        "credit_refunded": ALL_CLEARING,
        "charged_off": OWED,
        "accrual": {"interest": "interest_income", "fee": "fee_income", "penalty": "fee_income"},
    },
)

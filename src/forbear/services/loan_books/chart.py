"""The chart of accounts that loans are booked in, read from data: names and numbers behind the roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from forbear.documents.entry import Entry, read_document
from forbear.documents.scalars import Words
from forbear.loans.postings import OVERPAID, WHOLE, Chart
from forbear.loans.slots import Part
from forbear.loans.statement import LedgerRow

FILE = "chart.yaml"
SAID = (*(part.value for part in Part), OVERPAID, WHOLE)
"""What a rule may speak of: the parts of an amount, what went to credit, and all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account: the role that rules know it by, its number, and its name in both languages."""

    role: str
    number: str
    name: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class BookChart:
    """Accounts by role in the order of the trial balance, the rules, and the kinds that are not booked."""

    accounts: Mapping[str, Account]
    rules: Chart
    unbooked: frozenset[str]

    def books(self, row: LedgerRow) -> bool:
        """Tell whether a row of the ledger moves anything between accounts."""
        key = f"{row.kind}@charged_off" if row.charged_off else row.kind
        return bool(row.amount) and not {row.kind, key} & self.unbooked


@cache
def standard_chart() -> BookChart:
    """Return the chart that every lender's loans are booked in."""
    text = (files("forbear.services.loan_books") / "data" / FILE).read_text(encoding="utf-8")
    return parse_chart(text)


def parse_chart(text: str) -> BookChart:
    """Read a chart. Raises InputError with line, cause and cure."""
    root = read_document(FILE, text).section(required=("accounts", "debits", "credits", "unbooked"))
    accounts = {role: _account(role, entry) for role, entry in root["accounts"].pairs()}
    return BookChart(
        accounts=accounts,
        rules=Chart(debits=_rules(root["debits"], accounts), credits=_rules(root["credits"], accounts)),
        unbooked=frozenset(entry.text() for entry in root["unbooked"].items()),
    )


def _account(role: str, entry: Entry) -> Account:
    section = entry.section(required=("number", "name"))
    return Account(role=role, number=section["number"].text(), name=section["name"].words())


def _rules(entry: Entry, accounts: Mapping[str, Account]) -> dict[str, Mapping[str, str]]:
    return {
        kind: {part: one.choice(tuple(accounts)) for part, one in rule.section(optional=SAID).items()}
        for kind, rule in entry.pairs()
    }

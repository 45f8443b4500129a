"""Reads ``*.jsonl`` files of law cases and runs the topics that are about amounts; it leaves the others.

A topic and the names of facts decide what is run. The law's numbers are those of the China pack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from conformance.allocation import claims, costs, payments
from conformance.allocation.answers import Answer, first_difference
from conformance.runner import Case, Suite, read_rows
from forbear.gateways.amounts import read_amount_texts
from forbear.law.amounts import LegalAmount, parse_amounts

Facts = Mapping[str, Any]
PACK = "cn"


def topics(amounts: Mapping[str, LegalAmount]) -> Mapping[str, Callable[[Facts], Answer]]:
    """Return what answers each topic, with the law's numbers given."""
    multiple = amounts["private_lpr_multiple"].values[-1].value
    return {
        "payment_allocation": payments.payment_allocation,
        "payment_allocation_multi": payments.payment_allocation_multi,
        "principal": payments.principal,
        "interest": payments.interest,
        "prepayment": payments.prepayment,
        "rollover": partial(payments.rollover, multiple=multiple),
        "rate_cap": partial(claims.rate_cap, amounts=amounts),
        "rate_cap_scope": claims.rate_cap_scope,
        "rate_cap_transition": partial(claims.rate_cap_transition, amounts=amounts),
        "limitation": partial(claims.limitation_of, amounts=amounts),
        "irr": costs.internal_rate,
        "apr_actuarial": costs.apr_actuarial,
        "apr_tolerance": costs.apr_tolerance,
    }


def read(folder: Path) -> Iterable[Case]:
    """Yield the cases of these topics of all files of a folder, file by file."""
    answer_of = topics(parse_amounts(read_amount_texts(PACK)))
    for path in sorted(folder.glob("*.jsonl")):
        for row in read_rows(path):
            topic = str(row.get("topic"))
            if topic in answer_of:
                traits = {"topic": topic, "jurisdiction": str(row.get("jurisdiction", ""))}
                check = partial(_difference, answer_of[topic], row)
                yield Case(name=f"{row['id']} {topic}", traits=traits, check=check)


def _difference(answer_of: Callable[[Facts], Answer], row: Mapping[str, Any]) -> str | None:
    return first_difference(answer_of(row["facts"]), row["expected"])


SUITE = Suite(name="allocation", folder="law", read=read)

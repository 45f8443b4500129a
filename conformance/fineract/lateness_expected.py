"""What a scenario expects of a loan's delinquency."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from conformance.fineract.differences import Values, differs, differs_in
from conformance.fineract.steps import Session
from conformance.fineract.terms import day_of, units
from forbear.loans.delinquency import stays

Json = Mapping[str, Any]

IN_ORDER = "NO_DELINQUENCY"


def expect_delinquency(session: Session, step: Json) -> str | None:
    """The band that the loan was last put into, and since when it is late."""
    tag = session.tag
    since = tag.since if tag.band else None
    wanted = day_of(step["delinquent_date"]) if step.get("delinquent_date") else None
    return differs("band", tag.band or IN_ORDER, step["range"]) or differs("since", since, wanted)


def expect_delinquency_loan(session: Session, step: Json) -> str | None:
    """How late the loan is today, in the band it was last put into."""
    now = session.late
    ours: Values = {
        "classification": session.tag.band or IN_ORDER,
        "delinquentamount": now.amount,
        "delinquentdate": now.since,
        "delinquentdays": now.days,
        "pastduedays": now.past_due_days,
    }
    theirs: Values = {
        "classification": step["classification"],
        "delinquentamount": units(step["delinquentamount"]),
        "delinquentdate": day_of(step["delinquentdate"]) if step.get("delinquentdate") else None,
        "delinquentdays": int(step["delinquentdays"]),
        "pastduedays": int(step["pastduedays"]),
    }
    return differs_in("delinquency", ours, theirs)


def expect_delinquency_installments(session: Session, step: Json) -> str | None:
    """What is overdue by the bands of instalments."""
    return differs(
        "overdue", session.overdue_by_band(), {row["range"]: units(row["amount"]) for row in step["rows"]}
    )


def expect_delinquency_actions(session: Session, step: Json) -> str | None:
    """The pauses and resumptions that were recorded."""
    wanted = [
        (row["action"], day_of(row["startdate"]), day_of(row["enddate"]) if row.get("enddate") else None)
        for row in step["rows"]
    ]
    return differs("actions", session.actions, wanted)


def expect_pause_periods(session: Session, step: Json) -> str | None:
    """The pauses as they ran."""
    ours = [(start <= session.today <= end, start, end) for start, end in session.pauses()]
    wanted = [
        (row["active"], day_of(row["pauseperiodstart"]), day_of(row["pauseperiodend"]))
        for row in step["rows"]
    ]
    return differs("pauses", sorted(ours), sorted(wanted))


def expect_delinquency_history(session: Session, step: Json) -> str | None:
    """The bands that the loan has been in, since when, and until when."""
    found = stays(session.known_terms, session.events, as_of=session.today)
    ours = sorted((stay.band, stay.since, stay.until or date.max) for stay in found)
    theirs = sorted(
        (
            row["range_classification"],
            day_of(row["added_on_date"]),
            day_of(row["lifted_on_date"]) if row.get("lifted_on_date") else date.max,
        )
        for row in step["rows"]
    )
    return differs("bands", ours, theirs)


def expect_last_cob(session: Session, step: Json) -> str | None:
    """The last day that was closed."""
    ours = session.closed_days[-1] if session.closed_days else None
    return differs("last closed day", ours, day_of(step["date"]) if step["date"] else None)

"""The ACTUS suite: each case's events, beside those that were published for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from conformance.actus.contracts import TYPES, Contract, Observed
from conformance.actus.terms import SCALE, Terms, day_of
from conformance.runner import Case, Suite, amount_of, differs, exact, read_json
from forbear.loans.plan import Flow, FlowKind

TIERS = ("core", "extended")
TOLERANCE = Fraction("1e-8")
"""The published events are sums of floats."""

EVENTS = {
    FlowKind.DISBURSED: "IED",
    FlowKind.CHARGED: "FP",
    FlowKind.INCREASED: "PI",
    FlowKind.REDEEMED: "PR",
    FlowKind.CALLED: "XD",
    FlowKind.INTEREST: "IP",
    FlowKind.CAPITALISED: "IPCI",
    FlowKind.RATE_SET: "RRF",
    FlowKind.RATE_RESET: "RR",
    FlowKind.LEVEL_SET: "PRF",
    FlowKind.BASE_FIXED: "IPCB",
    FlowKind.SCALED: "SC",
    FlowKind.PURCHASED: "PRD",
    FlowKind.TERMINATED: "TD",
    FlowKind.MATURED: "MD",
}


def read(folder: Path) -> Iterator[Case]:
    """Yield the cases of a folder: those its selection names in our tiers, or all of a type we know."""
    chosen = _selection(folder / "selection.json")
    for path in sorted(folder.glob("*.json")):
        content = read_json(path)
        if not isinstance(content, dict):
            continue
        for name, raw in content.items():
            is_case = isinstance(raw, dict) and isinstance(raw.get("terms"), dict) and "results" in raw
            if is_case and _is_chosen(path.name, name, raw, chosen):
                yield Case(name=name, traits=_traits(raw["terms"]), check=partial(first_difference, raw))


def first_difference(raw: Mapping[str, Any]) -> str | None:
    """Run one case and return the first event that differs from the published ones."""
    contract = _contract(raw)
    theirs = raw["results"]
    ours = contract.flows()
    for number, (flow, row) in enumerate(zip(ours, theirs, strict=False), 1):
        found = _differs(flow, row, called=contract.called_on is not None)
        if found:
            return f"event {number}: {found}"
    if len(ours) != len(theirs):
        extra = ours[len(theirs) :] or theirs[len(ours) :]
        return f"{len(ours)} events for {len(theirs)}, the first beyond is {_words(extra[0])}"
    return None


def _contract(raw: Mapping[str, Any]) -> Contract:
    indices = {
        code: {day_of(row["timestamp"]): exact(row["value"]) for row in series["data"]}
        for code, series in raw.get("dataObserved", {}).items()
    }
    events = tuple((day_of(row["time"]), row["type"], row["value"]) for row in raw.get("eventsObserved", []))
    to = day_of(raw["to"]) if raw.get("to") else None
    return Contract(Terms(raw["terms"]), Observed(indices=indices, events=events), to)


def _differs(flow: Flow, row: Mapping[str, Any], *, called: bool) -> str | None:
    day, kind = day_of(row["eventDate"]), row["eventType"]
    event = "STD" if called and flow.kind is FlowKind.MATURED else EVENTS[flow.kind]
    if (flow.day, event) != (day, kind):
        return f"{flow.day} {event} for {day} {kind}"
    numbers = {
        "payoff": amount_of(flow.amount, SCALE),
        "notionalPrincipal": amount_of(flow.principal, SCALE),
        "nominalInterestRate": flow.rate_annual,
        "accruedInterest": amount_of(flow.accrued, SCALE),
    }
    for name, ours in numbers.items():
        if row.get(name) is not None and differs(ours, exact(row[name]), TOLERANCE):
            return f"{day} {kind} {name} is {float(ours):.12g} for {row[name]}"
    return None


def _words(extra: Flow | Mapping[str, Any]) -> str:
    if isinstance(extra, Flow):
        return f"ours, {extra.day} {EVENTS[extra.kind]}"
    return f"theirs, {extra['eventDate']} {extra['eventType']}"


def _traits(terms: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value).strip() for name, value in terms.items()}


def _selection(path: Path) -> set[tuple[str, str]] | None:
    if not path.is_file():
        return None
    rows = read_json(path)
    return {(row["file"], row["id"]) for row in rows if row["tier"] in TIERS and row["type"] in TYPES}


def _is_chosen(file: str, name: str, raw: Mapping[str, Any], chosen: set[tuple[str, str]] | None) -> bool:
    if chosen is not None:
        return (file, name) in chosen
    return raw["terms"].get("contractType") in TYPES


SUITE = Suite(name="actus", folder="actus", read=read)

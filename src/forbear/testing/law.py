"""Ready-made acts and log lines for tests of the law: what matters is given, the rest is lawful."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any

from forbear.gateways.packs import read_pack_texts
from forbear.law.facts import Facts, facts_of_tally, utc, zones_of
from forbear.law.pack import Pack
from forbear.law.parse import parse
from forbear.law.situation import PastContact, Situation
from forbear.law.tally import Tally
from forbear.law.verdict import FactValue


@cache
def cn_pack() -> Pack:
    """Return the China pack as it is shipped."""
    return parse(read_pack_texts("cn"))


def in_china(text: str) -> datetime:
    """Return an instant from China's clock: ``in_china("2026-11-24 21:59")``."""
    return datetime.fromisoformat(f"{text}+08:00")


def act(log: Iterable[PastContact] = (), *, pack: Pack | None = None, **facts: FactValue) -> Situation:
    """Return a lawful call to the borrower, changed by the facts given; ``zones`` and ids may be too."""
    pack = pack or cn_pack()
    ids: dict[str, Any] = {"person": "borrower", "number": "phone-1", "debt": "loan-1"}
    ids |= {"zones": ("Asia/Shanghai",), "debtor": ""}
    for name in tuple(ids):
        ids[name] = facts.pop(name, ids[name])
    flat = {name: value for name, value in pack.base_facts.items() if not pack.facts[name].derived}
    return Situation(facts=flat | facts, log=tuple(sorted(log, key=attrgetter("at"))), **ids)


def contact(at: datetime, outcome: str = "answered", **changes: Any) -> PastContact:
    """Return a line of the log: a call to the borrower's phone, answered and two-way unless said."""
    given: dict[str, Any] = {
        "channel": "call",
        "direction": "out",
        "person": "borrower",
        "number": "phone-1",
        "debts": ("loan-1",),
        "two_way": outcome in ("answered", "met"),
    }
    return PastContact(at=at, outcome=outcome, **given | changes)


def facts_at(pack: Pack, situation: Situation, at: datetime) -> Facts:
    """Return the facts of a situation at a moment, counted from its log as ``judge_act`` counts them."""
    at = utc(at, "at")
    return facts_of_tally(pack, situation, Tally(pack, situation, zones_of(situation.zones), at), at)

"""What a close did, as it is stored with its night and given back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from forbear.book.columns import Row
from forbear.law.verdict import Outcome
from forbear.runners.shard import ShardCounts
from forbear.services.night.casework import Casework, is_worked
from forbear.services.night.plan import Plan
from forbear.store.models import Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltedLoan:
    """A loan that the close stopped, and why."""

    loan_id: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NightSummary:
    """The figures of one close.

    Loans by lane: ``new`` ones are counted in the others too; ``aged`` by column, ``folded`` because
    something happened, ``scalar`` because no kernel fits. ``compared`` were folded again from the
    ledger; ``halted`` differed, or could not be folded. ``buckets`` counts the book. ``waiting``
    counts the open cases that are not on the list, by reason. ``replayed``: the day was closed before.
    """

    lender_id: str
    day: date
    loans: int
    new: int
    aged: int
    folded: int
    scalar: int
    compared: int
    halted: tuple[HaltedLoan, ...]
    buckets: Mapping[str, int]
    overdue: int
    cases_opened: int
    cases_cured: int
    promises_kept: int
    promises_broken: int
    candidates: int
    allowed: int
    later: int
    waiting: Mapping[str, int]
    replayed: bool = False

    def to_body(self) -> dict[str, Any]:
        """Return the summary as ``NightRun.counts`` keeps it."""
        body = asdict(self)
        for name in ("lender_id", "day", "replayed"):
            del body[name]
        return body | {"halted": [asdict(halt) for halt in self.halted]}

    @staticmethod
    def from_body(
        lender_id: str, day: date, body: Mapping[str, Any], *, replayed: bool = False
    ) -> NightSummary:
        """Read what ``to_body`` wrote."""
        halted = tuple(HaltedLoan(**halt) for halt in body["halted"])
        named = {"lender_id": lender_id, "day": day, "halted": halted, "replayed": replayed}
        return NightSummary(**{**body, **named})


def summarise(
    lender_id: str,
    day: date,
    *,
    shards: Sequence[ShardCounts],
    rows: Sequence[Row],
    buckets: Mapping[str, int],
    work: Casework,
    plan: Plan,
) -> NightSummary:
    """Add up what a night did."""
    verdicts = [candidate.verdict for candidate in plan.candidates if candidate.verdict]
    allowed = sum(1 for verdict in verdicts if verdict.outcome is Outcome.ALLOWED)
    settled = Counter(promise.state for promise in work.settled)
    waiting = Counter(body["code"] for body in plan.cases.values() if body["action"] == "wait")
    return NightSummary(
        lender_id=lender_id,
        day=day,
        loans=sum(shard.loans for shard in shards),
        new=sum(shard.new for shard in shards),
        aged=sum(shard.aged for shard in shards),
        folded=sum(shard.folded for shard in shards),
        scalar=sum(shard.scalar for shard in shards),
        compared=sum(shard.compared for shard in shards),
        halted=tuple(
            HaltedLoan(loan_id=halt.loan_id, because=halt.because)
            for shard in shards
            for halt in shard.halted
        ),
        buckets=dict(buckets),
        overdue=sum(1 for row in rows if is_worked(row)),
        cases_opened=len(work.opened),
        cases_cured=len(work.closed),
        promises_kept=settled[Promise.State.KEPT],
        promises_broken=settled[Promise.State.BROKEN],
        candidates=len(verdicts),
        allowed=allowed,
        later=len(verdicts) - allowed,
        waiting=dict(sorted(waiting.items())),
    )

"""Closing a business day, once, to the end, whatever happens on the way.

A close leaves shards of columns and stored positions behind, then changes cases, promises and the
worklist in one transaction. Killed anywhere and called again it finishes what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from forbear.book.columns import Row
from forbear.book.nights import (
    NightFolder,
    check_night,
    clear_night,
    night_folder,
    read_night,
)
from forbear.errors import InputError, RefusedError
from forbear.loans.position import Position
from forbear.money.calendar import month_end
from forbear.nightly.flows import STATES
from forbear.runners.local import NightTask, Progress, run_local
from forbear.runners.shard import ShardCounts
from forbear.services.dates import business_date
from forbear.services.leaves import Entry, leaves_change
from forbear.services.lender import lender_of
from forbear.services.night.casework import CASE_COLUMNS, casework, open_case_loans
from forbear.services.night.ledger import NightLedger
from forbear.services.night.plan import Plan
from forbear.services.night.summary import NightSummary, summarise
from forbear.services.night.tables import treatment
from forbear.services.night.worklist import Planner
from forbear.services.policy import require
from forbear.services.runtime import data_dir
from forbear.store.crashpoints import reached
from forbear.store.locks import only_one
from forbear.store.models import Lender, NightRun
from forbear.store.selectors.cases import open_cases_digest
from forbear.store.selectors.night import book_begins, ledger_heads

CARRIED_LOANS_MAX = 20_000
"""Books up to this size keep their positions in memory between the nights of a replay."""

STEPS = ("day", "month")


def silent(_title: str, _done: int = 0, _total: int = 0) -> None:
    """Report nothing."""


def book_root() -> Path:
    """Return the folder under which every lender's nights lie."""
    return data_dir() / "book"


def night_run(
    *,
    actor: str,
    lender_id: str,
    now: datetime,
    day: date,
    report: Progress = silent,
    rebuild: bool = False,
) -> NightSummary:
    """Close a lender's business day that has ended; closing it twice changes nothing.

    What it proposes is judged for ``now``. ``rebuild`` folds the whole book from its ledger, also for a
    day that was closed before. ``report`` is called with a step's title, what is done and the total.
    Raises RefusedError while another close of this lender runs, for a day that has not ended, for one
    before the book begins, and for one before the last one closed; InputError naming columns on disk that
    are damaged.
    """
    lender = _lender(actor, lender_id)
    with _alone(lender):
        _finish_earlier(lender, day, now, report)
        job = _Job(lender=lender, day=day, now=now, report=report)
        return _close(job, rebuild=rebuild)


def nights_run(
    *,
    actor: str,
    lender_id: str,
    now: datetime,
    first: date,
    last: date,
    every: str = "day",
    report: Progress = silent,
) -> list[NightSummary]:
    """Close several days in order: each, or each month's last day and ``last``, from ``first`` on.

    Days that are closed already are passed over. Only the last day gets a worklist, judged for
    ``now``: those of the days before would be over before anybody reads them. Raises as ``night_run``
    does, and InputError when there is no day.
    """
    lender = _lender(actor, lender_id)
    days = _days(first, last, every)
    done: list[NightSummary] = []
    with _alone(lender):
        _finish_earlier(lender, days[0], now, report)
        carried: dict[str, Position] = {}
        for day in days:
            job = _Job(lender=lender, day=day, now=now, report=report, carried=carried)
            job.is_last = day == days[-1]
            done.append(_close(job))
    return done


@dataclass(slots=True, kw_only=True)
class _Job:
    """One day to close. The last of several keeps the positions, and plans what to do next."""

    lender: Lender
    day: date
    now: datetime
    report: Progress
    carried: dict[str, Position] | None = None
    is_last: bool = True
    keeps: bool = True
    folder: NightFolder = field(init=False)

    def __post_init__(self) -> None:
        self.folder = night_folder(book_root(), self.lender.pk, self.day)


def _lender(actor: str, lender_id: str) -> Lender:
    require(actor, "night_run")
    return lender_of(lender_id)


@contextmanager
def _alone(lender: Lender) -> Iterator[None]:
    busy = f"Another close of {lender.pk} is running; wait for it to end, then repeat."
    with only_one(f"close/{lender.pk}", folder=data_dir() / "locks", busy=busy):
        yield


def _finish_earlier(lender: Lender, day: date, now: datetime, report: Progress) -> None:
    """Finish closes of earlier days that were interrupted."""
    for run in NightRun.objects.filter(lender=lender, finished_at=None, day__lt=day).order_by("day"):
        _close(_Job(lender=lender, day=run.day, now=now, report=report, is_last=False))


def _close(job: _Job, *, rebuild: bool = False) -> NightSummary:
    run = _begin(job, rebuild=rebuild)
    if run.finished_at is not None:
        return NightSummary.from_body(job.lender.pk, job.day, run.counts, replayed=True)
    reached("close.started")
    if not run.counts:
        _work(job, run, rebuild=rebuild)
        reached("close.cases_stored")
    run.finished_at = job.now
    run.save(update_fields=["finished_at"])
    reached("close.finished")
    return NightSummary.from_body(job.lender.pk, job.day, run.counts)


def _begin(job: _Job, *, rebuild: bool) -> NightRun:
    """Note that the close has begun, unless the day may not be closed."""
    today = business_date(job.lender, job.now)
    if job.day >= today:
        raise RefusedError(
            f"{job.day} has not ended: the business date is {today}. Close a day when it is over."
        )
    nights = NightRun.objects.filter(lender=job.lender)
    run = nights.filter(day=job.day).first()
    if run is None:
        _require_begun(job, today)
    later = nights.filter(day__gt=job.day).order_by("-day").values_list("day", flat=True).first()
    if later is not None and (run is None or rebuild):
        raise RefusedError(f"{later} is closed already, so {job.day} can't be closed any more.")
    if run is None or rebuild:
        clear_night(job.folder)
        run, _ = nights.update_or_create(
            day=job.day,
            defaults={"lender": job.lender, "started_at": job.now, "finished_at": None, "counts": {}},
        )
    return run


def _require_begun(job: _Job, today: date) -> None:
    """Refuse a day on which the book held nothing yet."""
    begins = book_begins(job.lender.pk)
    ended = today - timedelta(days=1)
    if begins is None and job.day < ended:
        raise RefusedError(
            f"The book of {job.lender.pk} holds nothing yet, so {job.day} can't be closed; import loans"
            f" first, or close {ended}, the last day that has ended."
        )
    if begins is not None and job.day < begins:
        raise RefusedError(
            f"The book of {job.lender.pk} begins on {begins}, so {job.day} can't be closed; choose {begins}"
            " or a later day."
        )


def _work(job: _Job, run: NightRun, *, rebuild: bool) -> None:
    """Do the work of a close and store its figures with the cases and the worklist, in one transaction."""
    shards = _age(job, rebuild=rebuild)
    rows, buckets = _overdue_rows(job)
    work = casework(job.lender, rows, day=job.day, grace_days=treatment().promise_grace_days)
    planner = Planner(job.lender, day=job.day, now=job.now)
    plan = planner.plan(rows, work, job.report) if job.is_last else Plan()
    summary = summarise(
        job.lender.pk, job.day, shards=shards, rows=rows, buckets=buckets, work=work, plan=plan
    )
    run.counts, run.positions_kept = summary.to_body(), job.keeps
    with transaction.atomic():
        work.store(job.now)
        if job.is_last:
            plan.store(job.lender, job.day, work.open)
        run.cases = open_cases_digest(job.lender.pk)
        run.save(update_fields=["counts", "positions_kept", "cases"])
        leaves_change([Entry("night", run, None, job.now)])


def _age(job: _Job, *, rebuild: bool) -> list[ShardCounts]:
    """Bring every loan to the end of the day: columns on disk, positions in the store."""
    previous = None if rebuild else _night_before(job)
    if previous is not None:
        check_night(previous)
    heads = ledger_heads(job.lender.pk, job.day)
    carried = job.carried if len(heads) <= CARRIED_LOANS_MAX else None
    job.keeps = job.is_last or carried is None
    ledger = NightLedger(
        job.lender.pk,
        day=job.day,
        after=previous.day if previous else None,
        carried=carried,
        keeps=job.keeps,
    )
    task = NightTask(lender_id=job.lender.pk, folder=job.folder, previous=previous)
    return run_local(task, heads, ledger, job.report)


def _night_before(job: _Job) -> NightFolder | None:
    """Return the last night before that was closed to the end and whose columns still lie there."""
    runs = NightRun.objects.filter(lender=job.lender, day__lt=job.day, finished_at__isnull=False)
    folders = (
        night_folder(book_root(), job.lender.pk, day)
        for day in runs.order_by("-day").values_list("day", flat=True)
    )
    return next((folder for folder in folders if folder.is_complete), None)


def _overdue_rows(job: _Job) -> tuple[list[Row], dict[str, int]]:
    """Return the rows of loans that are overdue or have an open case, and the book by bucket."""
    table = read_night(job.folder, [*CASE_COLUMNS, "bucket"])
    counts = {entry["values"]: entry["counts"] for entry in pc.value_counts(table["bucket"]).to_pylist()}
    worked = pc.is_in(table["loan_id"], value_set=pa.array(open_case_loans(job.lender), pa.string()))
    rows: list[Row] = table.filter(pc.or_(worked, pc.greater(table["days_past_due"], 0))).to_pylist()
    return rows, {code: counts[code] for code in STATES if code in counts}


def _days(first: date, last: date, every: str) -> list[date]:
    """Return the days to close: each, or each month's last day and in any case ``last``."""
    if every not in STEPS:
        raise InputError(f"every is {every!r}; use one of {', '.join(STEPS)}.", field="every")
    if first > last:
        raise InputError(f"There is no day from {first} to {last}.", field="first")
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if every == "day" or day == month_end(day) or day == last]

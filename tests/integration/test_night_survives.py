"""Wherever a close dies: run again it ends as if nothing had happened, and nothing is there twice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection, connections
from evidence_world import corrupt

from forbear.book.nights import night_folder
from forbear.errors import RefusedError
from forbear.services.contact import contact_close, contact_propose
from forbear.services.facts import Proposal
from forbear.services.night import book_root, night_run
from forbear.services.payment import payment_record
from forbear.store.locks import only_one
from forbear.store.models import Case, NightRun, PositionRow, Promise, WorkItem
from forbear.store.models.evidence import EvidenceLeaf

pytestmark = pytest.mark.django_db(transaction=True)

POINTS = (
    "close.started",
    "close.positions_stored",
    "close.shard_written",
    "close.cases_stored",
    "close.finished",
)
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
FIRST, DAY = date(2026, 11, 22), date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _own_book(settings, tmp_path: Path):
    """Put the columns where the killed process will look for them."""
    if connection.vendor == "sqlite":
        settings.DATA_DIR = Path(connection.settings_dict["NAME"]).parent
    else:
        settings.DATA_DIR = tmp_path
    yield
    shutil.rmtree(book_root(), ignore_errors=True)


@pytest.fixture
def book(lender, make_party, make_loan):
    """Six overdue loans: one paid in full, one short, one with a promise that runs out on the day."""
    loans = []
    for number in range(6):
        party = make_party(lender, f"测试{number}", phone=f"1990000010{number}")
        loans.append((make_loan(lender, [(party, "borrower")], reference=f"PINE-{number}"), party))
    promise_of(*loans[0])
    PositionRow.objects.all().delete()
    close(lender, FIRST)
    for number, amount in ((1, 400_000), (2, 1_000)):
        payment_record(
            actor="system:tests",
            lender_id=lender.pk,
            key=f"pay-{number}",
            now=datetime(2026, 11, 23, 4, tzinfo=UTC),
            loan_id=loans[number][0].pk,
            amount=amount,
            value_date=DAY,
            channel_ref="P",
        )
    return lender


def promise_of(loan, party):
    """Let a borrower promise 500.00 by the day before the close, which will not come."""
    point = party.contact_points.get(medium="phone")
    proposal = Proposal(
        loan_id=loan.pk, party_id=party.pk, contact_point_id=point.pk, channel="call", purpose="remind"
    )
    at = datetime(2026, 11, 20, 4, tzinfo=UTC)
    common = {"actor": "agent:li.na", "lender_id": loan.lender_id, "now": at}
    placed = contact_propose(**common, key="c", proposal=proposal)
    contact_close(
        **common,
        key="e",
        contact_id=placed.contact_id,
        outcome="answered",
        right_party=True,
        two_way=True,
        promise=(50_000, FIRST),
    )


@pytest.mark.parametrize("point", POINTS)
def test_a_close_survives_death_at_every_point(book, point):
    """Killed at a named point and run again: the same bytes and the same rows as a close left in peace."""
    before, last_leaf = list(PositionRow.objects.all()), EvidenceLeaf.objects.latest("pk").pk
    undisturbed = close(book, DAY)
    wanted = state(book)
    forget(book, before, last_leaf)

    killed = run(book, DAY, crash_at=point)
    finished, again = close(book, DAY), close(book, DAY)

    assert killed.returncode == -signal.SIGKILL
    assert finished.replayed is (point == "close.finished")
    assert again.replayed
    assert finished.to_body() == again.to_body() == undisturbed.to_body()
    assert state(book) == wanted
    assert Case.objects.count() == 6
    assert (finished.promises_broken, finished.cases_cured) == (1, 1)


def test_an_interrupted_night_is_finished_before_the_next(book):
    """A day whose close died is closed to the end when the day after it is closed."""
    assert run(book, DAY, crash_at="close.shard_written").returncode == -signal.SIGKILL
    night_run(
        actor="system:tests",
        lender_id=book.pk,
        now=datetime(2026, 11, 25, 2, tzinfo=UTC),
        day=date(2026, 11, 24),
    )
    assert NightRun.objects.filter(finished_at=None).count() == 0
    assert night_folder(book_root(), book.pk, DAY).is_complete
    assert Promise.objects.get().state == "broken"


def test_half_written_files_are_swept(book):
    """What a killed process was still writing does not stay."""
    folder = night_folder(book_root(), book.pk, DAY)
    assert run(book, DAY, crash_at="close.shard_written").returncode == -signal.SIGKILL
    (folder.path / ".shard-05.parquet.12345").write_bytes(b"half")
    close(book, DAY)
    assert not list(folder.path.glob(".*"))


def test_a_second_close_at_once_is_refused(book, settings):
    """While one close holds the lock, another is refused with a sentence; afterwards it may."""

    def closing():
        try:
            return close(book, DAY)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with only_one(f"close/{book.pk}", folder=Path(settings.DATA_DIR) / "locks", busy="taken"):
            with pytest.raises(RefusedError, match="Another close of pine is running"):
                pool.submit(closing).result()
            refused = run(book, DAY)
        assert refused.returncode == 1
        assert b"Another close of pine is running" in refused.stderr
        assert pool.submit(closing).result().loans == 6


def close(lender, day):
    """Close a day in this process."""
    return night_run(actor="system:tests", lender_id=lender.pk, now=NOW, day=day)


def state(lender):
    """Return everything that a close leaves behind: the columns' bytes and the rows, without row numbers."""
    folder = night_folder(book_root(), lender.pk, DAY)
    return {
        "files": {path.name: path.read_bytes() for path in sorted(folder.path.iterdir())},
        "positions": rows(PositionRow, "loan_id"),
        "cases": rows(Case, "id"),
        "promises": rows(Promise, "id"),
        "items": rows(WorkItem, "day", "rank"),
        "runs": rows(NightRun, "day"),
        "leaves": EvidenceLeaf.objects.count(),
    }


def rows(model, *order):
    names = [
        field.attname for field in model._meta.concrete_fields if field.get_internal_type() != "BigAutoField"
    ]
    return list(model.objects.order_by(*order).values(*names))


def forget(lender, positions, last_leaf):
    """Take back what a close did, so that it can be done again."""
    WorkItem.objects.filter(day=DAY).delete()
    Case.objects.filter(opened_on=DAY).delete()
    Case.objects.filter(closed_on=DAY).update(closed_on=None)
    Promise.objects.update(state="open")
    NightRun.objects.filter(day=DAY).delete()
    corrupt("DELETE FROM store_evidenceleaf WHERE id > %s", [last_leaf])
    PositionRow.objects.all().delete()
    PositionRow.objects.bulk_create(positions)
    shutil.rmtree(night_folder(book_root(), lender.pk, DAY).path)


def run(lender, day, *, crash_at=""):
    """Close the day in a process of its own, on the database of this test."""
    command = [sys.executable, str(Path(__file__).with_name("close_once.py")), lender.pk, day.isoformat()]
    return subprocess.run(
        command, env=environment() | {"FORBEAR_CRASH_AT": crash_at}, capture_output=True, check=False
    )


def environment():
    """Return the environment in which another process finds the test database and the columns."""
    found = {"FORBEAR_DATA_DIR": str(book_root().parent), "DJANGO_SETTINGS_MODULE": "forbear.web.settings"}
    if connection.vendor != "sqlite":
        url = os.environ["FORBEAR_DATABASE_URL"].rpartition("/")[0]
        found["FORBEAR_DATABASE_URL"] = f"{url}/{connection.settings_dict['NAME']}"
    return os.environ | found

"""A payment backdated to the start of a long ledger, recorded through the store."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from itertools import count

import django

from bench.loan_events import EVENTS, START, Story, paid_day_by_day
from bench.measure import Figure, medians
from forbear.loans.events import Disbursed, PaymentReceived

STORE_MILLISECONDS = 300
LENDER, ACTOR = "bench", "system:bench"


@contextmanager
def store() -> Iterator[str]:
    """Set up an empty store in a folder that goes with it, and yield its name.

    SQLite, or the database that FORBEAR_DATABASE_URL names (``tools/with_postgres.py`` starts one).
    """
    with tempfile.TemporaryDirectory(prefix="forbear_bench_") as folder:
        os.environ["FORBEAR_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "forbear.web.settings"
        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        try:
            yield str(connections["default"].vendor)
        finally:
            connections.close_all()


def store_figures(*, repeats: int) -> list[Figure]:
    """Measure, by the clock on the wall, the recording of payments backdated to the loan's start."""
    with store() as name:
        story = paid_day_by_day()
        now = datetime.combine(story.day, time_of_day(8), UTC)
        loan_id = _opened(story, now)
        from forbear.services.ledger import NewEvent, append

        number = count(1)

        def backdated() -> None:
            key = f"late-{next(number)}"
            append(
                actor=ACTOR,
                lender_id=LENDER,
                key=key,
                now=now,
                loan_id=loan_id,
                events=[
                    NewEvent(
                        value_date=START + timedelta(days=1),
                        body=PaymentReceived(amount=12_345, channel_ref=key),
                    )
                ],
            )

        busy = time.process_time()
        seconds = medians({"append": backdated}, repeats=repeats, clock=time.perf_counter)
        busy = (time.process_time() - busy) / (repeats + 1)
        print(f"  recording takes {1e3 * busy:,.1f} ms of processor time here; the rest is waiting")
        return [
            Figure(
                name=f"{EVENTS:,} events after a payment backdated to the start, through the store ({name})",
                value=1e3 * seconds["append"],
                asked=STORE_MILLISECONDS,
                unit="ms",
            )
        ]


def _opened(story: Story, now: datetime) -> str:
    """Make lender, borrower and loan, load the loan's events, and return its id."""
    from forbear.services.ledger import load
    from forbear.services.loan import loan_open
    from forbear.services.party import party_add
    from forbear.store.models import Lender

    Lender.objects.create(
        id=LENDER,
        name="Bench",
        legal_name="Bench",
        country="CN",
        pack_id="cn",
        currency=story.terms.currency,
        language="en",
        zone="Asia/Shanghai",
        cutoff=time_of_day(0),
        created_at=now,
    )
    party_id = party_add(
        actor=ACTOR,
        lender_id=LENDER,
        key="party",
        now=now,
        name="Test A",
        language="en",
        born_on=date(1990, 5, 17),
    )
    loan_id = loan_open(
        actor=ACTOR,
        lender_id=LENDER,
        key="loan",
        now=now,
        reference="BENCH-1",
        product="Bench",
        terms=story.terms,
        parties=[(party_id, "borrower")],
        opening=Disbursed(amount=story.terms.principal),
    )
    events = paid_day_by_day(loan_id).events[1:]
    load(actor=ACTOR, lender_id=LENDER, now=now, histories=[(loan_id, events)])
    return loan_id

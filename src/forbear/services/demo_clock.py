"""The demonstration's clock: moved forward by hand, kept across restarts, its nights closed on the way.

An installation closes its nights with ``forbear close`` from a timer; a demonstration, whose days pass
in a minute, closes them itself.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings

from forbear.errors import InputError, NotVisibleError
from forbear.gateways.clock import VirtualClock
from forbear.gateways.demo import clock_keep
from forbear.services.dates import business_date
from forbear.services.night import NightSummary, night_run
from forbear.services.runtime import clock, data_dir
from forbear.services.simulation.lenders import ZONE
from forbear.store.models import Lender, NightRun

ACTOR = "system:demo"
FURTHEST = timedelta(days=400)
"""A jump further than this is a slip of the hand."""


def clock_move(*, to: str) -> datetime:
    """Move the clock forward to the next ``HH:MM``, or to a local ``YYYY-MM-DDTHH:MM``; return the instant.

    Raises NotVisibleError outside a demonstration, InputError for a moment that is past, far off or
    no moment at all.
    """
    running = clock()
    if not settings.FORBEAR.demo or not isinstance(running, VirtualClock):
        raise NotVisibleError("There is no clock to move.")
    now = running.now()
    moment = _moment(to, now)
    if moment - now > FURTHEST:
        raise InputError(f"{to} is more than a year away; choose a nearer moment.", field="to")
    running.move_to(moment)
    clock_keep(data_dir(), moment)
    return running.now()


def nights_catch_up(*, now: datetime) -> list[NightSummary]:
    """Close the last business day that has ended, for each lender that has not closed it."""
    closed = []
    for lender in Lender.objects.order_by("pk"):
        day = business_date(lender, now) - timedelta(days=1)
        if not NightRun.objects.filter(lender=lender, day__gte=day, finished_at__isnull=False).exists():
            closed.append(night_run(actor=ACTOR, lender_id=lender.pk, now=now, day=day))
    return closed


def _moment(to: str, now: datetime) -> datetime:
    try:
        if len(to) == len("HH:MM"):
            return _next(now, time.fromisoformat(to))
        moment = datetime.fromisoformat(to)
    except ValueError as error:
        raise InputError(f"{to[:40]!r} is no moment; write 21:59 or 2026-11-25T08:00.", field="to") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def _next(now: datetime, hour: time) -> datetime:
    local = now.astimezone(ZONE)
    moment = datetime.combine(local.date(), hour, ZONE)
    return moment if moment > local else moment + timedelta(days=1)

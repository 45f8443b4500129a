"""The one helper that retries: what it tries again, what it gives back, and what it lets through."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, OperationalError

from forbear.errors import InputError, RefusedError
from forbear.services import once as module
from forbear.services.once import ATTEMPTS, Request, once
from forbear.store.models import Reply

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def request_(lender, now):
    """A request that any verb could make."""
    return Request(
        verb="payment_record",
        actor="system:tests",
        lender_id=lender.pk,
        key="k-1",
        now=now,
        body={"amount": 1},
    )


class Work:
    """Work that fails so and so often before it succeeds."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.done = 0

    def __call__(self):
        self.done += 1
        if self.errors:
            raise self.errors.pop(0)
        return {"done": self.done}


class DeadlockError(Exception):
    """What psycopg raises when PostgreSQL picked this transaction to give way."""

    sqlstate = "40P01"


def passing():
    """Return a failure that another try may get past."""
    error = OperationalError("deadlock detected")
    error.__cause__ = DeadlockError()
    return error


def test_a_number_that_was_taken_is_tried_again(request_):
    """A stale sequence, a deadlock, a busy database: the same work is done again, and counts once."""
    work = Work(
        IntegrityError("UNIQUE constraint failed: store_ledgerevent.loan_id, store_ledgerevent.seq"),
        IntegrityError('duplicate key value violates unique constraint "ledger_seq_once"'),
        passing(),
        OperationalError("database is locked"),
    )

    answer = once(request_, work)

    assert (answer.reply, answer.replayed) == ({"done": 5}, False)
    assert Reply.objects.count() == 1


def test_it_gives_up_in_the_end(request_):
    """What keeps failing is raised, after a bounded number of tries."""
    work = Work(*(passing() for _ in range(ATTEMPTS + 1)))

    with pytest.raises(OperationalError):
        once(request_, work)
    assert work.done == ATTEMPTS
    assert not Reply.objects.exists()


@pytest.mark.parametrize(
    "error", [RefusedError("no"), InputError("no"), IntegrityError("other"), OperationalError("x")]
)
def test_what_would_fail_again_is_not_tried_again(request_, error):
    """Refusals, bad input and other faults of the database come straight through; nothing is kept."""
    work = Work(error)

    with pytest.raises(type(error)):
        once(request_, work)
    assert work.done == 1
    assert not Reply.objects.exists()


def test_who_comes_second_gets_the_first_ones_reply(request_, monkeypatch):
    """Two at once who both found no reply: the second runs into the unique key, and answers as the first."""
    seen = module._stored
    blind = [None, None]

    def stored(request):
        return blind.pop() if blind else seen(request)

    once(request_, Work())
    monkeypatch.setattr(module, "_stored", stored)
    second = once(request_, Work())

    assert (second.reply, second.replayed) == ({"done": 1}, True)
    assert Reply.objects.count() == 1


@pytest.mark.parametrize("changes", [{"key": "a\x00"}, {"key": "a\ud800"}, {"now": None}])
def test_a_request_without_a_usable_key_or_instant_is_refused(request_, changes):
    """Key and instant are checked before anything is done."""
    given = {name: getattr(request_, name) for name in ("verb", "actor", "lender_id", "key", "now", "body")}
    if "now" in changes:
        changes = {"now": request_.now.replace(tzinfo=None)}
    with pytest.raises(InputError) as caught:
        Request(**given | changes)
    assert caught.value.field == next(iter(changes))

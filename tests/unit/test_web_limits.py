"""A caller may ask a burst at once, and then as fast as the bucket fills."""

from __future__ import annotations

from forbear.web import limits
from forbear.web.limits import TokenBucket


class Seconds:
    """A clock in a test's hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_a_burst_passes_and_the_next_request_waits_for_the_refill() -> None:
    """Three at once pass, the fourth is told how long, and after that long it passes."""
    seconds = Seconds()
    bucket = TokenBucket(burst=3, per_second=0.5, seconds=seconds)
    assert [bucket.take("a") for _ in range(4)] == [0, 0, 0, 2]
    seconds.at = 2.0
    assert bucket.take("a") == 0
    assert bucket.take("a") == 2


def test_callers_do_not_share_a_bucket() -> None:
    """One caller's flood costs no other caller anything."""
    bucket = TokenBucket(burst=1, per_second=1, seconds=Seconds())
    assert bucket.take("a") == 0
    assert bucket.take("a") == 1
    assert bucket.take("b") == 0


def test_looking_takes_nothing() -> None:
    """To ask how long to wait is free."""
    bucket = TokenBucket(burst=1, per_second=1, seconds=Seconds())
    assert [bucket.wait("a"), bucket.wait("a"), bucket.take("a"), bucket.wait("a")] == [0, 0, 0, 1]


def test_the_bucket_holds_more_than_its_burst_never() -> None:
    """A long silence does not save up for a flood."""
    seconds = Seconds()
    bucket = TokenBucket(burst=2, per_second=1, seconds=seconds)
    bucket.take("a")
    seconds.at = 1000.0
    assert [bucket.take("a") for _ in range(3)] == [0, 0, 1]


def test_only_the_callers_seen_last_are_remembered(monkeypatch) -> None:
    """Memory is bounded, however many callers come."""
    monkeypatch.setattr(limits, "CALLERS_MAX", 2)
    bucket = TokenBucket(burst=1, per_second=1, seconds=Seconds())
    for caller in ("a", "b", "c"):
        bucket.take(caller)
    assert bucket.wait("a") == 0
    assert bucket.wait("c") == 1

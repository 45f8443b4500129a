"""Contact logs that come close to what is counted: today's calls and visits, and failures in a row."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.oracle.attempt import Line

Draw = random.Random

CHANNELS = ("call", "call", "sms", "email", "visit", "letter", "portal")
OUTCOMES = {
    "call": ("answered", "answered", "declined", "no_answer", "voicemail", "busy", "invalid", "unknown"),
    "sms": ("delivered", "delivered", "undelivered", "unknown"),
    "email": ("delivered", "undelivered"),
    "letter": ("delivered", "undelivered"),
    "visit": ("met", "not_met", "declined", "unknown"),
    "portal": ("delivered",),
}
UNANSWERED = ("no_answer", "no_answer", "no_answer", "voicemail", "busy", "invalid", "unknown")
FAILURES = (
    ("call", "no_answer"), ("call", "no_answer"), ("call", "voicemail"), ("call", "busy"),
    ("call", "invalid"), ("sms", "undelivered"), ("email", "undelivered"), ("visit", "not_met"),
)  # fmt: skip
SUCCESSES = (
    ("call", "out", "answered"), ("call", "in", "answered"), ("visit", "out", "met"),
    ("sms", "in", "delivered"), ("portal", "in", "delivered"), ("call", "out", "declined"),
)  # fmt: skip


def draw_log(draw: Draw, at: datetime, zones: tuple[str, ...], debtor: str) -> tuple[Line, ...]:
    """Return a log in the order of its instants, some of them later than now, as late entries are."""
    lines: list[Line] = []
    if draw.random() < 0.3:
        lines += _failures(draw, at, debtor)
    if draw.random() < 0.3:
        lines += _of_today(draw, at, zones, "effective", draw.choice((1, 2, 3, 3, 4)))
    if draw.random() < 0.25:
        lines += _of_today(draw, at, zones, "unanswered", draw.choice((4, 5, 6, 6, 7, 8)))
    if draw.random() < 0.2:
        lines += _of_today(draw, at, zones, "visit", draw.choice((1, 1, 2)))
    if draw.random() < 0.25:
        lines += _anything(draw, at, debtor)
    if lines and draw.random() < 0.06:
        lines[-1] = lines[-1]._replace(at=at + timedelta(minutes=draw.choice((0, 1, 4, 6, 90, 1500))))
    return _in_order(lines)


def _in_order(lines: list[Line]) -> tuple[Line, ...]:
    """Sort by the instant, and let no two lines share one."""
    lines.sort(key=lambda line: line.at)
    for place in range(1, len(lines)):
        if lines[place].at <= lines[place - 1].at:
            lines[place] = lines[place]._replace(at=lines[place - 1].at + timedelta(seconds=1))
    return tuple(lines)


def _line(
    draw: Draw, at: datetime, channel: str, outcome: str, *, person: str, direction: str = "out"
) -> Line:
    number = draw.choice(("n1", "n1", "n2")) if person == "p1" else "n3"
    two_way = outcome in ("declined", "met") or (outcome == "answered" and draw.random() < 0.85)
    debts = draw.choice((("l1",), ("l1",), ("l2",), ("l1", "l2")))
    return Line(at, channel, direction, person, number, debts, outcome, two_way)


def _of_today(draw: Draw, at: datetime, zones: tuple[str, ...], kind: str, count: int) -> Iterator[Line]:
    """Yield contacts since midnight in one of the zones, some on the very edge of yesterday."""
    wall = at.astimezone(ZoneInfo(draw.choice(zones)))
    midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    passed = max(int((at - midnight).total_seconds()), 1)
    for _ in range(count):
        seconds = draw.randrange(passed) if draw.random() < 0.85 else draw.choice((-60, -1, 0, 1, -3600))
        when = min(midnight + timedelta(seconds=seconds), at)
        if kind == "visit":
            outcome = draw.choice(("met", "not_met", "not_met", "unknown"))
            yield _line(draw, when, "visit", outcome, person=draw.choice(("p1", "p1", "p1", "x9")))
        elif kind == "effective":
            outcome = draw.choice(("answered", "answered", "answered", "declined", "unknown"))
            line = _line(draw, when, "call", outcome, person=draw.choice(("p1",) * 9 + ("x9",)))
            yield line._replace(direction="in") if draw.random() < 0.05 else line
        else:
            line = _line(draw, when, "call", draw.choice(UNANSWERED), person="p1")
            yield line._replace(number="n1" if draw.random() < 0.95 else "n2")


def _failures(draw: Draw, at: datetime, debtor: str) -> Iterator[Line]:
    """Yield attempts to reach the debtor that failed, after and sometimes before one that did not."""
    when = at - timedelta(days=draw.choice((0, 1, 4, 5, 6, 9)), minutes=draw.randrange(60, 900))
    if draw.random() < 0.5:
        channel, direction, outcome = draw.choice(SUCCESSES)
        yield _line(draw, when, channel, outcome, person=debtor, direction=direction)
    for _ in range(draw.choice((1, 2, 2, 3, 3, 4, 5))):
        when += (at - when) / draw.choice((2, 3, 4))
        channel, outcome = draw.choice(FAILURES)
        yield _line(draw, when.replace(microsecond=0), channel, outcome, person=debtor)
    ending = draw.random()
    when += (at - when) / 2
    if ending < 0.12:
        channel, direction, outcome = draw.choice(SUCCESSES)
        yield _line(draw, when.replace(microsecond=0), channel, outcome, person=debtor, direction=direction)
    elif ending < 0.3:
        channel, outcome = draw.choice((("sms", "delivered"), ("call", "unknown"), ("letter", "delivered")))
        yield _line(draw, when.replace(microsecond=0), channel, outcome, person=debtor)


def _anything(draw: Draw, at: datetime, debtor: str) -> Iterator[Line]:
    for _ in range(draw.randint(1, 5)):
        channel = draw.choice(CHANNELS)
        direction = "in" if channel == "portal" else draw.choice(("out", "out", "out", "in"))
        yield _line(
            draw,
            at - timedelta(seconds=draw.randrange(4 * 86_400)),
            channel,
            draw.choice(OUTCOMES[channel]),
            person=draw.choice(("p1", debtor, "x9")),
            direction=direction,
        )

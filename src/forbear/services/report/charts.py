"""Charts as SVG text, coloured by classes alone, and drawn for three widths so that text stays readable.

Every mark has a title, so a pointer shows its number; the table beside a chart has them all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

Write = Callable[[float], str]
"""Writes a value on the axis and in titles."""

SIZES = {"wide": (1080, 280), "middle": (560, 240), "narrow": (310, 210)}
"""The width and height that are drawn; the style sheet shows the one that suits the room there is."""

TOP, BOTTOM, RIGHT = 16, 26, 28
TICKS = 4
"""Steps of the axis at most, where its top is not fixed."""


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its name, the class that colours it, and a value for each label (None: a gap)."""

    name: str
    colour: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Frame:
    """The drawing area, and how values and places are turned into points."""

    width: int
    height: int
    left: int
    tick: float
    ticks: int
    count: int

    @property
    def most(self) -> float:
        """The value at the top."""
        return self.tick * self.ticks

    def y(self, value: float) -> float:
        """Return how far down a value lies."""
        inner = self.height - TOP - BOTTOM
        return TOP + inner * (1 - value / self.most if self.most else 1)

    @property
    def step(self) -> float:
        """How wide the place of one label is."""
        return (self.width - self.left - RIGHT) / max(1, self.count)

    def x(self, place: float) -> float:
        """Return how far right a place lies, counted from 0."""
        return self.left + self.step * place


def all_sizes(draw: Callable[[str], str]) -> str:
    """Draw for each of SIZES."""
    return "".join(f'<div class="only-{size}">{draw(size)}</div>' for size in SIZES)


def stacked(title: str, labels: Sequence[str], series: Sequence[Series], write: Write) -> str:
    """Draw columns of stacked parts, the first series at the bottom."""
    totals = [sum(part.values[k] or 0 for part in series) for k in range(len(labels))]

    def draw(size: str) -> str:
        frame = _frame(size, max(totals, default=0), len(labels), write)
        marks = [_column(frame, k, labels[k], series, write) for k in range(len(labels))]
        return _svg(title, frame, labels, [*_grid(frame, write), *marks])

    return all_sizes(draw)


def lines(
    title: str, labels: Sequence[str], series: Sequence[Series], write: Write, *, most: float | None = None
) -> str:
    """Draw lines with a dot at each value; ``most`` is the top of the axis where it is fixed."""
    highest = max((value for part in series for value in part.values if value is not None), default=0)

    def draw(size: str) -> str:
        frame = _frame(size, most or highest, len(labels), write, fixed=most is not None)
        marks = [_line(frame, labels, part, write) for part in series]
        return _svg(title, frame, labels, [*_grid(frame, write), *marks])

    return all_sizes(draw)


def groups(title: str, labels: Sequence[str], series: Sequence[Series], write: Write, *, most: float) -> str:
    """Draw columns side by side for each label, each with its value above it."""

    def draw(size: str) -> str:
        frame = _frame(size, most, len(labels), write, fixed=True)
        marks = [_group(frame, k, labels[k], series, write) for k in range(len(labels))]
        return _svg(title, frame, labels, [*_grid(frame, write), *marks])

    return all_sizes(draw)


def nice_step(most: float) -> float:
    """Return a step of 1, 2, 2.5, 4 or 5 times a power of ten of which at most TICKS reach ``most``."""
    if most <= 0:
        return 1.0
    least = most / TICKS
    power = 10.0 ** floor(log10(least))
    return next(step * power for step in (1, 2, 2.5, 4, 5, 10) if step * power >= least * 0.999999)


def _frame(size: str, most: float, count: int, write: Write, *, fixed: bool = False) -> Frame:
    step = most / TICKS if fixed else nice_step(most)
    ticks = TICKS if fixed else max(1, ceil(most / step - 1e-6))
    longest = max(len(write(step * k)) for k in range(ticks + 1))
    width, height = SIZES[size]
    return Frame(width, height, 10 + 8 * longest, step, ticks, count)


def _grid(frame: Frame, write: Write) -> list[str]:
    drawn = []
    for k in range(frame.ticks + 1):
        value = frame.tick * k
        y = frame.y(value)
        drawn.append(
            f'<line class="grid" x1="{frame.left}" x2="{frame.width - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="tick" x="{frame.left - 6}" y="{y + 4:.1f}" text-anchor="end">'
            f"{escape(write(value))}</text>"
        )
    return drawn


def _column(frame: Frame, place: int, label: str, series: Sequence[Series], write: Write) -> str:
    gap = min(3.0, frame.step * 0.2)
    x, wide, base, parts = frame.x(place) + gap / 2, frame.step - gap, 0.0, []
    for part in series:
        value = part.values[place] or 0
        if value:
            top = frame.y(base + value)
            parts.append(
                f'<rect class="{part.colour}" x="{x:.1f}" y="{top:.1f}" width="{wide:.1f}"'
                f' height="{frame.y(base) - top:.1f}">{_title(label, part.name, write(value))}</rect>'
            )
        base += value
    return "".join(parts)


def _line(frame: Frame, labels: Sequence[str], part: Series, write: Write) -> str:
    points = [
        (frame.x(k + 0.5), frame.y(value), labels[k], value)
        for k, value in enumerate(part.values)
        if value is not None
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in points)
    dots = "".join(
        f'<circle class="{part.colour}" cx="{x:.1f}" cy="{y:.1f}" r="{2.5 if len(points) < 60 else 1.5}">'
        f"{_title(label, part.name, write(value))}</circle>"
        for x, y, label, value in points
    )
    return f'<polyline class="line {part.colour}" points="{path}"/>{dots}'


def _group(frame: Frame, place: int, label: str, series: Sequence[Series], write: Write) -> str:
    pad = frame.step * 0.12
    wide = (frame.step - 2 * pad) / len(series)
    parts = []
    for k, part in enumerate(series):
        value = part.values[place] or 0
        x, y = frame.x(place) + pad + wide * k, frame.y(value)
        shown = write(value)
        parts.append(
            f'<rect class="{part.colour}" x="{x + 1:.1f}" y="{y:.1f}" width="{wide - 2:.1f}"'
            f' height="{frame.y(0) - y:.1f}">{_title(label, part.name, shown)}</rect>'
        )
        if wide > 7 * len(shown):
            parts.append(f'<text class="value" x="{x + wide / 2:.1f}" y="{y - 4:.1f}">{escape(shown)}</text>')
    return "".join(parts)


def _title(label: str, name: str, value: str) -> str:
    return f"<title>{escape(label)} · {escape(name)}: {escape(value)}</title>"


def _svg(title: str, frame: Frame, labels: Sequence[str], marks: Sequence[str]) -> str:
    longest = max((len(label) for label in labels), default=1)
    room = max(1, floor((frame.width - frame.left - RIGHT) / (8 * longest + 10)))
    every = max(1, ceil(len(labels) / room))
    names = "".join(
        f'<text class="tick" x="{frame.x(k + 0.5):.1f}" y="{frame.height - 8}" text-anchor="middle">'
        f"{escape(labels[k])}</text>"
        for k in range(0, len(labels), every)
    )
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {frame.width} {frame.height}"'
        f' aria-label="{escape(title, quote=True)}">{"".join(marks)}{names}</svg>'
    )

"""The sections of a report: each a chart, its table, its definition, and the day it is as of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from forbear.book.comparison import THRESHOLDS
from forbear.money.amount import digits_of
from forbear.nightly.flows import (
    CHARGED_OFF,
    CLOSED,
    CURRENT,
    Curve,
    counts_by_state,
    cure_curve,
    loss_curve,
    net_losses,
    principal_by_state,
    rates_ppm,
    roll_total,
)
from forbear.services.report import charts
from forbear.services.report.balances import Comparison
from forbear.services.report.charts import Series
from forbear.services.report.nights import BookNight
from forbear.services.report.writing import Writing

CURE_MONTHS = 12
LATE = range(CURRENT + 1, CHARGED_OFF)
COLOURS = ("c-current", "c-1", "c-2", "c-3", "c-4", "c-5", "c-bad", "c-good")
"""The class of each of STATES."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: its text, and how strongly it is shaded from 0 to 6."""

    text: str
    heat: int = 0


Row = tuple[str, Sequence[Cell]]
"""The name of a row, and its cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: the first column names the row, the others are numbers."""

    head: Sequence[str]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the page. ``chart`` is SVG; ``legend`` pairs classes with names."""

    key: str
    title: str
    definition: str
    as_of: str
    table: Table
    chart: str = ""
    legend: Sequence[tuple[str, str]] = ()
    note: str = ""
    open_table: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure at the head of the page."""

    name: str
    value: str
    detail: str


def state_names() -> list[str]:
    """Return what each of STATES is called, in the language that is active."""
    return [
        _("Not overdue"),
        _("1–30 days"),
        _("31–60 days"),
        _("61–90 days"),
        _("91–180 days"),
        _("181 days and more"),
        _("Charged off"),
        _("Paid off"),
    ]


def figures(nights: Sequence[BookNight], write: Writing) -> list[Figure]:
    """Return the figures of the last night."""
    last = nights[-1]
    counts, principal = counts_by_state(last.night), principal_by_state(last.night)
    running, owed = int(counts[:CHARGED_OFF].sum()), int(principal[:CHARGED_OFF].sum())
    late, late_owed = int(counts[LATE].sum()), int(principal[LATE].sum())
    gone, recovered = int(last.night.charged_off.sum()), int(last.night.recovered.sum())
    return [
        Figure(
            name=_("Principal outstanding"),
            value=write.short_money(owed),
            detail=_("%(count)s running loans") % {"count": write.count(running)},
        ),
        Figure(
            name=_("Overdue now"),
            value=write.short_money(int(last.overdue[last.night.states < CHARGED_OFF].sum())),
            detail=_("%(count)s loans with %(share)s of the principal")
            % {"count": write.count(late), "share": write.percent(_share(late_owed, owed))},
        ),
        Figure(
            name=_("Charged off so far"),
            value=write.short_money(gone),
            detail=_("%(count)s loans") % {"count": write.count(int(counts[CHARGED_OFF]))},
        ),
        Figure(
            name=_("Recovered of it"),
            value=write.short_money(recovered),
            detail=_("%(share)s of what was charged off") % {"share": write.percent(_share(recovered, gone))},
        ),
        Figure(
            name=_("Paid off so far"),
            value=write.count(int(counts[CLOSED])),
            detail=_("of %(count)s loans in the book") % {"count": write.count(len(last.night.loan_ids))},
        ),
    ]


def book_section(nights: Sequence[BookNight], write: Writing) -> Section:
    """Return the principal outstanding by days past due, month by month."""
    names = state_names()
    labels = [write.month(item.day) for item in nights]
    principal = np.array([principal_by_state(item.night) for item in nights])
    counts = np.array([counts_by_state(item.night) for item in nights])
    states = range(CHARGED_OFF)
    series = [Series(names[s], COLOURS[s], principal[:, s].tolist()) for s in states]
    title = _("Principal outstanding by days past due")
    return Section(
        key="book",
        title=title,
        definition=_(
            "Principal of running loans at each month's last close, by days past due on that day. A loan"
            " is overdue from the day after an instalment fell due and was not paid in full."
        ),
        as_of=write.day(nights[-1].day),
        chart=charts.stacked(title, labels, series, write.short_money),
        legend=[(part.colour, part.name) for part in series],
        table=Table(
            head=[_("Month"), *(names[s] for s in states), names[CHARGED_OFF], names[CLOSED]],
            rows=_newest_first(
                (
                    labels[k],
                    *(f"{write.short_money(int(principal[k, s]))} · {counts[k, s]}" for s in states),
                    write.count(int(counts[k, CHARGED_OFF])),
                    write.count(int(counts[k, CLOSED])),
                )
                for k in range(len(labels))
            ),
        ),
        note=_("Each cell: principal · loans. Charged off and paid off: loans so far."),
    )


def overdue_section(nights: Sequence[BookNight], write: Writing) -> Section:
    """Return the overdue bands as shares of the principal outstanding, month by month."""
    names = state_names()
    labels = [write.month(item.day) for item in nights]
    principal = np.array([principal_by_state(item.night) for item in nights])
    total = principal[:, :CHARGED_OFF].sum(axis=1)
    shares = np.where(total[:, None] > 0, 100 * principal / np.maximum(total, 1)[:, None], 0)
    series = [Series(names[s], COLOURS[s], shares[:, s].tolist()) for s in LATE]
    title = _("Overdue share of the book")
    return Section(
        key="overdue",
        title=title,
        definition=_(
            "Principal of the loans in each overdue band, as a share of all principal outstanding at that"
            " close."
        ),
        as_of=write.day(nights[-1].day),
        chart=charts.stacked(title, labels, series, write.percent),
        legend=[(part.colour, part.name) for part in series],
        table=Table(
            head=[_("Month"), *(names[s] for s in LATE), _("Together")],
            rows=_newest_first(
                (labels[k], *(write.percent(share) for share in (*shares[k, LATE], shares[k, LATE].sum())))
                for k in range(len(labels))
            ),
        ),
    )


def roll_section(nights: Sequence[BookNight], write: Writing) -> Section:
    """Return the roll-rate matrix of all neighbouring months together."""
    names = state_names()
    matrix = roll_total([item.night for item in nights])
    shares = rates_ppm(matrix)
    rows = []
    for state in range(CHARGED_OFF):
        cells = [_roll_cell(share, write) for share in shares[state]]
        rows.append((names[state], [*cells, Cell(write.count(int(matrix[state].sum())))]))
    return Section(
        key="rolls",
        title=_("Roll rates"),
        definition=_(
            "Of the loans in the state of the row at one month's close, the share in the state of the column"
            " at the next. All months of the report together; the last column counts loan-months."
        ),
        as_of=_period(nights, write),
        table=Table(head=[_("From \\ to"), *names, _("Loan-months")], rows=rows),
        open_table=True,
    )


def cure_section(nights: Sequence[BookNight], write: Writing) -> Section:
    """Return how many loans that fell overdue came back, by months since."""
    curve = cure_curve([item.night for item in nights], horizon=min(CURE_MONTHS, max(0, len(nights) - 2)))
    labels = [str(age) for age in range(len(curve.reached))]
    title = _("Cures")
    return Section(
        key="cures",
        title=title,
        definition=_(
            "Of the loans that were not overdue at one close and overdue at the next, the share that had been"
            " without arrears, or paid off, at a close by so many months later."
        ),
        as_of=_period(nights, write),
        chart=charts.lines(
            title, labels, [Series(title, "c-good", _curve(curve))], lambda v: write.percent(v, 0), most=100
        ),
        table=_curve_table(curve, labels, _("Months later"), _("Cured"), write),
    )


def loss_section(nights: Sequence[BookNight], write: Writing) -> Section:
    """Return how many loans of the first close were charged off, by close."""
    curve = loss_curve([item.night for item in nights])
    labels = [write.month(item.day) for item in nights]
    title = _("Losses")
    return Section(
        key="losses",
        title=title,
        definition=_(
            "Of the loans in the book at the first close, the share that was charged off by each close."
        ),
        as_of=_period(nights, write),
        chart=charts.lines(title, labels, [Series(title, "c-bad", _curve(curve))], write.percent),
        table=_curve_table(curve, labels, _("Month"), _("Charged off"), write, newest_first=True),
    )


def recovery_section(nights: Sequence[BookNight], write: Writing) -> Section:
    """Return what was charged off and what came back of it, month by month."""
    found = net_losses([item.night for item in nights])
    labels = [write.month(day) for day, _gone, _back in found]
    title = _("Charge-offs and recoveries")
    return Section(
        key="recoveries",
        title=title,
        definition=_(
            "Principal charged off so far, and what came in on those loans so far, less what that cost: money"
            " from borrowers and proceeds of collateral."
        ),
        as_of=write.day(nights[-1].day),
        chart=charts.lines(
            title,
            labels,
            [
                Series(_("Charged off"), "c-bad", [float(gone) for _day, gone, _back in found]),
                Series(_("Recovered"), "c-good", [float(back) for _day, _gone, back in found]),
            ],
            write.short_money,
        ),
        legend=[("c-bad", _("Charged off")), ("c-good", _("Recovered"))],
        table=Table(
            head=[_("Month"), _("Charged off"), _("Recovered"), _("Recovered share")],
            rows=_newest_first(
                (
                    write.month(day),
                    write.money(gone),
                    write.money(back),
                    write.percent(_share(back, gone)) if gone else "–",
                )
                for day, gone, back in found
            ),
        ),
    )


def balance_section(found: Comparison, write: Writing) -> Section:
    """Return how far the ledger is from the balances that another system reported."""
    shares = found.shares(digits=digits_of(write.currency))
    labels = [write.short_money(units * 10 ** digits_of(write.currency)) for units in THRESHOLDS]
    names = {
        "one_step": _("One step from the last report"),
        "free": _("Free running from the first"),
        "naive_one_step": _("One step, naive"),
        "naive_free": _("Free running, naive"),
    }
    colours = {"one_step": "c-4", "free": "c-2", "naive_one_step": "c-grey-2", "naive_free": "c-grey-1"}
    order = ("one_step", "naive_one_step", "free", "naive_free")
    title = _("Balances beside the reported ones")
    return Section(
        key="balances",
        title=title,
        definition=_(
            "The share of loan-months whose balance is within an amount of the one that another system"
            " reported. One step starts at the balance reported a month before; free running starts at the"
            " first report and never looks again. Naive: a twelfth of the yearly rate each month, less the"
            " month's money."
        ),
        as_of=f"{write.day(found.since)} – {write.day(found.until)}" if found.since and found.until else "",
        chart=charts.groups(
            title,
            labels,
            [Series(names[way], colours[way], shares[way]) for way in order],
            lambda v: write.percent(v, 0),
            most=100,
        ),
        legend=[(colours[way], names[way]) for way in order],
        table=Table(
            head=[_("Within"), *(names[way] for way in order)],
            rows=[
                _row(labels[k], *(write.percent(shares[way][k], 2) for way in order))
                for k in range(len(THRESHOLDS))
            ],
        ),
        note=_("%(count)s loan-months.") % {"count": write.count(len(found.one_step))},
        open_table=True,
    )


def _roll_cell(share: int | None, write: Writing) -> Cell:
    if share is None:
        return Cell("–")
    if share == 0:
        return Cell("")
    heat = next(level for level, edge in enumerate((5_000, 20_000, 50_000, 150_000, 400_000, 1_000_001), 1)
                if share < edge)  # fmt: skip
    return Cell(write.percent(share / 10_000), heat)


def _curve(curve: Curve) -> list[float | None]:
    return [None if share is None else share / 10_000 for share in curve.shares_ppm()]


def _curve_table(
    curve: Curve,
    labels: Sequence[str],
    first: str,
    reached: str,
    write: Writing,
    *,
    newest_first: bool = False,
) -> Table:
    shares = _curve(curve)
    rows = [
        _row(
            label,
            "–" if share is None else write.percent(share),
            write.count(reached_by),
            write.count(at_risk),
        )
        for label, share, reached_by, at_risk in zip(
            labels, shares, curve.reached, curve.at_risk, strict=True
        )
    ]
    return Table(
        head=[first, _("Share"), reached, _("Loans observed")], rows=rows[::-1] if newest_first else rows
    )


def _row(name: str, *texts: str) -> Row:
    return name, [Cell(text) for text in texts]


def _newest_first(rows: Iterable[Sequence[str]]) -> Sequence[Row]:
    return [_row(*row) for row in reversed(list(rows))]


def _period(nights: Sequence[BookNight], write: Writing) -> str:
    return f"{write.day(nights[0].day)} – {write.day(nights[-1].day)}"


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0

"""Forbear's balances beside the servicer's own, on a published tape of US car loans.

Two comparisons over every loan-month after a loan's first report, through Forbear's engine alone:

- one step: from the balance reported for the month before, and the money of the month;
- free running: from the first report on, never looking at a reported balance again.

Beside each stands the naive recursion, computed here too: a month's interest is a twelfth of the yearly
rate on the balance before, and the month's money comes off. Days are those of ``forbear.book.history``;
of the month that is predicted nothing is read but its money and the proceeds of the collateral.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from time import monotonic

from forbear.book.comparison import THRESHOLDS, Report, Step, one_step, share_within
from forbear.book.history import Opening, boarding, ledger_of, position_of
from forbear.book.profile import Profile, shipped_profile
from forbear.book.tape import Tape, TapeLoan, TapeMonth, read_tape
from forbear.errors import InputError
from forbear.loans.events import Boarded, ChargedOff
from forbear.loans.fold import advance

PROFILE = "abs_auto_ally"
PROGRESS_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Month:
    """One predicted loan-month: the reported balance, and how far off each way was, in cents."""

    kind: str
    one_step: int
    free: int
    naive_one_step: int
    naive_free: int


def default_folder() -> Path:
    """Return where the tape lies: beside the repository, or in the folder FORBEAR_SHARED names."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    return Path(os.environ.get("FORBEAR_SHARED", beside)) / "data" / "abs_auto_ally"


def run(folder: Path, *, explain: bool = False) -> int:
    """Print both rows beside the naive ones; return 1 where Forbear is below them anywhere, else 0."""
    loans, panel = folder / "loans.parquet", folder / "panel.parquet"
    if not loans.is_file():
        print(f"skipped: {folder} is not there; name the folder with --data or FORBEAR_SHARED")
        return 0
    profile = shipped_profile(PROFILE)
    tape = read_tape(loans, panel, profile)
    if tape.rejects:
        first = tape.rejects[0]
        raise InputError(f"{first.file}, line {first.line}: {first.explanation} {first.what_to_do}")
    months = list(compare(tape, profile))
    print(f"{len(tape.loans)} loans, {tape.rows_read} loan-months, {len(months)} after a first report")
    print("asked: what the naive recursion reaches on the same months")
    short = _print_rows(months)
    if explain:
        _print_kinds(months)
    return 1 if short else 0


def compare(tape: Tape, profile: Profile) -> Iterator[Month]:
    """Yield every loan-month after a first report, predicted in all four ways."""
    told = monotonic()
    for done, (reference, loan) in enumerate(tape.loans.items()):
        months = [row for row in tape.rows.get(reference, ()) if isinstance(row, TapeMonth)]
        if monotonic() - told > PROGRESS_SECONDS:
            told = monotonic()
            print(f"  {done} of {len(tape.loans)} loans", file=sys.stderr, flush=True)
        if months and months[0].balance > 0:
            yield from _loan_months(loan, months, profile)
        else:
            yield from (_ended(loan, month) for month in months[1:])


def _ended(loan: TapeLoan, month: TapeMonth) -> Month:
    off = -month.balance
    return Month("nothing outstanding", off, off, off, off)


def _loan_months(loan: TapeLoan, months: Sequence[TapeMonth], profile: Profile) -> Iterator[Month]:
    opening = boarding(loan, months[0], profile)
    free = FreeRun(opening)
    paid_through = _boarded(opening).paid_through
    naive_free = Fraction(months[0].balance)
    growth = 1 + loan.rate / 12
    charged_off = False
    for before, month in pairwise(months):
        step = _one_step(opening, before, month, paid_through, charged_off=charged_off)
        paid_through = step.paid_through
        naive_free = naive_free * growth - month.paid
        charged_off |= bool(month.proceeds or month.recovered)
        yield Month(
            kind=_kind_of(loan, before, month),
            one_step=step.balance - month.balance,
            free=free.balance_after(month) - month.balance,
            naive_one_step=round(before.balance * growth) - month.paid - month.balance,
            naive_free=round(naive_free) - month.balance,
        )


class FreeRun:
    """A loan that is folded on from its first report, month after month."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._count = 1
        self._position = position_of(opening.terms, [opening.entry], as_of=opening.entry.value_date)
        self._charged_off = False

    def balance_after(self, month: TapeMonth) -> int:
        """Take in the events of one month and return the principal at its end."""
        entries = self._opening.entries_of(month, self._position, charged_off=self._charged_off)
        for event in ledger_of(entries, first_seq=self._count + 1):
            self._position = advance(self._position, event)
        self._count += len(entries)
        self._position = advance(self._position, month.on)
        self._charged_off |= any(isinstance(entry.body, ChargedOff) for entry in entries)
        return self._position.principal


def _one_step(
    opening: Opening, before: TapeMonth, month: TapeMonth, paid_through: date, *, charged_off: bool
) -> Step:
    if before.balance <= 0 or charged_off:
        return Step(before.balance - month.paid, paid_through)
    return one_step(
        opening.terms,
        Report(before.on, before.balance),
        opening.entries_of(month, None, charged_off=False),
        on=month.on,
        due_day=_boarded(opening).next_due.day,
        paid_through=paid_through,
    )


def _boarded(opening: Opening) -> Boarded:
    if not isinstance(opening.entry.body, Boarded):
        raise InputError(f"{PROFILE} must say opening: first_report.", field="opening")
    return opening.entry.body


def _print_rows(months: Sequence[Month]) -> bool:
    """Print each share beside the naive one that is asked for; tell whether any is below it."""
    columns = {
        "one-step": ([m.one_step for m in months], [m.naive_one_step for m in months]),
        "free-running": ([m.free for m in months], [m.naive_free for m in months]),
    }
    short = False
    for name, (ours, naive) in columns.items():
        for units in THRESHOLDS:
            share, asked = share_within(ours, units), share_within(naive, units)
            short |= share < asked
            print(f"{name} within ${units}: {share:.2f} % (asked {asked:.2f} %)")
    return short


def _print_kinds(months: Sequence[Month]) -> None:
    by_kind: dict[str, list[Month]] = defaultdict(list)
    for month in months:
        by_kind[month.kind].append(month)
    print("\nwhat came in; share of months; one-step within 1, 5, 20, 50; free-running within the same")
    for kind, group in sorted(by_kind.items(), key=lambda item: -len(item[1])):
        one_step, free = [m.one_step for m in group], [m.free for m in group]
        shares = [share_within(errors, units) for errors in (one_step, free) for units in THRESHOLDS]
        cells = " ".join(f"{share:5.1f}" for share in shares)
        print(f"{kind:32} {100 * len(group) / len(months):6.2f} %  {cells}")


def _kind_of(loan: TapeLoan, before: TapeMonth, month: TapeMonth) -> str:
    """Name what kind of month it was, by the reported money and balances."""
    level = loan.instalment or 1
    if month.proceeds or month.recovered:
        return "charged off"
    if month.balance > before.balance:
        return "balance rose (returned payment)"
    if month.paid == 0:
        return "nothing paid"
    if month.paid >= before.balance:
        return "paid off"
    if before.paid == 0:
        return "paid after a month without"
    if abs(month.paid - level) <= 1:
        return "one instalment"
    if month.paid < level:
        return "less than an instalment"
    return "a little more" if month.paid * 10 < level * 13 else "much more"

"""Loan tapes: every row of a loans file and a payments file, checked, or rejected with its reason.

What comes out is plain values. What they mean for a ledger is decided in ``history``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import cast

from forbear.book.cells import CellReader, Value
from forbear.book.profile import FileSpec, OpeningRule, Profile
from forbear.book.rejects import CellError, Reason, Reject, reject_of
from forbear.book.shape import ColumnKind, PaymentRows, columns_of
from forbear.book.source import BrokenRow, Row, read_rows
from forbear.documents.scalars import LANGUAGES, is_zone
from forbear.money.calendar import month_end

PAYMENT_KINDS = ("payment", "recovery", "charge_off")
REFERENCE_LONGEST = 40
REPORT_EVERY = 20_000
"""Rows between two lines of progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TapeLoan:
    """One row of the loans file. Amounts in minor units, the rate as a yearly share.

    ``due_next`` is what falls due in the month after the first report; 0 means paid ahead.
    """

    reference: str
    line: int
    principal: int
    rate: Fraction
    instalments: int
    disbursed_on: date
    first_due: date
    instalment: int | None
    paid_through: date | None
    days_past_due: int
    due_next: int | None
    name: str
    language: str
    phone: str
    email: str
    place: str
    zone: str


@dataclass(frozen=True, slots=True)
class TapeMonth:
    """One month of a loan as another system reported it, known at ``on``, the month's last day."""

    on: date
    line: int
    paid: int
    balance: int
    recovered: int
    proceeds: int


@dataclass(frozen=True, slots=True)
class TapePayment:
    """One payment, recovery or charge-off on its day."""

    on: date
    line: int
    kind: str
    amount: int
    reference: str


TapeRow = TapeMonth | TapePayment


@dataclass(slots=True)
class Tape:
    """A tape as read: the loans in the order of the file, each with its rows by date, and the rejects."""

    loans: dict[str, TapeLoan] = field(default_factory=dict)
    rows: dict[str, list[TapeRow]] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    rows_read: int = 0


def read_tape(
    loans_path: Path,
    payments_path: Path,
    profile: Profile,
    *,
    report: Callable[[str], None] = lambda line: None,
) -> Tape:
    """Read and check both files.

    Bad rows stand in ``rejects``; raises InputError for a file that cannot be read at all.
    """
    tape = Tape()
    _read_loans(tape, loans_path, profile)
    report(f"{loans_path.name}: {len(tape.loans)} loans")
    _read_payments(tape, payments_path, profile, report)
    report(f"{payments_path.name}: {tape.rows_read} rows, {len(tape.rejects)} rejects in both files")
    return tape


def _read_loans(tape: Tape, path: Path, profile: Profile) -> None:
    kinds = columns_of("loans", None)
    for line, values in _values(tape, path, profile.loans, kinds, profile):
        try:
            loan = _loan(values, line, profile)
            _check_new(tape, loan)
        except CellError as error:
            tape.rejects.append(reject_of(error, file=path.name, line=line))
            continue
        tape.loans[loan.reference] = loan


def _values(
    tape: Tape, path: Path, spec: FileSpec, kinds: Mapping[str, ColumnKind], profile: Profile
) -> Iterator[tuple[int, dict[str, Value]]]:
    """Yield the rows that can be read; reject the others."""
    reader = CellReader(
        spec.columns,
        kinds,
        currency=profile.lender.currency,
        country=profile.lender.country,
        amount_max=profile.amount_max,
    )
    for row in read_rows(path, spec):
        try:
            values = reader.read(_cells(row))
        except CellError as error:
            tape.rejects.append(reject_of(error, file=path.name, line=row.line))
            continue
        yield row.line, values


def _cells(row: Row | BrokenRow) -> Mapping[str, str]:
    if isinstance(row, BrokenRow):
        raise CellError(row.reason, row.explanation, value=row.text)
    return row.cells


def _check_new(tape: Tape, loan: TapeLoan) -> None:
    known = tape.loans.get(loan.reference)
    if known is not None:
        raise CellError(
            Reason.DUPLICATE, f"Line {known.line} has the loan.", column="loan", value=loan.reference
        )


def _known_loan(tape: Tape, reference: Value) -> TapeLoan:
    loan = tape.loans.get(cast(str, reference))
    if loan is None:
        raise CellError(
            Reason.UNKNOWN_LOAN,
            "No usable row of the loans file has it.",
            column="loan",
            value=str(reference),
        )
    return loan


def _loan(values: dict[str, Value], line: int, profile: Profile) -> TapeLoan:
    def text(name: str, otherwise: str = "") -> str:
        return cast(str, values.get(name) or otherwise)

    loan = TapeLoan(
        reference=text("loan"),
        line=line,
        principal=cast(int, values["principal"]),
        rate=cast(Fraction, values["rate"]),
        instalments=cast(int, values["instalments"]),
        disbursed_on=cast(date, values["disbursed_on"]),
        first_due=cast(date, values["first_due"]),
        instalment=cast("int | None", values.get("instalment")),
        paid_through=cast("date | None", values.get("paid_through")),
        days_past_due=cast(int, values.get("days_past_due") or 0),
        due_next=cast("int | None", values.get("due_next")),
        name=text("name"),
        language=text("language", profile.lender.language),
        phone=text("phone"),
        email=text("email"),
        place=text("place"),
        zone=text("zone", profile.lender.zone),
    )
    _check_loan(loan, profile)
    return loan


def _check_loan(loan: TapeLoan, profile: Profile) -> None:
    if len(loan.reference) > REFERENCE_LONGEST:
        raise CellError(
            Reason.BAD_TEXT,
            f"A loan's name has at most {REFERENCE_LONGEST} characters.",
            column="loan",
            value=loan.reference,
        )
    if loan.principal == 0 or loan.instalment == 0:
        column = "principal" if loan.principal == 0 else "instalment"
        raise CellError(Reason.IMPOSSIBLE, "A loan has a principal and an instalment above 0.", column=column)
    if not 1 <= loan.instalments <= 600:
        raise CellError(Reason.ABSURD, "A loan has 1 to 600 instalments.", column="instalments")
    if loan.first_due <= loan.disbursed_on:
        raise CellError(
            Reason.OUT_OF_ORDER,
            f"The first instalment is not after the disbursal on {loan.disbursed_on}.",
            column="first_due",
            value=str(loan.first_due),
        )
    if not is_zone(loan.zone):
        raise CellError(Reason.BAD_TEXT, "It is not a time zone.", column="zone", value=loan.zone)
    if loan.language not in LANGUAGES:
        allowed = " or ".join(LANGUAGES)
        raise CellError(Reason.BAD_TEXT, f"It must be {allowed}.", column="language", value=loan.language)
    if profile.opening is OpeningRule.FIRST_REPORT and loan.instalment is None:
        raise CellError(Reason.MISSING, "A loan that is boarded needs its instalment.", column="instalment")


def _read_payments(tape: Tape, path: Path, profile: Profile, report: Callable[[str], None]) -> None:
    kinds = columns_of("payments", profile.payment_rows)
    is_monthly = profile.payment_rows is PaymentRows.MONTHLY
    for line, values in _values(tape, path, profile.payments, kinds, profile):
        tape.rows_read += 1
        if tape.rows_read % REPORT_EVERY == 0:
            report(f"{path.name}: {tape.rows_read} rows")
        row: TapeRow = _month(values, line) if is_monthly else _payment(values, line)
        try:
            loan = _known_loan(tape, values["loan"])
            rows = tape.rows.setdefault(loan.reference, [])
            _check_order(loan, rows, row)
        except CellError as error:
            tape.rejects.append(reject_of(error, file=path.name, line=line))
            continue
        rows.append(row)


def _month(values: dict[str, Value], line: int) -> TapeMonth:
    return TapeMonth(
        on=month_end(cast(date, values["month"])),
        line=line,
        paid=cast(int, values["paid"]),
        balance=cast(int, values["balance"]),
        recovered=cast(int, values.get("recovered") or 0),
        proceeds=cast(int, values.get("proceeds") or 0),
    )


def _payment(values: dict[str, Value], line: int) -> TapePayment:
    return TapePayment(
        on=cast(date, values["date"]),
        line=line,
        kind=cast(str, values.get("kind") or "payment"),
        amount=cast(int, values["amount"]),
        reference=cast(str, values.get("reference") or ""),
    )


def _check_order(loan: TapeLoan, rows: list[TapeRow], row: TapeRow) -> None:
    """Hold a row against the loan and the rows before it, which are in order."""
    shown = row.on.isoformat()
    if row.on < loan.disbursed_on:
        raise CellError(
            Reason.OUT_OF_ORDER, f"The loan starts on {loan.disbursed_on}.", column="date", value=shown
        )
    if isinstance(row, TapePayment):
        _check_payment(rows, row)
    twin = _twin(rows, row)
    if twin is not None:
        raise CellError(Reason.DUPLICATE, f"Line {twin.line} says the same.", column="date", value=shown)
    if rows and row.on < rows[-1].on:
        raise CellError(
            Reason.OUT_OF_ORDER, f"The row before is of {rows[-1].on}.", column="date", value=shown
        )


def _check_payment(rows: list[TapeRow], row: TapePayment) -> None:
    if row.kind not in PAYMENT_KINDS:
        allowed = ", ".join(PAYMENT_KINDS)
        raise CellError(Reason.BAD_TEXT, f"It must be one of {allowed}.", column="kind", value=row.kind)
    if row.amount == 0 and row.kind != "charge_off":
        raise CellError(Reason.IMPOSSIBLE, "A payment is above 0.", column="amount", value="0")
    charged_off = any(isinstance(other, TapePayment) and other.kind == "charge_off" for other in rows)
    if row.kind == "recovery" and not charged_off:
        raise CellError(Reason.IMPOSSIBLE, "No charge-off comes before it.", column="kind", value=row.kind)
    if row.kind == "charge_off" and charged_off:
        raise CellError(Reason.DUPLICATE, "The loan is charged off already.", column="kind", value=row.kind)


def _twin(rows: list[TapeRow], row: TapeRow) -> TapeRow | None:
    """Return an earlier row that says the same: of the same month, or the same payment."""
    for other in rows[bisect_left(rows, row.on, key=lambda kept: kept.on) :]:
        if other.on != row.on:
            return None
        if isinstance(row, TapeMonth) or _identity(other) == _identity(row):
            return other
    return None


def _identity(row: TapeRow) -> tuple[object, ...]:
    if isinstance(row, TapeMonth):
        return (row.on,)
    return (row.kind, row.reference) if row.reference else (row.kind, "", row.amount)

"""The book as columns: one hot row a loan and night, in Parquet that anything can read.

A row is a projection of a position and can be rebuilt from the ledger. Between two changes of a loan
only interest, days past due and the bucket move; the row holds what they follow from, so that an
untouched loan is aged without looking anywhere else. ``docs/reference/columns.md`` is the
reference of every column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from forbear.errors import InputError
from forbear.loans.position import Accrual, InstalmentState, LoanState, Position
from forbear.loans.schedule import Origin, build_schedule
from forbear.loans.terms import LoanTerms, Recalculation
from forbear.money.amount import digits_of

SCHEMA_NAME = "forbear.hot_row"
SCHEMA_VERSION = 1
PPM = 1_000_000
INT64_MAX = 2**63 - 1

FLAG_SCALAR = 1
"""No kernel fits this loan: its night is computed by the fold."""
FLAG_HALTED = 2
"""The row differs from the ledger, or could not be folded: nobody is contacted until that is explained."""

OVERDUE = ("overdue_principal", "overdue_interest", "overdue_fee", "overdue_penalty")
"""The columns that add up to the overdue amount."""

_DAY, _TEXT, _COUNT = pa.date32(), pa.string(), pa.int32()
_MONEY = _WHOLE = pa.int64()


def _accrual_fields(name: str) -> dict[str, pa.DataType]:
    kinds = {"base": _MONEY, "rate_ppm": _WHOLE, "from": _DAY, "carry": _WHOLE, "settled": _MONEY}
    return {f"{name}_{field}": kind for field, kind in kinds.items()} | {f"{name}_rounding": _TEXT}


_FIELDS = {
    "loan_id": _TEXT,
    "as_of": _DAY,
    "folded_on": _DAY,
    "last_seq": _COUNT,
    "digest": _TEXT,
    "state": _TEXT,
    "bucket": _TEXT,
    "days_past_due": _COUNT,
    "oldest_due": _DAY,
    "currency": _TEXT,
    "scale": pa.int8(),
    "disbursed_on": _DAY,
    "original_principal": _MONEY,
    "principal": _MONEY,
    "interest_accrued": _MONEY,
    "overdue_principal": _MONEY,
    "overdue_interest": _MONEY,
    "overdue_fee": _MONEY,
    "overdue_penalty": _MONEY,
    "due_principal": _MONEY,
    "due_interest": _MONEY,
    "due_fee": _MONEY,
    "instalments_overdue": _COUNT,
    "next_due": _DAY,
    "next_due_amount": _MONEY,
    "next_change": _DAY,
    "credit": _MONEY,
    "paid_total": _MONEY,
    "charged_off": _MONEY,
    "recovered": _MONEY,
    "day_count": _TEXT,
    **_accrual_fields("contract"),
    **_accrual_fields("penalty"),
    "flags": _COUNT,
}
_MAY_BE_NONE = ("oldest_due", "next_due", "next_change")

SCHEMA = pa.schema(
    [pa.field(name, kind, nullable=name in _MAY_BE_NONE) for name, kind in _FIELDS.items()],
    metadata={"schema": SCHEMA_NAME, "version": str(SCHEMA_VERSION)},
)

Row = dict[str, Any]
"""One hot row, by column."""

_Numbers = tuple[int, int, int, int]


def hot_row(position: Position) -> Row:
    """Return the hot row of a position.

    A loan whose rates are no whole millionths, or whose accruals do not fit int64, gets FLAG_SCALAR
    and rates of 0; its amounts are right as of ``as_of``, but nothing may be aged from them. Raises
    InputError for a loan that is kept at another scale than its currency's.
    """
    terms = position.terms
    if terms.scale != digits_of(terms.currency):
        raise InputError(
            f"Loan {position.loan_id} is kept at scale {terms.scale}; columns use that of {terms.currency}.",
            field="scale",
        )
    contract = _whole_numbers(position.contract, terms, _contract_settled(position))
    penalty = _whole_numbers(position.penalty, terms, position.penalty_paid + position.penalty_waived)
    fits = contract is not None and penalty is not None and position.interest_accrued >= 0
    return {
        **_identity(position),
        **_amounts(position),
        "next_due": position.next_due,
        "next_due_amount": position.next_due_amount,
        "next_change": next_change(position),
        "day_count": terms.day_count.value,
        **_accrual("contract", position.contract.from_day, contract),
        "contract_rounding": terms.rounding.interest.value,
        **_accrual("penalty", position.penalty.from_day, penalty),
        "penalty_rounding": terms.rounding.penalty.value,
        "flags": 0 if fits else FLAG_SCALAR,
    }


def next_change(position: Position) -> date | None:
    """Return the first day after ``as_of`` on which more happens than accrual and the count of days.

    An instalment falls due (even one that is paid already), the grace of one ends, or an event
    recorded ahead of its value date comes to count. None: only a new event changes this loan.
    """
    days = [event.value_date for event in position.pending]
    grace = timedelta(days=position.terms.grace_days + 1)
    days += [item.due_on + grace for item in _unsettled(position) if not item.late]
    falls = _falls_due_next(position)
    days += [] if falls is None else [falls]
    return min((day for day in days if day > position.as_of), default=None)


def table_of(rows: Sequence[Row]) -> pa.Table:
    """Put rows into a table of SCHEMA, in rising order of loan_id."""
    ordered = sorted(rows, key=lambda row: row["loan_id"])
    columns = {name: [row[name] for row in ordered] for name in SCHEMA.names}
    return pa.Table.from_pydict(columns, schema=SCHEMA)


def check_schema(schema: pa.Schema, where: str) -> None:
    """Raise InputError unless a file holds hot rows of the version that this code knows."""
    metadata = {key.decode(): value.decode() for key, value in (schema.metadata or {}).items()}
    if metadata.get("schema") != SCHEMA_NAME:
        raise InputError(f"{where} holds no columns of Forbear's book.", field="schema")
    if metadata.get("version") != str(SCHEMA_VERSION):
        raise InputError(
            f"{where} has columns of version {metadata.get('version')}; this Forbear reads version "
            f"{SCHEMA_VERSION}. Close again with rebuild to write them anew.",
            field="version",
        )
    if not schema.equals(SCHEMA, check_metadata=False):
        raise InputError(f"{where} does not have the columns of version {SCHEMA_VERSION}.", field="schema")


def arrays_of(table: pa.Table) -> dict[str, NDArray[Any]]:
    """Return the columns as NumPy arrays: days as int32 since 1970-01-01 (INT32 min: none), texts as str."""
    return {name: _array(table.column(name)) for name in table.column_names}


def with_columns(table: pa.Table, new: Mapping[str, NDArray[Any] | Sequence[str]]) -> pa.Table:
    """Return the table with some columns replaced; days are given as int32 since 1970-01-01."""
    for name, values in new.items():
        field = SCHEMA.field(name)
        array = pa.array(values) if field.type != _DAY else pa.array(values, pa.int32()).cast(_DAY)
        table = table.set_column(SCHEMA.get_field_index(name), field, array.cast(field.type))
    return table


NO_DAY = np.iinfo(np.int32).min
"""What a missing day is in the arrays."""


def _array(column: pa.ChunkedArray) -> NDArray[Any]:
    if column.type == _TEXT:
        return np.asarray(column.to_pylist(), dtype=np.str_)
    plain = column.cast(pa.int32()).fill_null(int(NO_DAY)) if column.type == _DAY else column
    values: NDArray[Any] = plain.to_numpy()
    return values


def _identity(position: Position) -> Row:
    terms = position.terms
    return {
        "loan_id": position.loan_id,
        "as_of": position.as_of,
        "folded_on": position.as_of,
        "last_seq": position.last_seq,
        "digest": position.digest,
        "state": position.state.value,
        "bucket": position.bucket,
        "days_past_due": position.days_past_due,
        "oldest_due": position.oldest_due,
        "currency": terms.currency,
        "scale": terms.scale,
        "disbursed_on": terms.disbursed_on,
        "original_principal": terms.principal,
    }


def _amounts(position: Position) -> Row:
    overdue, due = position.overdue, position.due_today
    return {
        "principal": position.principal,
        "interest_accrued": position.interest_accrued,
        "overdue_principal": overdue.principal,
        "overdue_interest": overdue.interest,
        "overdue_fee": overdue.fee,
        "overdue_penalty": overdue.penalty,
        "due_principal": due.principal,
        "due_interest": due.interest,
        "due_fee": due.fee,
        "instalments_overdue": sum(1 for item in _unsettled(position) if item.late and _is_behind(item)),
        "credit": position.credit,
        "paid_total": position.paid_total,
        "charged_off": position.charged_off,
        "recovered": position.recovered,
    }


def _unsettled(position: Position) -> list[InstalmentState]:
    """Return the instalments that have fallen due and are not paid or waived in full."""
    return [
        item
        for item in position.instalments
        if item.fallen and item.paid is not item.due and item.unpaid.total > 0
    ]


def _is_behind(item: InstalmentState) -> bool:
    unpaid = item.unpaid
    return unpaid.principal + unpaid.interest > 0


def _falls_due_next(position: Position) -> date | None:
    if position.terms.pattern is not None:
        plan = position.laid_out.plan
        return plan.due_on[0] if plan is not None and len(plan) else None
    opening, number = position.opening, position.next_number
    settled_early = any(item.origin is Origin.SETTLEMENT for item in position.instalments)
    if opening is None or settled_early or position.state is LoanState.CHARGED_OFF:
        return None
    if position.terms.recalculation is Recalculation.SCHEDULED:
        row = number - opening.number
        schedule = build_schedule(position.terms, opening)
        return schedule.due_on[row] if row < len(schedule) else None
    ended = opening.last_number is not None and number > opening.last_number
    return None if ended or position.principal == 0 else opening.due_on(number)


def _contract_settled(position: Position) -> int:
    if position.terms.recalculation is Recalculation.ACTUAL:
        return position.interest_billed
    early = sum(item.paid.interest for item in position.instalments if not item.fallen)
    return position.interest_billed + early


def _whole_numbers(accrual: Accrual, terms: LoanTerms, settled: int) -> _Numbers | None:
    """Return base, rate in ppm, carry and what is settled; None where they do not fit whole int64.

    A loan that a pattern lays out has no kernel yet: it takes the scalar lane as well.
    """
    if terms.pattern is not None:
        return None
    rate, rate_rest = divmod(accrual.rate_annual.numerator * PPM, accrual.rate_annual.denominator)
    unit = PPM * terms.day_count.year_days
    carry, carry_rest = divmod(accrual.carry.numerator * unit, accrual.carry.denominator)
    if rate_rest or carry_rest or not all(0 <= value <= INT64_MAX for value in (accrual.base, rate, carry)):
        return None
    return accrual.base, rate, carry, settled


def _accrual(name: str, from_day: date, numbers: _Numbers | None) -> Row:
    base, rate, carry, settled = numbers or (0, 0, 0, 0)
    return {
        f"{name}_base": base,
        f"{name}_rate_ppm": rate,
        f"{name}_from": from_day,
        f"{name}_carry": carry,
        f"{name}_settled": settled,
    }

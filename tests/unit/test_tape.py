"""Every row of a tape is used, or rejected with its line, its column, the reason and the remedy."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from forbear.book.profile import shipped_profile
from forbear.book.rejects import REMEDIES, Reason, harmless, write_rejects
from forbear.book.tape import Tape, read_tape
from forbear.errors import InputError
from forbear.testing.tapes import LOAN_HEADER, LOANS, PAYMENT_HEADER, PAYMENTS, csv_text, spoil, write_tape

PROFILE = shipped_profile("forbear")


def read(folder: Path, **changes: object) -> Tape:
    return read_tape(*write_tape(folder, **changes), PROFILE)


def test_a_good_tape_is_read_whole(tmp_path):
    """Amounts are minor units, rates are shares, and rows stand by loan in the order of their dates."""
    tape = read(tmp_path)
    assert tape.rejects == []
    loan = tape.loans["L-1"]
    assert (loan.principal, loan.rate, loan.instalments) == (1_200_000, Fraction(18, 100), 12)
    assert tape.loans["L-2"].rate == Fraction(125, 1000)
    assert [(row.on, row.kind, row.amount) for row in tape.rows["L-2"]] == [
        (date(2026, 2, 21), "payment", 50_000),
        (date(2026, 6, 30), "charge_off", 0),
        (date(2026, 7, 9), "recovery", 25_000),
    ]


def test_nothing_on_a_tape_is_of_a_day_to_come(tmp_path):
    """A payment or a payout after the business date is rejected with its line; that of today is not."""
    paths = write_tape(
        tmp_path,
        loans=spoil(LOANS, 3, {5: "2026-02-06", 6: "2026-03-06"}),
        payments=spoil(PAYMENTS[:2], 3, {1: "2099-01-01"}),
    )

    rejects = read_tape(*paths, PROFILE, until=date(2026, 2, 5)).rejects

    assert [(item.file, item.line, item.column, item.value, item.reason) for item in rejects] == [
        ("loans.csv", 3, "disbursed_on", "2026-02-06", Reason.IN_THE_FUTURE),
        ("payments.csv", 3, "date", "2099-01-01", Reason.IN_THE_FUTURE),
    ]
    assert rejects[1].explanation == "It counts from 2099-01-01, after the business date 2026-02-05."


@pytest.mark.parametrize("space", ["\u3000", "\xa0"])
def test_a_wide_space_in_a_name_is_a_space(tmp_path, space):
    """Names from a tape are kept in the one spelling in which names are typed."""
    tape = read(tmp_path, loans=spoil(LOANS, 2, {1: f"\u200b测试{space}甲{space}"}))
    assert (tape.rejects, tape.loans["L-1"].name) == ([], "测试 甲")


@pytest.mark.parametrize(
    ("line", "changes", "reason", "column"),
    [
        (2, {2: ""}, Reason.MISSING, "principal"),
        (2, {2: "-12000"}, Reason.NEGATIVE, "principal"),
        (2, {2: "12,000"}, Reason.BROKEN_ROW, ""),
        (2, {2: "¥12000"}, Reason.NOT_A_NUMBER, "principal"),
        (2, {2: "1.2e4"}, Reason.NOT_A_NUMBER, "principal"),
        (2, {2: "12000.001"}, Reason.NOT_A_NUMBER, "principal"),
        (2, {2: "99999999999"}, Reason.ABSURD, "principal"),
        (2, {2: "9" * 40}, Reason.ABSURD, "principal"),
        (2, {2: "=1+1"}, Reason.FORMULA, "principal"),
        (2, {2: "0"}, Reason.IMPOSSIBLE, "principal"),
        (2, {3: "-1"}, Reason.NEGATIVE, "rate_percent"),
        (2, {3: "2400"}, Reason.ABSURD, "rate_percent"),
        (2, {4: "12.5"}, Reason.NOT_A_NUMBER, "instalments"),
        (2, {4: "0"}, Reason.ABSURD, "instalments"),
        (2, {4: "601"}, Reason.ABSURD, "instalments"),
        (2, {5: "05.01.2026"}, Reason.BAD_DATE, "disbursed_on"),
        (2, {5: "2026-02-30"}, Reason.BAD_DATE, "disbursed_on"),
        (2, {5: "1026-01-05"}, Reason.ABSURD, "disbursed_on"),
        (2, {6: "2026-01-05"}, Reason.OUT_OF_ORDER, "first_due"),
        (2, {1: "=HYPERLINK(A1)"}, Reason.FORMULA, "name"),
        (2, {1: "@sum"}, Reason.FORMULA, "name"),
        (2, {1: "a\x07b"}, Reason.BAD_TEXT, "name"),
        (2, {7: "+cmd"}, Reason.FORMULA, "phone"),
        (2, {7: "ask me"}, Reason.BAD_TEXT, "phone"),
        (2, {8: "nobody"}, Reason.BAD_TEXT, "email"),
        (2, {0: "L" * 41}, Reason.BAD_TEXT, "loan"),
        (3, {0: "L-1"}, Reason.DUPLICATE, "loan"),
        (2, {1: "caf\udce9"}, Reason.BROKEN_ENCODING, "name"),
    ],
)
def test_a_bad_loan_is_rejected_with_its_line_and_reason(tmp_path, line, changes, reason, column):
    """One bad cell rejects its row alone and names the column of the file."""
    tape = read(tmp_path, loans=spoil(LOANS, line, changes))
    first = tape.rejects[0]
    assert (first.file, first.line, first.reason, first.column) == ("loans.csv", line, reason, column)
    assert first.what_to_do == REMEDIES[reason]
    assert len(tape.loans) == 1


@pytest.mark.parametrize(
    ("line", "changes", "reason", "column"),
    [
        (2, {0: ""}, Reason.MISSING, "loan"),
        (2, {0: "L-9"}, Reason.UNKNOWN_LOAN, "loan"),
        (2, {2: ""}, Reason.MISSING, "amount"),
        (2, {2: "-1100.16"}, Reason.NEGATIVE, "amount"),
        (2, {2: "0.00"}, Reason.IMPOSSIBLE, "amount"),
        (2, {2: "+1100"}, Reason.FORMULA, "amount"),
        (2, {2: "10000000.01"}, Reason.ABSURD, "amount"),
        (2, {1: ""}, Reason.MISSING, "date"),
        (2, {1: "2026-13-01"}, Reason.BAD_DATE, "date"),
        (2, {1: "=TODAY()"}, Reason.FORMULA, "date"),
        (2, {1: "2026-01-04"}, Reason.OUT_OF_ORDER, "date"),
        (3, {1: "2026-02-04"}, Reason.OUT_OF_ORDER, "date"),
        (3, {1: "2026-02-05", 4: "P-1"}, Reason.DUPLICATE, "date"),
        (2, {3: "gift"}, Reason.BAD_TEXT, "kind"),
        (2, {3: "recovery"}, Reason.IMPOSSIBLE, "kind"),
        (6, {3: "charge_off"}, Reason.DUPLICATE, "kind"),
        (2, {4: "-P"}, Reason.FORMULA, "reference"),
        (2, {4: "\udcff\udcfe"}, Reason.BROKEN_ENCODING, "reference"),
    ],
)
def test_a_bad_payment_is_rejected_with_its_line_and_reason(tmp_path, line, changes, reason, column):
    """One bad cell rejects its row alone; the rows around it are read."""
    tape = read(tmp_path, payments=spoil(PAYMENTS, line, changes))
    first = tape.rejects[0]
    assert (first.file, first.line, first.reason, first.column) == ("payments.csv", line, reason, column)
    assert sum(len(rows) for rows in tape.rows.values()) + len(tape.rejects) == len(PAYMENTS)


MONTHS_HEADER = "asset,month,paid,bal,recov,repo"
MONTHS = (
    "1001,2025-05,248.59,14000.00,,0",
    "1001,2025-06,248.59,13822.75,,0",
    "1001,2025-07,248.59,-12.50,,-300",
)
CAR_LOAN = (
    "asset,originalLoanAmount,originalInterestRatePercentage,originalLoanTerm,originationDate,"
    "originalFirstPaymentDate,reportingPeriodScheduledPaymentAmount,interestPaidThroughDate,"
    "currentDelinquencyStatus,nextReportingPeriodPaymentAmountDue,obligorGeographicLocation\n"
    "1001,15000,0.06,72,01/2025,02/2025,248.59,05-22-2025,0,248.59,TX\n"
)


@pytest.mark.parametrize(
    ("line", "row", "reason"),
    [
        (3, "1001,2025-05,248.59,13822.75,,0", Reason.DUPLICATE),
        (4, "1001,2025-04,248.59,13822.75,,0", Reason.OUT_OF_ORDER),
        (2, "1001,2024-12,248.59,13822.75,,0", Reason.OUT_OF_ORDER),
        (3, "1001,2025-06,,13822.75,,0", Reason.MISSING),
        (3, "1001,2025-06,-1,13822.75,,0", Reason.NEGATIVE),
        (3, "1001,2025-06,1,13822.75,-1,0", Reason.NEGATIVE),
        (3, "1002,2025-06,1,13822.75,,0", Reason.UNKNOWN_LOAN),
    ],
)
def test_monthly_rows_are_checked_alike(tmp_path, line, row, reason):
    """A month stands once, in order, and has its money; only a balance and proceeds may be below 0."""
    (tmp_path / "loans.csv").write_text(CAR_LOAN, encoding="utf-8")
    rows = [MONTHS_HEADER, *MONTHS]
    good = tmp_path / "good.csv"
    good.write_text("\n".join(rows), encoding="utf-8")
    cars = shipped_profile("abs_auto_ally")
    assert read_tape(tmp_path / "loans.csv", good, cars).rejects == []
    rows[line - 1] = row
    bad = tmp_path / "bad.csv"
    bad.write_text("\n".join(rows), encoding="utf-8")
    rejects = read_tape(tmp_path / "loans.csv", bad, cars).rejects
    assert [(reject.line, reject.reason) for reject in rejects] == [(line, reason)]


def test_a_state_that_the_profile_does_not_know_is_rejected(tmp_path):
    """Where a profile translates values, another value is not guessed at."""
    (tmp_path / "loans.csv").write_text(CAR_LOAN.replace(",TX", ",XX"), encoding="utf-8")
    (tmp_path / "months.csv").write_text(MONTHS_HEADER + "\n", encoding="utf-8")
    cars = shipped_profile("abs_auto_ally")
    rejects = read_tape(tmp_path / "loans.csv", tmp_path / "months.csv", cars).rejects
    assert [(reject.column, reject.reason) for reject in rejects] == [
        ("obligorGeographicLocation", Reason.BAD_TEXT)
    ]


def test_payments_of_a_rejected_loan_are_unknown(tmp_path):
    """When a loan's own row is rejected, each of its payments is rejected too, and says so."""
    tape = read(tmp_path, loans=spoil(LOANS, 2, {2: ""}))
    assert [reject.reason for reject in tape.rejects] == [Reason.MISSING, *[Reason.UNKNOWN_LOAN] * 2]


def test_a_row_with_too_few_cells_and_a_stray_quote_are_rejected(tmp_path):
    """A row that cannot be split into cells is rejected, and reading goes on after it."""
    loans, payments = write_tape(tmp_path)
    text = (
        csv_text(PAYMENT_HEADER, PAYMENTS[:2])
        + 'L-1,2026-04-05\nL-1,"2026-04-06"x,1.00,,P-4\nL-1,2026-05-05,2.00,,P-5\n'
    )
    payments.write_text(text, encoding="utf-8")
    tape = read_tape(loans, payments, PROFILE)
    assert [(reject.line, reject.reason) for reject in tape.rejects] == [
        (4, Reason.BROKEN_ROW),
        (5, Reason.BROKEN_ROW),
    ]
    assert tape.rows["L-1"][-1].reference == "P-5"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig"])
def test_utf_8_is_read_with_and_without_a_byte_order_mark(tmp_path, codec):
    """A byte order mark is not part of the first column's name."""
    tape = read(tmp_path, loans=spoil(LOANS, 2, {1: "测试甲"}), encoding=codec)
    assert tape.loans["L-1"].name == "测试甲"


def test_gb18030_is_read_where_the_profile_says_so_and_rejected_where_not(tmp_path):
    """The profile names the encoding; bytes that do not fit it reject their row."""
    paths = write_tape(tmp_path, loans=spoil(LOANS, 2, {1: "测试甲"}), encoding="gb18030")
    profile = replace(PROFILE, loans=replace(PROFILE.loans, encoding="gb18030"))
    assert read_tape(*paths, profile).loans["L-1"].name == "测试甲"
    assert read_tape(*paths, PROFILE).rejects[0].reason is Reason.BROKEN_ENCODING


def test_parquet_says_the_same_as_csv(tmp_path):
    """The same rows give the same values from either kind of file."""
    loans, payments = write_tape(tmp_path)
    from_csv = read_tape(loans, payments, PROFILE)
    columns = dict(zip(LOAN_HEADER, map(list, zip(*LOANS, strict=True)), strict=True))
    columns["principal"] = [12000.0, 6000.0]
    columns["disbursed_on"] = [date(2026, 1, 5), date(2026, 1, 20)]
    columns["instalments"] = [12, 6]
    pq.write_table(pa.table(columns), tmp_path / "loans.parquet")
    from_parquet = read_tape(tmp_path / "loans.parquet", payments, PROFILE)
    for reference, loan in from_csv.loans.items():
        assert replace(from_parquet.loans[reference], line=loan.line) == loan


def test_files_that_cannot_be_read_at_all_say_what_to_do(tmp_path):
    """A missing file, a missing column and damaged Parquet stop the reading with one sentence."""
    loans, payments = write_tape(tmp_path)
    with pytest.raises(InputError, match="There is no file"):
        read_tape(tmp_path / "nowhere.csv", payments, PROFILE)
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and then nothing")
    with pytest.raises(InputError, match="can't be read as Parquet"):
        read_tape(broken, payments, PROFILE)
    loans.write_text("loan,name\nL-1,x\n", encoding="utf-8")
    with pytest.raises(InputError, match="has no column 'principal'"):
        read_tape(loans, payments, PROFILE)
    loans.write_bytes("合同号,姓名\nL-1,x\n".encode("gb18030"))
    with pytest.raises(InputError, match="not utf-8; set encoding in the profile, for example to gb18030"):
        read_tape(loans, payments, PROFILE)


@pytest.mark.parametrize(
    "column",
    [
        pa.array([2**62, 0], pa.timestamp("us")),
        pa.array([1, 1], pa.timestamp("ns")),
        pa.array([2**30, 0], pa.int32()).cast(pa.date32()),
    ],
    ids=str,
)
def test_parquet_values_that_no_calendar_holds_are_one_sentence(tmp_path, column):
    """A day beyond the calendar is the file's fault, and is said in one line."""
    _loans, payments = write_tape(tmp_path)
    columns = dict(zip(LOAN_HEADER, map(list, zip(*LOANS, strict=True)), strict=True))
    odd = tmp_path / "odd.parquet"
    pq.write_table(pa.table(columns | {"disbursed_on": column}), odd)
    with pytest.raises(
        InputError, match=r"odd\.parquet can't be read as Parquet: [^\n]+\. Write it again\.$"
    ):
        read_tape(odd, payments, PROFILE)


def test_rejects_are_quoted_so_that_nothing_in_them_runs(tmp_path):
    """A cell that a spreadsheet would run starts with an apostrophe; broken bytes are written out."""
    tape = read(tmp_path, loans=spoil(LOANS, 2, {1: "=cmd|'/c calc'!A1"}))
    target = io.StringIO(newline="")
    assert write_rejects(tape.rejects, target) == 3
    rows = list(csv.DictReader(io.StringIO(target.getvalue())))
    assert rows[0]["value"].startswith("'=")
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert harmless("a\udce9\n") == "a\\udce9\\x0a"

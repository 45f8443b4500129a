"""The report is one page that needs nothing else, in the lender's language, and agrees with the book."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from forbear.book.profile import shipped_profile
from forbear.errors import InputError, NotVisibleError, RefusedError
from forbear.services.night import book_root, nights_run
from forbear.services.report import report_write
from forbear.services.report.balances import compare
from forbear.services.report.nights import month_nights
from forbear.services.tape import tape_import
from forbear.store.models import Lender

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
LOANS = """\
asset,originalLoanAmount,originalInterestRatePercentage,originalLoanTerm,originationDate,\
originalFirstPaymentDate,reportingPeriodScheduledPaymentAmount,interestPaidThroughDate,\
currentDelinquencyStatus,nextReportingPeriodPaymentAmountDue,obligorGeographicLocation
1001,15000,0.06,72,01/2025,02/2025,248.59,05-22-2025,0,248.59,TX
1002,9000,0.08,60,03/2025,04/2025,182.49,05-10-2025,0,182.49,NY
1003,7000,0.07,48,02/2025,03/2025,167.62,05-15-2025,0,167.62,CA
1004,6000,0.09,48,01/2025,02/2025,149.31,04-08-2025,20,298.62,OH
"""
MONTHS = """\
asset,month,paid,bal,recov,repo
1001,2025-05,248.59,14000.00,,0
1001,2025-06,248.59,13822.75,,0
1001,2025-07,248.59,13643.33,,0
1001,2025-08,248.59,13464.05,,0
1002,2025-05,182.49,8900.00,,0
1002,2025-06,0,8900.00,,0
1002,2025-07,0,8900.00,,0
1002,2025-08,0,8900.00,,0
1003,2025-05,167.62,6800.00,,0
1003,2025-06,6841.30,0,,0
1004,2025-05,0,5800.00,,0
1004,2025-06,0,5800.00,,0
1004,2025-07,0,0,,3100.00
1004,2025-08,0,0,,0
"""


@pytest.fixture
def book(tmp_path: Path, settings) -> str:
    """Four car loans: paid monthly, fallen overdue, paid off, and charged off; three closes."""
    settings.DATA_DIR = tmp_path / "data"
    (tmp_path / "loans.csv").write_text(LOANS, encoding="utf-8")
    (tmp_path / "months.csv").write_text(MONTHS, encoding="utf-8")
    tape_import(
        actor="system:tests",
        lender_id="cars",
        now=NOW,
        loans_path=tmp_path / "loans.csv",
        payments_path=tmp_path / "months.csv",
        profile=shipped_profile("abs_auto_ally"),
    )
    nights_run(
        actor="system:tests",
        lender_id="cars",
        now=NOW,
        first=date(2025, 6, 30),
        last=date(2025, 8, 31),
        every="month",
    )
    yield "cars"
    shutil.rmtree(book_root(), ignore_errors=True)


class Page(HTMLParser):
    """Collects what a page would load, its headings, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.loads += [values[key] for key in ("src", "data", "srcset", "action") if key in values]
        self.loads += [values["href"] for _ in [0] if tag == "link" and "href" in values]
        self.ids += [values["id"] for _ in [0] if tag == "section"]

    def handle_data(self, data):
        self.words.append(data)


def written(book: str, path: Path) -> tuple[str, Page]:
    html = report_write(actor="system:tests", lender_id=book, path=path, now=NOW).read_text(encoding="utf-8")
    page = Page()
    page.feed(html)
    return html, page


def test_the_page_needs_nothing_else_and_has_every_section(book, tmp_path):
    """No script, no file, no address is loaded; every section has its title, definition and as-of."""
    html, page = written(book, tmp_path / "report.html")
    assert page.loads == []
    assert not re.search(r"<script|url\(|@import|https?://", html)
    assert page.ids == [
        "overdue", "book", "rolls", "cures", "losses", "recoveries", "balances", "worklist"
    ]  # fmt: skip
    assert html.count('class="as-of"') == len(page.ids)
    assert html.count('class="definition"') == len(page.ids)
    text = " ".join(" ".join(page.words).split())
    assert "The book of Auto loan trust" in text
    assert "Borrower 1002" in text
    assert "Overdue now" in text


def test_the_worklist_says_why_and_when(book, tmp_path):
    """Each step has its reason and the moment from which the law allows it."""
    _html, page = written(book, tmp_path / "report.html")
    text = " ".join(" ".join(page.words).split())
    assert re.search(r"(Now, until|From) (\w{3} \d+ Nov, )?\d\d:\d\d", text), text[-900:]


def test_the_page_speaks_the_lenders_language(book, tmp_path):
    """For a Chinese lender everything that Forbear writes is Chinese."""
    Lender.objects.filter(pk=book).update(language="zh-hans")
    html, page = written(book, tmp_path / "report.html")
    assert '<html lang="zh-Hans">' in html
    assert "逾期占比" in " ".join(page.words)


def test_balances_are_compared_both_ways(book):
    """Every month with a close and a report counts once in each way, and naive is worse here."""
    found = compare(book, month_nights(book), report=lambda line: None)
    assert (found.since, found.until) == (date(2025, 6, 30), date(2025, 8, 31))
    assert [len(way) for way in (found.one_step, found.free, found.naive_one_step, found.naive_free)] == [
        10
    ] * 4
    shares = found.shares(digits=2)
    assert shares["one_step"][0] > shares["naive_one_step"][0]


def test_without_a_night_or_a_lender_there_is_no_report(make_lender, tmp_path):
    """A report needs a lender and a close, and says which is missing."""
    with pytest.raises(NotVisibleError, match="no lender"):
        report_write(actor="system:tests", lender_id="nobody", path=tmp_path / "r.html", now=NOW)
    make_lender("empty")
    with pytest.raises(RefusedError, match="run forbear close first"):
        report_write(actor="system:tests", lender_id="empty", path=tmp_path / "r.html", now=NOW)
    assert not (tmp_path / "r.html").exists()


def test_the_page_replaces_files_alone(book, tmp_path):
    """A folder or a device in its place is named, and stays what it is."""
    for path in (tmp_path, Path("/dev/null")):
        with pytest.raises(InputError, match="is no file that a page can replace"):
            report_write(actor="system:tests", lender_id=book, path=path, now=NOW)
    assert Path("/dev/null").is_char_device()

"""The loan's page: schedule, ledger, postings and why, in few questions for one event and for thousands."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from portal_steps import let_in

from forbear.loans.events import FeeCharged, LoanEvent, PaymentReceived, Undone
from forbear.services.ledger import NewEvent, append, load
from forbear.services.loan import loan_open
from forbear.services.payment import payment_record, payment_reverse
from forbear.store.selectors.ledger import loan_events, position_on
from forbear.testing.laid_out import laid_out_loan
from forbear.web.format import money

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
MOST = 12
LEDGER_ROWS = 25


def shown(client: Client, address: str, status: int = 200) -> str:
    """Return a page's markup."""
    answer = client.get(address)
    assert answer.status_code == status
    return str(answer.content.decode())


def said(html: str) -> str:
    """Return what a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def yuan(minor: int) -> str:
    """Write an amount as the English page does."""
    return money(minor, "CNY", "en")


def cells(html: str, caption: str) -> list[list[str]]:
    """Return the cells of the first table after some words, row by row."""
    table = html[html.index(caption) :]
    table = table[table.index("<table") : table.index("</table>")]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)
    return [[said(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


@pytest.fixture
def paid(loan: Any, now: Any) -> Callable[..., Any]:
    """Record payments on the loan: ``paid(100_000, "2026-10-01")``."""

    def record(amount: int, day: str, *, key: str = "") -> Any:
        return payment_record(
            actor="system:report",
            lender_id=loan.lender_id,
            key=key or f"{amount}-{day}",
            now=now,
            loan_id=loan.pk,
            amount=amount,
            value_date=date.fromisoformat(day),
            channel_ref=f"bank {day} {key}",
        )

    return record


def many(loan: Any, now: Any, count: int) -> None:
    """Load so many small payments into the loan's ledger, one after the other."""
    events = [
        LoanEvent(
            event_id=f"ev_many_{seq}",
            loan_id=loan.pk,
            seq=seq,
            value_date=date(2026, 8, 16) + timedelta(days=seq * 95 // (count + 2)),
            booked_on=TODAY,
            recorded_at=now,
            actor="system:tape",
            body=PaymentReceived(amount=100 + seq % 7, channel_ref=f"tape {seq}"),
        )
        for seq in range(2, count + 2)
    ]
    load(actor="system:tape", lender_id=loan.lender_id, now=now, histories=[(loan.pk, events)])


def test_the_head_says_who_where_it_stands_what_it_takes_to_end_it_and_what_it_costs(
    staff: Callable[..., Client], loan: Any
) -> None:
    """Borrower, state, days and bucket, each owed part, payoff, and the yearly cost with its method."""
    position = position_on(loan, as_of=TODAY)
    page = said(shown(staff("agent"), f"/console/loans/{loan.pk}/"))
    overdue = position.overdue

    for words in (
        "测试甲",
        "Running",
        "70 days overdue",
        "61–90 days",
        f"Principal {yuan(overdue.principal)}",
        f"Overdue interest {yuan(overdue.penalty)}",
        f"To pay off today {yuan(position.payoff)}",
        "× 12 periods a year",
        "Within it",
        "Not compared",
    ):
        assert words in page, words


def test_every_amount_owed_leads_to_rows_that_add_up_to_it(staff: Callable[..., Client], loan: Any) -> None:
    """Each link from an amount has its place on the page, and the exact steps add up to what is told."""
    html = shown(staff("agent"), f"/console/loans/{loan.pk}/")
    ids = set(re.findall(r' id="([^"]+)"', html))
    links = set(re.findall(r'href="#(why[^"]*)"', html))
    position = position_on(loan, as_of=TODAY)

    assert {"why-instalments", "why-penalty", "why-1-1", "why-1-2", "why-1-3"} <= links <= ids
    for caption in ("Overdue interest, step by step", "Where its interest comes from"):
        rows = cells(html, caption)[1:]
        exact = sum(round(float(row[-1]) * 10**6) for row in rows if not row[-1].startswith(("CN", "−")))
        total = next(row for row in rows if row[0].startswith("Together"))
        assert round(exact, -4) == round(float(total[-1].replace("CN¥", "")) * 10**6)
    assert yuan(position.overdue.penalty) == cells(html, "Overdue interest, step by step")[-1][-1]


def test_the_columns_of_the_schedule_add_up(staff: Callable[..., Client], loan: Any, paid: Any) -> None:
    """The last row is the sum of those above it, and each instalment says how it stands."""
    paid(150_000, "2026-10-20")
    html = shown(staff("agent"), f"/console/loans/{loan.pk}/")
    head, *rows = cells(html, 'id="plan"')
    body = [row for row in rows if row[0] not in ("Together", "Overdue interest")]
    total = next(row for row in rows if row[0] == "Together")

    for column in (head.index(name) for name in ("Principal", "Interest", "Instalment", "Paid", "Left")):
        amounts = [float(row[column].replace("CN¥", "").replace(",", "").replace("–", "0")) for row in body]
        assert yuan(round(sum(amounts) * 100)) == total[column]
    standings = [row[head.index("State")] for row in body]
    assert standings[:4] == ["Paid", "40 days late", "9 days late", "To come"]


def test_the_ledger_says_how_each_payment_was_shared_out(
    staff: Callable[..., Client], loan: Any, paid: Any
) -> None:
    """By part and instalment; who recorded it and when; and what became of it."""
    receipt = paid(150_000, "2026-10-20")
    payment_reverse(
        actor="system:report",
        lender_id=loan.lender_id,
        key="back",
        now=receipt_now(loan),
        loan_id=loan.pk,
        event_id=receipt.event_id,
        value_date=date(2026, 10, 22),
        reason="no funds",
    )
    page = said(shown(staff("manager"), f"/console/loans/{loan.pk}/"))

    assert re.search(r"Instalment of 15 Sept 2026 : Principal CN¥[\d,.]+ Interest CN¥[\d,.]+", page)
    assert "Returned on 22 Oct 2026" in page
    assert "no funds" in page
    assert "System (report)" in page


def receipt_now(loan: Any) -> Any:
    """Return the instant at which the last event was recorded."""
    return loan_events(loan.pk)[-1].recorded_at


def test_postings_and_the_trial_balance_are_in_named_accounts_and_come_to_zero(
    staff: Callable[..., Client], loan: Any, paid: Any
) -> None:
    """Debits and credits of every entry are equal, and so are those of all accounts."""
    paid(150_000, "2026-10-20")
    html = shown(staff("manager"), f"/console/loans/{loan.pk}/")
    rows = cells(html, 'id="balances"')

    assert "Debits less credits: CN¥0.00" in said(html)
    assert {"Bank 1002", "Loans 1303", "Interest income 6011"} <= {row[0] for row in rows}
    together = rows[-1]
    assert together[1] == together[2]
    assert together[3] == together[4]
    journal = html[html.index('id="postings"') :].split("</section>")[0]
    for entry in re.findall(r"<tbody>(.*?)</tbody>", journal, re.DOTALL):
        sums = [0, 0]
        for row in re.findall(r"<tr>(.*?)</tr>", entry, re.DOTALL):
            sides = [said(cell) for cell in re.findall(r'<td class="num">(.*?)</td>', row, re.DOTALL)]
            for side, text in enumerate(sides):
                sums[side] += round(float(text.replace("CN¥", "").replace(",", "")) * 100) if text else 0
        assert sums[0] == sums[1] > 0


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_payoff_can_be_asked_for_any_day(staff: Callable[..., Client], loan: Any, language: str) -> None:
    """A week ahead the interest of that week is in it; nothing is stored by asking."""
    day = TODAY + timedelta(days=7)
    page = said(shown(staff("agent", language), f"/console/loans/{loan.pk}/?payoff={day}"))

    assert money(position_on(loan, as_of=day).payoff, "CNY", language) in page
    assert len(loan_events(loan.pk)) == 1


@pytest.mark.parametrize("day", ["", "tomorrow", "2026-02-30", "1999-01-01", "2099-01-01"])
def test_a_day_that_cannot_be_asked_for_is_answered_beside_the_field(
    staff: Callable[..., Client], loan: Any, day: str
) -> None:
    """The page stands with today's payoff, and says what to write."""
    client = staff("agent")
    answer = client.get(f"/console/loans/{loan.pk}/", {"payoff": day})

    assert answer.status_code == 400
    html = answer.content.decode()
    assert 'id="id_payoff_error"' in html
    assert "To pay off today" in said(html)


def test_a_long_ledger_asks_no_more_and_shows_no_more(
    staff: Callable[..., Client], loan: Any, now: Any
) -> None:
    """Four and a half thousand events take the same questions as one, and a page of rows."""
    client, address = staff("agent"), f"/console/loans/{loan.pk}/"
    shown(client, address)
    with CaptureQueriesContext(connection) as few:
        shown(client, address)
    many(loan, now, 4_499)

    with CaptureQueriesContext(connection) as queries:
        html = shown(client, address)

    assert len(queries) == len(few) <= MOST
    ledger = html[html.index('id="ledger"') : html.index('id="balances"')]
    assert ledger.count("<tr") - 1 == LEDGER_ROWS
    assert "1–25 of 4,500" in said(ledger)
    last = shown(client, f"{address}?ledger=180")
    assert "Loan paid out" in said(last[last.index('id="ledger"') : last.index('id="balances"')])


def test_a_page_of_one_list_leaves_the_other_where_it_is(
    staff: Callable[..., Client], loan: Any, now: Any
) -> None:
    """Turning the ledger keeps the day asked for and the page of the postings, and leads to the ledger."""
    many(loan, now, 60)
    html = shown(staff("agent"), f"/console/loans/{loan.pk}/?payoff=2026-12-01&postings=2")
    address = re.search(r'rel="next" href="([^"]+#ledger)"', html)

    assert address
    assert {"payoff=2026-12-01", "postings=2", "ledger=2"} == set(
        address[1].replace("&amp;", "&").strip("?").removesuffix("#ledger").split("&")
    )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_entry_tells_its_postings_and_what_a_backdated_one_changed(
    staff: Callable[..., Client], loan: Any, paid: Any, language: str
) -> None:
    """By date and amount: what another payment settled before, and settles now."""
    first = paid(110_000, "2026-10-20")
    late = paid(110_000, "2026-09-20")
    client = staff("agent", language)
    html = shown(client, f"/console/loans/{loan.pk}/entries/{late.event_id}/")
    words = {
        "en": ("Backdated", "What its recording changed", "Settled by the entry of that day", "Bank"),
        "zh-hans": ("倒起息", "登记它改变了什么", "该日分录所还", "银行存款"),
    }

    for word in words[language]:
        assert word in html, word
    assert f"/entries/{first.event_id}/" in html
    assert late.event_id not in html[html.index('id="changed"') :]
    assert {"en": "Backdated", "zh-hans": "倒起息"}[language] in shown(client, f"/console/loans/{loan.pk}/")


def test_an_entry_that_was_undone_says_by_what(staff: Callable[..., Client], loan: Any, now: Any) -> None:
    """It is shown as one that never counted, with a way to what undid it, and back."""
    who = {"actor": "system:report", "lender_id": loan.lender_id, "now": now, "loan_id": loan.pk}
    fee = append(
        **who, key="fee", events=[NewEvent(value_date=TODAY, body=FeeCharged(amount=500, reason="copy"))]
    )
    undo = append(
        **who,
        key="undo",
        events=[NewEvent(value_date=TODAY, body=Undone(reason="mistake"), targets=fee.event_ids)],
    )
    client = staff("agent")
    html = shown(client, f"/console/loans/{loan.pk}/entries/{fee.event_ids[0]}/")

    assert "Undone on 24 Nov 2026: never counted" in said(html)
    assert f"/entries/{undo.event_ids[0]}/" in html
    assert fee.event_ids[0] in shown(client, f"/console/loans/{loan.pk}/entries/{undo.event_ids[0]}/")
    assert 'class="gone"' in shown(client, f"/console/loans/{loan.pk}/")


def test_an_entry_of_another_loan_is_not_there(
    staff: Callable[..., Client], loan: Any, other_loan: Any
) -> None:
    """Neither with its own loan's address nor with this one's."""
    theirs = loan_events(other_loan.pk)[0].event_id
    client = staff("agent")

    assert client.get(f"/console/loans/{loan.pk}/entries/{theirs}/").status_code == 404
    assert client.get(f"/console/loans/{other_loan.pk}/entries/{theirs}/").status_code == 404


def test_a_loan_with_a_pattern_has_the_same_page(
    staff: Callable[..., Client], lender: Any, borrower: Any, now: Any
) -> None:
    """Whatever lays the instalments out, the page stands, and its trial balance is zero."""
    from forbear.loans.events import Disbursed

    terms = laid_out_loan()
    loan_id = loan_open(
        actor="system:tests",
        lender_id=lender.pk,
        key="laid-out",
        now=now,
        reference="PINE-9",
        product="演示分期",
        terms=terms,
        parties=[(borrower.pk, "borrower")],
        opening=Disbursed(amount=terms.principal),
    )
    page = said(shown(staff("agent"), f"/console/loans/{loan_id}/"))

    assert "Debits less credits: CN¥0.00" in page
    assert "as the plan lays it out" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("What this loan costs in a year", "times 12 periods a year", "The interest in it")),
        ("zh-hans", ("这笔贷款一年的成本", "一年12期", "其中的利息")),
    ],
)
def test_the_borrower_reads_the_same_in_plain_words_and_no_double_entry(
    client: Client, borrower: Any, loan: Any, language: str, words: tuple[str, ...]
) -> None:
    """Each unpaid instalment step by step, and the yearly cost; accounts are the lender's."""
    html = shown(let_in(client, borrower, language=language), f"/portal/pine/loans/{loan.pk}/")

    for word in words:
        assert word in said(html), word
    assert html.count('id="instalment-') == 3
    for word in ("Trial balance", "Debit", "借方", "1303"):
        assert word not in html

"""Each page of the console stands, for its roles, in both languages, and says what it should."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from desk_world import NIGHT, worklist
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forbear.services.evidence import evidence_seal
from forbear.services.loan import loan_open
from forbear.services.payment import payment_record
from forbear.store.models import PositionRow, Snapshot
from forbear.store.selectors.ledger import position_on
from forbear.web.format import money
from tests.conftest import level_terms

pytestmark = pytest.mark.django_db

INLINE = re.compile(r"""<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|<style|javascript:""", re.IGNORECASE)
LANGUAGES = ("zh-hans", "en")
TODAY = date(2026, 11, 24)

PAGES = {
    "/console/worklist/": (("agent", "manager", "compliance", "administrator"), "今天的工作", "My day"),
    "/console/cases/{loan}/": (("agent", "manager", "compliance", "administrator"), "测试甲", "测试甲"),
    "/console/loans/{loan}/": (("agent", "manager", "compliance", "administrator"), "PINE-1", "PINE-1"),
    "/console/book/": (("manager", "compliance", "administrator"), "资产总览", "The book"),
    "/console/book/61-90/": (("manager", "compliance", "administrator"), "61–90天", "61–90 days"),
    "/console/acts/": (("compliance", "administrator"), "判定记录", "Judged acts"),
    "/console/evidence/": (("manager", "compliance", "administrator"), "存证", "Evidence"),
    "/console/law/": (
        ("compliance", "administrator"),
        "中国大陆：个人消费类贷款催收",
        "China (mainland): collecting personal consumer loans",
    ),
    "/console/law/what-if/": (("compliance", "administrator"), "假设分析", "What if…"),
    "/console/accounts/": (("administrator",), "账号", "Accounts"),
    "/console/tokens/": (("administrator",), "接口令牌", "API tokens"),
    "/accounts/2fa/": (("agent", "administrator"), "两步登录", "Two-step sign-in"),
    "/accounts/password/change/": (("agent",), "修改密码", "Change password"),
}
CASES = [
    (route, role, language)
    for route, (roles, _, _) in PAGES.items()
    for role in roles
    for language in LANGUAGES
]


def heading(html):
    return re.sub(r"<[^>]+>", "", re.search(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL).group(1)).strip()


@pytest.mark.parametrize(("route", "role", "language"), CASES)
def test_a_page_stands_for_its_role_in_its_language(staff, desk, loan, route, role, language):
    """The page opens, speaks the language, names itself once, and holds nothing inline."""
    answer = staff(role, language).get(route.format(loan=loan.pk))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert heading(html) == PAGES[route][1 if language == "zh-hans" else 2]
    assert f'<html lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in html
    assert html.count("<h1") == 1
    assert html.count("<main") == 1
    assert not INLINE.search(html)


def test_nothing_may_run_or_be_drawn_that_is_not_ours(staff, desk):
    """The content policy allows this host and nothing else, on every page."""
    policy = staff("agent").get("/console/worklist/")["Content-Security-Policy"]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
    assert parts["default-src"] == "'none'"
    assert parts["script-src"] == parts["style-src"] == parts["connect-src"] == "'self'"
    assert "unsafe" not in policy


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sign_in_page_speaks_both_languages(client, language):
    """The first page is read before anybody is known, so the language can be chosen on it."""
    client.post("/choose/", {"language": language, "next": "/accounts/login/"})
    html = client.get("/accounts/login/").content.decode()
    assert heading(html) == {"zh-hans": "登录", "en": "Sign in"}[language]
    assert not INLINE.search(html)


def test_choices_are_kept_and_lead_back_only_to_this_site(staff):
    """Language, light or dark, and keys are remembered; the way back is never to another host."""
    client = staff("agent")
    answer = client.post(
        "/choose/",
        {"language": "en", "theme": "dark", "keys": "off", "next": "https://elsewhere.example/"},
    )
    assert answer.url == "/"
    html = client.get("/console/worklist/").content.decode()
    assert 'data-theme="dark"' in html
    assert 'data-keys="off"' in html


def test_the_worklist_says_what_an_agent_decides_by(staff, desk, loan):
    """A row names the person, days and amount overdue, the next step, and until when it is allowed."""
    html = staff("agent").get("/console/worklist/").content.decode()
    overdue = money(position_on(loan, as_of=NIGHT).overdue.total, "CNY", "en")
    for words in ("测试甲", "PINE-1", ">69<", overdue, "Never", "Phone call", "Until 22:00"):
        assert words in html, words


def test_a_row_that_is_not_allowed_says_from_when_and_why(staff, desk, clock):
    """At night the worklist names the morning, and the guideline's reason."""
    clock.move_to(clock.now().replace(hour=14))
    html = staff("agent").get("/console/worklist/").content.decode()
    assert "From Wed 25 Nov, 08:00" in html
    assert "between 22:00 and 08:00" in html


def test_an_empty_worklist_says_so(staff, lender, now):
    """Nothing to do is a state of its own, and so is a lender without a close."""
    assert "No close has run yet" in staff("agent").get("/console/worklist/").content.decode()
    worklist(lender, [], now=now)
    assert "Everything is done" in staff("agent").get("/console/worklist/").content.decode()


def test_the_case_explains_what_is_owed_to_the_cent(staff, desk, loan):
    """The parts that add up to what is owed stand there, each with where it comes from."""
    position = position_on(loan, as_of=TODAY)
    parts = position.overdue
    amounts = (position.owed_now, position.payoff, parts.principal, parts.interest, parts.penalty)
    html = staff("agent").get(f"/console/cases/{loan.pk}/").content.decode()
    for words in (
        "70 days overdue",
        "Where each amount comes from",
        "21.6%",
        *(money(amount, "CNY", "en") for amount in amounts),
    ):
        assert words in html, words


def test_a_contact_person_is_marked_as_owing_nothing(staff, lender, desk, loan, make_party):
    """Who stands beside the debt can be seen at a glance, and gets no message with the debt in it."""
    friend = make_party(lender, "测试丙", phone="19900000003")
    loan.roles.create(id="role_x", lender=lender, party=friend, role="contact_person", since=loan.opened_on)
    html = staff("agent").get(f"/console/cases/{loan.pk}/").content.decode()
    assert "Owes nothing: never mention the debt" in html
    assert html.count("/message/?channel=sms") == 1


def test_the_number_of_queries_does_not_grow_with_the_worklist(staff, lender, make_party, make_loan, now):
    """A page of the worklist costs the same for one row and for many."""
    rows = []
    for number in range(8):
        party = make_party(lender, f"测试{number}", phone=f"1990000010{number}")
        rows.append((make_loan(lender, [(party, "borrower")], reference=f"Q-{number}"), party, "call"))
    items = worklist(lender, rows, now=now)
    client = staff("agent")
    with CaptureQueriesContext(connection) as many:
        client.get("/console/worklist/")
    type(items[0]).objects.filter(rank__gt=1).update(done_at=now)
    with CaptureQueriesContext(connection) as one:
        client.get("/console/worklist/")
    assert len(many) == len(one)
    assert len(many) <= 30


@pytest.mark.parametrize(
    ("route", "most"),
    [
        ("/console/book/", 16),
        ("/console/acts/", 14),
        ("/console/evidence/", 16),
        ("/console/cases/{loan}/", 25),
    ],
)
def test_pages_keep_to_their_number_of_queries(staff, desk, loan, django_assert_max_num_queries, route, most):
    """A page that suddenly asks more of the database fails here first."""
    client = staff("administrator")
    client.get(route.format(loan=loan.pk))
    with django_assert_max_num_queries(most):
        assert client.get(route.format(loan=loan.pk)).status_code == 200


def test_where_nothing_is_owed_nobody_is_called_or_written_to(staff, desk, loan, now):
    """A case that was paid this morning says so, instead of offering a call that would be refused."""
    client = staff("agent")
    case = f"/console/cases/{loan.pk}/"
    assert f"{case}call/" in client.get(case).content.decode()

    payment_record(
        actor="system:bank",
        lender_id=loan.lender_id,
        key="all of it",
        now=now,
        loan_id=loan.pk,
        amount=position_on(loan, as_of=TODAY).owed_now,
        value_date=TODAY,
        channel_ref="BANK-9",
    )
    html = client.get(case).content.decode()

    assert "Nothing is owed now, so there is nothing to call or write about." in html
    assert f"{case}call/" not in html
    assert f"{case}message/" not in html


def test_the_book_names_the_last_close_and_not_the_last_payment(staff, desk, loan):
    """A payment of today moves one loan's position; the book still says of which close the rest is."""
    PositionRow.objects.filter(loan=loan).update(as_of=NIGHT + timedelta(days=1))

    client = staff("manager", "en")
    for route in ("/console/book/", "/console/book/61-90/"):
        html = client.get(route).content.decode()
        assert "As of the close of Mon 23 Nov 2026, payments since included" in html


def test_the_palette_finds_people_and_loans_of_this_lender_only(staff, desk, other_loan):
    """Ctrl+K searches names and loan numbers, and never another lender's."""
    client = staff("agent")
    assert "测试甲" in client.get("/console/find/", {"q": "测试甲"}).content.decode()
    assert "测试甲" in client.get("/console/find/", {"q": "PINE"}).content.decode()
    assert "测试乙" not in client.get("/console/find/", {"q": "测试"}).content.decode()
    assert client.get("/console/find/", {"q": "\x00\x00"}).status_code == 400


def test_evidence_shows_the_root_and_checks_everything_on_demand(staff, desk, lender, now):
    """The page names the signed root; verifying reads all of it again."""
    sealed = evidence_seal(lender_id=lender.pk, now=now)
    client = staff("compliance")
    page = client.get("/console/evidence/").content.decode()
    assert f"{sealed.size}:{sealed.root}" in page
    assert "Keep this size and root where nobody who can change the database can" in page
    answer = client.post("/console/evidence/verify/", HTTP_HX_REQUEST="true").content.decode()
    assert "Everything fits." in answer
    assert "<html" not in answer
    assert "<html" in client.post("/console/evidence/verify/").content.decode()


@pytest.mark.parametrize("address", ["/console/worklist/", "/console/cases/{loan}/", "/console/find/?q=PINE"])
def test_no_cache_keeps_what_staff_see(staff, desk, loan, address):
    """After signing out, the browser's back button shows nobody's name and no amount."""
    answer = staff("agent", "en").get(address.format(loan=loan.pk))
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("language", "why", "tab"),
    [
        ("en", "Nobody may be called.", "No step proposed, and why"),
        ("zh-hans", "不得联系。", "没有下一步的案件及原因"),
    ],
)
def test_a_case_without_a_step_is_listed_with_its_reason(staff, desk, loan, language, why, tab):
    """An empty list says how many cases have no step, and leads to why, in the reader's language."""
    loan.work.all().delete()
    loan.cases.update(plan={"because": {"en": "Nobody may be called.", "zh-hans": "不得联系。"}})
    client = staff("agent", language)
    assert "?show=waiting" in client.get("/console/worklist/").content.decode()
    html = client.get("/console/worklist/", {"show": "waiting"}).content.decode()
    for words in (why, tab, "PINE-1", "测试甲"):
        assert words in html, words


def test_a_case_with_a_step_is_not_among_those_without(staff, desk):
    """Who is on the list is not on the other one."""
    html = staff("agent").get("/console/worklist/", {"show": "waiting"}).content.decode()
    assert "PINE-1" not in html
    assert "Nothing here" in html


def test_an_overdue_loan_that_no_close_has_seen_says_so(staff, lender, loan):
    """Freshly imported, it has no step and the page says why."""
    html = staff("agent").get(f"/console/cases/{loan.pk}/").content.decode()
    assert "No close has looked at this loan since it fell overdue" in html


@pytest.mark.parametrize(
    ("language", "kept", "balance"),
    [
        (
            "en",
            "Another system keeps the books of this loan",
            "¥9,000.00 outstanding at the end of",
        ),
        ("zh-hans", "这笔贷款的账由另一系统记录", "¥9,000.00"),
    ],
)
def test_a_loan_kept_elsewhere_shows_its_report_and_no_figures_of_ours(
    staff, lender, borrower, now, language, kept, balance
):
    """The console neither works out what is owed nor offers a call about it; the last report is told."""
    loan_id = loan_open(
        actor="system:tests",
        lender_id=lender.pk,
        key="core",
        now=now,
        reference="CORE-1",
        product="演示消费贷",
        terms=level_terms(),
        parties=[(borrower.pk, "borrower")],
        opening=None,
        books="core",
    )
    Snapshot.objects.create(
        lender=lender, loan_id=loan_id, as_of=date(2026, 10, 31), balance=900_000, source="tape"
    )
    client = staff("agent", language)
    for page in (f"/console/cases/{loan_id}/", f"/console/loans/{loan_id}/"):
        html = client.get(page).content.decode()
        assert kept in html
        assert balance in html
        assert f"/console/cases/{loan_id}/call/" not in html

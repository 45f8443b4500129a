"""Compliance reads the law rule by rule, and supposes acts to see what would follow."""

from __future__ import annotations

import re
from datetime import date

import pytest

from forbear.errors import InputError
from forbear.law.verdict import Outcome
from forbear.services.lawbrowse import CONTACT, changes_of, facts_asked, kinds_of, supposed, tried
from forbear.store.models import Contact, Verdict
from forbear.testing.law import cn_pack, in_china

pytestmark = pytest.mark.django_db

NOON = in_china("2026-11-24 12:00")


@pytest.fixture
def page(staff):
    """Open an address as compliance; the page comes back as text."""

    def opening(address, language="en", status=200):
        answer = staff("compliance", language).get(address)
        assert answer.status_code == status
        return answer.content.decode()

    return opening


def test_the_list_holds_every_rule_and_finds_by_words(page):
    """Every rule of the pack is listed; words in title, source or sentence narrow the list."""
    everything, night = page("/console/law/"), page("/console/law/?q=at+night")

    for rule in cn_pack().rules:
        assert f"/console/law/{rule.id}/" in everything
    rows = night[night.index("<tbody>") : night.index("</tbody>")]
    assert "cn.cba.night-hours" in rows
    assert "cn.gbt.visits-a-day" not in rows
    assert "No rule has these words" in page("/console/law/?q=xyzzy")


def test_the_list_tells_what_changed_on_which_day(page):
    """The day on which the guideline began is there with its rules, the newest day first."""
    html = page("/console/law/")
    changes = changes_of(cn_pack())

    assert [change.day for change in changes] == sorted({c.day for c in changes}, reverse=True)
    began = next(change for change in changes if change.day == date(2026, 1, 30))
    assert "cn.cba.night-hours" in {rule.id for rule in began.begins}
    assert "cba_night_starts" in {parameter.name for parameter, _ in began.values}
    assert "30 Jan 2026" in html


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_rule_has_a_page_that_opens(staff, language):
    """Each rule's page shows its id, source and cases, in either language."""
    client = staff("compliance", language)
    for rule in cn_pack().rules:
        html = client.get(f"/console/law/{rule.id}/").content.decode()
        assert rule.id in html
        assert all(f">{case.name.replace(chr(39), '&#x27;')}</a>" in html for case in rule.cases)


def test_a_rule_shows_numbers_cases_and_softening(page):
    """Values stand with their days, a case leads to what-if, and memory says that it only warns."""
    html = page("/console/law/cn.cba.unanswered-attempts/")
    assert "Attempts in vain on a number in a day, at most" in html
    assert "/console/law/what-if/?kind=contact&amp;as_of=2026-11-24&amp;unanswered_today=6" in html
    assert "Known from memory only" in page("/console/law/cn.credit.tell-first/")
    page("/console/law/cn.no.such-rule/", status=404)


def test_a_supposed_act_is_judged_and_nothing_is_stored(page):
    """A lawful call is allowed, at night it is not, and neither leaves a verdict or a contact."""
    assert "No rule stood in the way." in page("/console/law/what-if/?local_time=10:00")
    night = page("/console/law/what-if/?local_time=22:30")
    assert "No collection at night" in night
    assert "Rules that stood in the way" in night
    assert "08:00 on 25 November 2026" in night
    assert not Verdict.objects.exists()
    assert not Contact.objects.exists()


def test_the_law_of_another_day_can_be_asked(page):
    """Before the guideline began, the seventh attempt was not refused."""
    seventh = "/console/law/what-if/?local_time=10:00&unanswered_today=6&as_of="
    assert "cn.cba.unanswered-attempts" in page(f"{seventh}2026-02-01")
    assert "cn.cba.unanswered-attempts" not in page(f"{seventh}2025-06-01")


def test_what_is_not_known_is_asked_for(page):
    """An answer left empty is not known, and the question comes back."""
    html = page("/console/law/what-if/?kind=engage_agency&agency_contract=")
    assert "To be established first" in html
    assert "Is there a contract with the agency" in html


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("unanswered_today=many", "must be a whole number"),
        ("unanswered_today=-1", "must be a count from 0"),
        ("local_time=25:00", "must be a time of day"),
        ("channel=fax", "must be one of call"),
        ("as_of=yesterday", "is no day"),
        ("as_of=2001-01-01", "knows the law from"),
        ("as_of=0001-01-01", "is not between 1990 and 2100"),
        ("as_of=9999-12-31", "is not between 1990 and 2100"),
        ("robot=perhaps", "must be true or false"),
    ],
)
def test_an_answer_that_cannot_be_is_named(page, query, says):
    """The page says what is wrong, and gives no verdict."""
    html = page(f"/console/law/what-if/?{query}")
    assert says in html
    assert "No rule stood in the way." not in html


def test_a_judged_act_can_be_changed(page, staff, desk, loan, borrower, phone, clock):
    """A stored verdict leads to a form that holds what it saw; another lender's verdict is not there."""
    clock.move_to(clock.now().replace(hour=3, minute=30))
    client = staff("agent")
    case = f"/console/cases/{loan.pk}/"
    key = re.search(r'name="key" value="([^"]+)"', client.get(case).content.decode())
    assert key is not None
    client.post(f"{case}call/", {"party": borrower.pk, "point": phone.pk, "key": key[1]})
    verdict = Verdict.objects.get()

    assert f"/console/law/what-if/?verdict={verdict.pk}" in page(f"/console/acts/{verdict.pk}/")
    html = page(f"/console/law/what-if/?verdict={verdict.pk}")
    assert 'name="local_time" value="11:30"' in html
    assert "counts begin at zero here" in html
    page("/console/law/what-if/?verdict=vd_none", status=404)


def test_each_kind_of_act_asks_for_what_decides_about_it():
    """A contact is asked about with its hours and counts, an agency with its contract; cases come out."""
    pack = cn_pack()
    contact = {fact.name for fact in facts_asked(pack, CONTACT)}
    agency = {fact.name for fact in facts_asked(pack, "engage_agency")}

    assert {"local_time", "channel", "threatens"} <= contact
    assert "agency_contract" not in contact
    assert {"agency_contract", "impact_assessed", "licence"} <= agency
    assert "local_time" not in agency
    assert all(facts_asked(pack, kind) for kind in kinds_of(pack))
    assert [result.complaint for result in tried(pack, pack.rule("cn.cba.night-hours"))] == [""] * 13


def test_a_kind_that_is_not_there_is_refused():
    """The kinds are those of the pack."""
    pack, day = cn_pack(), date(2026, 11, 24)
    for kind in kinds_of(pack):
        assert supposed(pack, kind, {}, now=NOON, as_of=day).outcome is Outcome.ALLOWED
    with pytest.raises(InputError, match="no kind of act"):
        supposed(pack, "sing", {}, now=NOON, as_of=day)

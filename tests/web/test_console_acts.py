"""From the case to the act: judged, refused or placed, recorded, and seen by compliance."""

from __future__ import annotations

from datetime import date

import pytest
from desk_world import key_of

from forbear.store.models import Contact, ContactOutcome, Hold, Message, Preference, Promise, Verdict

pytestmark = pytest.mark.django_db

CALL = {"outcome": "answered", "right_party": "yes", "two_way": "on"}


@pytest.fixture
def case(staff, desk, loan):
    """Open the case as an agent: the client and the page."""
    client = staff("agent")
    return client, f"/console/cases/{loan.pk}/"


@pytest.fixture
def call(case, borrower, phone):
    """Press the button that calls; the answer comes back."""
    client, page = case

    def press(**changes):
        given = {"party": borrower.pk, "point": phone.pk, "key": key_of(client.get(page))}
        return client.post(f"{page}call/", given | changes)

    return press


def at(clock, hour, minute):
    """Set the clock to an hour of that day in Shanghai."""
    clock.move_to(clock.now().replace(hour=hour - 8, minute=minute))


def test_a_call_that_is_allowed_leads_to_its_outcome(case, call):
    """The call is placed with its verdict, and the page says by when it must end."""
    client, _ = case
    answer = call()
    html = client.get(answer.url).content.decode()
    assert Contact.objects.get().verdict.outcome == "allowed"
    assert "The call must end by 22:00 (Beijing time)." in html
    assert "Ask who it is before telling" in html


def test_at_one_minute_to_ten_the_call_comes_with_a_warning(case, call, clock):
    """21:59 is allowed, and the page warns that one minute is left."""
    at(clock, 21, 59)
    client, _ = case
    html = client.get(call().url).content.decode()
    assert "1 minute left." in html
    assert 'class="notice warn" role="alert"' in html


def test_at_ten_the_call_is_refused_with_reason_rule_and_next_hour(call, clock):
    """22:00 is refused: why, by which rule and clause, and the next lawful time."""
    at(clock, 22, 0)
    answer = call()
    html = answer.content.decode()
    assert answer.status_code == 409
    assert not Contact.objects.exists()
    assert Verdict.objects.get().outcome == "denied"
    for words in ("between 22:00 and 08:00", "cn.cba.night-hours", "Wed 25 Nov 2026 08:00", "Beijing time"):
        assert words in html, words


def test_a_form_sent_twice_is_one_call(call):
    """The hidden key makes a doubled click the same act."""
    first = call(key="a" * 32)
    second = call(key="a" * 32)
    assert first.url == second.url
    assert Contact.objects.count() == 1


def test_a_form_without_its_key_is_told_what_to_do(call):
    """A post that no form of ours has is not an act."""
    answer = call(key="")
    assert answer.status_code == 400
    assert not Verdict.objects.exists()


def test_the_outcome_is_recorded_with_its_promise(case, call):
    """Right person, conversation, recording, note and promise are kept; the work item is done."""
    client, page = case
    form = call().url
    given = CALL | {"promise_amount": "1,200.50", "promise_on": "2026-11-27", "note": "发工资后还"}
    answer = client.post(form, given | {"key": key_of(client.get(form)), "recording_ref": "rec-1"})
    assert answer.url == page
    outcome = ContactOutcome.objects.get()
    assert (outcome.right_party, outcome.two_way, outcome.recording_ref) == (True, True, "rec-1")
    promise = Promise.objects.get()
    assert (promise.amount, promise.due_on) == (120_050, date(2026, 11, 27))
    assert "Promise to pay" in client.get(page).content.decode()


def test_done_and_next_opens_the_next_case(case, call, desk, make_party, make_loan, lender):
    """One chord saves and opens the next case; after the last, the worklist."""
    client, _ = case
    form = call().url
    answer = client.post(form, CALL | {"key": key_of(client.get(form)), "next": "1"})
    assert answer.url == "/console/worklist/"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Choose how the call ended."),
        ({"outcome": "busy", "two_way": "on"}, "Nobody can have talked in a call that was not answered."),
        (CALL | {"promise_amount": "500"}, "Say by which day it is to be paid."),
        (CALL | {"promise_on": "2026-11-27"}, "Say how much was promised."),
        (CALL | {"promise_amount": "much", "promise_on": "2026-11-27"}, "Write the amount in figures"),
        (CALL | {"promise_amount": "500", "promise_on": "2026-11-01"}, "Choose a day from today on"),
        (CALL | {"promise_amount": "99999999", "promise_on": "2026-11-27"}, "more than is owed in all"),
        (
            {"outcome": "answered", "promise_amount": "5", "promise_on": "2026-11-27"},
            "A promise needs a conversation",
        ),
        ({"outcome": "declined", "right_party": "yes"}, "Declined means that you really talked"),
    ],
)
def test_a_faulty_outcome_is_said_twice_in_the_same_words(case, call, given, words):
    """The error stands in the summary and beside its field, and nothing is recorded."""
    client, _ = case
    form = call().url
    answer = client.post(form, given | {"key": key_of(client.get(form))})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert html.count(words) == 2
    assert not ContactOutcome.objects.exists()


def test_who_declines_to_talk_is_recorded_as_that(case, call):
    """A real conversation with the person meant, in which they would not discuss the debt at all."""
    client, page = case
    form = call().url
    client.post(form, CALL | {"outcome": "declined", "key": key_of(client.get(form))})
    assert ContactOutcome.objects.get().outcome == "declined"
    assert "Declined to talk about the debt at all" in client.get(page).content.decode()


def test_the_case_names_the_grounds_for_a_visit(case, loan):
    """What the night found stands beside the address, in words."""
    client, page = case
    loan.cases.update(plan={"visit_grounds": ["long_overdue", "refuses_to_talk"]})
    html = client.get(page).content.decode()
    assert "Grounds for a visit: Long overdue, Declined twice to talk about the debt" in html


def test_an_outcome_is_recorded_once(case, call):
    """A call that has its outcome leads back to its case."""
    client, page = case
    form = call().url
    client.post(form, CALL | {"key": key_of(client.get(form))})
    assert client.get(form).url == page


def test_a_call_without_outcome_is_recalled_on_the_case(case, call):
    """An unfinished call is shown on top of its case."""
    client, page = case
    call()
    assert "still waits for its outcome" in client.get(page).content.decode()


@pytest.mark.parametrize(("channel", "medium"), [("sms", "phone"), ("email", "email")])
def test_what_is_previewed_is_what_is_sent(case, borrower, channel, medium):
    """The words on the page are the words that go out."""
    client, page = case
    point = borrower.contact_points.get(medium=medium)
    where = {"channel": channel, "party": borrower.pk, "point": point.pk, "language": "en"}
    preview = client.get(f"{page}message/", where)
    given = where | {"template": "reminder", "key": key_of(preview)}
    assert client.post(f"{page}message/", given).url == page
    message = Message.objects.get()
    for line in message.text.splitlines():
        assert line.replace("'", "&#x27;") in preview.content.decode()


def test_a_message_at_night_is_refused(case, borrower, phone, clock):
    """A text is judged like a call."""
    client, page = case
    where = {"channel": "sms", "party": borrower.pk, "point": phone.pk}
    key = key_of(client.get(f"{page}message/", where))
    at(clock, 22, 30)
    answer = client.post(f"{page}message/", where | {"template": "reminder", "key": key})
    assert answer.status_code == 409
    assert not Message.objects.exists()


@pytest.mark.parametrize("template", ["", "signin_code", "nonsense"])
def test_no_other_words_go_than_those_that_were_chosen(case, borrower, phone, template):
    """A template that is not offered sends nothing, instead of the first one that is."""
    client, page = case
    where = {"channel": "sms", "party": borrower.pk, "point": phone.pk}
    key = key_of(client.get(f"{page}message/", where))
    assert client.post(f"{page}message/", where | {"template": template, "key": key}).status_code == 404
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"), [("channel", "pigeon"), ("point", "nowhere"), ("party", "nobody")]
)
def test_a_message_goes_to_a_point_of_this_loan(case, borrower, phone, name, value):
    """Another channel, person or number is not there."""
    client, page = case
    where = {"channel": "sms", "party": borrower.pk, "point": phone.pk} | {name: value}
    assert client.get(f"{page}message/", where).status_code == 404


def test_a_wish_binds_from_that_moment(case, borrower, call, staff):
    """A stop that is noted refuses the next call; ended by compliance with a reason, it no longer does."""
    client, page = case
    form = client.get(f"{page}wish/", {"party": borrower.pk})
    client.post(
        f"{page}wish/", {"party": borrower.pk, "kind": "stop", "channel": "call", "key": key_of(form)}
    )
    assert call().status_code == 409
    wish = Preference.objects.get()
    end = f"/console/wishes/{wish.pk}/end/"
    assert client.post(end, {"because": "?", "key": "b" * 32}).status_code == 403
    officer = staff("compliance")
    assert officer.post(end, {"because": "", "key": key_of(officer.get(end))}).status_code == 400
    officer.post(end, {"because": "taken back by letter", "key": key_of(officer.get(end))})
    assert call(key="c" * 32).status_code == 302


def test_hours_need_both_ends(case, borrower):
    """A wish for hours says from when until when, in that order."""
    client, page = case
    key = key_of(client.get(f"{page}wish/", {"party": borrower.pk}))
    given = {"party": borrower.pk, "kind": "hours", "hour_from": "18:00", "hour_until": "09:00", "key": key}
    answer = client.post(f"{page}wish/", given)
    assert answer.status_code == 400
    assert "Give both hours" in answer.content.decode()


def test_an_objection_stops_collection_until_compliance_ends_it(case, staff, borrower, call):
    """The agent notes the borrower's words; only a manager or compliance ends the hold, with a finding."""
    client, page = case
    form = client.get(f"{page}hold/", {"party": borrower.pk})
    client.post(
        f"{page}hold/",
        {"party": borrower.pk, "kind": "dispute", "words": "上个月已经还了", "key": key_of(form)},
    )
    refused = call()
    assert refused.status_code == 409
    assert "in the way at any hour: No collection while a dispute is open." in refused.content.decode()
    held = Hold.objects.get()
    assert held.opened_by.startswith("agent:")
    assert client.get(page).content.decode().count(f"{held.opened_by.partition(':')[2]} (Agent)") >= 2
    end = f"/console/holds/{held.pk}/end/"
    assert client.get(end).status_code == 403
    officer = staff("compliance")
    key = key_of(officer.get(end))
    assert officer.post(end, {"because": "", "key": key}).status_code == 400
    officer.post(end, {"because": "核对后确认未入账", "key": key})
    assert call(key="d" * 32).status_code == 302


@pytest.mark.parametrize(("language", "other"), [("en", "中文"), ("zh-hans", "English")])
def test_compliance_sees_the_refusal_with_rule_clause_and_facts(call, clock, staff, language, other):
    """The feed names rule and clause; the verdict shows bound values, facts, and the other language."""
    at(clock, 22, 0)
    call()
    officer = staff("compliance", language)
    feed = officer.get("/console/acts/", {"outcome": "denied"}).content.decode()
    assert "cn.cba.night-hours" in feed
    row = Verdict.objects.get()
    html = officer.get(f"/console/acts/{row.pk}/").content.decode()
    for words in ("cn.cba.night-hours", "22:00", row.facts_digest, other, "discloses_debt"):
        assert words in html, words


def test_the_feed_renews_its_table_alone(staff, desk):
    """Polling returns the table, not the page around it."""
    answer = staff("compliance").get("/console/acts/", HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in answer
    assert "No act fits" in answer


def test_the_feed_shows_no_other_lenders_acts(staff, call, other_lender, make_user):
    """Two lenders share an installation and nothing else."""
    from desk_world import signed_in
    from django.test import Client

    call()
    stranger = signed_in(Client(), make_user(other_lender, "compliance"))
    assert "No act fits" in stranger.get("/console/acts/").content.decode()
    assert stranger.get(f"/console/acts/{Verdict.objects.get().pk}/").status_code == 404

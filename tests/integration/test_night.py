"""The close of a day: who fell overdue has a case and a lawful next step, and once is enough."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from forbear.book.columns import FLAG_HALTED, hot_row, table_of
from forbear.book.nights import (
    check_night,
    night_folder,
    read_night,
    read_shard,
    shard_of,
    write_manifest,
    write_shard,
)
from forbear.errors import InputError, NotVisibleError, RefusedError
from forbear.loans.codec import position_from_body
from forbear.services.contact import contact_close, contact_propose
from forbear.services.facts import Proposal
from forbear.services.hold import hold_close, hold_open
from forbear.services.loan import loan_open
from forbear.services.night import book_root, night_run, nights_run
from forbear.services.payment import payment_record, payment_reverse
from forbear.services.preference import preference_set
from forbear.store.models import Case, Loan, NightRun, PositionRow, Promise, WorkItem
from forbear.store.selectors.ledger import position_on
from tests.conftest import level_terms

pytestmark = pytest.mark.django_db

ACTOR = "system:tests"
AGENT = "agent:li.na"
DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai, the day after."""


@pytest.fixture(autouse=True)
def _own_book(settings, tmp_path: Path) -> None:
    """Keep each test's columns to itself."""
    settings.DATA_DIR = tmp_path / "data"


def close(lender, day=DAY, **more):
    """Close a day at ten in the morning after it."""
    now = more.pop("now", NOW + (day - DAY))
    return night_run(actor=ACTOR, lender_id=lender.pk, now=now, day=day, **more)


def pay(loan, amount, day, key):
    """Record a payment at noon in Shanghai."""
    return payment_record(
        actor=ACTOR,
        lender_id=loan.lender_id,
        key=key,
        now=datetime(day.year, day.month, day.day, 4, tzinfo=UTC),
        loan_id=loan.pk,
        amount=amount,
        value_date=day,
        channel_ref=key,
    )


def call(loan, party, *, now, key, promise=None):
    """Call the borrower, talk, and perhaps get a promise."""
    point = party.contact_points.get(medium="phone")
    proposal = Proposal(
        loan_id=loan.pk, party_id=party.pk, contact_point_id=point.pk, channel="call", purpose="remind"
    )
    placed = contact_propose(actor=AGENT, lender_id=loan.lender_id, key=key, now=now, proposal=proposal)
    contact_close(
        actor=AGENT,
        lender_id=loan.lender_id,
        key=f"{key}-end",
        now=now + timedelta(minutes=5),
        contact_id=placed.contact_id,
        outcome="answered",
        right_party=True,
        two_way=True,
        promise=promise,
    )


def plan_of(loan):
    return Case.objects.get(loan=loan, closed_on=None).plan


def column_rows(lender, day=DAY):
    return {row["loan_id"]: row for row in read_night(night_folder(book_root(), lender.pk, day)).to_pylist()}


def truth(loan, day, folded_on):
    """Return the row that folding the ledger gives."""
    row = table_of([hot_row(position_on(loan, as_of=day))]).to_pylist()[0]
    return row | {"folded_on": folded_on}


def test_an_overdue_loan_gets_a_case_and_a_judged_next_step(lender, loan, borrower):
    """Position, bucket, case, treatment row, score with reasons and verdict, all by the next morning."""
    PositionRow.objects.all().delete()
    summary = close(lender)
    item = WorkItem.objects.get()
    row = PositionRow.objects.get(loan=loan)
    assert (row.bucket, row.days_past_due, row.as_of) == ("61-90", 69, DAY)
    assert position_from_body(row.body) == position_on(loan, as_of=DAY)
    assert Case.objects.get(loan=loan).opened_on == DAY
    assert (item.day, item.rank, item.party, item.action, item.channel) == (DAY, 1, borrower, "call", "call")
    assert (item.ground, item.template, item.outcome) == ("offer_help_all", "call_help", "allowed")
    assert "afforded" in item.because["en"] or "arrangement" in item.because["en"]
    assert item.score_reasons[0] == {"zh-hans": "逾期 69 天", "en": "69 days past due"}
    assert plan_of(loan)["code"] == "offer_help_all"
    assert (summary.loans, summary.new, summary.folded, summary.overdue) == (1, 1, 1, 1)
    assert (summary.cases_opened, summary.candidates, summary.allowed) == (1, 1, 1)
    assert summary.buckets == {"61-90": 1}
    assert column_rows(lender)[loan.pk] == truth(loan, DAY, DAY)


def test_closing_twice_changes_nothing(lender, loan):
    """The second answer is the first one, marked as such; no row is touched."""
    first = close(lender)
    before = [
        list(model.objects.order_by("pk").values()) for model in (PositionRow, Case, WorkItem, NightRun)
    ]
    second = close(lender, now=NOW + timedelta(hours=5))
    after = [list(model.objects.order_by("pk").values()) for model in (PositionRow, Case, WorkItem, NightRun)]
    assert (first.replayed, second.replayed) == (False, True)
    assert before == after
    assert {**second.to_body()} == first.to_body()


def test_only_days_that_are_over_are_closed_and_in_order(lender, loan):
    """Today is not over, and a day before the last one closed is history."""
    with pytest.raises(RefusedError, match="2026-11-24 has not ended"):
        close(lender, date(2026, 11, 24), now=NOW)
    close(lender)
    with pytest.raises(RefusedError, match="2026-11-23 is closed already"):
        close(lender, date(2026, 11, 22), now=NOW)


def test_the_business_day_ends_at_the_cut_off(make_lender):
    """With a cut-off at 17:00 a day is over at 17:00 local time."""
    lender = make_lender("early", cutoff=time(17))
    with pytest.raises(RefusedError, match="has not ended"):
        close(lender, now=datetime(2026, 11, 23, 8, 59, tzinfo=UTC))
    assert close(lender, now=datetime(2026, 11, 23, 9, 0, tzinfo=UTC)).loans == 0


def test_a_quiet_night_ages_by_column_and_does_not_rewrite(lender, loan):
    """Nothing happened: days past due and overdue interest move, the stored body stays as it was folded."""
    PositionRow.objects.all().delete()
    close(lender)
    before = PositionRow.objects.get(loan=loan)
    summary = close(lender, DAY + timedelta(days=1))
    after = PositionRow.objects.get(loan=loan)
    tomorrow = position_on(loan, as_of=DAY + timedelta(days=1))
    assert (summary.aged, summary.folded, summary.compared) == (1, 0, 1)
    assert (after.as_of, after.body) == (DAY, before.body)
    assert (after.days_past_due, after.overdue) == (70, tomorrow.overdue.total)
    assert after.overdue > before.overdue
    assert column_rows(lender, DAY + timedelta(days=1))[loan.pk] == truth(loan, DAY + timedelta(days=1), DAY)


def test_a_payment_that_clears_the_arrears_closes_the_case(lender, loan):
    """Cured: the case ends that night and leaves the list; falling overdue again opens another."""
    close(lender)
    pay(loan, position_on(loan, as_of=date(2026, 11, 24)).owed_now, date(2026, 11, 24), "P1")
    summary = close(lender, date(2026, 11, 24))
    case = Case.objects.get(loan=loan)
    assert (summary.cases_cured, summary.overdue, summary.candidates) == (1, 0, 0)
    assert case.closed_on == date(2026, 11, 24)
    assert not WorkItem.objects.filter(day=date(2026, 11, 24)).exists()
    close(lender, date(2026, 12, 16))
    assert [case.opened_on for case in Case.objects.order_by("opened_on")] == [DAY, date(2026, 12, 16)]


def test_a_payment_of_a_closed_day_is_folded_in_the_next_night(lender, loan):
    """A payment that comes late counts from its value date, and the row says so."""
    close(lender)
    payment_record(
        actor=ACTOR,
        lender_id=lender.pk,
        key="late",
        now=NOW + timedelta(hours=1),
        loan_id=loan.pk,
        amount=300_000,
        value_date=date(2026, 11, 20),
        channel_ref="late",
    )
    summary = close(lender, date(2026, 11, 24))
    assert summary.folded == 1
    assert column_rows(lender, date(2026, 11, 24))[loan.pk] == truth(
        loan, date(2026, 11, 24), date(2026, 11, 24)
    )


def test_the_desk_is_not_overwritten(lender, loan):
    """What was posted after the day that is being closed stays the latest position."""
    pay(loan, 50_000, date(2026, 11, 24), "P1")
    desk = PositionRow.objects.get(loan=loan)
    close(lender, now=NOW + timedelta(hours=5))
    stored = PositionRow.objects.get(loan=loan)
    assert (stored.as_of, stored.last_seq, stored.body) == (desk.as_of, desk.last_seq, desk.body)
    assert stored.days_past_due == desk.days_past_due
    assert column_rows(lender)[loan.pk]["paid_total"] == 0


@pytest.mark.parametrize("kind", ["dispute", "complaint", "hardship"])
def test_a_hold_takes_the_loan_off_the_list_with_its_reason(lender, loan, borrower, kind):
    """While the hold is open there is no step; when it ends there is one again."""
    hold = hold_open(
        actor=AGENT,
        lender_id=lender.pk,
        key="h",
        now=NOW - timedelta(hours=2),
        loan_id=loan.pk,
        party_id=borrower.pk,
        kind=kind,
        words="账目不对",
    )
    summary = close(lender)
    assert not WorkItem.objects.exists()
    assert plan_of(loan)["code"] == kind
    assert plan_of(loan)["because"]["zh-hans"]
    assert summary.waiting == {kind: 1}
    hold_close(
        actor="compliance:wu",
        lender_id=lender.pk,
        key="e",
        now=NOW + timedelta(hours=1),
        hold_id=hold,
        because="已查清",
    )
    close(lender, DAY + timedelta(days=1))
    assert WorkItem.objects.get().day == DAY + timedelta(days=1)


def test_a_promise_is_waited_for_then_kept(lender, loan, borrower):
    """The money came by the day: kept, in the night of that day."""
    call(loan, borrower, now=NOW, key="c", promise=(100_000, date(2026, 11, 26)))
    close(lender, date(2026, 11, 24))
    assert (plan_of(loan)["code"], plan_of(loan)["next_on"]) == ("promise_open", "2026-11-28")
    pay(loan, 100_000, date(2026, 11, 26), "P1")
    summary = close(lender, date(2026, 11, 26))
    assert (summary.promises_kept, summary.promises_broken) == (1, 0)
    assert Promise.objects.get().state == "kept"


def test_a_promise_broken_before_the_loan_was_in_order_is_not_held_against_it(lender, loan, borrower):
    """What was promised and missed in an earlier arrear is no ground for a call about this one."""
    call(loan, borrower, now=NOW, key="c", promise=(100_000, date(2026, 11, 26)))
    close(lender, DAY)
    Promise.objects.update(state="broken", due_on=date(2026, 5, 1))
    close(lender, date(2026, 11, 26))

    assert {item.ground for item in WorkItem.objects.filter(day=date(2026, 11, 26))} != {"promise_broken"}
    assert plan_of(loan)["code"] != "promise_broken"


@pytest.mark.parametrize("returned", [False, True])
def test_a_promise_without_the_money_is_broken_after_its_grace(lender, loan, borrower, returned):
    """No money, or money that was returned: broken when the grace for transfers is over, and called about."""
    call(loan, borrower, now=NOW, key="c", promise=(100_000, date(2026, 11, 26)))
    if returned:
        receipt = pay(loan, 100_000, date(2026, 11, 25), "P1")
        payment_reverse(
            actor=ACTOR,
            lender_id=lender.pk,
            key="r",
            now=datetime(2026, 11, 26, 4, tzinfo=UTC),
            loan_id=loan.pk,
            event_id=receipt.event_id,
            value_date=date(2026, 11, 26),
            reason="no cover",
        )
    close(lender, date(2026, 11, 26))
    assert Promise.objects.get().state == "open"
    summary = close(lender, date(2026, 11, 27))
    assert (summary.promises_kept, summary.promises_broken) == (0, 1)
    assert Promise.objects.get().state == "broken"
    assert WorkItem.objects.get(day=date(2026, 11, 27)).ground == "promise_broken"


def test_contacts_are_spaced_over_all_loans_of_a_person(lender, loan, borrower):
    """Somebody who was called this morning is left alone tonight, and the plan says until when."""
    call(loan, borrower, now=NOW, key="c")
    summary = close(lender, date(2026, 11, 24))
    assert not WorkItem.objects.exists()
    assert (plan_of(loan)["code"], plan_of(loan)["next_on"]) == ("spacing", "2026-11-28")
    assert summary.waiting == {"spacing": 1}


def test_one_contact_speaks_of_all_loans_of_a_person(lender, loan, borrower, make_loan):
    """Two overdue loans of one person are one item; the other's plan points to it."""
    other = make_loan(lender, [(borrower, "borrower")], reference="PINE-2", first_due=date(2026, 10, 15))
    close(lender)
    item = WorkItem.objects.get()
    waiting = other if item.loan_id == loan.pk else loan
    assert plan_of(waiting)["code"] == "same_person"


def test_every_borrower_is_addressed_when_the_table_says_so(lender, borrower, make_party, make_loan):
    """At 61 to 90 days the co-borrower is called too; a contact person never is."""
    second = make_party(lender, "测试丙", phone="19900000003")
    friend = make_party(lender, "测试丁", phone="19900000004")
    people = [(borrower, "borrower"), (second, "co_borrower"), (friend, "contact_person")]
    make_loan(lender, people, reference="PINE-3")
    close(lender)
    assert {item.party_id for item in WorkItem.objects.all()} == {borrower.pk, second.pk}


def test_at_night_the_step_waits_for_the_lawful_hour(lender, loan):
    """Closed at 23:30 local time: the call is listed, not allowed, and lawful from 08:00."""
    close(lender, now=datetime(2026, 11, 23, 16, 30, tzinfo=UTC))
    item = WorkItem.objects.get()
    assert item.outcome == "denied"
    assert item.next_moment == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    assert item.verdict["fired"][0]["citation"]


def stop(party, channel=""):
    """Let somebody ask not to be contacted, on one channel or at all."""
    preference_set(
        actor=AGENT,
        lender_id=party.lender_id,
        key=f"stop-{channel}",
        now=NOW - timedelta(hours=1),
        party_id=party.pk,
        kind="stop",
        channel=channel,
        source="call",
    )


def test_refusing_and_objecting_change_no_score(lender, loan, borrower):
    """A stop request, and a complaint that was answered, leave score, reasons and rank as they were."""
    close(lender)
    before = WorkItem.objects.values_list("score", "score_reasons", "rank", "ground").get()
    stop(borrower, "email")
    given = {"actor": "compliance:he.jing", "lender_id": lender.pk}
    hold = hold_open(
        **given,
        key="h",
        now=NOW - timedelta(hours=2),
        loan_id=loan.pk,
        party_id=borrower.pk,
        kind="complaint",
        words="语气不好",
    )
    hold_close(**given, key="e", now=NOW - timedelta(hours=1), hold_id=hold, because="已答复")
    close(lender, rebuild=True)
    assert WorkItem.objects.values_list("score", "score_reasons", "rank", "ground").get() == before


def test_a_person_who_said_stop_is_not_on_the_list(lender, loan, borrower):
    """No passing of time makes a contact lawful: the plan gives the rule's reason."""
    stop(borrower)
    summary = close(lender)
    assert not WorkItem.objects.exists()
    assert plan_of(loan)["code"] == "law"
    assert plan_of(loan)["because"]["en"].startswith("The person asked not to be contacted in this way")
    assert summary.waiting == {"law": 1}


def test_who_may_not_be_called_gets_a_message_instead(lender, loan, borrower):
    """A stop on calls is kept to; what is owed is said in writing."""
    stop(borrower, "call")
    close(lender)
    item = WorkItem.objects.get()
    assert (item.action, item.channel, item.template) == ("message", "sms", "reminder")
    assert item.outcome == "allowed"


def test_who_has_no_number_gets_a_message_instead(lender, loan, borrower):
    """Without a valid number there is the mailbox."""
    borrower.contact_points.filter(medium="phone").update(valid_until=date(2026, 10, 1))
    close(lender)
    item = WorkItem.objects.get()
    assert (item.action, item.channel, item.template) == ("message", "email", "reminder")


def test_without_a_number_the_plan_says_so(lender, make_party, make_loan):
    """Nobody can be called without a valid number."""
    nobody = make_party(lender, "测试戊", phone="19900000005")
    nobody.contact_points.update(valid_until=date(2026, 10, 1))
    loan = make_loan(lender, [(nobody, "borrower")], reference="PINE-4")
    close(lender)
    assert plan_of(loan)["code"] == "no_contact_point"


def test_a_law_that_cannot_be_read_stops_contacts_and_not_the_book(make_lender, make_party, make_loan):
    """Fails closed: the book is aged, cases open, and nobody is proposed for contact."""
    lender = make_lender("far", pack_id="nowhere")
    party = make_party(lender, "测试己", phone="19900000006")
    loan = make_loan(lender, [(party, "borrower")], reference="FAR-1")
    summary = close(lender)
    assert (summary.cases_opened, summary.candidates) == (1, 0)
    assert plan_of(loan)["code"] == "not_judged"
    assert "nowhere" in plan_of(loan)["detail"]


def test_the_worklist_is_swapped_and_what_was_done_stays_done(lender, loan, borrower):
    """A rebuilt night proposes anew, and a step that was made since is not proposed as open."""
    close(lender)
    call(loan, borrower, now=NOW, key="c")
    done_at = WorkItem.objects.get().done_at
    assert done_at is not None
    PositionRow.objects.all().delete()
    close(lender, rebuild=True, now=NOW - timedelta(minutes=1))
    assert WorkItem.objects.get().done_at == done_at
    assert PositionRow.objects.filter(loan=loan).exists()


def tamper(lender, loan, **values):
    """Write another amount into the columns of the night, with a manifest that agrees."""
    folder = night_folder(book_root(), lender.pk, DAY)
    shard = shard_of(loan.pk)
    rows = [
        row | (values if row["loan_id"] == loan.pk else {}) for row in read_shard(folder, shard).to_pylist()
    ]
    write_shard(folder, shard, table_of(rows), {"loans": len(rows)})
    write_manifest(folder, lender.pk)


def test_a_loan_that_differs_from_its_ledger_is_halted(lender, loan):
    """The comparison finds it, nobody is contacted about it, and a rebuild puts it right."""
    close(lender)
    tamper(lender, loan, principal=7)
    summary = close(lender, DAY + timedelta(days=1))
    assert [halt.loan_id for halt in summary.halted] == [loan.pk]
    assert "principal is 7 in the columns and 1200000 by the ledger" in summary.halted[0].because
    assert plan_of(loan)["code"] == "halted"
    assert not WorkItem.objects.filter(day=DAY + timedelta(days=1)).exists()
    assert column_rows(lender, DAY + timedelta(days=1))[loan.pk]["flags"] == FLAG_HALTED
    mended = close(lender, DAY + timedelta(days=1), rebuild=True)
    assert mended.halted == ()
    assert plan_of(loan)["code"] == "offer_help_all"


def test_damaged_columns_are_named_and_can_be_rebuilt(lender, loan):
    """A changed byte on disk stops the close with the file's name; rebuild needs no columns."""
    close(lender)
    path = night_folder(book_root(), lender.pk, DAY).shard_path(shard_of(loan.pk))
    content = path.read_bytes()
    path.write_bytes(content[:60] + bytes([content[60] ^ 1]) + content[61:])
    with pytest.raises(InputError, match=path.name):
        close(lender, DAY + timedelta(days=1))
    assert close(lender, DAY + timedelta(days=1), rebuild=True).folded == 1


def test_columns_of_another_database_are_not_believed(lender, loan, make_lender):
    """A folder that no finished close of this database has written is written anew."""
    close(lender)
    NightRun.objects.all().delete()
    tamper(lender, loan, principal=7)
    assert close(lender).halted == ()
    assert column_rows(lender)[loan.pk]["principal"] == 1_200_000


def test_a_stored_position_that_cannot_be_read_is_folded_anew(lender, loan):
    """The position is a projection: when its body is unreadable the ledger is read instead."""
    close(lender)
    PositionRow.objects.update(body={"not": "a position"})
    pay(loan, 10_000, date(2026, 11, 24), "P1")
    PositionRow.objects.update(body={"not": "a position"}, last_seq=1, as_of=DAY)
    close(lender, date(2026, 11, 24))
    assert column_rows(lender, date(2026, 11, 24))[loan.pk] == truth(
        loan, date(2026, 11, 24), date(2026, 11, 24)
    )


def test_loans_of_a_core_system_are_left_to_it(lender, borrower, loan):
    """Beside a core system Forbear folds nothing: such a loan has no row, and its promises wait."""
    core = loan_open(
        actor=ACTOR,
        lender_id=lender.pk,
        key="core",
        now=NOW,
        reference="CORE-1",
        product="演示消费贷",
        terms=level_terms(),
        parties=[(borrower.pk, "borrower")],
        opening=None,
        books="core",
    )
    call(loan, borrower, now=NOW - timedelta(days=20), key="c", promise=(100_000, date(2026, 11, 6)))
    Promise.objects.update(loan=core)
    assert close(lender).loans == 1
    assert Promise.objects.get().state == "open"


def test_month_ends_are_replayed_and_end_like_a_fold(lender, loan):
    """Two month ends and the last day in one go: columns of each, positions at the end."""
    pay(loan, 200_000, date(2026, 9, 20), "P1")
    told = []
    summaries = nights_run(
        actor=ACTOR,
        lender_id=lender.pk,
        now=datetime(2026, 12, 1, 2, tzinfo=UTC),
        first=date(2026, 9, 1),
        last=date(2026, 11, 28),
        every="month",
        report=lambda title, done, total: told.append((title, done, total)),
    )
    days = [date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 28)]
    assert [summary.day for summary in summaries] == days
    for day in days:
        check_night(night_folder(book_root(), lender.pk, day))
        assert column_rows(lender, day)[loan.pk] == truth(loan, day, day)
    stored = PositionRow.objects.get(loan=loan)
    assert position_from_body(stored.body) == position_on(loan, as_of=date(2026, 11, 28))
    assert [summary.candidates for summary in summaries] == [0, 0, 1]
    assert ("Close 2026-11-28", 1, 1) in told
    again = nights_run(
        actor=ACTOR,
        lender_id=lender.pk,
        now=datetime(2026, 12, 2, 2, tzinfo=UTC),
        first=date(2026, 9, 1),
        last=date(2026, 11, 28),
        every="month",
    )
    assert all(summary.replayed for summary in again)


def test_a_replay_without_positions_goes_on_from_the_ledger(lender, loan):
    """A replay that died kept no positions of its nights; the next close finds them in the ledger."""
    nights_run(
        actor=ACTOR, lender_id=lender.pk, now=NOW, first=DAY - timedelta(days=3), last=DAY - timedelta(days=1)
    )
    PositionRow.objects.all().delete()
    close(lender)
    stored = PositionRow.objects.get(loan=loan)
    assert (stored.as_of, stored.days_past_due) == (DAY - timedelta(days=3), 69)
    assert position_from_body(stored.body) == position_on(loan, as_of=stored.as_of)


@pytest.mark.parametrize(
    ("more", "error", "says"),
    [
        ({"every": "week"}, InputError, "use one of day, month"),
        ({"first": date(2026, 11, 24)}, InputError, "no day from 2026-11-24 to 2026-11-23"),
        ({"actor": "agent:li.na"}, RefusedError, "may not do night_run"),
        ({"lender_id": "nobody"}, NotVisibleError, "no lender nobody"),
    ],
)
def test_a_wrong_request_is_refused(lender, more, error, says):
    """Days that do not exist, a role that may not, a lender that is not there."""
    given = {"actor": ACTOR, "lender_id": lender.pk, "now": NOW, "first": DAY, "last": DAY}
    with pytest.raises(error, match=says):
        nights_run(**given | more)


def test_an_empty_book_closes(lender):
    """A lender without loans has a night too, the one that ended; what was before holds nothing."""
    with pytest.raises(RefusedError, match="holds nothing yet, so 2026-11-22 can't be closed"):
        close(lender, DAY - timedelta(days=1), now=NOW)
    assert close(lender).loans == 0
    assert Loan.objects.count() == 0

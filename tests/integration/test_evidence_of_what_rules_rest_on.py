"""What the law, a night or a page rests on beside people and ledgers is under leaves, or made again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from evidence_world import corrupt, erase, first_bad

from forbear.services.contact import contact_close, contact_propose
from forbear.services.evidence import evidence_seal, evidence_verify
from forbear.services.facts import Proposal
from forbear.services.hold import hold_close, hold_open
from forbear.services.night import night_run, nights_run
from forbear.services.payment import payment_record
from forbear.services.signin import code_check, code_proof, code_send
from forbear.services.staff import staff_add, staff_change, staff_password_own, staff_password_reset
from forbear.services.token import token_issue, token_revoke
from forbear.store.models import Case, EvidenceLeaf, NightRun, PersonKey, PositionRow, Promise, SigninCode

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 27)
AFTER = datetime(2026, 11, 28, 2, tzinfo=UTC)
ADMIN = "administrator:wu"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("pack_id", "us"),
        ("zone", "America/New_York"),
        ("cutoff", "12:00:00"),
        ("country", "US"),
        ("legal_name", "别的公司"),
        ("currency", "USD"),
    ],
)
def test_a_changed_lender_is_named(lender, column, value):
    """Law, hours and the business date follow from the lender's row: a change there does not pass."""
    assert first_bad(lender.pk) == ""
    corrupt(f"UPDATE store_lender SET {column} = %s WHERE id = %s", [value, lender.pk])  # noqa: S608  # own names
    assert first_bad(lender.pk).endswith(f"(lender pine): the row differs from what was recorded: {column}")


def test_a_lender_who_was_slipped_in_is_named(lender):
    """A lender whom nobody took on has no leaf."""
    corrupt("DELETE FROM store_evidenceleaf WHERE kind = 'lender'")
    assert first_bad(lender.pk) == "Lender pine: no evidence leaf vouches for it"


@pytest.fixture
def colleague(lender, now):
    """An account that was made, given another role, a new password and a token."""
    common = {"actor": ADMIN, "lender_id": lender.pk, "now": now}
    user = staff_add(**common, key="1", username="lin", name="林", role="agent", password="a long first one")
    staff_change(**common, key="2", user_id=user.pk, role="manager")
    staff_password_reset(**common, key="3", user_id=user.pk)
    staff_password_own(user_id=user.pk, now=now)
    token_issue(**common, key="4", user=user, name="export", seed=b"x" * 32)
    return user


@pytest.mark.parametrize(
    ("table", "change", "named"),
    [
        ("store_user", "role = 'compliance'", "(account"),
        ("store_user", "is_active = NOT is_active", "(account"),
        ("store_user", "username = 'wu'", "(account"),
        ("store_user", "one_time_until = '2026-12-01 00:00:00+00:00'", "(account"),
        ("store_apitoken", "digest = '0'", "(token"),
        ("store_apitoken", "revoked_at = '2026-11-24 00:00:00+00:00'", "(token"),
    ],
)
def test_a_changed_account_or_token_is_named(colleague, table, change, named):
    """Who may do what is under leaves: a role that somebody gave themselves is found."""
    assert first_bad("pine") == ""
    assert EvidenceLeaf.objects.filter(kind="account").count() == 4
    corrupt(f"UPDATE {table} SET {change}")  # noqa: S608  # the test's own names
    assert named in first_bad("pine")


def test_a_token_that_was_ended_stays_so(colleague, lender, now):
    """A dead token that is brought back to life is found."""
    [token] = colleague.apitoken_set.all()
    token_revoke(actor=ADMIN, lender_id=lender.pk, key="5", now=now, token_id=token.pk)
    assert first_bad("pine") == ""
    corrupt("UPDATE store_apitoken SET revoked_at = NULL")
    assert first_bad("pine").endswith("the row differs from what was recorded: revoked_at")


def test_no_secret_of_an_account_is_in_its_leaf(colleague):
    """What concerns no person is in the clear, so neither password nor token is in it."""
    for leaf in EvidenceLeaf.objects.filter(kind__in=["account", "token"]):
        text = bytes(leaf.ciphertext)
        assert leaf.party_id is None
        assert b"password" not in text
        assert colleague.password.encode() not in text


def test_an_account_that_was_slipped_in_is_named(lender, agent):
    """An account that no administrator made has no leaf."""
    corrupt("DELETE FROM store_evidenceleaf WHERE kind = 'account'")
    assert first_bad("pine") == f"User {agent.pk}: no evidence leaf vouches for it"


def test_a_leaf_about_a_person_is_never_in_the_clear(loan, borrower):
    """Who takes the person out of a leaf, to write what it says, is found."""
    leaf = EvidenceLeaf.objects.get(kind="loan")
    corrupt("UPDATE store_evidenceleaf SET party_id = NULL WHERE id = %s", [leaf.pk])
    assert first_bad("pine").endswith("its ciphertext does not open under the person's key")


@pytest.mark.parametrize("ref", ["x", "9" * 30, "٣"])
def test_a_leaf_that_names_no_row_is_named(agent, ref):
    """A leaf about a numbered row that names something else vouches for nothing."""
    leaf = EvidenceLeaf.objects.get(kind="account")
    corrupt("UPDATE store_evidenceleaf SET ref = %s WHERE id = %s", [ref, leaf.pk])
    assert first_bad("pine").endswith("the row that it vouches for is missing or cannot be read")


def test_a_sign_in_that_nobody_made_is_named(lender, borrower, now, monkeypatch):
    """That a person came in counts as a contact of theirs, and so it rests on a leaf."""
    monkeypatch.setattr("forbear.services.signin.secrets.randbelow", lambda most: 123456)
    who = {"lender_id": lender.pk, "phone": "19900000001"}
    code_send(**who, now=now)
    code_send(**who, now=now + timedelta(minutes=1))
    proof = code_proof(**who, code="123456")
    code_check(**who, proof=proof, second_fact="1990-05-17", now=now + timedelta(minutes=2))
    assert first_bad("pine") == ""

    used = SigninCode.objects.get(used_at__isnull=False)
    corrupt("UPDATE store_signincode SET used_at = %s WHERE id = %s", [now, used.pk])
    assert first_bad("pine").endswith("the row differs from what was recorded: used_at")
    SigninCode.objects.filter(pk=used.pk).update(used_at=used.used_at)
    other = SigninCode.objects.get(used_at=None)
    SigninCode.objects.filter(pk=other.pk).update(used_at=now, party=borrower)
    assert first_bad("pine") == f"SigninCode {other.pk}: no evidence leaf vouches for its use"


def test_who_closed_a_hold_is_on_record(loan, borrower, now):
    """The finding that ends an objection has an author, and another one is found."""
    common = {"lender_id": "pine", "now": now}
    hold = hold_open(
        actor=f"borrower:{borrower.pk}",
        key="h",
        loan_id=loan.pk,
        party_id=borrower.pk,
        kind="dispute",
        words="不对",
        **common,
    )
    hold_close(actor="compliance:zhou", key="c", hold_id=hold, because="已核对", **common)
    assert first_bad("pine") == ""
    corrupt("UPDATE store_hold SET closed_by = 'agent:li.na'")
    assert first_bad("pine").endswith("the row differs from what was recorded: closed_by")


@pytest.fixture
def closed(loan, borrower, now):
    """A loan with a promise that was broken by the close of DAY, which left a case with its plan."""
    who = {"actor": "agent:li.na", "lender_id": "pine"}
    proposal = Proposal(
        loan_id=loan.pk,
        party_id=borrower.pk,
        contact_point_id=borrower.contact_points.get(medium="phone").pk,
        channel="call",
        purpose="remind",
    )
    placed = contact_propose(**who, key="c", now=now, proposal=proposal)
    contact_close(
        **who,
        key="e",
        now=now,
        contact_id=placed.contact_id,
        outcome="answered",
        right_party=True,
        two_way=True,
        promise=(100_000, date(2026, 11, 25)),
    )
    assert first_bad("pine") == ""
    night_run(actor="system:tests", lender_id="pine", now=AFTER, day=DAY)
    evidence_seal(lender_id="pine", now=AFTER)
    assert (Promise.objects.get().state, Case.objects.get().opened_on) == ("broken", DAY)
    assert bad() == ""
    return loan


def bad():
    """Return what the check names on the morning after the close."""
    return first_bad("pine", now=AFTER)


@pytest.mark.parametrize("state", ["kept", "open"])
def test_a_promise_that_changed_by_itself_is_named(closed, state):
    """What became of a promise has a leaf with each change."""
    corrupt("UPDATE store_promise SET state = %s", [state])
    assert bad().endswith("the row differs from what was recorded: state")


@pytest.mark.parametrize(
    "change",
    [
        "overdue = 0",
        "bucket = 'current', days_past_due = 0, overdue = 0",
        "principal = 1",
        "digest = '0'",
        "body = '{}'",
        "last_seq = 0",
        "as_of = '2026-11-26'",
        "state = 'closed'",
    ],
)
def test_a_changed_position_is_named(closed, change):
    """Each stored position is folded anew from its ledger and compared."""
    corrupt(f"UPDATE store_positionrow SET {change}")  # noqa: S608  # the test's own names
    assert bad().startswith(f"PositionRow {closed.pk}: ")


def test_a_position_that_was_taken_away_or_given_away_is_named(closed, make_lender):
    """A loan that the last close knew stands in the book of its own lender."""
    make_lender("zz")
    corrupt("UPDATE store_positionrow SET lender_id = 'zz'")
    assert bad() == f"PositionRow {closed.pk}: it differs from what the ledger gives: lender_id"
    PositionRow.objects.all().delete()
    assert bad() == f"PositionRow {closed.pk}: the row is missing"


def test_what_moves_by_itself_stands_at_the_last_close(closed):
    """A loan that aged overnight is shown as old as it is: yesterday's days past due are found."""
    aged = ("bucket", "days_past_due", "overdue")
    before = PositionRow.objects.values(*aged).get()
    later = AFTER + timedelta(days=4)
    night_run(actor="system:tests", lender_id="pine", now=later, day=DAY + timedelta(days=4))
    evidence_seal(lender_id="pine", now=later)
    assert PositionRow.objects.get().as_of < DAY + timedelta(days=4)
    assert first_bad("pine", now=later) == ""

    PositionRow.objects.update(**before)

    assert first_bad("pine", now=later).startswith(f"PositionRow {closed.pk}: it differs")


def test_a_halted_loan_stands_where_an_earlier_close_left_it(closed):
    """A close leaves the position of a loan that it halted as it was; anything else is found there too."""
    aged = ("bucket", "days_past_due", "overdue")
    before = PositionRow.objects.values(*aged).get()
    later = AFTER + timedelta(days=4)
    night_run(actor="system:tests", lender_id="pine", now=later, day=DAY + timedelta(days=4))
    evidence_seal(lender_id="pine", now=later)
    PositionRow.objects.update(**before)
    night = NightRun.objects.latest("day")
    night.counts |= {"halted": [{"loan_id": closed.pk, "because": "it differed"}]}
    night.save()
    assert first_bad("pine", now=later) == ""

    PositionRow.objects.update(days_past_due=0, bucket="current", overdue=0)

    assert first_bad("pine", now=later).startswith(f"PositionRow {closed.pk}: it differs")


def test_payments_replays_and_closes_made_anew_leave_everything_fitting(closed):
    """What Forbear itself does to positions and cases is no change behind its back."""
    payment_record(
        actor="manager:wu",
        lender_id="pine",
        key="p",
        now=AFTER,
        loan_id=closed.pk,
        amount=50_000,
        value_date=DAY + timedelta(days=1),
        channel_ref="P-1",
    )
    assert bad() == ""
    night_run(actor="system:tests", lender_id="pine", now=AFTER, day=DAY, rebuild=True)
    assert bad() == ""
    later = AFTER + timedelta(days=40)
    first, last = DAY + timedelta(days=1), DAY + timedelta(days=39)
    nights_run(actor="system:tests", lender_id="pine", now=later, first=first, last=last, every="month")
    evidence_seal(lender_id="pine", now=later)
    assert first_bad("pine", now=later) == ""
    assert NightRun.objects.filter(positions_kept=True).count() == 2


@pytest.mark.parametrize(
    "change",
    [
        """plan = '{"visit_grounds": ["long_overdue"]}'""",
        "closed_on = '2026-11-27'",
        "opened_on = '2026-01-01'",
    ],
)
def test_a_changed_case_is_found(closed, change):
    """The grounds for a visit are in a case's plan: the open cases are those that the last close left."""
    corrupt(f"UPDATE store_case SET {change}")  # noqa: S608  # the test's own names
    assert bad() == (
        f"Case of pine: the open cases with their plans are not those that the close of {DAY} left"
    )


def test_a_case_that_no_close_opened_is_named(loan):
    """Where no day was closed there is no case."""
    Case.objects.create(id="case-x", lender_id="pine", loan=loan, opened_on=DAY)
    assert first_bad("pine") == "Case case-x: no close opened it"


def test_a_close_whose_digest_was_written_anew_is_named(closed):
    """Who changes a case, and what the close says of it, contradicts the leaf of the close."""
    corrupt("UPDATE store_nightrun SET cases = %s", ["0" * 64])
    assert bad().endswith("the row differs from what was recorded: cases")
    corrupt("UPDATE store_nightrun SET cases = ''")
    assert bad().endswith("the row differs from what was recorded: cases")


def test_a_key_that_is_merely_called_destroyed_is_named(loan, borrower, now):
    """Nobody is silenced by a mark on their key: an erasure leaves its own leaf, and is counted."""
    evidence_seal(lender_id="pine", now=now)
    PersonKey.objects.filter(party=borrower).update(key=None, destroyed_at=now)
    assert first_bad("pine") == f"PersonKey {borrower.pk}: no evidence leaf vouches for the erasure"

    erase(borrower, now)

    report = evidence_verify(now=now, lender_id="pine")
    assert (report.ok, report.erased) == (True, 1)
    PersonKey.objects.update(destroyed_at=now + timedelta(days=1))
    assert first_bad("pine").endswith("the row differs from what was recorded: destroyed_at")

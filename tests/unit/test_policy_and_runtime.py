"""Roles and verbs, business dates, keys, and what a running installation has at hand."""

from __future__ import annotations

import stat
from datetime import UTC, date, datetime, time
from types import SimpleNamespace

import pytest

from forbear.config.settings import Settings
from forbear.errors import InputError, RefusedError
from forbear.evidence.seal import public_key_of
from forbear.gateways.clock import SystemClock, VirtualClock
from forbear.services import keys, runtime
from forbear.services.dates import business_date
from forbear.services.policy import VERBS, actor_of, may, require
from forbear.store.models.access import Role


def test_every_verb_is_somebodys():
    """No verb is left without a role, and only roles stand in the table."""
    assert all(roles and roles <= frozenset(Role) for roles in VERBS.values())


@pytest.mark.parametrize(
    ("role", "verbs"),
    [
        (
            "borrower",
            {
                "consent_end",
                "hold_open",
                "loan_read",
                "payment_record",
                "preference_end",
                "preference_set",
            },
        ),
        ("compliance", {"hold_close", "compliance_read", "evidence_read", "contact_judge"}),
        ("agent", {"contact_propose", "contact_close", "message_send", "payment_record"}),
        ("manager", {"book_read", "loan_open", "payment_reverse", "night_run"}),
        (
            "administrator",
            {"staff_add", "staff_change", "staff_password_reset", "token_issue", "token_revoke"},
        ),
    ],
)
def test_a_role_may_what_the_table_says(role, verbs):
    """Each role has its verbs; a borrower has no others than these."""
    allowed = {verb for verb in VERBS if may(role, verb)}

    assert verbs <= allowed
    assert role != "borrower" or verbs == allowed


def test_those_who_judge_do_not_act():
    """Compliance neither contacts nor moves money; who collects ends no objection and no wish."""
    assert not {"contact_propose", "message_send", "payment_record"} & {
        v for v in VERBS if may("compliance", v)
    }
    assert not may("agent", "hold_close")
    assert not may("agent", "state_end")
    assert not any(may(role, "preference_end") for role in ("agent", "manager", "administrator"))


@pytest.mark.parametrize("actor", ["", "agent", "agent:", "robot:x", f"agent:{'x' * 80}"])
def test_an_actor_has_a_role_and_a_name(actor):
    """An actor that is no role:name is refused before anything else."""
    with pytest.raises(InputError) as caught:
        require(actor, "payment_record")
    assert caught.value.field == "actor"


def test_a_role_that_may_not_is_told_who_may():
    """A refusal names the roles that could do it; the installation itself may do everything."""
    with pytest.raises(RefusedError, match="ask administrator or manager"):
        require("agent:li.na", "payment_reverse")
    for verb in VERBS:
        require("system:night", verb)


def test_accounts_act_under_their_role():
    """Staff act under their name, borrowers under their party."""
    staff = SimpleNamespace(role="agent", get_username=lambda: "li.na", party_id=None)
    borrower = SimpleNamespace(role="borrower", get_username=lambda: "x", party_id="party_1")

    assert actor_of(staff) == "agent:li.na"
    assert actor_of(borrower) == "borrower:party_1"


@pytest.mark.parametrize(
    ("cutoff", "at", "day"),
    [
        (time(0), datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC), date(2026, 11, 24)),
        (time(0), datetime(2026, 11, 24, 16, 0, tzinfo=UTC), date(2026, 11, 25)),
        (time(17), datetime(2026, 11, 24, 8, 59, 59, tzinfo=UTC), date(2026, 11, 24)),
        (time(17), datetime(2026, 11, 24, 9, 0, tzinfo=UTC), date(2026, 11, 25)),
    ],
)
def test_the_business_date_is_local_and_ends_at_the_cut_off(cutoff, at, day):
    """The local date holds until the cut-off; from then on it is the next business day."""
    assert business_date(SimpleNamespace(zone="Asia/Shanghai", cutoff=cutoff), at) == day


def test_a_key_is_made_once_and_kept_private(tmp_path):
    """The first use makes it, every later use finds it, and only the owner can read it."""
    folder = tmp_path / "keys"

    made = keys.signing_key(folder)
    keys._key.cache_clear()

    assert keys.signing_key(folder) == made
    assert stat.S_IMODE((folder / "signing.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert keys.published_key(folder) == public_key_of(made)
    assert len({made, keys.pepper(folder), keys.payment_secret(folder)}) == 3


def test_of_two_processes_the_first_ones_key_stays(tmp_path):
    """A key that another process made in the meantime is not written over."""
    keys._create(tmp_path / "signing.key", b"\x01" * 32)
    keys._create(tmp_path / "signing.key", b"\x02" * 32)

    assert keys.signing_key(tmp_path) == b"\x01" * 32
    assert sorted(path.name for path in tmp_path.iterdir()) == ["signing.key", "signing.pub"]


def test_a_key_of_the_wrong_length_is_refused(tmp_path):
    """A truncated key file is named, and not used."""
    (tmp_path / "pepper.key").write_text("00ff\n", encoding="ascii")

    with pytest.raises(InputError, match=r"pepper\.key holds 2 bytes instead of 32"):
        keys.pepper(tmp_path)


def test_clock_and_gateways_follow_the_settings(settings, tmp_path):
    """What the settings name is built once, and anew when it is forgotten."""
    runtime.forget()
    settings.DATA_DIR = tmp_path
    settings.FORBEAR = Settings()
    assert isinstance(runtime.clock(), SystemClock)
    assert runtime.gateways() is runtime.gateways()
    assert runtime.portal_address("pine") == "http://127.0.0.1:8000/portal/pine/"

    runtime.forget()
    settings.FORBEAR = Settings(clock="2026-11-24T21:59:00+08:00", public_url="https://pay.pine.invalid/")
    assert isinstance(runtime.clock(), VirtualClock)
    assert runtime.clock().now() >= datetime(2026, 11, 24, 13, 59, tzinfo=UTC)
    assert runtime.portal_address("pine") == "https://pay.pine.invalid/portal/pine/"

"""What people asked for: one wish of a kind at a time, theirs alone, and never turned against them."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from evidence_world import first_bad

from forbear.errors import InputError, NotVisibleError, RefusedError
from forbear.services.hold import hold_close, hold_open
from forbear.services.preference import preference_end, preference_set
from forbear.store.models import EvidenceLeaf, Hold, Preference

pytestmark = pytest.mark.django_db


@pytest.fixture
def wish(lender, borrower, now):
    """Note a wish of the borrower; a test changes it."""

    def wishing(key="w-1", **changes):
        given = {
            "actor": f"borrower:{borrower.pk}",
            "lender_id": lender.pk,
            "now": now,
            "party_id": borrower.pk,
            "kind": "stop",
            "source": "portal",
        }
        return preference_set(key=key, **given | changes)

    return wishing


@pytest.fixture
def hold(loan, borrower, now):
    """Object to the debt as the borrower; a test changes it."""

    def holding(key="h-1", **changes):
        given = {
            "actor": f"borrower:{borrower.pk}",
            "lender_id": loan.lender_id,
            "now": now,
            "loan_id": loan.pk,
            "party_id": borrower.pk,
            "kind": "dispute",
            "words": "金额不对",
        }
        return hold_open(key=key, **given | changes)

    return holding


def test_a_new_wish_takes_the_place_of_the_old_one(wish, now):
    """Of each kind and channel one wish is in force; the earlier one ends at the instant of the later."""
    hours = {"kind": "hours", "hour_from": time(9), "hour_until": time(18)}
    first = wish(**hours)
    later = now + timedelta(days=1)
    second = wish("w-2", now=later, **hours | {"hour_until": time(12)})

    ended = Preference.objects.get(pk=first)
    assert (ended.ended_at, ended.ended_by) == (later, f"borrower:{ended.party_id}")
    assert Preference.objects.get(ended_at=None).pk == second
    assert wish("w-4") != wish("w-3", channel="sms")
    assert Preference.objects.filter(ended_at=None, kind="stop").count() == 2
    assert EvidenceLeaf.objects.filter(kind="preference_end", ref=first).exists()


def test_a_collector_narrows_the_hours_and_never_widens_them(wish):
    """Hours that a person chose are widened by the person or compliance; a collector may write down less."""
    hours = {"kind": "hours", "hour_from": time(9), "hour_until": time(18)}
    wish(**hours)
    with pytest.raises(RefusedError, match="09:00 to 18:00"):
        wish("w-2", actor="agent:li.na", **hours | {"hour_until": time(19)})
    wish("w-3", actor="agent:li.na", **hours | {"hour_until": time(12)})
    wish("w-4", actor="compliance:zhou.ning", **hours | {"hour_until": time(20)})
    wish("w-5", **hours | {"hour_from": time(8), "hour_until": time(20)})

    assert Preference.objects.get(ended_at=None).hour_from == time(8)


def test_a_stop_is_ended_by_the_person_or_by_compliance_with_a_reason(wish, lender, borrower, now):
    """Who collects can't end what binds them; evidence says who ended a wish, and why."""
    pref = wish()
    common = {"lender_id": lender.pk, "now": now, "preference_id": pref}
    for actor in ("agent:li.na", "manager:wu", "administrator:a"):
        with pytest.raises(RefusedError, match="may not do preference_end; ask borrower or compliance"):
            preference_end(actor=actor, key="e-1", because="said so on the phone", **common)
    with pytest.raises(InputError) as caught:
        preference_end(actor="compliance:zhou", key="e-2", **common)
    assert caught.value.field == "because"
    assert Preference.objects.get(ended_at=None).pk == pref

    preference_end(actor="compliance:zhou", key="e-3", because="taken back by letter", **common)
    row = Preference.objects.get(pk=pref)
    assert (row.ended_by, row.ended_because) == ("compliance:zhou", "taken back by letter")
    assert first_bad(lender.pk) == ""
    Preference.objects.update(ended_by=f"borrower:{borrower.pk}")
    assert first_bad(lender.pk).endswith("the row differs from what was recorded: ended_by")


def test_a_collector_notes_no_wider_hours_than_the_person_asked_for(wish, lender):
    """Hours that reach further take a wish away, on one channel as on all; narrower ones may be noted."""
    asked = wish(kind="hours", hour_from=time(18), hour_until=time(20))
    wide = {"kind": "hours", "hour_from": time(8), "hour_until": time(20)}
    for key, changes in (("w-2", {}), ("w-3", {"channel": "call"}), ("w-4", {"hour_from": time(19, 30)})):
        given = wide | {"hour_until": time(21)} | changes
        for actor in ("agent:li.na", "manager:wu"):
            with pytest.raises(RefusedError, match="They asked for 18:00 to 20:00"):
                wish(key, actor=actor, **given)
    assert Preference.objects.get(ended_at=None).pk == asked

    wish("w-5", actor="agent:li.na", channel="call", kind="hours", hour_from=time(18), hour_until=time(19))
    with pytest.raises(RefusedError, match="They asked for 18:00 to 19:00"):
        wish("w-6", actor="agent:li.na", channel="call", **wide)
    wish("w-7", actor="compliance:zhou", **wide)
    wish("w-8", **wide | {"hour_until": time(21)})
    assert Preference.objects.get(ended_at=None, channel="").hour_until == time(21)


def test_a_consent_to_the_night_is_ended_by_whoever_hears_of_it(wish, lender, borrower, now):
    """Taking a consent back makes nothing easier for the lender, so it needs no reason and no office."""
    pref = wish(kind="night_consent")
    preference_end(
        actor="agent:li.na", lender_id=lender.pk, key="e-1", now=now, preference_id=pref, because=""
    )
    assert Preference.objects.get(pk=pref).ended_by == "agent:li.na"


def test_taking_back_twice_is_taking_back_once(wish, lender, borrower, now):
    """A wish that has ended stays ended from when it ended."""
    pref = wish()
    common = {"actor": f"borrower:{borrower.pk}", "lender_id": lender.pk, "preference_id": pref}
    preference_end(key="e-1", now=now, **common)
    preference_end(key="e-2", now=now + timedelta(days=1), **common)

    assert Preference.objects.get(pk=pref).ended_at == now
    with pytest.raises(NotVisibleError):
        preference_end(key="e-3", now=now, **common | {"preference_id": "pref_x"})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "silence"}, "kind"),
        ({"channel": "fax"}, "channel"),
        ({"kind": "hours"}, "hours"),
        ({"kind": "hours", "hour_from": time(18), "hour_until": time(9)}, "hours"),
        ({"hour_from": time(9)}, "hours"),
        ({"source": ""}, "source"),
        ({"kind": "night_consent", "actor": "agent:li.na"}, "kind"),
    ],
)
def test_a_wish_that_cannot_be_is_named(wish, changes, field):
    """Bad input names its field; consent to quiet hours is never taken by a collector."""
    with pytest.raises(InputError) as caught:
        wish(**changes)
    assert caught.value.field == field
    assert not Preference.objects.exists()


def test_people_speak_for_themselves_alone(wish, hold, lender, make_party):
    """A borrower can neither wish nor object in another's name."""
    stranger = make_party(lender, "测试丙", phone="19900000003")
    mine = wish()

    with pytest.raises(NotVisibleError):
        wish("w-2", party_id=stranger.pk)
    with pytest.raises(NotVisibleError):
        hold(actor=f"borrower:{stranger.pk}")
    with pytest.raises(NotVisibleError):
        hold(party_id=stranger.pk)
    with pytest.raises(NotVisibleError):
        preference_end(
            actor=f"borrower:{stranger.pk}",
            lender_id=lender.pk,
            key="e-1",
            now=Preference.objects.get(pk=mine).since,
            preference_id=mine,
        )


def test_an_objection_keeps_the_persons_own_words(hold):
    """What a person said is kept as they said it, once."""
    assert hold() == hold()
    assert Hold.objects.get().words == "金额不对"
    for changes, field in (({"words": ""}, "words"), ({"kind": "other"}, "kind")):
        with pytest.raises(InputError) as caught:
            hold("h-2", **changes)
        assert caught.value.field == field


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("金额不对。\r\n我上月付过。\r", "金额不对。\n我上月付过。"),
        ("王\u3000小明\xa0说", "王 小明 说"),
        (
            "\ufeff一家\U0001f468\u200d\U0001f469\u200d\U0001f467\u200b",
            "一家\U0001f468\u200d\U0001f469\u200d\U0001f467",
        ),
        ("\u202a13800000000\u202c", "13800000000"),
    ],
)
def test_what_a_person_writes_is_not_refused_for_how_it_was_typed(hold, typed, kept):
    """Line ends of a browser, wide spaces, emoji of several parts and pasted marks bar nobody."""
    hold(words=typed)
    assert Hold.objects.get().words == kept
    for words in ("a\x00b", "a\x07b", "\ud800"):
        with pytest.raises(InputError, match="printable characters"):
            hold("h-2", words=words)


def test_only_those_who_look_into_it_end_a_hold(hold, lender, borrower, now):
    """Neither a borrower nor an agent closes a hold, and nobody one that is not there."""
    common = {"lender_id": lender.pk, "key": "c-1", "now": now, "hold_id": hold(), "because": "已核对"}
    for actor in (f"borrower:{borrower.pk}", "agent:li.na"):
        with pytest.raises(RefusedError, match="may not do hold_close"):
            hold_close(actor=actor, **common)
    with pytest.raises(NotVisibleError):
        hold_close(actor="compliance:zhou", **common | {"hold_id": "hold_x"})

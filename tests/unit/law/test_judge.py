"""What the law says of an act: complete, strongest first, never silently allowing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from forbear.errors import InputError
from forbear.gateways.packs import read_pack_texts
from forbear.law.judge import judge, judge_act
from forbear.law.parse import parse
from forbear.law.verdict import ContactRefusedError, Effect, Outcome, Strength, Verdict
from forbear.testing.law import act, cn_pack, contact, facts_at, in_china

NOON = in_china("2026-11-24 12:00")


def judged(at: datetime = NOON, **facts: object) -> Verdict:
    return judge_act(cn_pack(), act(**facts), at=at)


def rules(verdict: Verdict) -> list[str]:
    return [fired.rule_id for fired in verdict.fired]


def test_a_call_at_21_59_is_allowed_and_must_end_at_22_00() -> None:
    """
    The last minute before the night is lawful, and the verdict says that it must end by 22:00.
    """
    verdict = judged(in_china("2026-11-24 21:59"))

    assert verdict.outcome is Outcome.ALLOWED
    assert verdict.deciding is None
    assert verdict.expires_at == in_china("2026-11-24 22:00")
    warning = next(item for item in verdict.obligations if item.rule_id == "cn.policy.end-before-night")
    assert warning.effect is Effect.WARN
    assert warning.reason_in("zh-hans").startswith("对方当地时间是21:59；须在22:00前结束")
    assert warning.reason_in("en").startswith("It is 21:59 where the person is; this must be over by 22:00.")


def test_a_call_at_22_00_is_denied_until_08_00() -> None:
    """
    At 22:00 the night has begun; the next moment is 08:00, for each rule and for the act.
    """
    verdict = judged(in_china("2026-11-24 22:00"))

    assert verdict.outcome is Outcome.DENIED
    assert rules(verdict) == ["cn.cba.night-hours", "cn.gbt.night-hours"]
    assert verdict.next_moment == in_china("2026-11-25 08:00")
    assert {fired.next_moment for fired in verdict.fired} == {in_china("2026-11-25 08:00")}
    assert verdict.expires_at == verdict.judged_at
    assert verdict.deciding is not None
    assert dict(verdict.deciding.values)["local_time"] == "22:00"
    assert dict(verdict.deciding.values)["cba_night_starts"] == "22:00"


@pytest.mark.parametrize(
    ("at", "allowed"), [("07:59", False), ("08:00", True), ("21:59", True), ("22:00", False)]
)
@pytest.mark.parametrize("channel", ["call", "sms", "email", "visit"])
def test_the_night_holds_at_both_edges_on_every_channel(at: str, allowed: bool, channel: str) -> None:
    """
    From 22:00 on and before 08:00 nothing is collected, whichever the channel.
    """
    assert (judged(in_china(f"2026-11-24 {at}"), channel=channel).outcome is Outcome.ALLOWED) is allowed


def test_the_hour_must_do_in_every_zone() -> None:
    """
    A person who may be in Ürümqi (two hours behind) is called neither before 08:00 there nor after
    22:00 in Shanghai.
    """
    zones = ("Asia/Urumqi", "Asia/Shanghai")

    early = judged(in_china("2026-11-24 09:59"), zones=zones)
    late = judged(in_china("2026-11-24 22:00"), zones=zones)

    assert early.outcome is late.outcome is Outcome.DENIED
    assert early.next_moment == in_china("2026-11-24 10:00")
    assert late.next_moment == in_china("2026-11-25 10:00")
    assert judged(in_china("2026-11-24 10:00"), zones=zones).expires_at == in_china("2026-11-24 22:00")


def test_an_allowed_act_expires_at_local_midnight_at_the_latest() -> None:
    """
    With consent to the night nothing ends at 22:00, but the day's counts end at midnight.
    """
    verdict = judged(in_china("2026-11-24 22:30"), night_consent=True)

    assert verdict.outcome is Outcome.ALLOWED
    assert verdict.expires_at == in_china("2026-11-25 00:00")
    assert [item.rule_id for item in verdict.excused] == ["cn.cba.night-hours", "cn.gbt.night-hours"]
    assert "consented" in verdict.excused[0].reason_in("en")


def test_consent_lifts_only_the_rules_that_name_it() -> None:
    """
    Consent to the night does not lift a wish for other hours.
    """
    verdict = judged(in_china("2026-11-24 22:30"), night_consent=True, hours_wish=True)

    assert rules(verdict) == ["cn.wish.hours"]
    assert verdict.next_moment == in_china("2026-11-25 18:00")


def test_consent_that_is_not_known_lifts_nothing_and_is_named() -> None:
    """
    Nobody is called at night because consent was not looked up; the verdict says what would lift it.
    """
    verdict = judged(in_china("2026-11-24 22:30"), night_consent=None)

    assert verdict.outcome is Outcome.DENIED
    assert verdict.fired[0].lifted_by == ("night_consent",)


def test_what_is_not_known_is_asked_for() -> None:
    """
    An unknown fact that decides makes the outcome NEEDS, names the fact, and asks the question.
    """
    verdict = judged(stop_requested=None, dispute_open=None)

    assert verdict.outcome is Outcome.NEEDS
    assert verdict.needs == ("stop_requested", "dispute_open")
    assert verdict.next_moment is None
    assert verdict.questions[0].rule_ids == ("cn.wish.stop",)
    assert verdict.questions[0].text_in("zh-hans") == "本人是否要求过不再通过这种方式联系？"


def test_what_is_not_known_and_does_not_matter_is_not_asked_for() -> None:
    """
    A call needs no answer to how many go on a visit.
    """
    assert judged(collectors_present=None, preferred_from=None).outcome is Outcome.ALLOWED


def test_an_unknown_fact_does_not_hide_a_denial() -> None:
    """
    A denied act with open questions is denied, and the questions are listed too.
    """
    verdict = judged(stop_requested=None, dispute_open=True)

    assert verdict.outcome is Outcome.DENIED
    assert verdict.needs == ("stop_requested",)


def test_an_obligation_that_hangs_on_the_unknown_is_owed() -> None:
    """
    Where it is not known whether a machine calls, the caller says what a machine would have to say.
    """
    verdict = judged(robot=None)

    assert verdict.outcome is Outcome.ALLOWED
    assert "cn.policy.automated-voice" in {item.rule_id for item in verdict.obligations}


def test_a_require_rule_says_what_must_be_proved_first() -> None:
    """
    Nothing about the debt goes to a mailbox that no second fact confirmed: prove identity first.
    """
    verdict = judged(channel="email", identity_verified=False)

    assert verdict.outcome is Outcome.NEEDS
    assert verdict.needs == ("identity_verified",)
    assert rules(verdict) == ["cn.policy.identity-first"]
    assert verdict.deciding is verdict.fired[0]


def test_a_verdict_is_complete_and_names_the_strongest_first() -> None:
    """
    Every rule that stands in the way is listed: guideline, standard, policy, wish, in this order,
    and what must be proved after what is denied.
    """
    verdict = judged(
        in_china("2026-11-24 23:00"),
        channel="sms",
        stop_requested=True,
        dispute_open=True,
        identity_verified=False,
    )

    assert rules(verdict) == [
        "cn.cba.night-hours",
        "cn.gbt.night-hours",
        "cn.policy.dispute-hold",
        "cn.wish.stop",
        "cn.policy.identity-first",
    ]
    assert [fired.strength for fired in verdict.fired][:2] == [Strength.SELF_REGULATORY, Strength.STANDARD]


def test_no_time_cures_a_stop_request() -> None:
    """
    Where one rule in the way does not pass with time there is no next moment, though the night passes.
    """
    verdict = judged(in_china("2026-11-24 23:00"), stop_requested=True)

    assert verdict.next_moment is None
    moments = {fired.rule_id: fired.next_moment for fired in verdict.fired}
    assert moments["cn.wish.stop"] is None
    assert moments["cn.cba.night-hours"] == in_china("2026-11-25 08:00")


def test_windows_and_counters_release_together() -> None:
    """
    Three calls today and a wish for 18:00 to 20:00: the next moment is 18:00 tomorrow.
    """
    log = [contact(in_china(f"2026-11-24 {hour}:00")) for hour in ("09", "10", "11")]

    verdict = judge_act(cn_pack(), act(log, hours_wish=True), at=NOON)

    assert rules(verdict) == ["cn.gbt.effective-calls", "cn.wish.hours"]
    assert verdict.fired[0].next_moment == in_china("2026-11-25 00:00")
    assert verdict.fired[1].next_moment == in_china("2026-11-24 18:00")
    assert verdict.next_moment == in_china("2026-11-25 18:00")


def test_a_wish_that_no_hour_meets_has_no_next_moment() -> None:
    """
    Hours wished for in the night alone, without consent to the night, are never lawful within 30 days.
    """
    verdict = judged(hours_wish=True, preferred_from="23:00", preferred_until="01:00")

    assert verdict.fired[0].next_moment == in_china("2026-11-24 23:00")
    assert verdict.next_moment is None


def test_a_wish_for_no_hour_at_all_never_passes() -> None:
    """
    Hours that begin and end together leave no hour, today or within 30 days.
    """
    verdict = judged(hours_wish=True, preferred_from="18:00", preferred_until="18:00")

    assert rules(verdict) == ["cn.wish.hours"]
    assert verdict.fired[0].next_moment is None
    assert verdict.next_moment is None


def test_the_law_of_the_day_is_applied() -> None:
    """
    Before 30 January 2026 only the standard speaks of the night; from that day the guideline does too.
    """
    before = judged(in_china("2026-01-29 23:59"))
    after = judged(in_china("2026-01-30 00:00"))

    assert rules(before) == ["cn.gbt.night-hours"]
    assert rules(after) == ["cn.cba.night-hours", "cn.gbt.night-hours"]
    assert before.fired[0].parameters_from == date(2025, 2, 28)
    assert after.fired[0].parameters_from == date(2026, 1, 30)


def test_a_coming_law_is_looked_ahead_to() -> None:
    """
    On the eve of the guideline six attempts in vain are no obstacle until midnight, when it begins.
    """
    log = [contact(in_china("2026-01-29 20:00"), "no_answer") for _ in range(6)]
    eve = judge_act(cn_pack(), act(log, night_consent=True), at=in_china("2026-01-29 23:00"))

    assert eve.outcome is Outcome.ALLOWED
    assert eve.expires_at == in_china("2026-01-30 00:00")

    reading = act(party_relation="contact_person", purpose="relay", discloses_debt=True, number_invalid=True)
    verdict = judge_act(cn_pack(), reading, at=in_china("2026-01-20 12:00"))

    assert verdict.next_moment is None


def test_the_pack_does_not_speak_of_days_before_its_time() -> None:
    """
    A day that the pack does not cover is refused: its silence would read as consent.
    """
    with pytest.raises(InputError, match="knows the law from 2025-02-28 on, not that of 2025-02-27"):
        judged(in_china("2025-02-27 12:00"))


def test_a_lenders_own_rules_only_tighten() -> None:
    """
    Rules of the lender are added as one more text; they deny what the pack allows, and lift nothing.
    """
    own = """
    sources: {pine: {title: {zh-hans: 松果公司制度, en: Pine's own rules}}}
    rules:
      - id: cn.pine.no-visits
        title: {zh-hans: 不上门, en: No visits}
        layer: policy
        strength: policy
        effect: deny
        when: channel == "visit"
        reason: {zh-hans: 本公司不上门。, en: This lender makes no visits.}
        citation: {source: pine, last_checked_on: 2026-11-24}
        effective: {from: 2026-01-01}
        certainty: house
        cases:
          - {name: a visit, facts: {channel: visit}, expect: fires}
          - {name: a call, facts: {}, expect: silent}
    """
    pack = parse(read_pack_texts("cn") | {"own.yaml": own})

    visit = judge_act(pack, act(channel="visit"), at=NOON)
    night = judge_act(pack, act(channel="visit"), at=in_china("2026-11-24 22:30"))

    assert rules(visit) == ["cn.pine.no-visits"]
    assert rules(night) == ["cn.cba.night-hours", "cn.gbt.night-hours", "cn.pine.no-visits"]


def test_judging_flat_facts_gives_the_same_rules() -> None:
    """
    The facts of a verdict, kept and judged again, give the same answer and the same digest.
    """
    situation = act([contact(in_china("2026-11-24 10:00"))], stop_requested=True)
    first = judge_act(cn_pack(), situation, at=NOON)

    again = judge(cn_pack(), facts_at(cn_pack(), situation, NOON))

    assert (again.outcome, again.facts_digest, rules(again)) == (
        first.outcome,
        first.facts_digest,
        rules(first),
    )
    assert again.next_moment is None
    assert again.expires_at == again.judged_at


def test_digests_follow_facts_and_pack() -> None:
    """
    A verdict names its pack and its facts: another fact, another digest.
    """
    one, same, other = judged(), judged(), judged(robot=True)

    assert one.pack_digest == cn_pack().digest
    assert one.facts_digest == same.facts_digest
    assert one.facts_digest != other.facts_digest


def test_a_refusal_is_one_sentence_with_rule_source_and_moment() -> None:
    """
    The error that a refused contact raises names rule, citation and the next lawful moment, local time.
    """
    refusal = str(ContactRefusedError(judged(in_china("2026-11-24 22:00"))))

    assert "cn.cba.night-hours; China Banking Association" in refusal
    assert refusal.endswith("The earliest lawful time is 2026-11-25 08:00 +0800.")
    assert (
        str(ContactRefusedError(judged(stop_requested=None))) == "Contact refused: not known: stop_requested."
    )


@pytest.mark.parametrize(
    ("situation", "says"),
    [
        ({"zones": ()}, "No time zone is given"),
        ({"zones": ("Asia/Shangai",)}, "'Asia/Shangai' is not a time zone"),
        ({"zones": ("../etc",)}, "'../etc' is not a time zone"),
        ({"chanel": "call"}, r"knows no fact 'chanel'\. Did you mean 'channel'\?"),
        ({"zzz": 1}, r"knows no fact 'zzz'\.$"),
        ({"channel": "fax"}, "channel is 'fax'; it must be one of call, sms, email, visit"),
        ({"robot": 1}, "robot is 1; it must be true or false"),
        ({"collectors_present": True}, "collectors_present is True; it must be a whole number"),
        ({"collectors_present": 2**31}, "it must be a whole number up to"),
        ({"preferred_from": "9:00"}, "preferred_from is '9:00'; it must be a time of day as HH:MM"),
        ({"visits_today": 1}, "visits_today follows from the moment and the log"),
        ({"local_time": "10:00"}, "local_time follows from the moment and the log"),
    ],
)
def test_a_situation_that_cannot_be_judged_is_refused(situation: dict[str, object], says: str) -> None:
    """
    Unknown zones, unknown facts and wrong types are input errors that name the field.
    """
    with pytest.raises(InputError, match=says):
        judged(**situation)


def test_a_time_without_a_zone_is_refused() -> None:
    """
    An instant needs its offset, in the log and in the question.
    """
    with pytest.raises(InputError, match="at 2026-11-24 12:00:00 has no time zone"):
        judged(NOON.replace(tzinfo=None))
    with pytest.raises(InputError, match=r"PastContact\.at .* has no time zone"):
        contact(NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"channel": "fax"}, "PastContact.channel is 'fax'; it must be one of call, sms"),
        ({"direction": "up"}, "PastContact.direction is 'up'"),
        ({"outcome": "nice"}, "PastContact.outcome is 'nice'"),
    ],
)
def test_a_log_line_in_other_words_is_refused(change: dict[str, str], says: str) -> None:
    """
    A line that no regime could count must not be lost in silence.
    """
    with pytest.raises(InputError, match=says):
        contact(NOON, **change)


def test_instants_are_answered_in_utc() -> None:
    """
    Whatever offset the question had, every instant of the answer is in UTC.
    """
    verdict = judged(in_china("2026-11-24 22:00"))

    assert verdict.judged_at.tzinfo is UTC
    assert verdict.next_moment is not None
    assert verdict.next_moment.utcoffset() == timedelta(0)

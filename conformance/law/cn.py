"""Cases of mainland China about acts: hours, counts, people, visits, words, data, complaints, records."""

from __future__ import annotations

from datetime import date
from typing import Any

from conformance.allocation.answers import Answer, Word
from conformance.law.ask import Facts, Judged, Phrases, Ruling, ask, chosen, first, renamed, ruled, says
from forbear.law.deadlines import days_left_open, full_years

SOURCES = {"cba": ("银行业协会", "banking association"), "gbt": ("gb/t", "国家标准")}
"""The texts that a case may ask about alone, by how its citation speaks of them."""
CHANNELS = {
    "visit": ("visit", "现场", "上门", "外访"),
    "sms": ("sms", "text", "短信"),
    "email": ("email", "邮件"),
    "call": ("call", "电话", "语音", "ai", "robot"),
}
AUTOMATED = ("ai", "robot", "机器人", "智能")
PARTIES = {
    "spouse": ("配偶", "spouse"),
    "guarantor": ("保证人", "担保人", "guarantor"),
    "co_borrower": ("共同借款人", "co-borrower"),
    "contact_person": ("紧急联系人", "联系人", "contact"),
    "unrelated": ("通讯录", "其他人", "同事", "邻居", "无关"),
}
COLLECTS = ("demand", "催收", "要求", "还款", "payment")
VISIT_FACTS = {
    "collectors_present": ("collectors", "collectors_present", "人数"),
    "visits_today": ("visits_today",),
    "enters_home": ("enters_home", "enters_private_place"),
    "enters_office": ("enters_office_area", "enters_office"),
    "night_consent": ("debtor_consented",),
    "entry_consent": ("consent", "debtor_consent"),
}
AUTHORITIES = ("公安", "法院", "检察", "政府", "司法", "police", "court", "公权", "机关")
LENDERS = ("银行", "本行", "会员单位", "贷款人", "lender", "bank", "金融机构")
FORBIDDEN = {
    "threatens": ("威胁", "恐吓", "threat", "intimidat"),
    "insults": ("侮辱", "辱骂", "insult", "abus"),
    "uses_violence": ("暴力", "violence", "侵入", "限制", "拘禁", "胁迫"),
    "deceives": ("欺骗", "欺诈", "诱骗", "fraud", "decei"),
    "stalks": ("跟踪", "stalk"),
    "harasses": ("骚扰", "harass"),
    "false_consequence": ("黑名单", "夸大", "blacklist", "exaggerat", "虚构", "捏造"),
    "discloses_to_third_party": ("散布", "泄露", "公开", "disseminat", "朋友圈", "曝光"),
    "uses_tainted_data": ("非法获取", "非法收集", "illegal data", "买卖个人信息", "爬取"),
    "urges_borrowing": ("借新", "新贷", "以贷养贷", "new borrowing", "new loan", "诱导借"),
}
SAME_NAME = {
    "false_consequence": ("fabricate*", "exaggerate*", "false*consequence"),
    "urges_borrowing": ("induce*", "urges*", "诱导*"),
    "uses_tainted_data": ("illegal_data", "uses_illegal_data"),
    "discloses_to_third_party": ("disseminates_privacy", "discloses_privacy"),
    "threatens": ("threatens", "threat"),
    "insults": ("insults", "insult"),
    "uses_violence": ("violence", "uses_violence"),
}
UNLAWFUL = ("非法债务", "高利", "非法", "usury", "illegal")
SENSITIVE = {
    "health": ("健康", "health"),
    "religion": ("宗教", "religio"),
    "whereabouts": ("行踪", "轨迹", "位置", "whereabouts", "location"),
    "account": ("金融账户", "账户", "account", "生物识别"),
    "phone_book": ("通讯录", "phone book", "contacts"),
    "call_log": ("通话记录",),
}
AGENCIES = ("催收机构", "外包", "agency", "第三方机构")


def contact_hours(facts: Facts, citation: str) -> Answer:
    """Tell whether collecting is permitted at this hour."""
    found = renamed(facts, {"local_time": ("local_time",), "night_consent": ("debtor_consented", "consent")})
    agreed = facts.get("agreed_window")
    if agreed is not None:
        start, end = str(agreed).split("-")
        found["night_consent"] = start <= str(facts["local_time"]) < end
    return _ruled(found | _channel(facts), citation)


def call_frequency(facts: Facts, citation: str) -> Answer:
    """Tell whether one more call fits the counts of the day."""
    found = renamed(
        facts,
        {
            "effective_calls_today": (
                "voice_collections_today",
                "gbt_voice_connected_today",
                "effective_calls_today",
                "voice_connected_today",
            ),
            "unanswered_today": ("cba_unanswered_attempts_same_number", "unanswered_attempts_same_number"),
            "agreed_frequency": ("agreed_otherwise",),
        },
    )
    if facts.get("all_unanswered", True) and "attempts_today_same_number" in facts:
        found["unanswered_today"] = facts["attempts_today_same_number"]
    return _ruled(found | _channel(facts), citation)


def third_party(facts: Facts, citation: str) -> Answer:
    """Tell whether somebody else than the debtor may be contacted, or shares the debt."""
    who = first(facts, "third_party", "contact", "recipient")
    if "debt_used_for_joint_household" in facts:
        shares = bool(facts["debt_used_for_joint_household"])
        judged = ask("cn", {"party_relation": "spouse", "joint_debt_evidence": shares})
        related = not judged.speaks("spouse-evidence") and not judged.stands_in_the_way
        return {"verdict": Word("related_third_party" if related else "unrelated_third_party")}
    found = renamed(
        facts,
        {
            "number_invalid": ("debtor_number_invalid", "number_invalid", "debtor_lost_contact"),
            "consecutive_unreached": ("consecutive_unreached", "consecutive_failures"),
            "debtor_dead": ("debtor*dead", "debtor*died", "debtor*deceased", "debtor*death"),
            "debtor_incapable": ("debtor*incapa", "debtor*capacity"),
            "discloses_debt": ("discloses*", "reveals*"),
            "third_party_objected": (
                "asked*stop",
                "objected*",
                "refuse*",
            ),
        },
    )
    found = {"discloses_debt": False} | found
    found["party_relation"] = chosen(who, PARTIES, "unrelated")
    found["purpose"] = "remind" if says(facts.get("purpose"), *COLLECTS) else "relay"
    return _ruled(found, citation)


def onsite_visit(facts: Facts, citation: str) -> Answer:
    """Tell whether a visit may be made in this way."""
    found: dict[str, Any] = {"channel": "visit"} | renamed(
        facts, VISIT_FACTS | {"local_time": ("local_time",)}
    )
    found["posts_notice"] = bool(first(facts, "posts", "posts_notice"))
    act = facts.get("act")
    found["films_inside"] = says(act, "拍摄", "film", "录像") and not says(act, "门外")
    if says(act, "进入", "enter"):
        found["enters_home"] = True
    if facts.get("recorded") is False:
        found["unrecorded"] = True
    if first(facts, "credentials_shown", "badge_shown") is False or facts.get("credentials_shown") is False:
        found["without_badge"] = True
    return _ruled(found, citation)


def prohibited_conduct(facts: Facts, citation: str) -> Answer:
    """Tell whether something may be said or done in collecting."""
    words = " ".join(str(value) for value in facts.values())
    found: dict[str, Any] = {name: says(words, *signs) for name, signs in FORBIDDEN.items()}
    found |= {name: bool(value) for name, value in renamed(facts, SAME_NAME).items()}
    claimed = facts.get("claims_to_be")
    outside = says(facts.get("actor"), "外部", "机构", "agency", "external")
    found["impersonates_authority"] = says(claimed, *AUTHORITIES)
    found["impersonates_lender"] = says(claimed, *LENDERS) and outside
    found["asks_extra_fee"] = bool(first(facts, "extra_fee", "extra_charge"))
    if says(facts.get("channel"), "private", "私人", "个人微信"):
        found |= {"private_account": True, "collector": "agency"}
        found["private_account_consent"] = bool(facts.get("consent"))
    found |= renamed(facts, {"enters_home": ("enters_home",), "enters_office": ("enters_office_area",)})
    if found.get("enters_home") or found.get("enters_office"):
        found |= {"channel": "visit", "entry_consent": bool(facts.get("consent"))}
    return _ruled(found, citation)


def criminal(facts: Facts, citation: str) -> Answer:
    """Tell whether the crime of collecting an unlawful debt by force is made out."""
    means = facts.get("means")
    found: dict[str, Any] = {
        name: says(means, *FORBIDDEN[name]) for name in ("threatens", "uses_violence", "stalks", "harasses")
    }
    found["claim_unlawful"] = says(facts.get("debt"), *UNLAWFUL)
    judged = ask("cn", found)
    crime = [item for item in judged.fired if item.rule_id.startswith("cn.criminal.")]
    if not crime or not facts.get("serious", True):
        return {"verdict": Word("not_this_article")}
    said = tuple(text for item in crime for _, text in item.reason)
    return {"verdict": Word("crime"), "penalty": Phrases(said)}


def personal_information(facts: Facts, citation: str) -> Answer:
    """Tell whether data may be used, handed on or kept."""
    found = {"without_contact": True} | _data_act(facts)
    found |= {
        "separate_consent": bool(facts.get("separate_consent")),
        "data_consent": not facts.get("consent_withdrawn")
        and (
            bool(first(facts, "consent", "separate_consent")) or says(facts.get("basis"), "同意", "consent")
        ),
    }
    judged = ask("cn", found)
    must_delete = judged.speaks("pipl.delete")
    answer = ruled(judged)
    if must_delete:
        answer |= {"verdict": Word("require"), "action": Phrases(("delete", "删除"))}
    return answer


def complaint_deadline(facts: Facts, citation: str) -> Answer:
    """Tell whether a complaint was answered in time."""
    received = first(facts, "transferred", "received", "complained")
    answered = first(facts, "replied", "answered", "settled")
    found: dict[str, Any] = {
        "without_contact": True,
        "act": "leave_complaint",
        "complaint_route": "central_bank" if "transferred" in facts else "direct",
        "complaint_days": days_left_open(date.fromisoformat(received), date.fromisoformat(answered)),
        "complaint_extended": bool(facts.get("extension_approved")),
        "complaint_complex": bool(facts.get("complex")),
    }
    return ruled(ask("cn", found))


def records(facts: Facts, citation: str) -> Answer:
    """Tell whether records may be destroyed on a day."""
    event = first(facts, "closed", "made", "recorded", "last_activity", "call_date")
    kind = "complaint" if "closed" in facts else "collection"
    if says(facts.get("record"), "card", "信用卡"):
        kind = "card_recording"
    judged = ask(
        "cn",
        {
            "without_contact": True,
            "act": "destroy_records",
            "record_kind": kind,
            "record_age": full_years(date.fromisoformat(event), date.fromisoformat(facts["destroy_on"])),
        },
    )
    return {"verdict": Ruling(judged.stands_in_the_way, no=("too_early",), yes=("allowed", "allow"))}


def _data_act(facts: Facts) -> dict[str, Any]:
    if "purpose_fulfilled" in facts or "debt_closed" in facts:
        met = bool(facts.get("purpose_fulfilled", facts.get("debt_closed")))
        over = bool(facts.get("retention_law_expired", True))
        return {"act": "keep_data", "purpose_met": met, "retention_over": over}
    assessed = first(facts, "pia_done", "impact_assessed")
    found: dict[str, Any] = {} if assessed is None else {"impact_assessed": bool(assessed)}
    if says(facts.get("legal_form"), "委托") or says(facts.get("share_with"), *AGENCIES):
        return found | {
            "act": "engage_agency",
            "agency_contract": bool(first(facts, "agreement", "contract")),
        }
    basis = first(facts, "basis", "other_basis", "legal_basis")
    found["data_basis"] = bool(basis) and not says(basis, "同意", "consent")
    if "share_with" in facts:
        return found | {"act": "provide_data"}
    found |= {"act": "use_data", "data_kind": chosen(facts.get("data"), SENSITIVE, "debt")}
    if "processing" in facts:
        found |= {"data_automated": says(facts["processing"], "自动", "automat"), "data_basis": True}
    if facts.get("sensitive") and found["data_kind"] == "debt":
        found["data_kind"] = "account"
    return found


def _channel(facts: Facts) -> dict[str, Any]:
    if "channel" not in facts:
        return {}
    channel = facts["channel"]
    return {"channel": chosen(channel, CHANNELS, "call"), "robot": says(channel, *AUTOMATED)}


def _ruled(found: Facts, citation: str) -> Answer:
    """Answer by the text that a case asks about, or by all of them."""
    asked = tuple(f"cn.{source}." for source, signs in SOURCES.items() if says(citation, *signs))
    judged = ask("cn", found)
    return ruled(Judged(judged.pack, judged.verdict, asked) if asked else judged)

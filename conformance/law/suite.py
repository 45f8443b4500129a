"""Reads law cases from a file or a folder and answers each by its jurisdiction and topic.

A topic and the names of facts decide what is run, never a case's id. The packs and the functions beside
them answer; topics about amounts are those of ``conformance.allocation``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from conformance.allocation.answers import Answer, first_difference
from conformance.allocation.suite import topics as topics_of_amounts
from conformance.law import cn, elsewhere, us_calls, us_claims, us_contact, us_media
from conformance.runner import Case, Suite, read_rows
from forbear.errors import InputError
from forbear.gateways.amounts import read_amount_texts
from forbear.law.amounts import parse_amounts

Facts = Mapping[str, Any]
Topic = Callable[[Facts], Answer]

US: dict[str, Topic] = {
    "attorney_representation": us_contact.time_place,
    "call_frequency": us_calls.call_frequency,
    "cease_communication": us_contact.time_place,
    "conduct": us_contact.conduct,
    "contact_frequency": us_calls.contact_frequency,
    "credit_reporting": us_claims.credit_reporting,
    "disclosure": us_contact.disclosure,
    "dispute": us_claims.dispute,
    "electronic_contact": us_media.electronic_contact,
    "fees": us_contact.fees,
    "inconvenience_designation": us_contact.inconvenience_designation,
    "limited_content_message": us_contact.limited_content_message,
    "location_information": us_contact.third_party,
    "opt_out": us_media.opt_out,
    "postdated_payment": us_claims.postdated_payment,
    "records": us_claims.records,
    "third_party": us_contact.third_party,
    "time_barred": us_claims.time_barred,
    "time_place": us_contact.time_place,
    "validation_notice": us_claims.validation_notice,
    "validation_period": us_claims.validation_period,
}
UK: dict[str, Topic] = {
    "breathing_space": elsewhere.uk_breathing_space,
    "contact_hours": elsewhere.uk_contact,
    "dispute": elsewhere.uk_dispute,
    "forbearance": elsewhere.uk_forbearance,
    "misleading": elsewhere.uk_contact,
    "onsite_visit": elsewhere.uk_contact,
    "third_party": elsewhere.uk_contact,
}
IN: dict[str, Topic] = {
    "contact_hours": elsewhere.in_contact,
    "onsite_visit": elsewhere.in_contact,
    "outsourcing": elsewhere.in_outsourcing,
    "sensitive_occasion": elsewhere.in_contact,
    "third_party": elsewhere.in_contact,
}
EU: dict[str, Topic] = {"conduct": elsewhere.eu_conduct}
CN: dict[str, Callable[[Facts, str], Answer]] = {
    "call_frequency": cn.call_frequency,
    "complaint_deadline": cn.complaint_deadline,
    "composition": cn.call_frequency,
    "contact_hours": cn.contact_hours,
    "contact_hours_gb": cn.contact_hours,
    "criminal": cn.criminal,
    "onsite_visit": cn.onsite_visit,
    "personal_information": cn.personal_information,
    "prohibited_conduct": cn.prohibited_conduct,
    "records": cn.records,
    "third_party": cn.third_party,
}
"""China's cases ask under the text that they cite."""
PROSE = ("note",)
"""What a case expects as a remark to its reader; no answer is made of it."""


def read(path: Path) -> Iterable[Case]:
    """Yield the cases of a file, or of all files of a folder, file by file."""
    amounts = topics_of_amounts(parse_amounts(read_amount_texts("cn")))
    for file in [path] if path.is_file() else sorted(path.glob("*.jsonl")):
        for row in read_rows(file):
            yield _case(row, amounts)


def _case(row: Mapping[str, Any], amounts: Mapping[str, Topic]) -> Case:
    traits = {"topic": str(row.get("topic", "")), "jurisdiction": str(row.get("jurisdiction", ""))}
    traits |= {"kind": str(row.get("kind", "")), "facts": " ".join(sorted(row["facts"]))}
    return Case(
        name=f"{row['id']} {traits['topic']}", traits=traits, check=partial(_difference, row, amounts)
    )


def _difference(row: Mapping[str, Any], amounts: Mapping[str, Topic]) -> str | None:
    expected = {name: value for name, value in row["expected"].items() if name not in PROSE}
    return first_difference(_answer(row, amounts), expected) if expected else "it expects nothing"


def _answer(row: Mapping[str, Any], amounts: Mapping[str, Topic]) -> Answer:
    topic, facts = str(row["topic"]), row["facts"]
    of = str(row["jurisdiction"]).split("-", maxsplit=1)[0]
    if of == "CN" and topic in CN:
        return CN[topic](facts, str(row.get("citation", "")))
    by_topic = {"US": US, "UK": UK, "IN": IN, "EU": EU}.get(of, {})
    answer = by_topic.get(topic) or amounts.get(topic)
    if answer is None:
        raise InputError(f"No pack of {of} answers the topic {topic}.", field="topic")
    return answer(facts)


SUITE = Suite(name="law", folder="law", read=read, asked_percent=98, group_by="jurisdiction")

"""Compliance: suppose an act, change what is known of it, and read the verdict. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from forbear.errors import InputError
from forbear.law.expression import Kind
from forbear.law.pack import Fact, Pack
from forbear.law.verdict import FactValue
from forbear.law.wording import sentences
from forbear.services.dates import business_date
from forbear.services.lawbook import book_of
from forbear.services.lawbrowse import CONTACT, facts_asked, facts_seen, kinds_of, supposed
from forbear.store.models import Verdict
from forbear.web.console.access import staff_page
from forbear.web.pages import language_of

_YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A fact as the form asks for it: its value as text, and what it may be (none: free text)."""

    fact: Fact
    value: str
    options: tuple[tuple[str, str], ...]


@require_GET
@staff_page("compliance_read")
def what_if(request: HttpRequest) -> HttpResponse:
    """Ask for the facts of an act of one kind, and show what the law of a day says of it."""
    pack = book_of(request.user.lender.pack_id).pack
    kinds = kinds_of(pack)
    kind = request.GET.get("kind", CONTACT)
    kind = kind if kind in kinds else CONTACT
    today = business_date(request.user.lender, request.now)
    start: Mapping[str, FactValue] = {}
    if request.GET.get("verdict"):
        start = facts_seen(pack, Verdict.objects.visible_to(request.user).one(request.GET["verdict"]))
    asked = [_asked(fact, request, {**pack.base_facts, **start}) for fact in facts_asked(pack, kind)]
    context = {
        "pack": pack,
        "kinds": [(name, _kind_label(pack, name)) for name in kinds],
        "kind": kind,
        "as_of": request.GET.get("as_of") or today.isoformat(),
        "groups": _groups(asked),
        "from_verdict": bool(start),
        "zone": pack.zone.key,
        "other_language": "zh-hans" if language_of() == "en" else "en",
    }
    try:
        judged = supposed(pack, kind, _given(asked), now=request.now, as_of=_day(str(context["as_of"])))
        context |= {"judged": judged, "told": sentences(judged, language_of())}
    except InputError as error:
        context["error"] = str(error)
    return render(request, "console/law_what_if.html", context)


def _kind_label(pack: Pack, kind: str) -> str:
    if kind == CONTACT:
        return gettext("To contact somebody")
    return dict(dict(pack.facts["act"].labels)[kind])[language_of()]


def _asked(fact: Fact, request: HttpRequest, start: Mapping[str, FactValue]) -> Asked:
    language = language_of()
    known = start.get(fact.name, False if fact.proposal else None)
    value = request.GET.get(fact.name, _text(known))
    unknown = ("", gettext("not known"))
    options: tuple[tuple[str, str], ...] = ()
    if fact.kind is Kind.BOOL:
        options = (("yes", gettext("yes")), ("no", gettext("no")), *(() if fact.proposal else (unknown,)))
    elif fact.kind is Kind.TEXT:
        options = (*((word, dict(label)[language]) for word, label in fact.labels), unknown)
    return Asked(fact=fact, value=value, options=options)


def _text(value: FactValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _groups(asked: list[Asked]) -> list[tuple[str, list[Asked], bool]]:
    """Return the facts in groups: name, facts, whether the group is open at once."""
    parts = [item for item in asked if item.fact.proposal]
    consents = [item for item in asked if item.fact.consent]
    counts = [item for item in asked if item.fact.derived]
    rest = [item for item in asked if item not in parts and item not in consents and item not in counts]
    groups = [
        (gettext("The act and the person"), rest, True),
        (gettext("Hour and counts"), counts, True),
        (gettext("Consents and agreements"), consents, True),
        (gettext("Found in it, or meant"), parts, any(item.value == "yes" for item in parts)),
    ]
    return [group for group in groups if group[1]]


def _given(asked: list[Asked]) -> dict[str, FactValue]:
    return {item.fact.name: _value(item) for item in asked}


def _value(item: Asked) -> FactValue:
    """Return what was answered; an empty answer is not known. Raises InputError."""
    text = item.value.strip()
    if not text:
        return None
    if item.fact.kind is Kind.BOOL:
        return _YES_NO.get(text, text)
    if item.fact.kind is not Kind.INT:
        return text
    try:
        return int(text)
    except ValueError as error:
        raise InputError(
            f"{item.fact.name} is {text!r}; it must be a whole number.", field=item.fact.name
        ) from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no day; write it like 2026-11-24.", field="as_of") from error

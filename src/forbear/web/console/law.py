"""Compliance: the law pack in use, rule by rule, with source, dates, cases and what changed when."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.documents.scalars import clock_of
from forbear.law.cases import CaseResult
from forbear.law.expression import ALWAYS, Kind
from forbear.law.pack import Pack, Parameter, ParameterValue, Rule
from forbear.law.verdict import Effect
from forbear.law.written import written, written_sentence
from forbear.services.lawbook import book_of
from forbear.services.lawbrowse import CONTACT, changes_of, tried
from forbear.store.models import PackText
from forbear.web.console.access import staff_page
from forbear.web.pages import language_of
from forbear.web.words_law import CERTAINTIES, EXPECTED


@dataclass(frozen=True, slots=True)
class Tried:
    """A case with how it came out, and the address at which to change it."""

    result: CaseResult
    found: object
    query: str


@require_GET
@staff_page("compliance_read")
def rules(request: HttpRequest) -> HttpResponse:
    """List the rules of the lender's pack, by words in them and by effect, and what changed when."""
    pack = book_of(request.user.lender.pack_id).pack
    words, effect = request.GET.get("q", "").strip(), request.GET.get("effect", "")
    found = [
        (rule, CERTAINTIES[rule.certainty])
        for rule in pack.rules
        if _speaks_of(rule, words) and (effect not in list(Effect) or rule.effect == effect)
    ]
    context = {
        "pack": pack,
        "rules": found,
        "words": words,
        "effect": effect,
        "effects": list(Effect),
        "changes": changes_of(pack),
        "editions": PackText.objects.visible_to(request.user)
        .filter(pack_id=pack.id)
        .order_by("-first_used_at"),
        "zone": request.user.lender.zone,
    }
    return render(request, "console/law.html", context)


@require_GET
@staff_page("compliance_read")
def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """Show one rule: its words in both languages, conditions, numbers with their days, and its cases."""
    pack = book_of(request.user.lender.pack_id).pack
    found = next((rule for rule in pack.rules if rule.id == rule_id), None)
    if found is None:
        raise Http404
    language = language_of()
    other = "zh-hans" if language == "en" else "en"
    context = {
        "pack": pack,
        "rule": found,
        "reason": written_sentence(found.reason, language),
        "remedy": written_sentence(found.remedy, language) if found.remedy else "",
        "other_language": other,
        "other_reason": written_sentence(found.reason, other),
        "other_remedy": written_sentence(found.remedy, other) if found.remedy else "",
        "applies": "" if found.applies == ALWAYS else written(found.applies),
        "when": written(found.when),
        "unless": [(written(e.when), written_sentence(e.because, language)) for e in found.exemptions],
        "facts": [pack.facts[name] for name in (*found.names, *found.needs) if name in pack.facts],
        "consents": [pack.facts[name].consent for name in found.relaxable_by],
        "values": [row for name in found.parameters for row in _values(pack.parameters[name])],
        "known": CERTAINTIES[found.certainty],
        "cases": [
            Tried(result, EXPECTED[result.found], _query(pack, result)) for result in tried(pack, found)
        ],
    }
    return render(request, "console/law_rule.html", context)


def _speaks_of(rule: Rule, words: str) -> bool:
    texts = [rule.id, *(text for _, text in rule.title), *(text for _, text in rule.citation.text)]
    texts += [written_sentence(rule.reason, language) for language, _ in rule.title]
    return words.lower() in "\n".join(texts).lower()


def _values(parameter: Parameter) -> list[tuple[Parameter, ParameterValue, str, object]]:
    """Return every value a number has had, the newest first, with how it is written and known."""
    return [
        (parameter, value, _shown(parameter, value), CERTAINTIES[value.certainty])
        for value in reversed(parameter.values)
    ]


def _shown(parameter: Parameter, value: ParameterValue) -> str:
    return clock_of(int(value.value)) if parameter.kind is Kind.TIME else str(value.value)


def _query(pack: Pack, result: CaseResult) -> str:
    """Return the case as the query of the page on which it can be changed."""
    facts = {**pack.base_facts, **result.case.facts}
    given = {
        "kind": str(facts["act"]) if facts.get("without_contact") else CONTACT,
        "as_of": result.case.as_of.isoformat(),
    }
    for name, value in result.case.facts.items():
        if name not in ("without_contact", "act"):
            given[name] = _plain(value)
    query = QueryDict(mutable=True)
    query.update(given)
    return query.urlencode()


def _plain(value: bool | int | str | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)

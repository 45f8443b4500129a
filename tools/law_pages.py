#!/usr/bin/env python3
"""Write docs/reference/law/PACK.md and .zh.md from the law packs. Run: python tools/law_pages.py [check]"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from forbear.documents.scalars import clock_of
from forbear.gateways.packs import pack_ids, read_pack_texts
from forbear.law.expression import ALWAYS, Kind
from forbear.law.pack import Case, Certainty, Expected, Pack, Parameter, Profile, Rule, Status
from forbear.law.parse import parse
from forbear.law.verdict import BLOCKING, Effect, FactValue, Outcome, Texts
from forbear.law.wording import strength_label
from forbear.law.written import written, written_sentence

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference" / "law"
SUFFIXES = {"en": ".md", "zh-hans": ".zh.md"}

SAID: dict[str, dict[str, str]] = {
    "en": {
        "head": "Written by `make law-pages` from the pack; a test holds it in step. Version {version}, "
        "{count} rules, law from {since} on.",
        "other": "The same in Chinese: [{page}]({page}).",
        "softened": " (only warns under the default profile)",
        "draft": "a draft, off under the default profile",
        "force": "in force from {since}",
        "until": ", last day before {until}",
        "source": "Source: {source}; last checked {day}; {certainty}.",
        "instead": "Instead: {text}",
        "applies": "Applies to",
        "when": "When",
        "unless": "Unless",
        "lifted": "Lifted by",
        "needs": "Asks for",
        "number": "Number",
        "from": "from",
        "is": "is",
        "known": "source",
        "case": "Case",
        "facts": "What differs from the lawful act",
        "law_of": "Law of",
        "does": "The rule",
        "act": "The act",
        "unknown": "not known",
        "colon": ": ",
    },
    "zh-hans": {
        "head": "本页由`make law-pages`根据规则包生成，有测试保证一致。"
        "版本{version}，共{count}条规则，适用{since}以来的规定。",
        "other": "英文版：[{page}]({page})。",
        "softened": "（默认配置下只提醒）",
        "draft": "草案，默认配置下不适用",
        "force": "自{since}起施行",
        "until": "，至{until}前一日止",
        "source": "依据：{source}；{day}核对；{certainty}。",
        "instead": "可以改为：{text}",
        "applies": "适用于",
        "when": "条件",
        "unless": "例外",
        "lifted": "经同意可免除",
        "needs": "须先确认",
        "number": "数值",
        "from": "起始日",
        "is": "取值",
        "known": "依据",
        "case": "案例",
        "facts": "与合规行为的不同之处",
        "law_of": "适用日期",
        "does": "该规则",
        "act": "该行为",
        "unknown": "未知",
        "colon": "：",
    },
}
CERTAINTIES: dict[Certainty, Texts] = {
    Certainty.PRIMARY: (("zh-hans", "读过原文"), ("en", "read in its own text")),
    Certainty.SECONDARY: (("zh-hans", "多份报道一致"), ("en", "known from reports that agree")),
    Certainty.SINGLE_SOURCE: (("zh-hans", "仅一份报道"), ("en", "known from one report")),
    Certainty.MEMORY: (("zh-hans", "凭记忆，待核对"), ("en", "known from memory, to be confirmed")),
    Certainty.HOUSE: (("zh-hans", "本机构规定"), ("en", "ours")),
}
EFFECTS: dict[Effect, Texts] = {
    Effect.DENY: (("zh-hans", "不允许"), ("en", "denies")),
    Effect.REQUIRE: (("zh-hans", "须先确认"), ("en", "requires")),
    Effect.DISCLOSE: (("zh-hans", "须告知"), ("en", "has something said")),
    Effect.STOP: (("zh-hans", "停止"), ("en", "stops")),
    Effect.WARN: (("zh-hans", "提醒"), ("en", "warns")),
    Effect.RETAIN: (("zh-hans", "须留存"), ("en", "has something kept")),
}
EXPECTED: dict[Expected, Texts] = {
    Expected.FIRES: (("zh-hans", "适用"), ("en", "speaks")),
    Expected.SILENT: (("zh-hans", "不适用"), ("en", "is silent")),
    Expected.ASKS: (("zh-hans", "询问"), ("en", "asks")),
}
OUTCOMES: dict[Outcome, Texts] = {
    Outcome.ALLOWED: (("zh-hans", "允许"), ("en", "allowed")),
    Outcome.DENIED: (("zh-hans", "不允许"), ("en", "denied")),
    Outcome.NEEDS: (("zh-hans", "待确认"), ("en", "needs an answer")),
}


def pages() -> dict[Path, str]:
    """Return every page by its path: each pack in each language."""
    found = {}
    for pack_id in pack_ids():
        pack = parse(read_pack_texts(pack_id), profile=Profile.CONFORMANCE)
        for language, suffix in SUFFIXES.items():
            found[FOLDER / f"{pack_id}{suffix}"] = "\n".join(_page(pack, language)).rstrip() + "\n"
    return found


def _page(pack: Pack, language: str) -> Iterator[str]:
    said = SAID[language]
    other = next(suffix for name, suffix in SUFFIXES.items() if name != language)
    yield f"# {dict(pack.title)[language]}\n"
    yield said["head"].format(version=pack.version, count=len(pack.rules), since=pack.covers_from)
    yield said["other"].format(page=f"{pack.id}{other}") + "\n"
    file = ""
    for rule in pack.rules:
        if rule.file != file:
            file = rule.file
            yield f"## {file}\n"
        yield from _rule(pack, rule, language)


def _rule(pack: Pack, rule: Rule, language: str) -> Iterator[str]:
    said = SAID[language]
    yield f"### {dict(rule.title)[language]}\n"
    effect = dict(EFFECTS[rule.written_effect])[language]
    if rule.certainty is Certainty.MEMORY and rule.written_effect in BLOCKING:
        effect += said["softened"]
    parts = [f"`{rule.id}`", effect, strength_label(rule.strength, language), _dates(rule, language)]
    if rule.status is Status.DRAFT:
        parts.append(said["draft"])
    yield " · ".join(parts) + "\n"
    yield f"> {written_sentence(rule.reason, language)}"
    if rule.remedy is not None:
        yield f">\n> {said['instead'].format(text=written_sentence(rule.remedy, language))}"
    yield ""
    yield said["source"].format(
        source=dict(rule.citation.text)[language],
        day=rule.citation.last_checked_on,
        certainty=dict(CERTAINTIES[rule.certainty])[language],
    )
    yield ""
    yield from _conditions(pack, rule, language)
    yield from _numbers([pack.parameters[name] for name in rule.parameters], language)
    yield from _cases(rule.cases, language)


def _dates(rule: Rule, language: str) -> str:
    said = SAID[language]
    until = said["until"].format(until=rule.until) if rule.until else ""
    return said["force"].format(since=rule.since) + until


def _conditions(pack: Pack, rule: Rule, language: str) -> Iterator[str]:
    said = SAID[language]
    colon = said["colon"]
    if rule.applies != ALWAYS:
        yield f"- {said['applies']}{colon}`{written(rule.applies)}`"
    yield f"- {said['when']}{colon}`{written(rule.when)}`"
    for exemption in rule.exemptions:
        because = written_sentence(exemption.because, language)
        yield f"- {said['unless']}{colon}`{written(exemption.when)}` ({because})"
    for name in rule.relaxable_by:
        yield f"- {said['lifted']}{colon}`{name}` ({dict(pack.facts[name].consent)[language]})"
    for name in rule.needs:
        yield f"- {said['needs']}{colon}`{name}` ({dict(pack.facts[name].question)[language]})"
    yield ""


def _numbers(parameters: list[Parameter], language: str) -> Iterator[str]:
    if not parameters:
        return
    said = SAID[language]
    yield f"| {said['number']} | {said['from']} | {said['is']} | {said['known']} |\n|---|---|---|---|"
    for parameter in parameters:
        for value in parameter.values:
            shown = clock_of(int(value.value)) if parameter.kind is Kind.TIME else str(value.value)
            source = dict(value.reference.text)[language]
            certainty = dict(CERTAINTIES[value.certainty])[language]
            name = f"{dict(parameter.title)[language]} (`{parameter.name}`)"
            yield f"| {name} | {value.since} | {shown} | {source}; {certainty} |"
    yield ""


def _cases(cases: tuple[Case, ...], language: str) -> Iterator[str]:
    said = SAID[language]
    heads = [said[name] for name in ("case", "facts", "law_of", "does", "act")]
    yield f"| {' | '.join(heads)} |\n|---|---|---|---|---|"
    for case in cases:
        facts = ", ".join(f"`{name}` {_value(value, language)}" for name, value in case.facts.items()) or "–"
        act = dict(OUTCOMES[case.outcome])[language] if case.outcome is not None else "–"
        does = dict(EXPECTED[case.expect])[language]
        yield f"| {case.name} | {facts} | {case.as_of} | {does} | {act} |"
    yield ""


def _value(value: FactValue, language: str) -> str:
    if value is None:
        return SAID[language]["unknown"]
    return str(value).lower() if isinstance(value, bool) else str(value)


def main(arguments: list[str]) -> int:
    """Write the pages, or (``check``) say which are out of step."""
    for path, text in pages().items():
        if arguments != ["check"]:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            print(f"{path.relative_to(FOLDER.parents[2])} is out of step; run: make law-pages")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

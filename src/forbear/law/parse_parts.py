"""Reads the parts that every section of a pack is made of: texts, citations, conditions, values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from forbear.documents.entry import Entry
from forbear.documents.scalars import LANGUAGES
from forbear.law.expression import Expression, Kind, Name
from forbear.law.grammar import ConditionError, parse_condition
from forbear.law.pack import Citation, Fact, Source
from forbear.law.verdict import Texts


def read_texts(entry: Entry) -> Texts:
    """Return a text in each language of the house. Raises InputError."""
    section = entry.section(required=LANGUAGES)
    return tuple((language, section[language].text()) for language in LANGUAGES)


def read_source(entry: Entry) -> Source:
    """Return a text that rules rest on: its title and, where there is one, its address."""
    section = entry.section(required=("title",), optional=("href", "notes"))
    return Source(
        title=read_texts(section["title"]), href=section["href"].text() if "href" in section else ""
    )


def read_citation(entry: Entry, sources: Mapping[str, Source]) -> Citation:
    """Return a place in a declared source, and when it was last checked. Raises InputError."""
    section = entry.section(required=("source", "last_checked_on"), optional=("article", "href"))
    name = section["source"].text()
    if name not in sources:
        raise section["source"].fault(f"{name!r} is not a declared source", "declare it under sources")
    articles = dict(read_texts(section["article"])) if "article" in section else {}
    return Citation(
        text=tuple((lang, _line(lang, title, articles.get(lang))) for lang, title in sources[name].title),
        href=section["href"].text() if "href" in section else sources[name].href,
        last_checked_on=section["last_checked_on"].day(),
    )


def _line(language: str, title: str, article: str | None) -> str:
    if article is None:
        return title
    return f"{title}{article}" if language == "zh-hans" else f"{title}, {article}"


def read_condition(entry: Entry, scope: Mapping[str, Name]) -> Expression:
    """Return a condition's tree. Raises InputError."""
    try:
        return parse_condition(entry.text(), scope)
    except ConditionError as error:
        raise entry.fault(error.cause, error.cure) from error


def read_fact_value(entry: Entry, fact: Fact) -> bool | int | str | None:
    """Return a fact's value as it is written in a case (a time stays ``HH:MM``). Raises InputError."""
    if entry.is_null():
        return None
    match fact.kind:
        case Kind.BOOL:
            return entry.flag()
        case Kind.INT:
            return entry.whole()
        case Kind.TIME:
            entry.minutes()
            return entry.text()
        case Kind.TEXT:
            word = entry.text()
            if word not in fact.options:
                raise entry.fault(f"{fact.name} is never {word!r}", f"use one of {', '.join(fact.options)}")
            return word
        case _:
            assert_never(fact.kind)


def read_fact_values(entry: Entry, facts: Mapping[str, Fact]) -> dict[str, bool | int | str | None]:
    """Return facts by name as a case gives them. Raises InputError."""
    values = {}
    for name, value in entry.section(optional=tuple(facts)).items():
        values[name] = read_fact_value(value, facts[name])
    return values

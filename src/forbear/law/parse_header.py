"""Reads what a pack says of itself; an overlay, such as a city's, says which pack it extends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forbear.documents.entry import Entry, read_document
from forbear.documents.scalars import Language
from forbear.errors import InputError
from forbear.law.parse_parts import read_texts
from forbear.law.verdict import Texts

SECTIONS = ("pack", "sources", "facts", "parameters", "rules")
"""The sections that a text of a pack may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the pack section says. ``cases_facts`` waits to be read until the facts are."""

    id: str
    extends: str
    version: str
    jurisdiction: str
    zone: str
    language: Language
    covers_from: date
    title: Texts
    cases_as_of: date
    cases_facts: Entry
    entry: Entry


def base_of(texts: Mapping[str, str]) -> str:
    """Return the id of the pack that these texts extend, or nothing. Raises InputError.

    The caller reads that pack's texts too, and gives each under a path led by its id: ``us/hours.yaml``.
    """
    return next((header.extends for header in _headers(texts) if header.extends), "")


def read_headers(texts: Mapping[str, str]) -> tuple[Header, ...]:
    """Return the pack's header, after that of the pack that it extends. Raises InputError."""
    found = _headers(texts)
    if not found:
        first = sorted(texts)[0]
        raise InputError(
            f"{first}, line 1: no file has a pack section. Add pack: with id, version, jurisdiction, "
            "zone, language, covers_from, title and cases to one of them.",
            field=f"{first}:1",
        )
    overlays = [header for header in found if header.extends]
    if not overlays:
        _require_one(found)
        return (found[0],)
    _require_one(overlays)
    overlay = overlays[0]
    bases = [header for header in found if not header.extends]
    _require_one(bases)
    if not bases or bases[0].id != overlay.extends or not bases[0].entry.file.startswith(f"{bases[0].id}/"):
        raise overlay.entry.fault(
            f"the pack {overlay.extends!r} that it extends is not among the texts",
            f"give its texts as well, under paths led by {overlay.extends}/",
        )
    if overlay.covers_from < bases[0].covers_from:
        raise overlay.entry.fault(
            f"it covers more than the pack it extends, which begins on {bases[0].covers_from}",
            "let covers_from be that day or a later one",
        )
    return (bases[0], overlay)


def _require_one(found: list[Header]) -> None:
    for second in found[1:]:
        raise second.entry.fault(
            f"the pack section already stands in {found[0].entry.file}", "keep one of the two"
        )


def _headers(texts: Mapping[str, str]) -> list[Header]:
    found = []
    for path in sorted(texts):
        sections = read_document(path, texts[path]).section(optional=SECTIONS)
        if "pack" in sections:
            found.append(_header(sections["pack"]))
    return found


def _header(entry: Entry) -> Header:
    section = entry.section(
        required=("id", "version", "jurisdiction", "zone", "language", "covers_from", "title", "cases"),
        optional=("extends", "notes"),
    )
    cases = section["cases"].section(required=("as_of", "facts"))
    return Header(
        id=section["id"].text(),
        extends=section["extends"].text() if "extends" in section else "",
        version=section["version"].text(),
        jurisdiction=section["jurisdiction"].text(),
        zone=section["zone"].zone(),
        language=section["language"].word(Language),
        covers_from=section["covers_from"].day(),
        title=read_texts(section["title"]),
        cases_as_of=cases["as_of"].day(),
        cases_facts=cases["facts"],
        entry=entry,
    )

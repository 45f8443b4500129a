#!/usr/bin/env python3
"""Keep the message catalogues: python tools/translations.py update | compile | check.

update   read every string marked for translation, and bring the .po files in step with them
compile  write the .mo files that run (setup does it; they are not in the repository)
check    stop when a translation is missing, fuzzy, left over, or disagrees on its placeholders

The source language is English, so there is one catalogue: zh_Hans. Templates go through Django's
own ``templatize``, so that this tool and Django read the same strings.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src/forbear"
LOCALES = PACKAGE / "web/locale"
LANGUAGES = ("zh_Hans",)
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|%[sd]")
NO_WRAP = 0


def main(arguments: list[str]) -> int:
    """Do what was asked; return the exit status."""
    verbs = {"update": update, "compile": compile_all, "check": check}
    if len(arguments) != 1 or arguments[0] not in verbs:
        print(__doc__)
        return 2
    return verbs[arguments[0]]()


def update() -> int:
    """Bring each catalogue in step with the source."""
    template = extracted()
    for language in LANGUAGES:
        catalogue = read(language)
        first_made = catalogue.creation_date
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.creation_date = first_made
        catalogue.obsolete.clear()
        for message in catalogue:
            message.locations = sorted({(path, 0) for path, _ in message.locations})
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(
                file, catalogue, width=NO_WRAP, sort_output=True, include_lineno=False, omit_header=False
            )
        missing = sum(1 for message in catalogue if message.id and not _translated(message))
        print(f"{language}: {len(catalogue)} strings, {missing} still to be written.")
    return 0


def compile_all() -> int:
    """Write the .mo file beside each .po file."""
    for language in LANGUAGES:
        with po_path(language).with_suffix(".mo").open("wb") as file:
            write_mo(file, read(language))
    return 0


def check() -> int:
    """Print every fault of every catalogue; return 1 where there is one."""
    template = extracted()
    found = [line for language in LANGUAGES for line in faults(read(language), template)]
    print("\n".join(found) if found else f"Translations complete: {len(template)} strings.")
    return 1 if found else 0


def faults(catalogue: Catalog, template: Catalog) -> Iterator[str]:
    """Yield what is wrong with a catalogue, seen from the strings that the source has now."""
    name = catalogue.locale
    for message in template:
        if message.id and catalogue.get(message.id, message.context) is None:
            yield f"{name}: not in the catalogue: {message.id!r} (run: tools/translations.py update)"
    for message in catalogue:
        if not message.id:
            continue
        if template.get(message.id, message.context) is None:
            yield f"{name}: left over, the source no longer has it: {message.id!r}"
        elif message.fuzzy:
            yield f"{name}: fuzzy: {message.id!r}"
        elif not _translated(message):
            yield f"{name}: not translated: {message.id!r}"
        else:
            yield from _placeholder_faults(str(name), message)


def extracted() -> Catalog:
    """Collect every marked string of the package's Python and templates."""
    _set_up()
    catalogue = Catalog(charset="utf-8")
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix not in (".py", ".html", ".txt") or "locale" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            if "templates" not in path.parts:
                continue
            text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
        place = path.relative_to(ROOT).as_posix()
        for line, message, comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            catalogue.add(message, locations=[(place, line)], auto_comments=comments, context=context)
    return catalogue


def read(language: str) -> Catalog:
    """Read a catalogue; an empty one where there is none yet."""
    path = po_path(language)
    if not path.exists():
        return Catalog(
            locale=language,
            project="Forbear",
            version="1",
            charset="utf-8",
            fuzzy=False,
            header_comment="# Forbear in Simplified Chinese. Kept by tools/translations.py.",
            copyright_holder="the Forbear authors",
            msgid_bugs_address="the project's issues",
            last_translator="the Forbear authors",
            language_team="the Forbear authors",
            revision_date="2026-11-24 00:00+0000",
        )
    with path.open("rb") as file:
        return read_po(file, locale=language)


def po_path(language: str) -> Path:
    """Return where a catalogue lives."""
    return LOCALES / language / "LC_MESSAGES/django.po"


def _translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(strings) and all(strings)


def _placeholder_faults(name: str, message: Message) -> Iterator[str]:
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    wanted = {match.group(0) for match in PLACEHOLDER.finditer(ids[-1])}
    for string in strings:
        given = {match.group(0) for match in PLACEHOLDER.finditer(string)}
        if given != wanted:
            yield f"{name}: placeholders {sorted(given)} should be {sorted(wanted)}: {ids[-1]!r}"


def _set_up() -> None:
    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""``forbear words``: read a script, template or transcript for acts that the law forbids."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import click

from forbear.cli.failures import DONE, NO
from forbear.config.settings import load
from forbear.errors import InputError

FILE_BYTES_MAX = 50_000_000
KINDS = (
    *("first_call", "first_message", "later_message", "identity_check", "voicemail", "third_party"),
    "excerpt",
)
"""The words of ``law.words.lexicon.Kind``, without what its import costs every command's start."""


@click.command(short_help="Read scripts, templates and transcripts for what must not be said.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--pack", default="cn", show_default=True, help="Name the rules of this law pack.")
@click.option(
    "--kind", type=click.Choice(KINDS), default="excerpt", show_default=True, help="What each text is."
)
@click.option("--channel", type=click.Choice(["call", "sms", "email", "visit"]), help="[not known]")
@click.option("--language", type=click.Choice(["zh-hans", "en"]), default="en", show_default=True)
@click.pass_context
def words(
    context: click.Context, file: Path, pack: str, kind: str, channel: str | None, language: str
) -> None:
    """Read a script, a template or a transcript for acts that the law forbids.

    FILE is plain text, a text a line, or CSV with a column text and, where they differ by row, kind.
    Each find is a line: row, characters from and to, the act, the words, the rules, the reason. It is
    advice: patterns miss things and find too much, and a person decides. Where the data folder holds
    words/model.json, a trained model speaks as well, marked (model). The exit status is 0 when nothing
    was found, 1 when something was.

    \b
    Example:  forbear words script.txt
              forbear words transcript.csv --pack us --language en
    Writes:   nothing
    """
    from forbear.gateways.packs import pack_ids, read_word_model, read_word_texts
    from forbear.law.words import check, parse_words
    from forbear.law.words.check import LENGTH_MAX, Origin
    from forbear.law.words.lexicon import Kind

    if pack not in pack_ids():
        raise InputError(f"There is no law pack {pack!r}; use {' or '.join(pack_ids())}.", field="pack")
    lexicon, model = parse_words(read_word_texts()), read_word_model(Path(load(os.environ).data_dir))
    count = 0
    for row, text, said in _texts(file, kind):
        if len(text) > LENGTH_MAX:
            raise InputError(
                f"{file}, line {row}: more than {LENGTH_MAX:,} characters. Split it.", field="file"
            )
        for one in check(text, lexicon=lexicon, pack=pack, kind=Kind(said), channel=channel, model=model):
            count += 1
            mark = " (model)" if one.origin is Origin.MODEL else ""
            quoted = " ".join(text[one.start : one.end].split())
            rules = f" [{', '.join(one.rules)}]" if one.rules else ""
            click.echo(f"{row}:{one.start}-{one.end} {one.act}{mark} “{quoted}”{rules}")
            click.echo(f"    {dict(one.reason)[language]}")
    if not count:
        click.echo("Nothing was found. A pattern can miss things; a person reads on.")
    context.exit(NO if count else DONE)


def _texts(path: Path, kind: str) -> Iterator[tuple[int, str, str]]:
    """Yield the line or row, its text, and its kind."""
    if path.stat().st_size > FILE_BYTES_MAX:
        raise InputError(f"{path} is larger than 50 MB. Split it.", field="file")
    try:
        written = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text. Save it as UTF-8.", field="file") from error
    if not written.strip():
        raise InputError(f"{path} is empty. Name a file with the words to be read.", field="file")
    if path.suffix.lower() != ".csv":
        lines = enumerate(written.splitlines(), 1)
        yield from ((number, line, kind) for number, line in lines if line.strip())
        return
    reader = csv.DictReader(StringIO(written, newline=""))
    if "text" not in (reader.fieldnames or ()):
        raise InputError(f"{path} has no column text. Name the column with the words text.", field="file")
    try:
        for row in reader:
            said = row.get("kind") or kind
            if said not in KINDS:
                raise InputError(
                    f"{path}, line {reader.line_num}: kind {said!r} is not known; use {', '.join(KINDS)}.",
                    field="file",
                )
            yield reader.line_num, row["text"] or "", said
    except csv.Error as error:
        raise InputError(
            f"{path}, line {reader.line_num + 1}: it is not CSV ({error}). Check quotes there.", field="file"
        ) from error

#!/usr/bin/env python3
"""Write docs/reference/cli.md from the commands' own help. Run: python tools/cli_reference.py [check]"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from forbear.cli.main import forbear

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "cli.md"
WIDTH = 96
HEAD = """\
# The command line

What `forbear --help` says, command by command. Written by `python tools/cli_reference.py`; a test
holds it in step with the commands.
"""


def page() -> str:
    """Return the whole page."""
    sections = [f"## {name}\n\n```text\n{text}\n```\n" for name, text in _helps(forbear, "forbear", None)]
    return "\n".join([HEAD, *sections])


def _helps(command: click.Command, name: str, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    """Yield the help of a command and of those below it; a group that only holds others is passed over."""
    context = click.Context(
        command, info_name=name.rsplit(" ", 1)[-1], parent=parent, **command.context_settings
    )
    context.terminal_width = WIDTH
    if not isinstance(command, click.Group) or parent is None:
        yield name, command.get_help(context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            yield from _helps(command.commands[below], f"{name} {below}", context)


def main(arguments: list[str]) -> int:
    """Write the page, or (``check``) say whether it is in step."""
    text = page()
    if arguments != ["check"]:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print("docs/reference/cli.md is out of step; run: python tools/cli_reference.py")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The one place where an error becomes a sentence and an exit status."""

from __future__ import annotations

import errno
import os
import sys

import click

from forbear.errors import ForbearError, InvariantError

DONE = 0
NO = 1
FAILED = 2
BUG = 3
STOPPED = 130

EXPECTED = (ForbearError, OSError, UnicodeDecodeError, click.ClickException, click.Abort, KeyboardInterrupt)
"""What a command may end with; anything else is a bug and shows its traceback."""

_FILE_HELP = {
    errno.ENOENT: "There is no file {name}. Check the path.",
    errno.EACCES: "{name} may not be opened. Check its permissions.",
    errno.EISDIR: "{name} is a folder; name a file.",
    errno.EEXIST: "{name} is a file, and a folder is needed. Choose another path.",
    errno.ENOTDIR: "{name} is not in a folder. Check the path.",
    errno.ENOSPC: "The disk is full; make room and run this again.",
    errno.EROFS: "{name} is on a read-only disk. Choose another folder with FORBEAR_DATA_DIR.",
}


def explain(error: BaseException) -> tuple[str, int]:
    """Return the sentence for ``error`` and the status that the process ends with."""
    match error:
        case KeyboardInterrupt() | click.Abort():
            return ("Stopped.", STOPPED)
        case InvariantError():
            return (f"This is a bug in forbear, and the work was stopped: {error} Please report it.", BUG)
        case ForbearError():
            return (str(error), FAILED)
        case click.ClickException():
            return (_usage(error), FAILED)
        case UnicodeDecodeError():
            return ("The file is not UTF-8 text. Save it as UTF-8 and run this again.", FAILED)
        case OSError():
            return (_file(error), FAILED)
        case _:
            return (_database(error), FAILED)


def is_database(error: BaseException) -> bool:
    """Tell whether ``error`` is Django's report that the database failed."""
    module = sys.modules.get("django.db.utils")
    return module is not None and isinstance(error, module.DatabaseError)


def say(sentence: str) -> None:
    """Write one line on stderr; a reader that went away is no error."""
    try:
        click.echo(sentence, err=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    if context is None:
        return error.format_message()
    said = error.format_message().rstrip(".")
    return f"{said}{'' if said.endswith('?') else '.'} See: {context.command_path} --help"


def _file(error: OSError) -> str:
    name = error.filename or "The file"
    pattern = _FILE_HELP.get(error.errno or 0)
    return pattern.format(name=name) if pattern else f"{name}: {error.strerror or error}."


def _database(error: BaseException) -> str:
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    if "locked" in text:
        return "Another program is writing to the database. Wait for it to end and run this again."
    if "malformed" in text or "not a database" in text:
        return f"The database is damaged ({text}). Put back a copy that is whole."
    if "disk" in text:
        return f"The database can't be written ({text}). Make room on the disk and run this again."
    if "unable to open" in text or "readonly" in text:
        return f"The database can't be opened for writing ({text}). Check the rights to FORBEAR_DATA_DIR."
    if "no such table" in text or "does not exist" in text:
        return "The database is not up to date. Run: forbear migrate"
    return f"The database can't be used: {text}. Check FORBEAR_DATABASE_URL and FORBEAR_DATA_DIR."

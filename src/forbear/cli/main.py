"""The command ``forbear`` and how it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from forbear.cli import account, book, demo, judge, serve, words
from forbear.cli.failures import DONE, EXPECTED, NO, explain, is_database, say

ORDER = ("demo", "serve", "migrate", "import", "close", "report", "judge", "words", "verify", "account")


class InOrder(click.Group):
    """A group that lists its commands in the order in which one meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in that order."""
        return [name for name in ORDER if name in self.commands]


@click.group(cls=InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="forbear")
def forbear() -> None:
    """Service consumer loans and collect lawfully.

    Every call, message and visit is judged by a dated, cited law pack before it happens.

    \b
    See it work:            forbear demo
    Work a real loan tape:  forbear migrate
                            forbear import tape --lender mine --loans loans.csv \\
                                --payments payments.csv --profile profile.yaml
                            forbear close
                            forbear report
    Let people in:          forbear account li.na --lender mine
                            forbear serve
    Check the evidence:     forbear verify

    Settings come from the environment (FORBEAR_DATA_DIR, FORBEAR_DATABASE_URL, FORBEAR_PORT, …).
    The exit status is 0 when it was done, 1 when the answer is no (judge, words, verify), 2 when
    something given can't be used; then one sentence on stderr says what to do.
    """


for command in (
    demo.demo,
    serve.serve,
    book.migrate,
    book.import_,
    book.close,
    book.report,
    judge.judge,
    words.words,
    judge.verify,
    account.account,
):
    forbear.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status. An expected error is one sentence on stderr."""
    try:
        status = forbear.main(arguments, prog_name="forbear", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NO
    except EXPECTED as error:
        return _end(error)
    except Exception as error:
        if not is_database(error):
            raise
        return _end(error)
    return status if isinstance(status, int) else DONE


def _end(error: BaseException) -> int:
    sentence, status = explain(error)
    say(sentence)
    return status

"""``forbear account``: the first way into a console."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from forbear.cli.environment import pick_lender, set_up

ROLES = ("agent", "manager", "compliance", "administrator")
ACTOR = "system:cli"


@click.command(short_help="Make an account for a member of staff.")
@click.argument("username")
@click.option("--lender", help="Whose staff; needed when there are several.")
@click.option("--role", type=click.Choice(ROLES), default="administrator", show_default=True)
@click.option("--name", default="", help="The name that colleagues see.")
@click.option(
    "--password-file", type=click.Path(path_type=Path), help="Read the password from here, not the terminal."
)
def account(username: str, lender: str | None, role: str, name: str, password_file: Path | None) -> None:
    """Make an account for a member of staff. The password is asked for, twice.

    An administrator makes the accounts of everybody else in the console.

    \b
    Example:  forbear account li.na --lender mine --role manager
    Writes:   the database
    """
    set_up()
    from forbear.services.runtime import clock
    from forbear.services.staff import staff_add

    lender_id = pick_lender(lender)
    password = _password(password_file)
    staff_add(
        actor=ACTOR,
        lender_id=lender_id,
        key=secrets.token_hex(16),
        now=clock().now(),
        username=username,
        name=name,
        role=role,
        password=password,
    )
    click.echo(f"{username} can sign in as {role} of {lender_id}.")


def _password(path: Path | None) -> str:
    if path is not None:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))

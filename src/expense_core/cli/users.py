"""`expense user create`, `list`, `password`, `disable` and `enable`, and `expense secret`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

import expense_core as core
from expense_core.cli import show
from expense_core.cli.book import migrated, new_ledger_currency, settings
from expense_core.cli.options import FormatOption
from expense_core.cli.show import Format

app = typer.Typer()
accounts = typer.Typer(
    no_args_is_help=True, help="Who keeps books in this database.", epilog="Example: expense user list"
)

Username = Annotated[str, typer.Argument(metavar="USERNAME")]

_FIELDS = ("id", "username", "email", "created_at", "disabled_at")


@app.command(epilog="Example: echo EXPENSE_SECRET_KEY=$(expense secret) >> .env")
def secret() -> None:
    """Print a new random secret, fit for EXPENSE_SECRET_KEY."""
    typer.echo(core.tokens.new_secret())


@accounts.command(epilog="Example: expense user create bob --email bob@example.org")
def create(
    context: typer.Context,
    username: Username,
    email: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Asked for when not given.")] = None,
    currency: Annotated[str | None, typer.Option(metavar="CODE", help="Of their ledger.")] = None,
) -> None:
    """Add a user with a ledger of their own. The password is asked for, or read from a pipe."""
    from pydantic import SecretStr

    if email is None:
        if not sys.stdin.isatty():
            raise typer.BadParameter(
                "name the address with --email; a pipe has only the password in it", param_hint="--email"
            )
        email = typer.prompt("Email", err=True)
    chosen = settings(context)
    new = core.UserCreate(
        username=username,
        email=email,
        password=SecretStr(_password()),
        currency=currency or new_ledger_currency(chosen),
    )
    with migrated(context) as opened, opened.transaction() as session:
        made = core.users.register(session, new, rounds=chosen.bcrypt_rounds)
    show.say(f"Created {made.username}, with a ledger in {new.currency}")


@accounts.command("list", epilog="Example: expense user list")
def list_(context: typer.Context, form: FormatOption = Format.TABLE) -> None:
    """List the users."""
    with migrated(context, make=False) as opened, opened.reading() as session:
        everyone = core.users.list(session)
    if form is not Format.TABLE:
        show.write(({name: getattr(one, name) for name in _FIELDS} for one in everyone), _FIELDS, form)
        return
    table = show.table("id", "username", "email", "since", "", right=("id",))
    for one in everyone:
        since = one.created_at.astimezone().date().isoformat()
        table.add_row(str(one.id), one.username, one.email or "", since, "disabled" if one.disabled_at else "")
    if everyone:
        show.Output().print(table)
    else:
        show.notice("No users yet: expense user create NAME")


@accounts.command(epilog="Example: expense user password bob")
def password(context: typer.Context, username: Username) -> None:
    """Give a user another password, and sign them out everywhere. It is asked for, or read from a pipe."""
    rounds = settings(context).bcrypt_rounds
    with migrated(context) as opened:
        with opened.reading() as session:
            core.users.named(session, username)
        new = _password()
        with opened.transaction() as session:
            core.users.set_password(session, core.users.named(session, username), new, rounds=rounds)
    show.say(f"Changed the password of {username}")


@accounts.command(epilog="Example: expense user disable bob")
def disable(context: typer.Context, username: Username) -> None:
    """Sign a user out everywhere and keep them from signing in again; their books stay."""
    with migrated(context) as opened, opened.transaction() as session:
        user = core.users.disable(session, core.users.named(session, username))
    show.say(f"{user.username} cannot sign in any more; `expense user enable {user.username}` changes that")


@accounts.command(epilog="Example: expense user enable bob")
def enable(context: typer.Context, username: Username) -> None:
    """Let a disabled user sign in again."""
    with migrated(context) as opened, opened.transaction() as session:
        user = core.users.enable(session, core.users.named(session, username))
    show.say(f"{user.username} can sign in again")


def _password() -> str:
    """Asked for twice at a terminal, and not shown; otherwise the first line of standard input."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")

"""`expense user create`, `list`, `password`, `disable` and `enable`, and `expense secret`."""

from __future__ import annotations

from typing import Annotated

import typer

import expense_core as core
from expense_core.cli import show
from expense_core.cli.book import local_currency, locale_of, migrated, settings
from expense_core.cli.options import FormatOption
from expense_core.cli.show import Format, escaped

app = typer.Typer()
accounts = typer.Typer(no_args_is_help=True, help="Who keeps books in this database.")

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
    email: Annotated[str, typer.Option(metavar="ADDRESS", prompt=True, help="Asked for when not given.")],
    currency: Annotated[str | None, typer.Option(metavar="CODE", help="Of their ledger.")] = None,
) -> None:
    """Add a user with a ledger of their own. The password is asked for, or read from a pipe."""
    chosen = settings(context)
    code = currency or chosen.currency or local_currency(locale_of(chosen))
    password = _password()
    new = core.UserCreate(username=username, email=email, password=password, currency=code)
    with migrated(context) as opened, opened.transaction() as session:
        made = core.users.register(session, new, rounds=chosen.bcrypt_rounds)
    typer.echo(f"Created {made.username}, with a ledger in {new.currency}")


@accounts.command("list", epilog="Example: expense user list")
def list_(context: typer.Context, form: FormatOption = Format.TABLE) -> None:
    """List the users."""
    with migrated(context) as opened, opened.reading() as session:
        everyone = core.users.list(session)
    if form is not Format.TABLE:
        show.write(({name: getattr(one, name) for name in _FIELDS} for one in everyone), _FIELDS, form)
        return
    table = show.table("id", "username", "email", "since", "", right=("id",))
    for one in everyone:
        since = one.created_at.astimezone().date().isoformat()
        table.add_row(
            str(one.id), escaped(one.username), escaped(one.email or ""), since, "disabled" if one.disabled_at else ""
        )
    if everyone:
        show.console().print(table)
    else:
        show.notice("No users yet: expense user create NAME")


@accounts.command(epilog="Example: expense user password bob")
def password(context: typer.Context, username: Username) -> None:
    """Give a user another password. It is asked for, or read from a pipe."""
    rounds = settings(context).bcrypt_rounds
    with migrated(context) as opened:
        with opened.reading() as session:
            core.users.named(session, username)
        new = _password()
        with opened.transaction() as session:
            core.users.set_password(session, core.users.named(session, username), new, rounds=rounds)
    typer.echo(f"Changed the password of {username}")


@accounts.command(epilog="Example: expense user disable bob")
def disable(context: typer.Context, username: Username) -> None:
    """Keep a user from signing in; their books stay."""
    with migrated(context) as opened, opened.transaction() as session:
        user = core.users.disable(session, core.users.named(session, username))
    typer.echo(f"{user.username} cannot sign in any more; `expense user enable {user.username}` changes that")


@accounts.command(epilog="Example: expense user enable bob")
def enable(context: typer.Context, username: Username) -> None:
    """Let a disabled user sign in again."""
    with migrated(context) as opened, opened.transaction() as session:
        user = core.users.enable(session, core.users.named(session, username))
    typer.echo(f"{user.username} can sign in again")


def _password() -> str:
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))

"""`expense db upgrade`, `downgrade`, `current`, `check` and `history`."""

from __future__ import annotations

from typing import Annotated

import typer

from expense_core.cli.book import database
from expense_core.cli.options import YesOption

app = typer.Typer(no_args_is_help=True, help="The database and its schema.", epilog="Example: expense db check")


@app.command(epilog="Example: expense db upgrade")
def upgrade(
    context: typer.Context, revision: Annotated[str, typer.Argument(metavar="REVISION", help="How far.")] = "head"
) -> None:
    """Bring the schema up to date; the book keeps every row."""
    with database(context) as opened:
        before = opened.revision()
        opened.upgrade(revision)
        after = opened.revision()
    typer.echo(f"The database is at {after} already" if before == after else f"Upgraded the database to {after}")


@app.command(epilog="Example: expense db downgrade 0001")
def downgrade(
    context: typer.Context,
    revision: Annotated[str, typer.Argument(metavar="REVISION", help='An older one; "base" is none at all.')],
    yes: YesOption = False,
) -> None:
    """Take the schema back to an older revision; what only the newer one can hold is lost."""
    if not yes:
        lost = "the whole book" if revision == "base" else "what only the newer schema can hold"
        typer.confirm(f"This deletes {lost}. Go on?", abort=True, err=True)
    with database(context, make=False) as opened:
        opened.downgrade(revision)
        after = opened.revision()
    typer.echo(f"The database is at {after}" if after else "The database is empty")


@app.command(epilog="Example: expense db current")
def current(context: typer.Context) -> None:
    """Print the schema's revision."""
    with database(context, make=False) as opened:
        typer.echo(opened.revision() or "empty")


@app.command(epilog="Example: expense db check")
def check(context: typer.Context) -> None:
    """Make sure that the schema is the one this version needs, and that the file is sound."""
    with database(context, make=False) as opened:
        opened.check()
        opened.check_integrity()
    typer.echo("The database is sound and up to date")


@app.command(epilog="Example: expense db history")
def history(context: typer.Context) -> None:
    """List the migrations, the newest first; the database's own is marked."""
    from expense_core.database import migrations

    with database(context, make=False) as opened:
        at = opened.revision()
    for revision, what in migrations():
        typer.echo(f"{'*' if revision == at else ' '} {revision}  {what}")

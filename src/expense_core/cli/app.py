"""The command line itself: what comes before a command."""

from __future__ import annotations

from typing import Annotated

import typer

from expense_core.cli.book import Chosen
from expense_core.cli.frontends import Commands


def _print_version(asked: bool) -> None:  # noqa: FBT001 - typer calls it with the option's value
    if asked:
        from importlib.metadata import version

        typer.echo(f"expense-core {version('expense-core')}")
        raise typer.Exit


def _choose(
    context: typer.Context,
    user: Annotated[
        str | None, typer.Option("--user", "-u", help="Whose book, where there is more than one (EXPENSE_USER).")
    ] = None,
    database: Annotated[
        str | None, typer.Option("--database", help="Another database than the usual one (EXPENSE_DATABASE_URL).")
    ] = None,
    demo_book: Annotated[bool, typer.Option("--demo", help="Work on the book that `expense demo` made.")] = False,
    version: Annotated[  # noqa: ARG001 - its callback does it
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Keep a book of expenses, exact to the cent, in one file of your own or on a server."""
    if demo_book and database is not None:
        raise typer.BadParameter("--demo and --database name two books; take one of them")
    context.obj = Chosen(user=user, database=database, demo=demo_book)


app = typer.Typer(
    name="expense",
    cls=Commands,
    callback=_choose,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog='Example: expense add "12.50 Lunch with Sam @Food yesterday"',
)

"""`expense tui`: the book in a full-screen terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from expense_tui.config import Config  # which needs Textual: where it is missing, it is said here

if TYPE_CHECKING:
    import expense_core as core

app = typer.Typer(add_completion=False)


@app.command(epilog="Example: expense tui --demo")
def tui(
    context: typer.Context,
    server: Annotated[
        str | None, typer.Option(metavar="URL", help="Work on the book behind this server, instead of a local one.")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Open the demo book; it is made where there is none.")] = False,
    keys: Annotated[bool, typer.Option("--keys", help="Print what every key does, and end.")] = False,
    web: Annotated[
        bool, typer.Option("--web", help="Serve the app to a browser on this machine instead of in the terminal.")
    ] = False,
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Where --web serves it.")] = 8010,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Speak to a server of another machine without encryption.")
    ] = False,
) -> None:
    """Keep the book in a full-screen terminal.

    It works on the same book as every other command; ? lists the keys.
    """
    from expense_tui import connecting

    if demo and server is not None:
        raise typer.BadParameter("--demo and --server name two books; take one of them")
    config = Config.load()
    if keys:
        config.print_keys()
        return
    if web:
        from expense_tui.web import serve

        serve(_same_again(context, server, demo=demo, insecure=insecure), port)
        return

    def settings() -> core.Settings:
        from expense_core.cli import book

        if demo:
            context.obj.demo = True
        return book.settings(context)

    from expense_tui.app import ExpensesApp
    from expense_tui.last_view import LastView

    last_view = None
    if server is None:
        connect = connecting.local(settings, make_demo=demo or context.obj.demo)
        last_view = LastView.of([context.obj.database, context.obj.user, str(demo or context.obj.demo)])
    else:
        connect = connecting.remote(server, settings, insecure=insecure)
    started = ExpensesApp(connect, config=config, last_view=last_view)
    started.run()
    raise typer.Exit(started.return_code or 0)


def _same_again(context: typer.Context, server: str | None, *, demo: bool, insecure: bool) -> list[str]:
    """The arguments of the command that opens the same book in a terminal."""
    chosen = context.obj
    before = [("--user", chosen.user), ("--database", chosen.database)]
    arguments = [part for name, value in before if value is not None for part in (name, value)]
    arguments += ["--demo"] * chosen.demo + ["tui"] + ["--demo"] * demo + ["--insecure"] * insecure
    return arguments if server is None else [*arguments, "--server", server]

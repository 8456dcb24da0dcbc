"""`expense tui`: the book in a full-screen terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import expense_core as core

app = typer.Typer()


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
) -> None:
    """Keep the book in a full-screen terminal.

    It works on the same book as every other command; ? lists the keys.
    """
    from expense_tui import connecting
    from expense_tui.config import Config

    if demo and server is not None:
        raise typer.BadParameter("--demo and --server name two books; take one of them")
    config = Config.load()
    if keys:
        config.print_keys()
        return
    if web:
        from expense_tui.web import serve

        serve(port)
        return

    def settings() -> core.Settings:
        from expense_core.cli import book

        if demo:
            context.obj.demo = True
        return book.settings(context)

    from expense_tui.app import ExpensesApp

    is_demo = demo or context.obj.demo
    connect = connecting.local(settings, make_demo=is_demo) if server is None else connecting.remote(server, settings)
    started = ExpensesApp(connect, keys=config.keymap, theme=config.theme)
    started.run()
    raise typer.Exit(started.return_code or 0)

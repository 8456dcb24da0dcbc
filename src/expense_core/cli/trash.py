"""`expense delete`, `trash`, `restore` and `purge`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import expense_core as core
from expense_core.cli import expense_table, show
from expense_core.cli.backups import restore_from
from expense_core.cli.book import reading, writing
from expense_core.cli.options import FormatOption, PageOption, YesOption, row_id
from expense_core.cli.show import Format

app = typer.Typer()

Ids = Annotated[list[int], typer.Argument(metavar="ID", parser=row_id, help="Numbers, as `expense list` shows them.")]


@app.command(epilog="Example: expense delete 17 18")
def delete(context: typer.Context, ids: Ids) -> None:
    """Move expenses to the trash."""
    with writing(context) as book:
        count = core.expenses.delete(book.session, book.access, *ids)
    named = " ".join(map(str, ids))
    show.say(f"Moved {show.counted(count, 'expense')} to the trash; `expense restore {named}` undoes that")


@app.command(epilog="Example: expense trash --format json")
def trash(context: typer.Context, limit: PageOption = 50, form: FormatOption = Format.TABLE) -> None:
    """List what is in the trash, the last deleted first."""
    with reading(context) as book:
        page = core.expenses.trash(book.session, book.access, limit=limit)
    if form is not Format.TABLE:
        expense_table.write(page.items, form)
    elif not expense_table.print_table(page.items, book.locale):
        show.notice("The trash is empty.")


@app.command(epilog="Example: expense restore 17, or expense restore expenses.backup")
def restore(
    context: typer.Context,
    what: Annotated[
        list[str], typer.Argument(metavar="ID|FILE", help="Numbers, as `expense trash` shows them, or a backup.")
    ],
) -> None:
    """Take expenses out of the trash, whole as they were, or make a new book of what `expense backup` wrote."""
    if len(what) == 1 and not what[0].isdecimal() and Path(what[0]).exists():
        restore_from(context, Path(what[0]))
        return
    names = [word for word in what if not word.isdecimal()]
    if names:
        raise typer.BadParameter(f"{names[0]!r} is neither the number of an expense nor a file", param_hint="ID|FILE")
    ids = [row_id(word) for word in what]
    with writing(context) as book:
        count = core.expenses.restore(book.session, book.access, *ids)
    show.say(f"Restored {show.counted(count, 'expense')}")


@app.command(epilog="Example: expense purge 17 --yes")
def purge(
    context: typer.Context,
    ids: Annotated[
        list[int] | None,
        typer.Argument(metavar="ID", parser=row_id, help="All of the trash when none is given."),
    ] = None,
    yes: YesOption = False,
) -> None:
    """Delete what is in the trash for good. This alone cannot be undone."""
    if not yes:
        what = show.counted(len(ids), "expense") if ids else "all that is in the trash"
        typer.confirm(f"Delete {what} for good? This cannot be undone", abort=True, err=True)
    with writing(context) as book:
        count = (
            core.expenses.purge(book.session, book.access, *ids)
            if ids
            else core.expenses.empty_trash(book.session, book.access)
        )
    if count:
        show.say(f"Deleted {show.counted(count, 'expense')} for good")
    else:
        show.notice("The trash is empty.")

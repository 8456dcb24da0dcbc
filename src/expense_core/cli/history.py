"""`expense history`, `undo` and `redo`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

import expense_core as core
from expense_core.cli import show
from expense_core.cli.book import reading, writing
from expense_core.cli.deeds import told
from expense_core.cli.options import FormatOption, PageOption, row_id
from expense_core.cli.show import Format

app = typer.Typer()

EntryId = Annotated[
    int | None,
    typer.Argument(metavar="ENTRY", parser=row_id, help="Its number in `expense history`.", show_default=False),
]

_FIELDS = ("id", "created_at", "actor", "action", "recorded", "changed", "note", "undone_at")
_ROWS = "rows"
"""The first rows that an entry added or changed, each with its fields before and after."""


@app.command(epilog="Example: expense history --limit 10")
def history(
    context: typer.Context,
    expense_id: Annotated[
        int | None,
        typer.Argument(metavar="ID", parser=row_id, help="What was done to this expense alone.", show_default=False),
    ] = None,
    limit: PageOption = 20,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show what was done to the book, the last change first."""
    with reading(context) as book:
        if expense_id is None:
            entries = core.history.list(book.session, book.access, limit=limit).items
        else:
            entries = core.history.of(book.session, book.access, expense_id)[:limit]
    if form is not Format.TABLE:
        show.write(map(_plain, entries), (*_FIELDS, _ROWS), form)
        return
    table = show.table("entry", "when", "who", "what", right=("entry", "when"))
    for entry in entries:
        when = entry.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
        undone = " (undone)" if entry.undone_at else ""
        table.add_row(str(entry.id), when, entry.actor, told(entry, book.locale) + undone)
    if entries:
        show.Output().print(table)
    else:
        show.notice("Nothing was done yet.")


@app.command(epilog="Example: expense undo")
def undo(context: typer.Context, entry: EntryId = None) -> None:
    """Take back your last change, or the one that is named; again for the one before."""
    with writing(context) as book:
        undone = core.history.undo(book.session, book.access, entry)
    show.say(f"Undone: {told(undone, book.locale)}")


@app.command(epilog="Example: expense redo")
def redo(context: typer.Context, entry: EntryId = None) -> None:
    """Do again what was undone last, or the entry that is named."""
    with writing(context) as book:
        done = core.history.redo(book.session, book.access, entry)
    show.say(f"Done again: {told(done, book.locale)}")


def _plain(entry: core.HistoryEntryPublic) -> dict[str, show.Value]:
    """An entry for a program."""
    fields: dict[str, show.Value] = {name: getattr(entry, name) for name in _FIELDS}
    return fields | {_ROWS: [asdict(row) for row in entry.rows]}

"""`expense history`, `undo` and `redo`."""

from __future__ import annotations

from typing import Annotated

import typer

import expense_core as core
from expense_core.cli import show
from expense_core.cli.book import reading, writing
from expense_core.cli.options import FormatOption
from expense_core.cli.show import Format, escaped

app = typer.Typer()

EntryId = Annotated[
    int | None, typer.Argument(metavar="[ENTRY]", help="Its number in `expense history`.", show_default=False)
]

_DONE = {
    "expense.record": "recorded",
    "expense.import": "imported",
    "expense.edit": "changed",
    "expense.delete": "deleted",
    "expense.restore": "restored",
    "expense.purge": "deleted for good",
    "category.create": "added category",
    "category.rename": "renamed category",
    "category.merge": "merged category",
    "category.delete": "deleted category",
}


@app.command(epilog="Example: expense history --limit 10")
def history(
    context: typer.Context,
    expense_id: Annotated[
        int | None, typer.Argument(metavar="[ID]", help="What was done to this expense alone.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=500, help="How many at most.")] = 20,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show what was done to the book, the last change first."""
    with reading(context) as book:
        if expense_id is None:
            entries = core.history.list(book.session, book.access, limit=limit).items
        else:
            entries = core.history.of(book.session, book.access, expense_id)[:limit]
    if form is not Format.TABLE:
        show.write((_row(entry) for entry in entries), _FIELDS, form)
        return
    table = show.table("entry", "when", "who", "what", right=("entry",))
    for entry in entries:
        undone = " (undone)" if entry.undone_at else ""
        when = entry.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
        table.add_row(str(entry.id), when, escaped(entry.actor), escaped(_told(entry) + undone))
    if entries:
        show.console().print(table)
    else:
        show.notice("Nothing was done yet.")


@app.command(epilog="Example: expense undo")
def undo(context: typer.Context, entry: EntryId = None) -> None:
    """Take back your last change, or the one that is named; again for the one before."""
    with writing(context) as book:
        undone = core.history.undo(book.session, book.access, entry)
    show.console().print(f"Undone: {_told(undone)}", markup=False)


@app.command(epilog="Example: expense redo")
def redo(context: typer.Context, entry: EntryId = None) -> None:
    """Do again what was undone last, or the entry that is named."""
    with writing(context) as book:
        done = core.history.redo(book.session, book.access, entry)
    show.console().print(f"Done again: {_told(done)}", markup=False)


_FIELDS = ("id", "created_at", "actor", "action", "recorded", "changed", "note", "undone_at")


def _row(entry: core.HistoryEntryPublic) -> dict[str, show.Value]:
    return {name: getattr(entry, name) for name in _FIELDS}


def _told(entry: core.HistoryEntryPublic) -> str:
    what = _DONE[entry.action.value]
    count = entry.recorded + entry.changed
    labels = [row.label for row in entry.rows if row.label][:1]
    parts = [what, *labels] if count == 1 or entry.action.value.startswith("category.") else [what, f"{count:,} rows"]
    if entry.note:
        parts.append(f"from {entry.note}")
    if entry.action.value == "expense.edit" and entry.rows:
        changes = (
            f"{one.name} {one.before} → {one.after}" for one in entry.rows[0].fields if one.name != "category_id"
        )
        parts.append(f"({', '.join(changes)})")
    return " ".join(parts)

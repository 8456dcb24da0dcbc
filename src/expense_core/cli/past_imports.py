"""`expense imports` and `revert`."""

from __future__ import annotations

from typing import Annotated

import typer

import expense_core as core
from expense_core.cli import expense_table, show
from expense_core.cli.book import reading, writing
from expense_core.cli.deeds import changes, told
from expense_core.cli.options import FormatOption, PageOption, YesOption, row_id
from expense_core.cli.show import Format

app = typer.Typer()

_FIELDS = ("id", "state", "created_at", "actor", "file", "in_book", "in_trash", "totals", "entry_id", "undone_at")


@app.command(epilog="Example: expense imports")
def imports(
    context: typer.Context,
    number: Annotated[
        int | None,
        typer.Argument(
            metavar="NUMBER",
            parser=row_id,
            help="What this one brought, as far as it is in the book.",
            show_default=False,
        ),
    ] = None,
    limit: PageOption = 20,
    form: FormatOption = Format.TABLE,
) -> None:
    """List what was imported, the last file first; or the expenses that one file brought."""
    with reading(context) as book:
        if number is not None:
            brought = core.imports.expenses(book.session, book.access, number, limit=limit).items
            if form is not Format.TABLE:
                expense_table.write(brought, form)
            elif not expense_table.print_table(brought, book.locale):
                show.notice("Nothing of it is in the book.")
            return
        found = core.imports.list(book.session, book.access, limit=limit).items
    if form is not Format.TABLE:
        show.write(map(_plain, found), _FIELDS, form)
        return
    table = show.table("number", "when", "who", "file", "in the book", "in the trash", "sum", right=("number", "when"))
    for one in found:
        when = one.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
        totals = ", ".join(core.money.write(total, code, book.locale) for code, total in one.coming.totals.items())
        left = "undone" if one.undone_at else "not yet" if one.expires_at else f"{one.coming.count:,}"
        table.add_row(str(one.id), when, one.actor, one.file, left, f"{one.in_trash:,}", totals)
    if found:
        show.Output().print(table)
    else:
        show.notice("Nothing was imported yet.")


@app.command(epilog="Example: expense revert 12")
def revert(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="NUMBER", parser=row_id, help="Its number in `expense imports`.")],
    yes: YesOption = False,
) -> None:
    """Take an import back whole, however long ago it was; what was edited since is shown first."""
    with reading(context) as book:
        count, first = core.imports.edits(book.session, book.access, number)
    if count and not yes:
        show.notice(f"{show.counted(count, 'expense')} of it changed since:")
        for change in first:
            show.notice(f"  expense {change.id} {change.label}: {_done(change, book.locale)}")
        typer.confirm("Move them all to the trash?", abort=True, err=True)
    with writing(context) as book:
        done = core.imports.revert(book.session, book.access, number, edited=yes or bool(count))
    undone = done.action is core.Action.IMPORT
    show.say(f"{'Undone' if undone else 'Reverted'}: {told(done, book.locale)}")
    show.say(f"`expense {'redo' if undone else 'undo'} {done.id}` brings it back")


def _done(change: core.RowChange, locale: str) -> str:
    """What became of one expense."""
    for one in change.fields:
        if one.name == "deleted_at":
            return "deleted" if one.after else "restored"
    return changes(change.fields, locale)


def _plain(one: core.imports.Import) -> dict[str, show.Value]:
    """An import for a program."""
    is_open = one.state is core.imports.State.OPEN
    sums = {} if is_open else one.coming.totals
    fields: dict[str, show.Value] = {name: getattr(one, name) for name in _FIELDS if hasattr(one, name)}
    return fields | {
        "in_book": 0 if is_open else one.coming.count,
        "totals": [{"currency": code, "total": str(total)} for code, total in sums.items()],
    }

"""`expense imports` and `revert`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Annotated, TypeVar

import typer

import expense_core as core
from expense_core.cli import expense_table, show
from expense_core.cli.book import Book, reading, writing
from expense_core.cli.deeds import changes, told
from expense_core.cli.options import LARGEST_PAGE, FormatOption, LimitOption, YesOption, row_id
from expense_core.cli.show import Format

app = typer.Typer()

Item = TypeVar("Item")

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
    limit: LimitOption = 20,
    form: FormatOption = Format.TABLE,
) -> None:
    """List what was imported, the last file first; or the expenses that one file brought."""
    with reading(context) as book:
        if number is not None:
            _print_expenses(book, number, limit, form)
            return
        every = _every(limit, partial(core.imports.list, book.session, book.access))
        found = [*islice(every, limit)]
        there_is_more = next(every, None) is not None
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
        if there_is_more:
            show.tell_of_more(limit)
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


def _print_expenses(book: Book, number: int, limit: int, form: Format) -> None:
    """What one import brought."""
    every = _every(limit, partial(core.imports.expenses, book.session, book.access, number))
    if form is not Format.TABLE:
        expense_table.write(islice(every, limit), form)
    elif not expense_table.print_table(islice(every, limit), book.locale):
        show.notice("Nothing of it is in the book.")
    elif next(every, None) is not None:
        show.tell_of_more(limit)


def _every(limit: int, page: Callable[..., core.Page[Item]]) -> Iterator[Item]:
    """All of a list, page after page; the first has one more than is shown, which tells whether the list goes on."""
    cursor: str | None = None
    while True:
        found = page(limit=min(limit + 1, LARGEST_PAGE), cursor=cursor)
        yield from found.items
        cursor = found.next_cursor
        if cursor is None:
            return


def _done(change: core.RowChange, locale: str) -> str:
    """What became of one expense."""
    for one in change.fields:
        if one.name == "deleted_at":
            return "deleted" if one.after else "restored"
    return changes(change.fields, locale)


def _plain(one: core.imports.Import) -> dict[str, show.Value]:
    """An import for a program; what would come in of one that is open is not in the book."""
    is_open = one.state is core.imports.State.OPEN
    sums = {} if is_open else one.coming.totals
    own: dict[str, show.Value] = {
        "in_book": 0 if is_open else one.coming.count,
        "totals": [{"currency": code, "total": str(total)} for code, total in sums.items()],
    }
    return {name: own[name] if name in own else getattr(one, name) for name in _FIELDS}

"""`expense category list`, `add`, `rename`, `merge` and `delete`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

import expense_core as core
from expense_core.cli import show
from expense_core.cli.book import reading, writing
from expense_core.cli.options import FormatOption
from expense_core.cli.show import Format
from expense_core.errors import CategoryInUse

app = typer.Typer(
    no_args_is_help=True, help="What money is spent on.", epilog='Example: expense category add "Eating out"'
)

Name = Annotated[str, typer.Argument(metavar="NAME")]


@app.command("list", epilog="Example: expense category list --format csv")
def list_(context: typer.Context, form: FormatOption = Format.TABLE) -> None:
    """List the categories, with how many expenses each has and what they add up to."""
    with reading(context) as book:
        categories = core.categories.list(book.session, book.access)
    if form is not Format.TABLE:
        show.write(_rows(categories), ("id", "name", "currency", "count", "total"), form)
        return
    table = show.table("category", "expenses", "total", right=("expenses",))
    totals = [total for one in categories for total in one.totals]
    amounts = iter(show.aligned([(total.total, total.currency) for total in totals], book.locale))
    for one in categories:
        table.add_row(one.name, f"{one.count:,}", "\n".join(next(amounts) for _ in one.totals))
    if categories:
        show.Output().print(table)
    else:
        show.notice("No categories yet: expense category add Food")


@app.command(epilog='Example: expense category add "Eating out"')
def add(context: typer.Context, name: Name) -> None:
    """Add a category."""
    with writing(context) as book:
        made = core.categories.create(book.session, book.access, core.CategoryCreate(name=name))
    show.say(f"Added {made.name}")


@app.command(epilog="Example: expense category rename Food Groceries")
def rename(context: typer.Context, name: Name, new: Annotated[str, typer.Argument(metavar="NEW-NAME")]) -> None:
    """Give a category another name."""
    with writing(context) as book:
        category = core.categories.named(book.session, book.access, name)
        changes = core.CategoryUpdate(version=category.version, name=new)
        renamed = core.categories.rename(book.session, book.access, category.id, changes)
    show.say(f"{category.name} is called {renamed.name} now")


@app.command(epilog="Example: expense category merge Lunch Food")
def merge(context: typer.Context, name: Name, into: Annotated[str, typer.Argument(metavar="INTO")]) -> None:
    """Move every expense of a category into another one, and delete it."""
    with writing(context) as book:
        category = core.categories.named(book.session, book.access, name)
        target = core.categories.named(book.session, book.access, into)
        core.categories.merge(book.session, book.access, category.id, target.id)
    show.say(f"Merged {category.name} into {target.name}")


@app.command(epilog="Example: expense category delete Lunch --move-to Food")
def delete(
    context: typer.Context,
    name: Name,
    move_to: Annotated[str | None, typer.Option(metavar="NAME", help="The category that takes its expenses.")] = None,
    uncategorise: Annotated[
        bool, typer.Option("--uncategorise", help="Leave its expenses without a category.")
    ] = False,
) -> None:
    """Delete a category; where it has expenses, say where they go."""
    if move_to is not None and uncategorise:
        raise typer.BadParameter("its expenses go to --move-to NAME or are left by --uncategorise; take one of them")
    with writing(context) as book:
        category = core.categories.named(book.session, book.access, name)
        target = core.categories.named(book.session, book.access, move_to) if move_to is not None else None
        try:
            core.categories.delete(
                book.session,
                book.access,
                category.id,
                move_to=target.id if target else None,
                uncategorise=uncategorise,
            )
        except CategoryInUse as error:
            raise CategoryInUse(f"{error}: --move-to NAME, or --uncategorise") from error
    show.say(f"Deleted {category.name}")


def _rows(categories: list[core.CategorySummary]) -> Iterator[dict[str, show.Value]]:
    """A row for each currency that was spent, and one for a category on which nothing was."""
    for one in categories:
        named: dict[str, show.Value] = {"id": one.id, "name": one.name}
        for total in one.totals:
            yield named | {"currency": total.currency, "count": total.count, "total": total.total}
        if not one.totals:
            yield named | {"currency": None, "count": 0, "total": None}

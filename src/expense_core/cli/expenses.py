"""`expense add`, `list`, `edit`, `delete`, `trash`, `restore` and `purge`."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any

import typer

import expense_core as core
from expense_core.cli import show
from expense_core.cli.book import Book, reading, writing
from expense_core.cli.options import (
    CategoryOption,
    CurrencyOption,
    FormatOption,
    FromOption,
    MaxOption,
    MinOption,
    TextArgument,
    ToOption,
    wanted,
)
from expense_core.cli.show import Format, escaped

app = typer.Typer()

Ids = Annotated[list[int], typer.Argument(metavar="ID...", help="Numbers, as `expense list` shows them.")]
Text = Annotated[list[str], typer.Argument(metavar="TEXT...", help="Amount, description, @category and date.")]


@app.command(
    epilog='Example: expense add "12.50 Lunch with Sam @Food yesterday"',
    context_settings={"ignore_unknown_options": True},  # a refund begins with a minus, and is no option
)
def add(context: typer.Context, text: Text) -> None:
    """Record an expense from one line of plain text.

    An amount with or without a currency (12.50, €12, 12 EUR; -5 is a refund), what it was, @Category or @"Two words", and
    a date (yesterday, last friday, 3 nov, 2026-11-03; today when there is none), in any order.
    """
    with writing(context) as book:
        draft = core.quick.parse(" ".join(text), today=book.today, currency=book.access.currency, locale=book.locale)
        category, made = None, False
        if draft.category is not None:
            category, made = core.categories.ensure(book.session, book.access, draft.category)
        new = core.ExpenseCreate(
            amount=draft.amount,
            currency=draft.currency,
            description=draft.description,
            spent_on=draft.spent_on,
            category_id=category.id if category else None,
        )
        expense = core.expenses.record(book.session, book.access, new)
        told = _told(expense, book)
    _say(f"Recorded {told}")
    if category is not None and made:
        _say(f"{category.name} is a new category")


@app.command("list", epilog="Example: expense list lunch --from 2026-01-01 --category Food")
def list_(
    context: typer.Context,
    text: TextArgument = "",
    first: FromOption = None,
    last: ToOption = None,
    category: CategoryOption = None,
    least: MinOption = None,
    most: MaxOption = None,
    currency: CurrencyOption = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")] = 50,
    sort: Annotated[
        str,
        typer.Option(metavar="FIELD", help="spent_on, amount or created_at; a minus before it: the greatest first."),
    ] = "-spent_on",
    form: FormatOption = Format.TABLE,
) -> None:
    """List expenses, the newest first."""
    try:
        order = core.Sort(sort)
    except ValueError as error:
        raise typer.BadParameter(f"sort by one of {', '.join(core.Sort)}") from error
    with reading(context) as book:
        asked = wanted(
            book,
            text=text,
            first=first,
            last=last,
            categories=category,
            least=least,
            most=most,
            currency=currency,
        )
        found = core.expenses.each(book.session, book.access, asked, order)
        if form is not Format.TABLE:
            show.write(show.expense_rows(islice(found, limit)), show.EXPENSE_FIELDS, form)
            return
        shown = list(islice(found, limit + 1))
        _print_table(shown[:limit], book)
        if len(shown) > limit:
            show.notice(f"There are more; --limit {limit * 2} shows twice as many.")
        elif not shown:
            show.notice("No expenses found." if asked.given() else 'No expenses yet: expense add "12.50 Lunch @Food"')


@app.command(epilog='Example: expense edit 17 --amount 13.20 --category "Eating out"')
def edit(
    context: typer.Context,
    expense_id: Annotated[int, typer.Argument(metavar="ID", help="Its number, as `expense list` shows it.")],
    amount: Annotated[str | None, typer.Option(metavar="AMOUNT", help="Negative for a refund.")] = None,
    currency: Annotated[str | None, typer.Option(metavar="CODE", help="Such as EUR, USD, JPY.")] = None,
    description: Annotated[str | None, typer.Option(metavar="TEXT")] = None,
    date: Annotated[str | None, typer.Option(metavar="DATE", help='2026-11-03, "3 nov", yesterday.')] = None,
    category: Annotated[str | None, typer.Option("--category", "-c", metavar="NAME", help='"" for none.')] = None,
    notes: Annotated[str | None, typer.Option(metavar="TEXT")] = None,
) -> None:
    """Change an expense; what is not given stays as it is."""
    with writing(context) as book:
        before = core.expenses.get(book.session, book.access, expense_id)
        changes: dict[str, Any] = {"currency": currency, "description": description, "notes": notes}
        changes = {name: value for name, value in changes.items() if value is not None}
        if amount is not None:
            changes["amount"] = core.money.parse(amount, book.locale)
        if date is not None:
            changes["spent_on"] = core.dates.read(date, today=book.today, locale=book.locale)
        if category is not None:
            named = core.categories.named(book.session, book.access, category) if category else None
            changes["category_id"] = named.id if named else None
        if not changes:
            raise typer.BadParameter("say what to change, such as --amount 13.20")
        update = core.ExpenseUpdate(version=before.version, **changes)
        told = _told(core.expenses.edit(book.session, book.access, expense_id, update), book)
    _say(f"Now {told}")


@app.command(epilog="Example: expense delete 17 18")
def delete(context: typer.Context, ids: Ids) -> None:
    """Move expenses to the trash."""
    with writing(context) as book:
        count = core.expenses.delete(book.session, book.access, *ids)
    _say(f"Moved {_counted(count)} to the trash; `expense undo` brings back the last change")


@app.command(epilog="Example: expense trash --format json")
def trash(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=500, help="How many at most.")] = 50,
    form: FormatOption = Format.TABLE,
) -> None:
    """List what is in the trash, the last deleted first."""
    with reading(context) as book:
        page = core.expenses.trash(book.session, book.access, limit=limit)
        if form is not Format.TABLE:
            show.write(show.expense_rows(page.items), show.EXPENSE_FIELDS, form)
            return
        _print_table(page.items, book)
    if not page.items:
        show.notice("The trash is empty.")


@app.command(epilog="Example: expense restore 17")
def restore(context: typer.Context, ids: Ids) -> None:
    """Take expenses out of the trash, whole as they were."""
    with writing(context) as book:
        count = core.expenses.restore(book.session, book.access, *ids)
    _say(f"Restored {_counted(count)}")


@app.command(epilog="Example: expense purge 17 --yes")
def purge(
    context: typer.Context,
    ids: Annotated[
        list[int] | None, typer.Argument(metavar="[ID]...", help="All of the trash when none is given.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Delete what is in the trash for good. This alone cannot be undone."""
    if not yes:
        typer.confirm("Delete for good? This cannot be undone", abort=True, err=True)
    with writing(context) as book:
        count = core.expenses.purge(book.session, book.access, *ids or ())
    _say(f"Deleted {_counted(count)} for good")


def _print_table(expenses: list[core.ExpensePublic], book: Book) -> None:
    table = show.table("id", "date", "amount", "description", "category", right=("id", "amount"))
    for expense in expenses:
        table.add_row(
            str(expense.id),
            expense.spent_on.isoformat(),
            core.money.write(expense.amount, expense.currency, book.locale),
            escaped(expense.description),
            escaped(expense.category or ""),
        )
    if expenses:
        show.console().print(table)


def _told(expense: core.ExpensePublic, book: Book) -> str:
    from babel.dates import format_date

    parts = [
        core.money.write(expense.amount, expense.currency, book.locale),
        expense.description,
        f"@{expense.category}" if expense.category else "",
        format_date(expense.spent_on, "full", locale=book.locale),
    ]
    return " · ".join(part for part in parts if part) + f" (id {expense.id})"


def _counted(count: int) -> str:
    return "1 expense" if count == 1 else f"{count:,} expenses"


def _say(text: str) -> None:
    show.console().print(text, markup=False)

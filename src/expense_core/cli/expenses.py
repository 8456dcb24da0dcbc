"""`expense add`, `list` and `edit`."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

import expense_core as core
from expense_core.cli import expense_table, show
from expense_core.cli.book import Book, reading, writing
from expense_core.cli.filters import Filters, with_filters
from expense_core.cli.options import FormatOption, LimitOption, row_id
from expense_core.cli.show import Format

if TYPE_CHECKING:
    # Typer carries click inside itself; this is the type of what it hands on.
    from typer._click.core import Context

app = typer.Typer()


class OneLine(TyperCommand):
    """A command that takes a line of text: "-5 Deposit" is part of it, and not an option."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Hide the minus of an amount behind a blank, which the line may have anywhere."""
        is_amount = [re.match(r"-(?!-).*\d", arg) is not None for arg in args]
        return super().parse_args(ctx, [f" {arg}" if hide else arg for arg, hide in zip(args, is_amount, strict=True)])


@app.command(cls=OneLine, epilog='Example: expense add "12.50 Lunch with Sam @Food yesterday"')
def add(
    context: typer.Context,
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help="Amount, description, @category and date.")],
) -> None:
    """Record an expense from one line of plain text.

    In any order: an amount with or without a currency (12.50, €12, 12 EUR; -5
    is a refund), what it was, @Category or @"Two words", and a date (yesterday,
    last friday, 3 nov, 2026-11-03; today when there is none).
    """
    line = text[0] if len(text) == 1 else " ".join(map(_kept_together, text))
    with writing(context) as book:
        draft = core.quick.parse(line, today=book.today, currency=book.access.currency, locale=book.locale)
        category, new_category = _category(draft.category or "", book)
        new = core.ExpenseCreate(
            amount=draft.amount,
            currency=draft.currency,
            description=draft.description,
            spent_on=draft.spent_on,
            category_id=category,
        )
        told = _told(core.expenses.record(book.session, book.access, new, new_category=new_category), book)
    show.say(f"Recorded {told}")
    _tell_of(new_category)
    if draft.unknown_code:
        show.notice(
            f"{draft.unknown_code} is no currency code, so it is taken as text and the amount as {draft.currency}."
        )


@app.command("list", epilog="Example: expense list lunch --from 2026-01-01 --category Food")
@with_filters
def list_(
    context: typer.Context,
    filters: Filters,
    limit: LimitOption = 50,
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
        raise typer.BadParameter(f"sort by one of {', '.join(core.Sort)}", param_hint="--sort") from error
    with reading(context) as book:
        asked = filters.read(book)
        found = core.expenses.each(book.session, book.access, asked, order)
        if form is not Format.TABLE:
            expense_table.write(islice(found, limit), form)
            return
        shown = expense_table.print_table(islice(found, limit), book.locale)
        there_is_more = next(found, None) is not None
    if there_is_more:
        show.tell_of_more(limit)
    elif not shown:
        show.notice("No expenses found." if asked.given() else 'No expenses yet: expense add "12.50 Lunch @Food"')


@app.command(epilog='Example: expense edit 17 --amount 13.20 --category "Eating out"')
def edit(
    context: typer.Context,
    expense_id: Annotated[
        int, typer.Argument(metavar="ID", parser=row_id, help="Its number, as `expense list` shows it.")
    ],
    amount: Annotated[str | None, typer.Option(metavar="AMOUNT", help="Negative for a refund.")] = None,
    currency: Annotated[str | None, typer.Option(metavar="CODE", help="Such as EUR, USD, JPY.")] = None,
    description: Annotated[str | None, typer.Option(metavar="TEXT", help="What it was.")] = None,
    date: Annotated[str | None, typer.Option(metavar="DATE", help='2026-11-03, "3 nov", yesterday.')] = None,
    category: Annotated[str | None, typer.Option("--category", "-c", metavar="NAME", help='"" for none.')] = None,
    notes: Annotated[str | None, typer.Option(metavar="TEXT", help="Whatever else is to be kept with it.")] = None,
) -> None:
    """Change an expense; what is not given stays as it is."""
    texts = {"currency": currency, "description": description, "notes": notes}
    changes: dict[str, Any] = {name: value for name, value in texts.items() if value is not None}
    with writing(context) as book:
        before = core.expenses.get(book.session, book.access, expense_id)
        new_category = None
        if amount is not None:
            changes["amount"] = core.money.parse(amount, book.locale)
        if date is not None:
            changes["spent_on"] = core.dates.read(date, today=book.today, locale=book.locale)
        if category is not None:
            category_id, new_category = _category(category, book)
            if new_category is None:
                changes["category_id"] = category_id
        if not changes and new_category is None:
            raise typer.BadParameter("say what to change, such as --amount 13.20")
        update = core.ExpenseUpdate(version=before.version, **changes)
        edited = core.expenses.edit(book.session, book.access, expense_id, update, new_category=new_category)
        told = _told(edited, book)
    show.say(f"Now {told}")
    _tell_of(new_category)


def _kept_together(word: str) -> str:
    """A word of the shell with its quotes put back: "@Eating out" is one category, "5" and "200 g ham" no thousands."""
    text = word.strip()
    if not re.search(r"\s", text):
        return text
    return f'@"{text[1:]}"' if text.startswith("@") and '"' not in text else f" {text} "


def _category(name: str, book: Book) -> tuple[int | None, core.CategoryCreate | None]:
    """The id of the category of a name, or what makes it where there is none yet; neither for ""."""
    if not name:
        return None, None
    found = core.categories.named_or_new(book.session, book.access, name)
    return (None, found) if isinstance(found, core.CategoryCreate) else (found.id, None)


def _tell_of(new_category: core.CategoryCreate | None) -> None:
    if new_category:
        show.say(f"{new_category.name} is a new category")


def _told(expense: core.ExpensePublic, book: Book) -> str:
    from babel.dates import format_date

    parts = [
        core.money.write(expense.amount, expense.currency, book.locale),
        expense.description,
        f"@{expense.category}" if expense.category else "",
        format_date(expense.spent_on, "full", locale=book.locale),
    ]
    return " · ".join(part for part in parts if part) + f" (id {expense.id})"

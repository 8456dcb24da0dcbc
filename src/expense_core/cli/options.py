"""Options that several commands share, and what they ask for."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import expense_core as core
from expense_core.cli.book import Book
from expense_core.cli.show import Format

_LARGEST_ID = 2**63 - 1
_MOST_ROWS = 1_000_000_000


def findable(numbers: int | list[int] | None) -> int | list[int] | None:
    """Ids as they are, if a database can look for them."""
    listed = numbers if isinstance(numbers, list) else [numbers or 0]
    if max(listed, default=0) > _LARGEST_ID:
        raise typer.BadParameter("no number is that large")
    return numbers


def _at_most_all(limit: int) -> int:
    return min(limit, _MOST_ROWS)


TextArgument = Annotated[
    list[str] | None, typer.Argument(metavar="TEXT", help="In the description or the notes.", show_default=False)
]
FromOption = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help='The first day: 2026-11-03, "3 nov", yesterday.')
]
ToOption = Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day, itself included.")]
CategoryOption = Annotated[
    list[str] | None,
    typer.Option("--category", "-c", metavar="NAME", help='In this category, or one of several; "" for those without.'),
]
MinOption = Annotated[str | None, typer.Option("--min", metavar="AMOUNT", help="This amount or more.")]
MaxOption = Annotated[str | None, typer.Option("--max", metavar="AMOUNT", help="This amount or less.")]
CurrencyOption = Annotated[
    str | None, typer.Option("--currency", metavar="CODE", help="In this currency: EUR, USD, JPY.")
]
LimitOption = Annotated[
    int, typer.Option("--limit", "-n", metavar="N", min=1, callback=_at_most_all, help="How many at most.")
]
PageOption = Annotated[int, typer.Option("--limit", "-n", metavar="N", min=1, max=500, help="How many at most.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print it.")]


def wanted(
    book: Book,
    *,
    text: list[str] | None = None,
    first: str | None = None,
    last: str | None = None,
    categories: list[str] | None = None,
    least: str | None = None,
    most: str | None = None,
    currency: str | None = None,
) -> core.ExpenseFilter:
    """The filter that the options ask for, dates and amounts read as their owner writes them.

    Raises:
        Invalid: a date or an amount cannot be read.
        CategoryNotFound: the ledger has no category of a name.
    """
    given: dict[str, Any] = {"text": " ".join(text or ())}  # Any: the filter checks each by its own type
    if first is not None:
        given["spent_from"] = core.dates.read(first, today=book.today, locale=book.locale)
    if last is not None:
        given["spent_to"] = core.dates.read(last, today=book.today, locale=book.locale)
    if categories:
        named = [name for name in categories if name]
        given["category_ids"] = tuple(core.categories.named(book.session, book.access, name).id for name in named)
        given["uncategorised"] = len(named) < len(categories)
    if least is not None:
        given["min_amount"] = core.money.parse(least, book.locale)
    if most is not None:
        given["max_amount"] = core.money.parse(most, book.locale)
    if currency is not None:
        given["currency"] = currency
    return core.ExpenseFilter(**given)

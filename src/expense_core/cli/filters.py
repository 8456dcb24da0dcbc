"""The options that choose expenses: the same for every command that lists them, adds them up or writes them out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

import expense_core as core
from expense_core.cli.book import Book
from expense_core.cli.options import together


@dataclass(frozen=True)
class Filters:
    """What a person has chosen by, as they typed it."""

    text: Annotated[
        list[str] | None, typer.Argument(metavar="TEXT", help="In the description or the notes.", show_default=False)
    ] = None
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help='The first day: 2026-11-03, "3 nov", yesterday.')
    ] = None
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day, itself included.")] = None
    categories: Annotated[
        list[str] | None,
        typer.Option(
            "--category", "-c", metavar="NAME", help='In this category, or one of several; "" for those without.'
        ),
    ] = None
    least: Annotated[str | None, typer.Option("--min", metavar="AMOUNT", help="This amount or more.")] = None
    most: Annotated[str | None, typer.Option("--max", metavar="AMOUNT", help="This amount or less.")] = None
    currency: Annotated[
        str | None, typer.Option("--currency", metavar="CODE", help="In this currency: EUR, USD, JPY.")
    ] = None

    def read(self, book: Book) -> core.ExpenseFilter:
        """The filter that they mean in a book, dates and amounts read as its owner writes them.

        Raises:
            Invalid: a date or an amount cannot be read.
            CategoryNotFound: the ledger has no category of a name.
        """
        given: dict[str, Any] = {"text": " ".join(self.text or ())}  # Any: the filter checks each by its own type
        if self.first is not None:
            given["spent_from"] = core.dates.read(self.first, today=book.today, locale=book.locale)
        if self.last is not None:
            given["spent_to"] = core.dates.read(self.last, today=book.today, locale=book.locale)
        if self.categories:
            named = [name for name in self.categories if name]
            given["category_ids"] = tuple(core.categories.named(book.session, book.access, name).id for name in named)
            given["uncategorised"] = len(named) < len(self.categories)
        if self.least is not None:
            given["min_amount"] = core.money.parse(self.least, book.locale)
        if self.most is not None:
            given["max_amount"] = core.money.parse(self.most, book.locale)
        if self.currency is not None:
            given["currency"] = self.currency
        return core.ExpenseFilter(**given)


with_filters = together("filters", Filters)
"""Gives a command the options of `Filters` in the place of its parameter `filters`."""

"""`expense report`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated

import typer

import expense_core as core
from expense_core.cli import show
from expense_core.cli.book import reading
from expense_core.cli.filters import Filters, with_filters
from expense_core.cli.options import FormatOption
from expense_core.cli.show import Format

app = typer.Typer()

_PERIODS = {"day", "week", "month", "year"}


@app.command(epilog="Example: expense report --by month,category --from 2026-01-01")
@with_filters
def report(
    context: typer.Context,
    filters: Filters,
    by: Annotated[
        str, typer.Option(metavar="WHAT,...", help="day, week, month or year; category; currency; or several of them.")
    ] = "month,category",
    form: FormatOption = Format.TABLE,
) -> None:
    """Add up what was spent: by month and category, or by whatever you say."""
    groups = [one.strip() for one in by.split(",") if one.strip()]
    with reading(context) as book:
        asked = filters.read(book)
        found = core.reports.spending(book.session, book.access, groups, asked)
    if form is not Format.TABLE:
        _write(found, form)
    elif found.rows:
        print_table(found, book.locale)
    else:
        show.notice("No expenses found.")


def print_table(found: core.SpendingReport, locale: str) -> None:
    """The report as a table with a bar for each row, and the totals under it."""
    headings = _headings(found)
    table = show.table(*headings, "total", "share", "expenses", "", right=("share", "expenses"))
    amounts = iter(show.aligned([(row.total, row.currency) for row in (*found.rows, *found.totals)], locale))
    largest: dict[str, Decimal] = {}
    for row in found.rows:
        largest[row.currency] = max(row.total, largest.get(row.currency, row.total))
    for row, labels in zip(found.rows, _labels(found, locale), strict=True):
        table.add_row(*labels, *_figures(row, next(amounts)), show.bar(row.total, largest[row.currency]))
    table.add_row()
    for row in found.totals:
        labels = ["Total", "", ""][: len(headings)]
        if "currency" in headings:
            labels[-1] = row.currency
        table.add_row(*labels, *_figures(row, next(amounts)), style="bold")
    show.Output().print(table)


def _headings(found: core.SpendingReport) -> list[str]:
    """What the rows are told apart by, a period first; the currency only if it was asked for, as amounts show it."""
    return [
        *(group.value for group in found.by if group in _PERIODS),
        *(group.value for group in (core.By.CATEGORY, core.By.CURRENCY) if group in found.by),
    ]


def _labels(found: core.SpendingReport, locale: str) -> Iterator[list[str]]:
    """What each row is of; a period with several categories is named once."""
    headings = _headings(found)
    before = None
    for row in found.rows:
        labels = []
        if row.period is not None:
            is_same = row.period == before and len(headings) > 1
            labels.append("" if is_same else _name(row.period, headings[0], locale))
            before = row.period
        if "category" in headings:
            labels.append(row.category or "(none)")
        if "currency" in headings:
            labels.append(row.currency)
        yield labels


def _name(first_day: date, period: str, locale: str) -> str:
    """The name of a period, as its locale writes it."""
    from babel.dates import format_date

    if period == "month":
        return format_date(first_day, "MMM yyyy", locale=locale)
    if period == "week":
        return f"{first_day:%G-W%V}"
    return str(first_day.year) if period == "year" else first_day.isoformat()


def _figures(row: core.Spending, amount: str) -> tuple[str, str, str]:
    return amount, "" if row.share is None else f"{row.share * 100:.1f} %", f"{row.count:,}"


def _write(found: core.SpendingReport, form: Format) -> None:
    """For a program: a period is its first day."""
    names = [name for name in _headings(found) if name != "currency"] + ["currency", "total", "count", "share"]
    fields = {name: "period" if name in _PERIODS else name for name in names}
    show.write(({name: getattr(row, field) for name, field in fields.items()} for row in found.rows), names, form)

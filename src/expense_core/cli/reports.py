"""`expense report`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

import typer

import expense_core as core
from expense_core.cli import show
from expense_core.cli.book import reading
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


@app.command(epilog="Example: expense report --by month,category --from 2026-01-01")
def report(
    context: typer.Context,
    text: TextArgument = "",
    by: Annotated[
        str, typer.Option(metavar="WHAT,...", help="day, week, month or year; category; currency; or several of them.")
    ] = "month,category",
    first: FromOption = None,
    last: ToOption = None,
    category: CategoryOption = None,
    least: MinOption = None,
    most: MaxOption = None,
    currency: CurrencyOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Add up what was spent: by month and category, or by whatever you say."""
    groups = [one.strip() for one in by.split(",") if one.strip()]
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
        found = core.reports.spending(book.session, book.access, groups, asked)
        locale = book.locale
    period = next((one.value for one in found.by if one.value in {"day", "week", "month", "year"}), None)
    if form is not Format.TABLE:
        names = [*([period] if period else []), *(["category"] if core.By.CATEGORY in found.by else [])]
        names += ["currency", "total", "count", "share"]
        fields = {name: "period" if name == period else name for name in names}
        rows = ({name: getattr(row, field) for name, field in fields.items()} for row in found.rows)
        show.write(rows, names, form)
    elif found.rows:
        print_table(found, locale, period)
    else:
        show.notice("No expenses found.")


def print_table(found: core.SpendingReport, locale: str, period: str | None) -> None:
    """The report as a table with a bar for each row, and the totals under it."""
    with_category = core.By.CATEGORY in found.by
    headings = [*([period] if period else []), *(["category"] if with_category else [])]
    table = show.table(*headings, "total", "share", "expenses", "", right=("total", "share", "expenses"))
    largest: dict[str, Decimal] = {}
    for row in found.rows:
        largest[row.currency] = max(row.total, largest.get(row.currency, row.total))
    before = None
    for row in found.rows:
        labels = []
        if period and row.period:
            labels.append("" if row.period == before and with_category else label(row.period, period, locale))
        if with_category:
            labels.append(escaped(row.category or "(none)"))
        table.add_row(*labels, *_figures(row, locale), show.bar(row.total, largest[row.currency]))
        before = row.period
    table.add_section()
    for total in found.totals:
        table.add_row(*(["Total", *[""] * (len(headings) - 1)] if headings else []), *_figures(total, locale), "")
    show.console().print(table)


def label(day: date, period: str, locale: str) -> str:
    """The name of a period by its first day, as its locale writes it."""
    from babel.dates import format_date

    if period == "month":
        return format_date(day, "MMM yyyy", locale=locale)
    if period == "year":
        return str(day.year)
    if period == "week":
        iso = day.isocalendar()
        return f"{iso.year}-W{iso.week:02}"
    return day.isoformat()


def _figures(row: core.Spending, locale: str) -> tuple[str, str, str]:
    share = "" if row.share is None else f"{row.share * 100:.1f} %"
    return core.money.write(row.total, row.currency, locale), share, f"{row.count:,}"

"""`expense export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import expense_core as core
from expense_core.cli import expense_table, show
from expense_core.cli.book import reading
from expense_core.cli.filters import Filters, with_filters
from expense_core.cli.show import Format

app = typer.Typer()


@app.command(epilog="Example: expense export --format json --output expenses.json")
@with_filters
def export(
    context: typer.Context,
    filters: Filters,
    form: Annotated[Format, typer.Option("--format", "-f", metavar="csv|json", help="How to write it.")] = Format.CSV,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Instead of standard output.")
    ] = None,
) -> None:
    """Write expenses out, the oldest first, as CSV or JSON."""
    if form is Format.TABLE:
        raise typer.BadParameter("export as csv or json; `expense list` prints a table", param_hint="--format")
    with reading(context) as book:
        asked = filters.read(book)
        rows = expense_table.rows(core.expenses.each(book.session, book.access, asked, core.Sort.OLDEST))
        if output is None:
            show.write(rows, expense_table.FIELDS, form)
            return
        with output.open("w", encoding="utf-8", newline="") as file:
            show.write(rows, expense_table.FIELDS, form, file)

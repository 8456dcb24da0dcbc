"""`expense export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import expense_core as core
from expense_core.cli import expense_table
from expense_core.cli.book import reading
from expense_core.cli.filters import Filters, with_filters
from expense_core.exports import Form

app = typer.Typer()


@app.command(epilog="Example: expense export --format json --output expenses.json")
@with_filters
def export(
    context: typer.Context,
    filters: Filters,
    form: Annotated[
        Form, typer.Option("--format", "-f", help="How to write it; ndjson is an object a line.")
    ] = Form.CSV,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Instead of standard output.")
    ] = None,
) -> None:
    """Write expenses out, the oldest first, as CSV or JSON."""
    with reading(context) as book:
        asked = filters.read(book)
        found = core.expenses.each(book.session, book.access, asked, core.Sort.OLDEST)
        if output is None:
            expense_table.write(found, form)
            return
        with output.open("w", encoding="utf-8", newline="") as file:
            expense_table.write(found, form, file)

"""`expense export`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

import expense_core as core
from expense_core.cli import show
from expense_core.cli.book import reading
from expense_core.cli.filters import Filters, with_filters
from expense_core.exports import ACCOUNT, Form
from expense_core.written_files import written

app = typer.Typer()


@app.command(epilog="Example: expense export --format xlsx --output expenses.xlsx")
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
    account: Annotated[
        str, typer.Option(metavar="NAME", help="What hledger and beancount take the money from.")
    ] = ACCOUNT,
) -> None:
    """Write expenses out, the oldest first, for a spreadsheet, a program, or another book."""
    from expense_core.exports import from_book

    with reading(context) as book:
        pages = from_book.pages(book.session, book.access, filters.read(book))
        if output is not None:
            pieces = core.exports.pieces(pages, form, account=account)
            with written(output, replace=True) as file:
                file.writelines(pieces)
        elif form is not Form.XLSX:
            show.pour(
                core.exports.text(pages, form, account=account, only_ascii=not show.is_unicode(sys.stdout)), sys.stdout
            )
        elif sys.stdout.isatty():
            raise typer.BadParameter("a workbook is nothing to look at; name a file for it", param_hint="--output")
        else:
            sys.stdout.buffer.writelines(core.exports.pieces(pages, form))

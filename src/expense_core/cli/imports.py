"""`expense import`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import expense_core as core
from expense_core.cli import import_report, questions, show
from expense_core.cli.book import reading, writing
from expense_core.cli.options import line_number
from expense_core.statements.row import DateOrder, LeftOut, ReadingOptions, parse_columns

if TYPE_CHECKING:
    from expense_core.statements import Layout
    from expense_core.statements.importing import ImportReport

app = typer.Typer()

_STANDARD_INPUT = Path("-")


class Perhaps(StrEnum):
    """What becomes of rows that may be in the book already."""

    TAKE = "take"
    LEAVE = "leave"


class _Undecided(Exception):
    """Somebody has to say what becomes of rows that may be in the book already; until then nothing comes in."""

    def __init__(self, report: ImportReport, locale: str) -> None:
        super().__init__()
        self.report = report
        self.locale = locale


@app.command("import", epilog="Example: expense import statement.csv --dry-run")
def import_(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A bank's or an app's file (CSV, OFX, QIF, camt, MT940), or another program's book."
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would come in; write nothing.")] = False,
    credits: Annotated[bool, typer.Option("--credits", help="Take money in too, as refunds.")] = False,
    perhaps: Annotated[
        Perhaps | None,
        typer.Option(help="What becomes of rows that may be in the book already; left where nobody can be asked."),
    ] = None,
    categorise: Annotated[
        bool, typer.Option("--categories/--no-categories", help="Apply rules, and what was chosen before.")
    ] = True,
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="ROLE=COLUMN",
            help="Which column is what, by name or number: date=1, amount=Total. Roles: date, value_date, amount, "
            "debit, credit, sign, fee, currency, payee, payer, description, type, category, id, state, balance.",
        ),
    ] = None,
    date_order: Annotated[DateOrder | None, typer.Option(help="How its dates are written.")] = None,
    decimal_mark: Annotated[str | None, typer.Option(metavar=".|,", help="What stands before the decimals.")] = None,
    invert: Annotated[
        bool | None,
        typer.Option("--invert/--no-invert", help="Money out is written without a minus.", show_default=False),
    ] = None,
    outgoing: Annotated[
        str | None, typer.Option(metavar="WORD,...", help="What stands beside an amount that is money out.")
    ] = None,
    currency: Annotated[str | None, typer.Option(metavar="CODE", help="Where the file does not say.")] = None,
    account: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose rows are meant, where the file has several accounts.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(metavar="NAME", help="Such as utf-8 or cp1252.")] = None,
    delimiter: Annotated[
        str | None, typer.Option(metavar="CHAR", help="Between its columns: a semicolon, tab, ...")
    ] = None,
    header_line: Annotated[
        int | None,
        typer.Option(
            metavar="LINE", parser=line_number, help="Where the column names are, counted from 1; 0: nowhere."
        ),
    ] = None,
) -> None:
    """Import a bank statement: money out becomes expenses, and what was imported before is not taken again.

    Delimiter, encoding, header and columns are recognised. Where the file can
    be read in two ways you are asked; an option answers beforehand.
    `expense undo` takes the whole import back.
    """
    if file == _STANDARD_INPUT:
        raise typer.BadParameter(
            "a statement is read more than once, so it has to be a file; save it first", param_hint="FILE"
        )
    asked = ReadingOptions(
        encoding=encoding,
        delimiter="\t" if delimiter in ("tab", "\\t") else delimiter,
        header_line=header_line,
        columns=parse_columns(columns) if columns else {},
        date_order=date_order,
        decimal_mark=decimal_mark,
        invert=invert,
        outgoing=[word.strip() for word in outgoing.split(",")] if outgoing else (),
        currency=core.money.currency(currency).code if currency else None,
        account=account,
    )
    from expense_core import statements
    from expense_core.statements.importing import import_rows

    def attempt(options: ReadingOptions) -> None:
        layout = statements.recognise(file, options)
        try:
            bring_in(layout, perhaps)
        except _Undecided as undecided:
            bring_in(layout, _asked(undecided.report, undecided.locale))

    def bring_in(layout: Layout, decided: Perhaps | None) -> None:
        left_out: Counter[LeftOut] = Counter()
        with (reading if dry_run else writing)(context) as book, _progress(layout.rows) as advance:
            report = import_rows(
                book.session,
                book.access,
                statements.rows(file, layout, left_out),
                credits=credits,
                perhaps=decided is Perhaps.TAKE,
                dry_run=dry_run,
                categorise=categorise,
                note=file.name,
                kind=statements.kind(layout),
                stated=layout.stated,
                progress=advance,
            )
            if report.perhaps and decided is None and not dry_run and questions.can_ask():
                raise _Undecided(report, book.locale)
        if dry_run:
            import_report.print_first(report, layout, book.locale)
        import_report.print_report(report, left_out, book.locale, dry_run=dry_run)

    questions.answered(asked, attempt)


def _asked(report: ImportReport, locale: str) -> Perhaps:
    """What a person at the terminal wants done with the rows that may be in the book already."""
    import_report.print_alike(report, locale)
    rows = "this row" if report.perhaps == 1 else f"these {report.perhaps:,} rows"
    take = typer.confirm(f"Perhaps they are in the book already. Take {rows} too?", default=False, err=True)
    return Perhaps.TAKE if take else Perhaps.LEAVE


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None] | None]:
    """A progress bar on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Importing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=show.Output(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.update(task, completed=done)

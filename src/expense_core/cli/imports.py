"""`expense import`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import expense_core as core
from expense_core.cli import questions, show
from expense_core.cli.book import reading, writing
from expense_core.cli.options import line_number
from expense_core.statements.row import DateOrder, LeftOut, ReadingOptions, parse_columns

if TYPE_CHECKING:
    from expense_core.statements import Layout
    from expense_core.statements.importing import ImportReport

app = typer.Typer()

_STANDARD_INPUT = Path("-")


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
        left_out: Counter[LeftOut] = Counter()
        with (reading if dry_run else writing)(context) as book, _progress(layout.rows) as advance:
            report = import_rows(
                book.session,
                book.access,
                statements.rows(file, layout, left_out),
                credits=credits,
                dry_run=dry_run,
                note=file.name,
                stated=layout.stated,
                progress=advance,
            )
        if dry_run:
            _print_first(report, layout, book.locale)
        _print_report(report, left_out, book.locale, dry_run=dry_run)

    questions.answered(asked, attempt)


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


def _print_first(report: ImportReport, layout: Layout, locale: str) -> None:
    """How the file was understood, and the first of what would come in."""
    for what, understood in layout.summary().items():
        show.say(f"{what}: {understood}")
    if report.first:
        table = show.table("line", "date", "amount", "description", "category", right=("line", "date"))
        amounts = show.aligned([(one.amount, one.currency) for one in report.first], locale)
        for one, amount in zip(report.first, amounts, strict=True):
            table.add_row(str(one.line), one.spent_on.isoformat(), amount, one.description, one.category or "")
        show.say("")
        show.Output().print(table)
        show.say("" if report.new == len(report.first) else f"... and {report.new - len(report.first):,} more\n")


def _print_report(report: ImportReport, left_out: Counter[LeftOut], locale: str, *, dry_run: bool) -> None:
    totals = ", ".join(core.money.write(total, code, locale) for code, total in report.totals.items())
    done = "Would import" if dry_run else "Imported"
    show.say(f"{done} {report.new:,} of {show.counted(report.rows, 'row')}{f', {totals}' if totals else ''}")
    reasons = {
        "imported before": report.duplicates,
        "of money in; --credits takes them as refunds": report.money_in,
        "of zero": report.zero,
        **{why.value: left_out[why] for why in LeftOut},
    }
    for why, count in reasons.items():
        if count:
            show.say(f"Left out {show.counted(count, 'row')} {why}")
    for difference in report.differences:
        show.say(difference.told(partial(core.money.write, locale=locale)))
    if report.new_categories:
        show.say(f"New categories: {', '.join(report.new_categories)}")
    if report.entry_id is not None:
        show.say(f"`expense undo {report.entry_id}` takes it all back")

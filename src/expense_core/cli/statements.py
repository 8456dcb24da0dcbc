"""`expense import` and `expense export`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import expense_core as core
from expense_core.cli import show
from expense_core.cli.book import reading, writing
from expense_core.cli.options import (
    CategoryOption,
    CurrencyOption,
    FromOption,
    MaxOption,
    MinOption,
    TextArgument,
    ToOption,
    wanted,
)
from expense_core.cli.show import Format, escaped
from expense_core.errors import StatementAmbiguous
from expense_core.statements.row import DateOrder, ReadingOptions, parse_columns

if TYPE_CHECKING:
    from collections.abc import Callable

    from expense_core.statements import Layout
    from expense_core.statements.importing import ImportReport

app = typer.Typer()

_PROMPTS = {
    "columns": "ROLE=COLUMN",
    "date_order": "Order",
    "decimal_mark": "Mark",
    "invert": "Is money out written without a minus?",
    "outgoing": "WORD,...",
}
"""What a question is followed by on a terminal, by the option that answers it."""


@app.command("import", epilog="Example: expense import statement.csv --dry-run")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A bank's or an app's CSV file.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would come in; write nothing.")] = False,  # noqa: FBT002 - a flag
    credits: Annotated[bool, typer.Option("--credits", help="Take money in too, as refunds.")] = False,  # noqa: A002, FBT002 - a flag
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="ROLE=COLUMN,...",
            help='Which column is what, by name or number: "date=1,amount=Total". Roles: date, value_date, amount, debit, '
            "credit, sign, fee, currency, description, category, id, state.",
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
    encoding: Annotated[str | None, typer.Option(metavar="NAME", help="Such as utf-8 or cp1252.")] = None,
    delimiter: Annotated[
        str | None, typer.Option(metavar="CHARACTER", help='Between its columns, such as ";".')
    ] = None,
    header_line: Annotated[int | None, typer.Option(min=0, help="Where the column names are; 0: nowhere.")] = None,
) -> None:
    """Import a bank statement: money out becomes expenses, and what was imported before is not taken again.

    Delimiter, encoding, header and columns are recognised. Where the file can be read in two ways you are asked; an option
    answers beforehand. `expense undo` takes the whole import back.
    """
    from expense_core import statements
    from expense_core.statements.importing import import_rows

    asked = ReadingOptions(
        encoding=encoding,
        delimiter={"tab": "\t", "\\t": "\t"}.get(delimiter or "", delimiter),
        header_line=header_line,
        columns=parse_columns(columns) if columns else {},
        date_order=date_order,
        decimal_mark=decimal_mark,
        invert=invert,
        outgoing=[word.strip() for word in outgoing.split(",")] if outgoing else (),
        currency=core.money.currency(currency).code if currency else None,
    )
    with writing(context) as book:
        layout = _recognised(file, asked)
        with _progress(layout.rows) as advance:
            report = import_rows(
                book.session,
                book.access,
                statements.rows(file, layout),
                credits=credits,
                dry_run=dry_run,
                note=file.name,
                progress=advance,
            )
        locale = book.locale
    _print_report(report, layout, locale, dry_run=dry_run)


@app.command("export", epilog="Example: expense export --format json --output expenses.json")
def export(
    context: typer.Context,
    text: TextArgument = "",
    first: FromOption = None,
    last: ToOption = None,
    category: CategoryOption = None,
    least: MinOption = None,
    most: MaxOption = None,
    currency: CurrencyOption = None,
    form: Annotated[Format, typer.Option("--format", "-f", metavar="csv|json", help="How to write it.")] = Format.CSV,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Instead of standard output.")
    ] = None,
) -> None:
    """Write expenses out, the oldest first, as CSV or JSON."""
    if form is Format.TABLE:
        raise typer.BadParameter("export as csv or json; `expense list` prints a table")
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
        rows = show.expense_rows(core.expenses.each(book.session, book.access, asked, core.Sort.OLDEST))
        if output is None:
            show.write(rows, show.EXPENSE_FIELDS, form)
            return
        with output.open("w", encoding="utf-8", newline="") as file:
            show.write(rows, show.EXPENSE_FIELDS, form, file)


def _recognised(file: Path, asked: ReadingOptions) -> Layout:
    """How to read the file; on a terminal, a person is asked what it does not say."""
    from expense_core import statements

    while True:
        try:
            return statements.recognise(file, asked)
        except StatementAmbiguous as question:
            if not (sys.stdin.isatty() and sys.stderr.isatty()):
                raise
            asked = _answered(question, asked)


def _answered(question: StatementAmbiguous, asked: ReadingOptions) -> ReadingOptions:
    """The options with a person's answer in them."""
    from rich.prompt import Prompt

    show.notice(question.question)
    answer = Prompt.ask(_PROMPTS[question.option], console=show.error_console(), choices=_closed(question)).strip()
    match question.option:
        case "columns":
            return replace(asked, columns={**asked.columns, **parse_columns(answer)})
        case "invert":
            return replace(asked, invert=answer == "yes")
        case "date_order":
            return replace(asked, date_order=DateOrder(answer))
        case "outgoing":
            return replace(asked, outgoing=[word.strip() for word in answer.split(",")])
        case option:
            return replace(asked, **{option: answer})


def _closed(question: StatementAmbiguous) -> list[str] | None:
    """The answers, where there are no others."""
    return None if question.option in {"columns", "outgoing"} else list(question.choices)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None] | None]:
    """A progress bar on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Importing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=show.error_console(), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.update(task, completed=done)


def _print_report(report: ImportReport, layout: Layout, locale: str, *, dry_run: bool) -> None:
    console = show.console()
    if dry_run:
        for what, understood in layout.summary().items():
            console.print(f"{what}: {understood}", markup=False)
        table = show.table("line", "date", "amount", "description", "category", right=("line", "amount"))
        for one in report.first:
            table.add_row(
                str(one.line),
                one.spent_on.isoformat(),
                core.money.write(one.amount, one.currency, locale),
                escaped(one.description),
                escaped(one.category or ""),
            )
        console.print(table)
    totals = ", ".join(core.money.write(total, code, locale) for code, total in report.totals.items())
    verb = "Would import" if dry_run else "Imported"
    console.print(f"{verb} {report.new:,} of {report.rows:,} rows{f': {totals}' if totals else ''}", markup=False)
    left_out = {
        "imported before": report.duplicates,
        "money in (--credits takes it as refunds)": report.money_in,
        "of zero": report.zero,
    }
    for why, count in left_out.items():
        if count:
            console.print(f"Left out {count:,} {why}", markup=False)
    if report.new_categories:
        console.print(f"New categories: {', '.join(report.new_categories)}", markup=False)
    if report.entry_id is not None:
        console.print(f"`expense undo {report.entry_id}` takes it all back", markup=False)

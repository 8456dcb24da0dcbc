"""`expense import`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import expense_core as core
from expense_core.cli.options import line_number
from expense_core.statements.row import DateOrder, ReadingOptions, parse_columns

app = typer.Typer()

_STANDARD_INPUT = Path("-")


class Perhaps(StrEnum):
    """What becomes of rows that may be in the book already."""

    TAKE = "take"
    LEAVE = "leave"


class ReportFormat(StrEnum):
    """How it is told what came in."""

    TEXT = "text"
    JSON = "json"


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
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask: import what is new. What is ambiguous is refused.")
    ] = False,
    form: Annotated[ReportFormat, typer.Option("--format", "-f", help="How to tell what came in.")] = ReportFormat.TEXT,
    credits: Annotated[bool, typer.Option("--credits", help="Take money in too, as refunds.")] = False,
    pending: Annotated[
        bool, typer.Option("--pending/--no-pending", help="Take what the bank has not booked yet.")
    ] = True,
    only_currency: Annotated[str | None, typer.Option(metavar="CODE", help="Take rows of this currency alone.")] = None,
    perhaps: Annotated[
        Perhaps | None,
        typer.Option(help="What becomes of rows that may be in the book already; left where nobody can be asked."),
    ] = None,
    purged: Annotated[
        bool, typer.Option("--purged", help="Take again what was imported before and deleted for good.")
    ] = False,
    only: Annotated[
        str | None, typer.Option(metavar="LINES", help="The rows that come in, by their lines: 3,7-9.")
    ] = None,
    leave: Annotated[str | None, typer.Option(metavar="LINES", help="Rows that do not come in.")] = None,
    categorise: Annotated[
        bool, typer.Option("--categories/--no-categories", help="Apply rules, and what was chosen before.")
    ] = True,
    clean_payees: Annotated[
        bool,
        typer.Option(
            "--clean-payees",
            envvar="EXPENSE_CLEAN_PAYEES",
            help="Call expenses by their payees alone, such as Coffee Co; the file's own text goes into the notes.",
        ),
    ] = False,
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
    be read in two ways you are asked, once for all files like it; an option
    answers beforehand. `expense undo` takes the whole import back.
    """
    if file == _STANDARD_INPUT:
        raise typer.BadParameter(
            "a statement is read more than once, so it has to be a file; save it first", param_hint="FILE"
        )
    from expense_core.cli.bringing_in import BringingIn
    from expense_core.cli.lines import parse_lines

    known = ReadingOptions(
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
    wanted = BringingIn(
        context,
        file,
        credits=credits,
        pending=pending,
        only_currency=core.money.currency(only_currency).code if only_currency else None,
        perhaps=perhaps,
        purged=purged,
        only=None if only is None else parse_lines(only, "--only"),
        leave=() if leave is None else parse_lines(leave, "--leave"),
        categorise=categorise,
        clean_payees=clean_payees,
        is_quiet=yes,
        as_json=form is ReportFormat.JSON,
    )
    wanted.look(known) if dry_run else wanted.import_(known)

"""How to read a delimited file: each question in its turn, and what its answer makes possible for the next."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from expense_core import money
from expense_core.statements.delimited import accounts, apps, columns, decisions, dialect, evidence, fees, source
from expense_core.statements.delimited.layout import Layout
from expense_core.statements.row import ReadingOptions, Role


def recognise(path: Path, options: ReadingOptions) -> Layout:
    """How to read the file; every row of it has been looked at.

    Raises:
        StatementUnreadable: it is no statement that can be read; `line` says where.
        StatementAmbiguous: it can be read in more than one way; `option` names what answers the question.
        InvalidCurrency: the options name a currency that does not exist.
    """
    encoding = source.encoding_of(path, options.encoding)
    table = dialect.find(path, encoding, options)
    app = apps.of(table.names, table.sample)
    if app is not None:
        options = apps.with_answers(app, table.names, options)
    expected = money.currency(options.currency).code if options.currency else None
    roles = columns.choose(table.names, table.sample, options.columns)
    layout = Layout(
        encoding,
        table.delimiter,
        table.header_line,
        table.starts,
        table.names,
        roles,
        expected_currency=expected,
        compact_days=table.compact_days,
        day_once=table.day_once,
        years=table.years,
    )
    if app is not None:
        layout = replace(layout, habits=apps.habits(app, table.names, layout.money[0]))
    found = evidence.gather(path, layout)
    layout = decisions.settle(path, replace(layout, rows=found.rows, notes=found.notes), found, table, options)
    layout = fees.settle(path, layout, found, asked=bool(options.columns.get(Role.FEE)))
    return replace(layout, account=accounts.column(layout, table.sample))

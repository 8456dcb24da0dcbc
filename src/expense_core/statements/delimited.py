"""Bank statements in delimited text (CSV), of whatever bank.

The file is read twice, in constant memory: once to understand it as a whole, as a single cell rarely tells the decimal
mark or the order of day and month, and once for its rows.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from expense_core import money
from expense_core.statements import columns, decisions, dialect, evidence, fees, reading, source
from expense_core.statements.layout import Layout
from expense_core.statements.row import ReadingOptions, Role

rows = reading.rows


def recognise(path: Path, options: ReadingOptions) -> Layout:
    """How to read the file; every row of it has been looked at.

    Raises:
        StatementUnreadable: it is no statement that can be read; `line` says where.
        StatementAmbiguous: it can be read in more than one way; `option` names what answers the question.
        InvalidCurrency: the options name a currency that does not exist.
    """
    expected = money.currency(options.currency).code if options.currency else None
    encoding = source.encoding_of(path, options.encoding)
    table = dialect.find(path, encoding, options)
    roles = columns.choose(table.names, table.sample, options.columns)
    layout = Layout(
        encoding, table.delimiter, table.header_line, table.starts, table.names, roles, expected_currency=expected
    )
    found = evidence.gather(path, layout)
    layout = decisions.settle(replace(layout, rows=found.rows, notes=found.notes), found, table, options)
    return fees.settle(path, layout, found, asked=bool(options.columns.get(Role.FEE)))

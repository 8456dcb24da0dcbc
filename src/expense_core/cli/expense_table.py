"""Expenses as a command lists them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from rich.cells import cell_len

import expense_core as core
from expense_core.cli import show

_AT_ONCE = 500
"""How many are measured and printed together: of a long list the first come without waiting for the last."""
_FIXED = ("id", "date")


def write(expenses: Iterable[core.ExpensePublic], form: show.Format) -> None:
    """Write expenses for a program."""
    show.write(core.exports.rows(expenses), core.exports.FIELDS, form)


def print_table(expenses: Iterable[core.ExpensePublic], locale: str) -> int:
    """Print a table of expenses, with no headings where there are none; how many they were."""
    output = show.Output()
    widths = dict.fromkeys((*_FIXED, "amount"), 0)
    left, count = iter(expenses), 0
    while batch := list(islice(left, _AT_ONCE)):
        table = show.table("id", "date", "amount", "description", "category", right=_FIXED)
        table.show_header = count == 0
        amounts = show.aligned([(expense.amount, expense.currency) for expense in batch], locale)
        for expense, amount in zip(batch, amounts, strict=True):
            day = expense.spent_on.isoformat()
            money = amount.rjust(widths["amount"])
            table.add_row(str(expense.id), day, money, expense.description, expense.category)
        for column in table.columns:
            heading = str(column.header)
            if heading in widths:
                widths[heading] = column.min_width = max(widths[heading], *map(cell_len, map(str, column.cells)))
        output.print(table)
        count += len(batch)
    return count

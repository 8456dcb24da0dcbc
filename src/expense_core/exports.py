"""Expenses as files for other programs: CSV, JSON, and JSON line by line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from enum import StrEnum

from expense_core.journal import plain
from expense_core.tables import ExpensePublic

FIELDS = ("id", "spent_on", "amount", "currency", "description", "category", "notes")
"""What a file has of an expense."""


class Form(StrEnum):
    """How a file is written."""

    CSV = "csv"
    JSON = "json"
    """One array, an object a line."""
    NDJSON = "ndjson"
    """An object a line and nothing around them."""


def text(expenses: Iterable[ExpensePublic], form: Form) -> Iterator[str]:
    """The file, in as many pieces as there are expenses and perhaps one more."""
    if form is Form.CSV:
        yield _csv_line(FIELDS)
        for expense in expenses:
            yield _csv_line([getattr(expense, name) for name in FIELDS])
        return
    between, start, end = ("\n", "", "\n") if form is Form.NDJSON else (",\n", "[\n", "\n]\n")
    before = start
    for expense in expenses:
        fields = {name: plain(getattr(expense, name)) for name in FIELDS}
        yield before + json.dumps(fields, ensure_ascii=False)
        before = between
    if before == between:
        yield end
    elif form is Form.JSON:
        yield "[]\n"


def _csv_line(values: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()

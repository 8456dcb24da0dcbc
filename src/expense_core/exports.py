"""Expenses as files for other programs: CSV, JSON, and JSON line by line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from expense_core.tables import ExpensePublic

FIELDS = ("id", "spent_on", "amount", "currency", "description", "category", "notes")
"""What a file has of an expense."""

Row = Mapping[str, Any]  # Any: what the fields of our results hold


class Form(StrEnum):
    """How a file is written."""

    CSV = "csv"
    JSON = "json"
    """One array, an object a line."""
    NDJSON = "ndjson"
    """An object a line and nothing around them."""


def text(expenses: Iterable[ExpensePublic], form: Form) -> Iterator[str]:
    """The file, in as many pieces as there are expenses and perhaps two more."""
    return written(rows(expenses), FIELDS, form)


def rows(expenses: Iterable[ExpensePublic]) -> Iterator[Row]:
    """What a file has of each expense."""
    for expense in expenses:
        yield {name: getattr(expense, name) for name in FIELDS}


def written(rows: Iterable[Row], names: Sequence[str], form: Form, *, only_ascii: bool = False) -> Iterator[str]:
    """Rows of any kind, each with these names, in pieces; in CSV a list is JSON in one cell.

    Arguments:
        only_ascii: escape every other character in JSON, which says the same; CSV has no way to.
    """
    from expense_core.journal import plain

    if form is Form.CSV:
        yield _csv_line(names)
        for row in rows:
            values = (row[name] for name in names)
            yield _csv_line(
                [json.dumps(one, ensure_ascii=False) if isinstance(one, list) else plain(one) for one in values]
            )
        return
    start, between, end = ("", "\n", "\n") if form is Form.NDJSON else ("[\n", ",\n", "\n]\n")
    before = start
    for row in rows:
        fields = {name: value if isinstance(value, list) else plain(value) for name, value in row.items()}
        yield before + json.dumps(fields, ensure_ascii=only_ascii)
        before = between
    if before == between:
        yield end
    elif form is Form.JSON:
        yield "[]\n"


def _csv_line(values: Sequence[str | int | None]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()

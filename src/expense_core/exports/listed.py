"""Rows of any kind as CSV, JSON, or JSON line by line: what every list can be had as."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from expense_core.exports.forms import Form
from expense_core.exports.formulas import guarded
from expense_core.exports.lines import FIELDS

if TYPE_CHECKING:
    from expense_core.tables import ExpensePublic

Row = Mapping[str, Any]  # Any: what the fields of our results hold


def rows(expenses: Iterable[ExpensePublic]) -> Iterator[Row]:
    """What a file has of each expense."""
    for expense in expenses:
        yield {name: getattr(expense, name) for name in FIELDS}


def written(rows: Iterable[Row], names: Sequence[str], form: Form, *, only_ascii: bool = False) -> Iterator[str]:
    """Rows of any kind, each with these names, in pieces; in CSV a list is JSON in one cell, and no text a formula.

    Arguments:
        form: CSV, JSON or NDJSON.
        only_ascii: escape every other character in JSON, which says the same; CSV has no way to.
    """
    from expense_core.journal import plain

    if form is Form.CSV:
        yield csv_lines([names])
        for row in rows:
            yield csv_lines([[_cell(row[name]) for name in names]])
        return
    plain_rows = (
        {name: value if isinstance(value, list) else plain(value) for name, value in row.items()} for row in rows
    )
    yield from objects(([row] for row in plain_rows), form, only_ascii=only_ascii)


def csv_lines(rows: Iterable[Sequence[str | int | None]]) -> str:
    """Lines of CSV, as RFC 4180 has them but for their ends, which are those of this system's own."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(rows)
    return lines.getvalue()


def objects(pages: Iterable[Sequence[Row]], form: Form, *, only_ascii: bool = False) -> Iterator[str]:
    """Objects of JSON, one a line; a piece for each page, and perhaps two more."""
    start, between, end = ("", "\n", "\n") if form is Form.NDJSON else ("[\n", ",\n", "\n]\n")
    before = start
    encode = json.JSONEncoder(ensure_ascii=only_ascii).encode
    for page in pages:
        yield before + between.join([encode(row) for row in page])
        before = between
    if before == between:
        yield end
    elif form is Form.JSON:
        yield "[]\n"


def _cell(value: Any) -> str | int | None:  # noqa: ANN401 - what the fields of our results hold
    from expense_core.journal import plain

    if isinstance(value, str):
        return guarded(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else plain(value)

"""Expenses as CSV, as JSON, and as JSON line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from expense_core.exports import formulas
from expense_core.exports.forms import Form
from expense_core.exports.lines import FIELDS, Line
from expense_core.exports.listed import csv_lines, objects


def csv(pages: Iterable[list[Line]]) -> Iterator[str]:
    """A line each below the names of the columns; no text in it is a formula to a spreadsheet."""
    yield csv_lines([FIELDS])
    for page in pages:
        texts = [text for *_, description, category, notes in page for text in (description, category or "", notes)]
        yield csv_lines(map(_guarded, page) if formulas.may_be_among(texts) else page)


def _guarded(line: Line) -> Line:
    number, day, amount, code, description, category, notes = line
    safe = category and formulas.guarded(category)
    return number, day, amount, code, formulas.guarded(description), safe, formulas.guarded(notes)


def json(pages: Iterable[list[Line]], form: Form, *, only_ascii: bool = False) -> Iterator[str]:
    """An object each, as docs/export.schema.json has them."""
    return objects(
        ([dict(zip(FIELDS, line, strict=True)) for line in page] for page in pages), form, only_ascii=only_ascii
    )

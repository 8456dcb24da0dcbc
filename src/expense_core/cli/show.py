"""What a command prints: a table for a person, CSV or JSON for a program."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


class Format(StrEnum):
    """How a list is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


Value = str | int | Decimal | date | None


def console() -> Console:
    """Standard output. Where it is no terminal, nothing is coloured, wrapped or cut off."""
    from rich.console import Console

    return Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=10_000, soft_wrap=True)


def error_console() -> Console:
    """Standard error, for questions and progress."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def table(*headings: str, right: Sequence[str] = ()) -> Table:
    """A table without lines; the columns named in `right` are aligned to the right."""
    from rich.table import Table

    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in headings:
        made.add_column(
            heading,
            justify="right" if heading in right else "left",
            no_wrap=heading in right or heading == "date",
            overflow="ellipsis",
        )
    return made


def write(rows: Iterable[Mapping[str, Value]], names: Sequence[str], form: Format, to: IO[str] | None = None) -> None:
    """Rows as CSV with the names first, or as one JSON array, an object a line; memory does not grow with their number."""
    out = to or sys.stdout
    if form is Format.CSV:
        writer = csv.DictWriter(out, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return
    separator = "["
    for row in rows:
        out.write(separator + "\n  " + json.dumps(row, default=_plain, ensure_ascii=False))
        separator = ","
    out.write("[]\n" if separator == "[" else "\n]\n")


def bar(part: Decimal, largest: Decimal, width: int = 24) -> str:
    """A bar as long as its part of the largest; a refund has none."""
    if largest <= 0 or part <= 0:
        return ""
    eighths = max(1, int(part * width * 8 / largest))
    whole, rest = divmod(eighths, 8)
    return "█" * whole + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[rest]


def escaped(text: str) -> str:
    """Text that somebody typed, safe where rich would take [brackets] for its own."""
    from rich.markup import escape

    return escape(text)


def expense_rows(expenses: Iterable[object]) -> Iterator[dict[str, Value]]:
    """Expenses as CSV and JSON have them."""
    for expense in expenses:
        yield {name: getattr(expense, name) for name in EXPENSE_FIELDS}


EXPENSE_FIELDS = ("id", "spent_on", "amount", "currency", "description", "category", "notes")


def _plain(value: object) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def notice(text: str) -> None:
    """A remark for a person, beside the output and not in it."""
    sys.stderr.write(text + "\n")

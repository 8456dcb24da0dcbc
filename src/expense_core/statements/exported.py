"""What `expense export` writes as CSV: read back exactly as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from expense_core import money
from expense_core.errors import InvalidAmount, StatementUnreadable
from expense_core.exports.formulas import unguarded
from expense_core.statements.delimited.source import encoding_of, records
from expense_core.statements.row import LeftOut, RawRow, ReadingOptions, Stated, Unreadable, refuse

FIELDS = ("id", "spent_on", "amount", "currency", "description", "category", "notes")
_HEADER = ",".join(FIELDS).encode()
_START = 3 + 2 * len(_HEADER)
"""Bytes: a mark of the encoding, and two for each letter where a shell has made UTF-16 of it."""


@dataclass(frozen=True)
class ExportedLayout:
    """An export of a book."""

    encoding: str
    rows: int
    format: str = "expense"
    stated: tuple[Stated, ...] = ()

    def summary(self) -> dict[str, str]:
        """What was understood, for a person."""
        return {"format": "what `expense export` writes", "encoding": self.encoding}


def recognise(path: Path, options: ReadingOptions) -> ExportedLayout | None:
    """How to read the file, if its first line is that of an export; None too where the caller names columns of it.

    Raises:
        StatementUnreadable: it is damaged; `line` says where.
    """
    if options.columns or options.header_line is not None or not path.is_file():
        return None
    with path.open("rb") as file:
        start = file.read(_START).replace(b"\0", b"")
    if _HEADER not in start:
        return None
    encoding = encoding_of(path, options.encoding)
    lines = records(path, encoding, ",", exact=True)
    _, names = next(lines)
    return ExportedLayout(encoding, sum(1 for _ in lines)) if tuple(names) == FIELDS else None


def rows(
    path: Path,
    layout: ExportedLayout,
    left_out: Counter[LeftOut],  # noqa: ARG001 - none is
    unreadable: Unreadable = refuse,
) -> Iterator[RawRow]:
    """The expenses, with money spent negative as in every statement.

    Raises:
        StatementUnreadable: a line was changed to something that is no expense.
    """
    for line, cells in islice(records(path, layout.encoding, ",", exact=True), 1, None):
        try:
            number, spent_on, amount, currency, *texts = cells
            description, category, notes = map(unguarded, texts)
            day, size = date.fromisoformat(spent_on), money.exact(amount)
        except (ValueError, InvalidAmount):
            why = StatementUnreadable(
                f"line {line} is not as `expense export` writes it, with seven columns, a day such as 2026-11-03 and an"
                " amount such as 12.50",
                line,
            )
            unreadable(why, cells)
            continue
        yield RawRow(
            line, day, None, -size, currency, description, category or None, number, pending=False, notes=notes
        )

"""Read statements with lines such as `2026-11-03 12.50 Lunch`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from expense_core.statements import LeftOut, RawRow, ReadingOptions, Stated
from expense_core.statements.row import Unreadable


@dataclass(frozen=True)
class JottedLayout:
    """How many lines there are."""

    rows: int
    format: str = "jotted"
    stated: tuple[Stated, ...] = ()

    def summary(self) -> dict[str, str]:
        """What was understood, for a person."""
        return {"lines": str(self.rows)}


def recognise(path: Path, options: ReadingOptions) -> JottedLayout | None:
    """How to read the file; None where its first line is no heading of ours."""
    lines = path.read_bytes().splitlines()
    return JottedLayout(len(lines) - 1) if lines[:1] == [b"JOTTED"] else None


def rows(
    path: Path,
    layout: JottedLayout,
    left_out: Counter[LeftOut],
    unreadable: Unreadable,
) -> Iterator[RawRow]:
    """The lines, one by one."""
    for number, line in enumerate(path.read_text().splitlines()[1:], 2):
        day, amount, text = line.split(maxsplit=2)
        yield RawRow(number, date.fromisoformat(day), None, -Decimal(amount), None, text, None, None, pending=False)

"""Rows of a statement, named on the command line by their lines: "3,7-9"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import typer

from expense_core import statements
from expense_core.cli.options import line_number
from expense_core.errors import Invalid, StatementUnreadable
from expense_core.statements import Layout

Lines = tuple[range, ...]


def parse_lines(typed: str) -> Lines:
    """Lines as a person writes them: numbers, and ranges with both ends in them."""
    found = []
    for part in typed.split(","):
        first, dash, last = part.partition("-")
        start = line_number(first)
        end = line_number(last) if dash else start
        if end < start:
            raise typer.BadParameter(f"{part.strip()!r} ends before it begins")
        found.append(range(start, end + 1))
    return tuple(found)


def left(file: Path, layout: Layout, only: Lines | None, leave: Lines) -> frozenset[int]:
    """The lines of the rows that do not come in, also of those that cannot be read.

    Raises:
        Invalid: there is no row where one was named.
    """
    if only is None and not leave:
        return frozenset()
    lines: set[int] = set()

    def unreadable(error: StatementUnreadable, cells: Sequence[str]) -> None:  # noqa: ARG001 - as `Unreadable` has it
        lines.add(error.line or 0)

    lines.update(row.line for row in statements.rows(file, layout, unreadable=unreadable))
    for part in (*(only or ()), *leave):
        if not any(line in part for line in lines):
            named = f"line {part.start}" if len(part) == 1 else f"lines {part.start} to {part[-1]}"
            raise Invalid(f"{file.name} has no row on {named}")
    wanted = {line for line in lines if only is None or _has(only, line)}
    return frozenset(line for line in lines if line not in wanted or _has(leave, line))


def _has(lines: Iterable[range], line: int) -> bool:
    return any(line in part for part in lines)

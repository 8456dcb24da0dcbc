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


def parse_lines(typed: str, option: str) -> Lines:
    """Lines as a person writes them behind an option: numbers, and ranges with both ends in them."""
    try:
        return tuple(map(_part, typed.split(",")))
    except typer.BadParameter as error:
        raise typer.BadParameter(error.message, param_hint=option) from error


def _part(typed: str) -> range:
    first, dash, last = typed.partition("-")
    start = line_number(first)
    end = line_number(last) if dash else start
    if end < start:
        raise typer.BadParameter(f"{typed.strip()!r} ends before it begins")
    return range(start, end + 1)


def left(file: Path, layout: Layout, only: Lines | None, leave: Lines) -> frozenset[int]:
    """The lines of the rows that do not come in, also of those that cannot be read.

    Raises:
        Invalid: there is no row where one was named.
    """
    if only is None and not leave:
        return frozenset()
    named = (*(only or ()), *leave)
    missing = {*named}
    lines: set[int] = set()

    def look_at(line: int) -> None:
        missing.difference_update([part for part in missing if line in part])
        if _has(leave, line) or not (only is None or _has(only, line)):
            lines.add(line)

    def unreadable(error: StatementUnreadable, cells: Sequence[str]) -> None:  # noqa: ARG001 - as `Unreadable` has it
        look_at(error.line or 0)

    for row in statements.rows(file, layout, unreadable=unreadable):
        look_at(row.line)
    for part in named:
        if part in missing:
            told = f"line {part.start}" if len(part) == 1 else f"lines {part.start} to {part[-1]}"
            raise Invalid(f"{file.name} has no row on {told}")
    return frozenset(lines)


def _has(lines: Iterable[range], line: int) -> bool:
    return any(line in part for part in lines)

"""What a command prints: a table for a person, CSV or JSON for a program."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from io import TextIOWrapper
from typing import IO, Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

import expense_core as core
from expense_core.errors import Invalid
from expense_core.exports import Form

Value = str | int | Decimal | date | list[dict[str, Any]] | None  # Any: what JSON can have

_BLOCKS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█")
_NO_END = 10_000
_AMOUNTS = ("amount", "total")
"""Headings of columns of money."""


class Format(StrEnum):
    """How a list is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class Output(Console):
    """Standard output, or error. Where that is no terminal, nothing is coloured, wrapped or cut off."""

    def __init__(self, *, stderr: bool = False) -> None:
        is_terminal = (sys.stderr if stderr else sys.stdout).isatty()
        super().__init__(
            stderr=stderr, highlight=False, markup=False, emoji=False, width=None if is_terminal else _NO_END
        )

    def on_broken_pipe(self) -> None:
        """Leave it to whoever ends the command."""
        raise  # noqa: PLE0704 - rich calls this where it has caught the error


def table(*headings: str, right: Sequence[str] = ()) -> Table:
    """A table without lines; the columns named in `right` are aligned to the right and never cut.

    So are amounts, by what `aligned` has put around them: rich would take it off on the right.
    """
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in headings:
        if heading in _AMOUNTS:
            made.add_column(Text(heading, justify="right"), no_wrap=True)
        elif heading in right:
            made.add_column(heading, justify="right", no_wrap=True)
        else:
            made.add_column(heading, overflow="fold")
    return made


def say(text: str) -> None:
    """A sentence on standard output, for the terminal itself to wrap."""
    Output().print(text, soft_wrap=True)


def notice(text: str) -> None:
    """A remark for a person, beside the output and not in it."""
    sys.stderr.write(text + "\n")


def tell_of_more(limit: int) -> None:
    """Say that a list goes on behind what is shown of it."""
    notice(f"There are more; --limit {limit * 2} shows twice as many.")


def counted(count: int, one: str, many: str = "") -> str:
    """So many of something: "1 expense", "1,204 expenses"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def aligned(amounts: Sequence[tuple[Decimal, str]], locale: str) -> list[str]:
    """Amounts with their currencies, all equally wide, so that beneath each other their decimal marks line up."""
    written = [core.money.write(amount, code, locale) for amount, code in amounts]
    ends = [behind_units(text, code) for text, (_, code) in zip(written, amounts, strict=True)]
    longest = max(ends, default=0)
    written = [text + " " * (longest - end) for text, end in zip(written, ends, strict=True)]
    width = max(map(cell_len, written), default=0)
    return [" " * (width - cell_len(text)) + text for text in written]


def behind_units(text: str, code: str) -> int:
    """How many characters stand behind the digit of the ones."""
    last_digit = max(index for index, character in enumerate(text) if character.isdigit())
    decimals = core.money.currency(code).decimals
    return len(text) - last_digit - 1 + (decimals + 1 if decimals else 0)


def bar(part: Decimal, largest: Decimal, width: int = 20) -> str:
    """A bar as long as its part of the largest; a refund has none."""
    if part <= 0:
        return ""
    whole, rest = divmod(max(1, int(part * width * 8 / largest)), 8)
    return _BLOCKS[8] * whole + _BLOCKS[rest]


def write(rows: Iterable[Mapping[str, Value]], names: Sequence[str], form: Format, to: IO[str] | None = None) -> None:
    """Rows for a program, as `exports.written` has them; in memory is one at a time.

    Raises:
        Invalid: standard output is in an encoding that has not all of their characters.
    """
    out = to or sys.stdout
    pour(core.exports.written(rows, names, Form(form), only_ascii=not is_unicode(out)), out)


def is_unicode(out: IO[str]) -> bool:
    """Whether an output takes every character."""
    return str(getattr(out, "encoding", "utf-8")).lower().startswith("utf")


def pour(pieces: Iterable[str], out: IO[str]) -> None:
    """Write a file of data, which is right, or is none.

    Raises:
        Invalid: the output is in an encoding that has not all of its characters.
    """
    if isinstance(out, TextIOWrapper):
        out.reconfigure(errors="strict")
    try:
        for piece in pieces:
            out.write(piece)
    except UnicodeEncodeError as error:
        character = error.object[error.start]
        raise Invalid(
            f"the output is in {error.encoding}, which has no {character!a}; set PYTHONIOENCODING=utf-8, or take "
            "--format json, which spells it out"
        ) from error

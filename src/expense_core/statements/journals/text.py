"""The lines of a journal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from expense_core.errors import StatementUnreadable

_START = 1 << 16
"""Bytes in which a journal shows what it is."""
_LONGEST = 5_000
"""Characters; a longer line is none of a journal."""


def beginning(path: Path) -> list[str]:
    """The first lines of a file in any encoding, each letter that is not ASCII as a question mark; whole lines only."""
    if not path.is_file():
        return []
    with path.open("rb") as file:
        start = file.read(_START)
    text = start.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").decode("ascii", errors="replace")
    lines = text.lstrip("\ufffd").splitlines()
    return lines if len(start) < _START else lines[:-1]


def lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """The lines of a file that is text in this encoding, counted from 1, without the blanks at their ends.

    Raises:
        StatementUnreadable: one is far too long.
    """
    with path.open(encoding=encoding) as text:
        for number, line in enumerate(iter(lambda: text.readline(_LONGEST), ""), 1):
            if len(line) == _LONGEST:
                raise StatementUnreadable(f"line {number} of {path.name} is far too long for a journal", number)
            yield number, line.rstrip()

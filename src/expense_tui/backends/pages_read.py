"""The expenses that a server sends, as files have them: whatever the file, they come as JSON line by line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from expense_core import exports
from expense_core.exports import FIELDS, Form, Line
from expense_core.written_files import written


def write_pages(pieces: Iterable[str], form: Form, path: Path, told: Callable[[int], object]) -> int:
    """Write the expenses in the pieces of an export to a file, whole or not at all; how many.

    Arguments:
        told: called with how many are written, again and again.
    """
    done = 0

    def counted() -> Iterator[list[Line]]:
        nonlocal done
        for page in pages_read(pieces):
            done += len(page)
            told(done)
            yield page

    with written(path) as file:
        file.writelines(exports.pieces(counted(), form))
    return done


def pages_read(pieces: Iterable[str]) -> Iterator[list[Line]]:
    """The expenses in the pieces of an export, wherever it is cut."""
    begun = ""
    for piece in pieces:
        *objects, begun = (begun + piece).split("\n")
        if objects:
            yield [_line(text) for text in objects]


def _line(text: str) -> Line:
    found = json.loads(text)
    number, day, amount, currency, description, category, notes = (found[name] for name in FIELDS)
    return number, day, amount, currency, description, category, notes

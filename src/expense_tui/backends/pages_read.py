"""The expenses that a server sends, as files have them: whatever the file, they come as JSON line by line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from expense_core.exports import FIELDS, Line


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

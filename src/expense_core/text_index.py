"""SQLite's index of the letters in expenses' texts, by which it finds what is rare at once.

It holds every three letters that stand together in the text of an expense, and is kept by triggers (migration 0003). A
search still compares the texts themselves: the index only says which ones are worth it. Where that is many, or the text
has fewer than three letters, a list soon comes upon as many as it shows without it.
"""

from __future__ import annotations

import re

from sqlalchemy import text
from sqlmodel import Session

from expense_core.database import connection_of

_TOGETHER = 3
_MOST_COMPARED = 32
"""Of the letters of a text: more say hardly more about it."""
_FEW = 2_000
"""Expenses that are looked at one by one, in hundredths of a second."""
_FOUND = text("SELECT count(*) FROM (SELECT 1 FROM expenses_text WHERE expenses_text MATCH :letters LIMIT :most)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def narrowed(session: Session, given: dict[str, object]) -> dict[str, object]:
    """The same conditions of `queries.CONDITIONS`, with the one on letters where that finds the text sooner."""
    connection = connection_of(session)
    if "text" not in given or connection.dialect.name != "sqlite":
        return given
    letters = _letters(_ESCAPED.sub(r"\1", str(given["text"])[1:-1]))
    if not letters:
        return given
    found = connection.execute(_FOUND, {"letters": letters, "most": _FEW + 1}).scalar_one()
    return given if found > _FEW else given | {"letters": letters}


def _letters(sought: str) -> str:
    """What the index is asked for: every three letters of a text that stand together, all of which have to be there."""
    parts = {sought[at : at + _TOGETHER] for at in range(min(len(sought), _MOST_COMPARED) - _TOGETHER + 1)}
    return " AND ".join('"{}"'.format(part.replace('"', '""')) for part in sorted(parts))

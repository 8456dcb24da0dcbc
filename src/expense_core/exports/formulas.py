"""Text that a spreadsheet would take for a formula, and run, when it opens a CSV file (owasp.org, "CSV Injection").

An apostrophe goes before it, and before text that has an apostrophe there already: so it can be taken away again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_FIRST = frozenset("'=+-@\t\r＝＋－＠")  # noqa: RUF001 - the wide ones are what is meant
_GUARDED = re.compile(r"'*[=+\-@\t\r＝＋－＠]")  # noqa: RUF001 - as above


def may_be_among(texts: Iterable[str]) -> bool:
    """Whether one of them may have to be guarded, which is seldom so."""
    return not _FIRST.isdisjoint([text[:1] for text in texts])


def guarded(text: str) -> str:
    """The text as it is safe in a cell."""
    return f"'{text}" if text[:1] in _FIRST and _GUARDED.match(text) else text


def unguarded(cell: str) -> str:
    """The text that a cell was made of."""
    return cell[1:] if cell[:1] == "'" and _GUARDED.match(cell) else cell

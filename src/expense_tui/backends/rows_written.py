"""How many expenses a file has, counted as it is written."""

from __future__ import annotations

from expense_core.exports import Form

_QUOTE = '"'
_AROUND = {Form.CSV: 1, Form.JSON: 2, Form.NDJSON: 0}
"""Lines that are no expense: the names of the columns, the brackets of the list."""


class RowsWritten:
    """Counts the expenses in the pieces of a file, wherever it is cut."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._lines = 0
        self._is_quoted = False

    @property
    def done(self) -> int:
        """How many there were so far."""
        return max(0, self._lines - _AROUND[self._form])

    def count(self, piece: str) -> int:
        """Take in the next piece; how many there were so far."""
        if self._form is not Form.CSV:
            self._lines += piece.count("\n")
            return self.done
        for number, part in enumerate(piece.split(_QUOTE)):
            if number:
                self._is_quoted = not self._is_quoted
            if not self._is_quoted:
                self._lines += part.count("\n")
        return self.done

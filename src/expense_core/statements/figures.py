"""The amounts of a file whose decimal mark nothing declares: one alone may prove it, or all of them together."""

from __future__ import annotations

from decimal import Decimal

from expense_core.errors import ByOption, StatementAmbiguous
from expense_core.statements.delimited import amounts
from expense_core.statements.delimited.amounts import AmountReader

_READERS = {mark: AmountReader(mark) for mark in ".,"}


class DecimalMarks:
    """What the amounts of a file prove, taken in one by one."""

    def __init__(self) -> None:
        self._proven: set[str] = set()
        self._unclear = ""

    def add(self, text: str) -> None:
        """Take in an amount; what is none is left for the reading, which names its line."""
        number = amounts.written(text)
        mark = amounts.decimal_mark(number.digits) if number else ""
        if mark:
            self._proven.add(mark)
        elif mark is None:
            self._unclear = text.strip()

    def settle(self, asked: str | None) -> str:
        """The mark of the amounts that do not prove their own.

        Raises:
            StatementAmbiguous: there are such amounts, and the others do not agree or are none.
        """
        if asked:
            return asked
        if self._unclear and len(self._proven) != 1:
            raise StatementAmbiguous(
                (
                    f"Is {self._unclear!r} thousands, or three decimals? Say which mark stands before the decimals",
                    ByOption(' with --decimal-mark "." or ","'),
                ),
                "decimal_mark",
                (".", ","),
            )
        return "," if self._proven == {","} else "."


def read(text: str, mark: str) -> Decimal:
    """What an amount is worth: by the decimal mark that it proves, or else by that of the file.

    Raises:
        ValueError: it is no amount, or one that no book could hold.
    """
    number = amounts.written(text)
    own = amounts.decimal_mark(number.digits) if number else None
    return _READERS[own or mark].read(text)

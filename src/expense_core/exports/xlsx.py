"""A workbook of Excel's: dates and amounts that can be sorted and added up, and text that is never a formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from expense_core.exports.lines import FIELDS, Line

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_MOST_ROWS = 1_048_576
"""What a sheet of Excel's has; what does not fit goes on the next one."""
_MOST_DIGITS = 15
"""What Excel keeps of a number: one with more of them is written as text."""
_WIDTHS = (8, 11, 12, 9, 40, 18, 40)
_PIECE = 1 << 18
"""Bytes."""


def written(pages: Iterable[list[Line]], *, most_rows: int = _MOST_ROWS) -> Iterator[bytes]:
    """The file, in pieces, the first of them empty while it is made beside the book.

    Arguments:
        most_rows: of a sheet, the one with the names of the columns with them.
    """
    from xlsxwriter import Workbook

    with TemporaryDirectory(prefix="expense-") as folder:
        made = Path(folder, "expenses.xlsx")
        with Workbook(made, {"constant_memory": True, "tmpdir": folder}) as book:
            sheets = _Sheets(book, most_rows)
            for page in pages:
                for line in page:
                    sheets.write(line)
                yield b""
        with made.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


class _Sheets:
    """The sheets of a workbook, one after the other."""

    def __init__(self, book: Workbook, most_rows: int) -> None:
        self._book = book
        self._most_rows = most_rows
        self._bold = book.add_format({"bold": True})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._formats: dict[int, Format] = {}
        self._begin()

    def _begin(self) -> None:
        number = len(self._book.worksheets()) + 1
        self._sheet: Worksheet = self._book.add_worksheet("Expenses" if number == 1 else f"Expenses {number}")
        self._sheet.freeze_panes(1, 0)
        for column, (name, width) in enumerate(zip(FIELDS, _WIDTHS, strict=True)):
            self._sheet.set_column(column, column, width)
            self._sheet.write_string(0, column, name, self._bold)
        self._row = 1

    def write(self, line: Line) -> None:
        """One expense, below the last one."""
        number, day, amount, currency, description, category, notes = line
        if self._row == self._most_rows:
            self._begin()
        sheet, row = self._sheet, self._row
        self._row += 1
        self._write_number(row, 0, str(number))
        sheet.write_datetime(row, 1, date.fromisoformat(day), self._day)
        self._write_number(row, 2, amount, self._format(amount))
        sheet.write_string(row, 3, currency)
        for column, text in enumerate((description, category or "", notes), 4):
            if text:
                sheet.write_string(row, column, text)

    def _write_number(self, row: int, column: int, number: str, form: Format | None = None) -> None:
        if sum(map(str.isdigit, number)) <= _MOST_DIGITS:
            self._sheet.write_number(row, column, float(number), form)
        else:
            self._sheet.write_string(row, column, number)

    def _format(self, amount: str) -> Format:
        """With as many decimals as the amount is written with."""
        decimals = len(amount.partition(".")[2])
        if decimals not in self._formats:
            pattern = "#,##0" + (f".{'0' * decimals}" if decimals else "")
            self._formats[decimals] = self._book.add_format({"num_format": pattern})
        return self._formats[decimals]

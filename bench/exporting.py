"""Writing a book out as CSV: expenses a second, and how much memory it takes."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from sqlite3 import Connection
from tempfile import TemporaryFile
from typing import Any

from bench.books import Book
from bench.measuring import Line, alternately, compared
from expense_core import exports
from expense_core.exports import FIELDS, Form, from_book

TIMES = 2.0
"""How many times as long as the floor it may take."""
GROWTH = 1.3
"""How many times as much memory a book of ten times the size may take."""
_ROUNDS = 3

_QUERY = """
SELECT e.id, e.spent_on, e.amount, e.currency, e.description, c.name, e.notes
FROM expenses e LEFT JOIN categories c ON c.ledger_id = e.ledger_id AND c.id = e.category_id
WHERE e.ledger_id = {} AND e.deleted_at IS NULL ORDER BY e.spent_on, e.id
"""


def lines(book: Book, folder: Path, count: int, where: str) -> Iterator[Line]:
    """Exports of a book, ours and one by hand in turn."""
    target = folder / "expenses.csv"
    query = _QUERY.format(book.access.ledger_id)
    by_hand = _sqlite if book.database.is_sqlite else _postgresql

    def floor() -> None:
        with book.database.reading() as session, target.open("w", encoding="utf-8", newline="") as file:
            by_hand(session.connection().connection.dbapi_connection, query, csv.writer(file))

    ours, theirs = alternately(lambda: export_file(book, target), floor, rounds=_ROUNDS, calls=1)
    yield compared(f"{where}: export {count:,} expenses as CSV / by hand", ours, theirs, TIMES)


def peak_line(large: str, small: str, folder: Path, where: str) -> Line:
    """The memory that exporting one book takes beside one of a tenth of its size, each by its URL."""
    peaks = [_peak(url, folder / f"peak{number}.csv") for number, url in enumerate((large, small))]
    growth = peaks[0] / peaks[1]
    shown = [f"{one} MiB" for one in peaks]
    return Line(
        f"{where}: peak memory of exporting ten times as many",
        *shown,
        growth,
        growth,
        f"{GROWTH:g} times",
        is_over=growth > GROWTH,
    )


def export_file(book: Book, target: Path) -> None:
    """Do what `expense export --output` does."""
    with book.database.reading() as session, target.open("wb") as file:
        file.writelines(exports.pieces(from_book.pages(session, book.access), Form.CSV))


def _sqlite(driver: Connection, query: str, table: Any) -> None:  # noqa: ANN401 - csv's writer, which has no name
    """A bare cursor through csv.writer; amounts are left as they are stored."""
    table.writerow(FIELDS)
    table.writerows(driver.execute(query))


def _postgresql(driver: Any, query: str, table: Any) -> None:  # noqa: ANN401 - psycopg2 has no types
    """COPY TO through csv.writer."""
    with TemporaryFile("w+", encoding="utf-8", newline="") as copied:
        driver.cursor().copy_expert(f"COPY ({query}) TO STDOUT (FORMAT csv)", copied)
        copied.seek(0)
        table.writerow(FIELDS)
        table.writerows(_rows(copied))


def _rows(copied: Iterable[str]) -> Iterator[list[str]]:
    return csv.reader(copied)


def _peak(url: str, target: Path) -> int:
    """The most memory, in MiB, that a fresh process takes for an export."""
    done = subprocess.run([sys.executable, "-m", "bench.peak", url, target], capture_output=True, text=True, check=True)
    return int(done.stdout)

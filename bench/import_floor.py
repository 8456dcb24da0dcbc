"""The floor of a large import: csv.reader, and executemany or COPY into the same table, with nothing looked at.

On SQLite the index of letters is left out, which executemany would bring up to date row by row, in ten times as long.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from bench import floors
from bench.books import Book

_COLUMNS = (
    "ledger_id", "owner_id", "entry_id", "version", "created_at", "updated_at", "notes", "spent_on", "description",
    "search_text", "amount", "currency", "import_key",
)  # fmt: skip
_TOGETHER = 10_000
_ENTRY = """
    INSERT INTO history_entries (ledger_id, actor_id, action, note, recorded, changed, created_at)
    VALUES ({}, {}, 'expense.import', '', 0, 0, '{}') RETURNING id
"""


def import_file(book: Book, file: Path) -> int:
    """Load a file whose columns are known; how many rows it has."""
    now = datetime.now(UTC).isoformat(sep=" ", timespec="microseconds")
    ledger, user = book.access.ledger_id, book.access.user_id
    with floors.driver(book.database) as connection:
        cursor = connection.cursor()
        floors.begin(connection, "BEGIN IMMEDIATE")
        if book.database.is_sqlite:
            cursor.execute("DROP TRIGGER expenses_text_added")
        cursor.execute(_ENTRY.format(ledger, user, now))
        same = (ledger, user, cursor.fetchone()[0], 1, now, now, "")
        count: int = (_insert if book.database.is_sqlite else _copy)(cursor, file, same)
        connection.commit()
    return count


def _insert(cursor: Any, file: Path, same: tuple[Any, ...]) -> int:  # noqa: ANN401 - sqlite3's
    marks = ", ".join("?" * len(_COLUMNS))
    rows = (
        (*same, day, text, text.lower(), int(amount[1:].replace(".", "")) * 100, currency, key)
        for day, text, amount, currency, key in _rows(file)
    )
    cursor.executemany(f"INSERT INTO expenses ({', '.join(_COLUMNS)}) VALUES ({marks})", rows)
    return int(cursor.rowcount)


def _copy(cursor: Any, file: Path, same: tuple[Any, ...]) -> int:  # noqa: ANN401 - psycopg2's
    rows = (
        (*same, day, text, text.lower(), amount[1:], currency, f"\\x{key.hex()}")
        for day, text, amount, currency, key in _rows(file)
    )
    count = 0
    while some := list(islice(rows, _TOGETHER)):
        lines = StringIO()
        csv.writer(lines, lineterminator="\n").writerows(some)
        lines.seek(0)
        cursor.copy_expert(
            f"COPY expenses ({', '.join(_COLUMNS)}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (notes))", lines
        )
        count += len(some)
    return count


def _rows(file: Path) -> Iterator[tuple[str, str, str, str, bytes]]:
    """Each row, and the hash of it that goes into an index."""
    with file.open(encoding="utf-8", newline="") as lines:
        table = csv.reader(lines)
        next(table)
        for day, text, _, amount, currency in table:
            yield day, text, amount, currency, blake2b(f"{day}{text}{amount}".encode(), digest_size=16).digest()

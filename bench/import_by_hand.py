"""The floor of importing: the csv module, and the driver's way to insert many rows, each looked up by its key."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path
from typing import Any

from psycopg2.extras import execute_batch

from bench import floors
from bench.books import Book

_COLUMNS = (
    "ledger_id", "owner_id", "entry_id", "amount", "currency", "description", "search_text", "notes", "spent_on",
    "category_id", "import_key", "version", "created_at", "updated_at",
)  # fmt: skip
_INSERT = f"""
    INSERT INTO expenses ({", ".join(_COLUMNS)})
    SELECT {", ".join("?" * len(_COLUMNS))}
    WHERE NOT EXISTS (SELECT 1 FROM expenses WHERE ledger_id = ? AND import_key = ?)
"""
_ENTRY = """
    INSERT INTO history_entries (ledger_id, actor_id, action, note, recorded, changed, created_at)
    VALUES (?, ?, 'expense.import', '', 0, 0, ?) RETURNING id
"""


def import_file(book: Book, file: Path) -> int:
    """Import a file whose columns and categories are known; how many expenses it were."""
    is_sqlite = book.database.is_sqlite
    now: Any = datetime.now(UTC)
    if is_sqlite:
        now = now.isoformat(sep=" ", timespec="microseconds")
    with floors.driver(book.database) as connection:
        cursor = connection.cursor()
        if is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        cursor.execute("SELECT count(*) FROM expenses")
        (before,) = cursor.fetchone()
        cursor.execute("SELECT name, id FROM categories")
        categories = dict(cursor.fetchall())
        ledger, user = book.access.ledger_id, book.access.user_id
        cursor.execute(_marked(_ENTRY, is_sqlite=is_sqlite), (ledger, user, now))
        (entry,) = cursor.fetchone()
        rows = (
            (ledger, user, entry, *values, 1, now, now, ledger, values[-1])
            for values in _rows(file, categories, is_sqlite=is_sqlite)
        )
        if is_sqlite:
            cursor.executemany(_INSERT, rows)
        else:
            execute_batch(cursor, _marked(_INSERT, is_sqlite=False), rows, page_size=1_000)
        cursor.execute("SELECT count(*) FROM expenses")
        (after,) = cursor.fetchone()
        connection.commit()
    return int(after - before)


def _rows(file: Path, categories: dict[str, int], *, is_sqlite: bool) -> Iterator[tuple[Any, ...]]:
    """The values of each row, as the driver takes them."""
    with file.open(encoding="utf-8", newline="") as lines:
        table = csv.reader(lines)
        next(table)
        for day, description, category, written, currency in table:
            amount = -Decimal(written)
            key = blake2b(f"{day}\n{amount}\n{currency}\n{description}".encode(), digest_size=16).digest()
            yield (
                int(amount.scaleb(4)) if is_sqlite else amount,
                currency,
                description,
                description.casefold(),
                "",
                day if is_sqlite else date.fromisoformat(day),
                categories[category],
                key,
            )


def _marked(sql: str, *, is_sqlite: bool) -> str:
    """The statement with the driver's marks for its parameters."""
    return sql if is_sqlite else sql.replace("?", "%s")

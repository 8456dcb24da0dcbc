"""Floors for what is done with the database: the same statements by hand, on a connection of the driver's own."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

import psycopg2
from sqlalchemy import event

from bench.books import Book
from expense_core import Database

Connection: TypeAlias = Any  # sqlite3's or psycopg2's
Row = tuple[Any, ...]
Statement = tuple[str, Any]
"""SQL and its parameters, as the driver takes them."""


def written_down(book: Book, use_case: Callable[[Book], object]) -> list[Statement]:
    """The statements that a use case sends, the beginnings of transactions left out."""
    statements: list[Statement] = []

    def write_down(_connection: object, _cursor: object, sql: str, parameters: object, *_: object) -> None:
        if not sql.startswith("BEGIN"):
            statements.append((sql, parameters))

    url = book.database.engine.url.render_as_string(hide_password=False)
    with Database(url) as another:  # one that was ever listened to stays slower
        event.listen(another.engine, "before_cursor_execute", write_down)
        use_case(Book(another, book.access))
    return statements


@contextmanager
def driver(database: Database) -> Iterator[Connection]:
    """A connection to the same database that knows nothing of us, as durable as ours."""
    place = database.engine.url
    if database.is_sqlite:
        assert place.database is not None
        with closing(sqlite3.connect(place.database, isolation_level=None)) as connection:
            for pragma in ("foreign_keys = ON", "synchronous = FULL", "cache_size = -16384"):
                connection.execute(f"PRAGMA {pragma}")
            yield connection
    else:
        with closing(
            psycopg2.connect(host=place.query["host"], user=place.username, dbname=place.database)
        ) as connection:
            yield connection


def begin(connection: Connection, how: str = "BEGIN") -> None:
    """Begin a transaction; psycopg2 does so by itself."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute(how)


def transaction(connection: Connection, statements: list[Statement], *, commit: bool) -> Callable[[], None]:
    """The statements in a transaction of their own, every row fetched."""
    how = "BEGIN IMMEDIATE" if commit else "BEGIN"
    end = connection.commit if commit else connection.rollback

    def run() -> None:
        begin(connection, how)
        fetch(connection, statements)
        end()

    return run


def fetch(connection: Connection, statements: list[Statement]) -> list[Row]:
    """The rows of the statements, as the driver gives them."""
    rows: list[Row] = []
    cursor = connection.cursor()
    for sql, parameters in statements:
        cursor.execute(sql, parameters)
        if cursor.description is not None:
            rows += cursor.fetchall()
    cursor.close()
    return rows


def with_values(rows: list[Row]) -> list[Row]:
    """The rows of SQLite with amounts, dates and moments in them in place of numbers and texts."""
    return [
        (
            row_id,
            ledger_id,
            Decimal(amount).scaleb(-4),
            currency,
            description,
            date.fromisoformat(spent_on),
            category_id,
            notes,
            owner_id,
            version,
            datetime.fromisoformat(created_at),
            datetime.fromisoformat(updated_at),
            deleted_at,
            category,
        )
        for (
            row_id,
            ledger_id,
            amount,
            currency,
            description,
            spent_on,
            category_id,
            notes,
            owner_id,
            version,
            created_at,
            updated_at,
            deleted_at,
            category,
        ) in rows
    ]

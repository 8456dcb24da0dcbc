"""How a SQLite file is opened, so that it keeps its promises."""

from __future__ import annotations

import sqlite3
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Connection, ExceptionContext
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

_PAUSE = 0.01
"""Seconds between two attempts."""

_CACHE = 16_384
"""KiB of pages kept in memory. With SQLite's own 2,000, a large import writes the same pages of an index many times."""


def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry, *, busy_timeout: float) -> None:
    """Ask for foreign keys, for commits that outlive a power cut, and for readers that never wait for a writer (WAL).

    The driver's own transactions are switched off, since it begins them too late to protect what was read.
    """
    connection.isolation_level = None
    cursor = connection.cursor()
    deadline = monotonic() + busy_timeout
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:  # SQLite itself waits everywhere but here, where a file is new
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
            sleep(_PAUSE)
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute(f"PRAGMA cache_size = -{_CACHE}")
    cursor.close()


def begin(connection: Connection, *, to_write: bool) -> None:
    """Begin a transaction, holding the one write lock from its start if it is to write.

    The driver is told directly: by way of SQLAlchemy it takes longer than SQLite takes for a short statement.
    """
    driver: Any = connection.connection.dbapi_connection  # Any: sqlite3's own, beyond PEP 249
    driver.execute("BEGIN IMMEDIATE" if to_write else "BEGIN")


def abandon(failure: ExceptionContext) -> None:
    """Let nothing more be done in a transaction that SQLite has rolled back by itself, as it does on a full disk.

    Whatever a program went on to do in it would be saved at once, statement by statement.
    """
    if failure.connection is None or str(failure.statement).startswith("BEGIN"):
        return
    driver: Any = failure.connection.connection.dbapi_connection  # Any: sqlite3's own, beyond PEP 249
    if not driver.in_transaction:
        failure.is_disconnect = True
        failure.invalidate_pool_on_disconnect = False

"""What the drivers say when the database fails, in our own words."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from expense_core.errors import (
    Conflict,
    ConnectionLost,
    DatabaseDamaged,
    DatabaseError,
    DatabaseFull,
    DatabaseLocked,
    DatabaseUnavailable,
    ExpenseError,
    SchemaOutdated,
    TotalTooLarge,
)

if TYPE_CHECKING:
    from sqlalchemy import ExceptionContext

FAILED_BEFORE = "an earlier statement of this transaction failed, so nothing of it was saved; do it all again"

_LOCKED = "another program is writing to the database and has not finished; try again in a moment"
_FULL = "the disk is full: nothing was saved; free some space and try again"
_DAMAGED = "the database file is damaged, or is no SQLite database; restore it from a backup or name another file"
_UNAVAILABLE = "the database cannot be reached; check that it runs and that EXPENSE_DATABASE_URL is right"
_CUT_OFF = "the database server broke off the connection; see what was saved, and try again"
_UNOPENED = "the database file cannot be opened or written; check its folder and your permissions"
_BROKEN_OFF = (
    "the database file could not be read or written; nothing was saved: "
    "check the disk, its free space and your quota, and try again"
)
_FORBIDDEN = "the database does not let this user do that; grant them the right to make and change its tables"
_MEANWHILE = "somebody else changed what this needs at the same moment; nothing was saved, try again"
_OUTDATED = "the database lacks tables or columns of this version; run `expense db upgrade`"
_OVERFLOW = "the total is too large to be added up; narrow the selection"

_SQLITE: dict[str, tuple[type[DatabaseError], str]] = {
    "SQLITE_BUSY": (DatabaseLocked, _LOCKED),
    "SQLITE_LOCKED": (DatabaseLocked, _LOCKED),
    "SQLITE_PROTOCOL": (DatabaseLocked, _LOCKED),
    "SQLITE_FULL": (DatabaseFull, _FULL),
    "SQLITE_IOERR": (DatabaseUnavailable, _BROKEN_OFF),
    "SQLITE_NOTADB": (DatabaseDamaged, _DAMAGED),
    "SQLITE_CORRUPT": (DatabaseDamaged, _DAMAGED),
    "SQLITE_CANTOPEN": (DatabaseUnavailable, _UNOPENED),
    "SQLITE_READONLY": (DatabaseUnavailable, _UNOPENED),
    "SQLITE_PERM": (DatabaseUnavailable, _UNOPENED),
}
"""By the primary name of SQLite's result codes (sqlite.org/rescode.html)."""

_POSTGRESQL: dict[str, tuple[type[ExpenseError], str]] = {
    "08": (DatabaseUnavailable, _UNAVAILABLE),
    "28": (DatabaseUnavailable, _UNAVAILABLE),
    "3D": (DatabaseUnavailable, _UNAVAILABLE),
    "53100": (DatabaseFull, _FULL),
    "53": (DatabaseUnavailable, _UNAVAILABLE),
    "57P": (DatabaseUnavailable, _UNAVAILABLE),
    "55P03": (DatabaseLocked, _LOCKED),
    "40": (DatabaseLocked, _LOCKED),
    "23503": (Conflict, _MEANWHILE),
    "23505": (Conflict, _MEANWHILE),
    "42501": (DatabaseUnavailable, _FORBIDDEN),
    "42P01": (SchemaOutdated, _OUTDATED),
    "42703": (SchemaOutdated, _OUTDATED),
    "XX001": (DatabaseDamaged, _DAMAGED),
    "XX002": (DatabaseDamaged, _DAMAGED),
}
"""By the longest matching start of the SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html)."""


_QUOTED = re.compile(r"\n(?!\t).*| with text '.*", re.DOTALL)
"""What follows on what went wrong: PostgreSQL's excerpt of the statement, values and all, or its row; SQLite's text."""


@contextmanager
def translated() -> Iterator[None]:
    """Raise one of our own errors for each failure of the database; what is not one of those goes on as it is."""
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseUnavailable("every connection to the database is in use; try again in a moment") from error
    except PendingRollbackError as error:
        raise DatabaseError(FAILED_BEFORE) from error
    except (DBAPIError, sqlite3.Error) as error:  # the latter from `sqlite_connection.begin`
        known = _known(error)
        if known is None:
            raise
        kind, message = known
        raise kind(message) from error


def leave_out_values(failure: ExceptionContext) -> None:
    """Keep what was being written out of an error's text, and so out of logs."""
    for error in filter(None, (failure.original_exception, failure.sqlalchemy_exception)):
        without_values(error)


def without_values(error: BaseException) -> None:
    """Leave out of an error's text what a driver quotes of a statement, of a row or of damaged text."""
    error.args = tuple(_QUOTED.sub("", said) if isinstance(said, str) else said for said in error.args)


def _known(error: DBAPIError | sqlite3.Error) -> tuple[type[ExpenseError], str] | None:
    if isinstance(error, sqlite3.Error):
        return _known_to_sqlite(error)
    if isinstance(error.orig, sqlite3.Error):
        return _known_to_sqlite(error.orig)
    if error.connection_invalidated:
        return ConnectionLost, _CUT_OFF
    state: str | None = getattr(error.orig, "pgcode", None)
    if state is None:
        return (DatabaseUnavailable, _unreached(error)) if isinstance(error, OperationalError) else None
    return next((_POSTGRESQL[state[:length]] for length in (5, 3, 2) if state[:length] in _POSTGRESQL), None)


def _unreached(error: OperationalError) -> str:
    """A server that is down, a name that it does not know, a password that is wrong: only the driver's words tell."""
    said = str(error.orig).strip().partition("\n")[0]
    return f"{_UNAVAILABLE} ({said})"


def _known_to_sqlite(error: sqlite3.Error) -> tuple[type[ExpenseError], str] | None:
    said = str(error)
    if said.startswith("Could not decode"):  # to UTF-8
        return DatabaseDamaged, _DAMAGED
    if said.startswith(("no such table", "no such column")) or " has no column named " in said:
        return SchemaOutdated, _OUTDATED
    if said == "integer overflow":
        return TotalTooLarge, _OVERFLOW
    name: str = getattr(error, "sqlite_errorname", "")  # Python's own complaints have none
    return _SQLITE.get("_".join(name.split("_")[:2]))

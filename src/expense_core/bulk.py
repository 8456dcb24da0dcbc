"""Many rows at once, by the database's own fast way: executemany on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

import csv
import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import lru_cache
from io import StringIO
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Any

from sqlalchemy import Column, Connection, Date, LargeBinary, Select, String, Table
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from expense_core.database import connection_of
from expense_core.database_errors import without_values
from expense_core.tables.columns import SCALE, Money

Value = str | int | bytes | date | Decimal | None

_SQLITE: Mapping[type, Callable[[Any], Value]] = {
    Money: lambda amount: int(amount.scaleb(SCALE)),
    Date: lru_cache(4_096)(date.isoformat),
}
_COPY: Mapping[type, Callable[[Any], Value]] = {
    LargeBinary: lambda value: "\\x" + value.hex(),
}
"""How a value is written that the driver, or COPY's text, would not take as it is; by its column's type."""

_TOGETHER = 50
"""Rows of one statement on SQLite, which takes a quarter less time so than one by one."""


@contextmanager
def without_collecting() -> Iterator[None]:
    """Make rows by the hundred thousand without Python looking for garbage among them, where there is never any."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def load(session: Session, table: Table, rows: Sequence[Sequence[Value]]) -> None:
    """Insert rows, one at least, each with values for the columns of the table, in its order.

    The last columns may be left to their defaults, by all of the rows.
    """
    connection = connection_of(session)
    columns = list(table.c)[: len(rows[0])]
    names = ", ".join(column.name for column in columns)
    if connection.dialect.name == "sqlite":
        converted = _converted(columns, rows, _SQLITE)
        whole = len(converted) - len(converted) % _TOGETHER
        for together, some in ((_TOGETHER, converted[:whole]), (1, converted[whole:])):
            if some:
                marks = ", ".join([f"({', '.join('?' * len(columns))})"] * together)
                insert = f"INSERT INTO {table.name} ({names}) VALUES {marks}"  # noqa: S608 - the table's own names
                groups = [tuple(chain(*some[at : at + together])) for at in range(0, len(some), together)]
                connection.exec_driver_sql(insert, groups)
        return
    lines = StringIO()
    csv.writer(lines, lineterminator="\n").writerows(_converted(columns, rows, _COPY))
    lines.seek(0)
    texts = ", ".join(column.name for column in columns if isinstance(column.type, String))
    options = f", FORCE_NOT_NULL ({texts})" if texts else ""
    _copy(connection, f"COPY {table.name} ({names}) FROM STDIN (FORMAT csv{options})", lines)


def unload(session: Session, query: Select[*tuple[Any, ...]], values: Mapping[str, object]) -> Iterator[list[str]]:
    """The rows that a query of PostgreSQL's has for the values of its parameters, as texts; NULL is the empty one.

    All of them are as of one moment, and lie in a temporary file until they are taken.
    """
    connection = connection_of(session)
    written = query.compile(dialect=connection.dialect).construct_expanded_state({**values})
    with TemporaryFile("w+", encoding="utf-8", newline="") as rows:
        _copy(connection, f"COPY ({written.statement}) TO STDOUT (FORMAT csv)", rows, written.parameters)
        rows.seek(0)
        yield from csv.reader(rows)


def _copy(connection: Connection, statement: str, file: IO[str], values: Mapping[str, object] | None = None) -> None:
    driver = connection.dialect.loaded_dbapi
    cursor = connection.connection.cursor()
    try:
        # COPY has no parameters: the driver writes the values in. Both calls are psycopg2's own, beyond PEP 249.
        cursor.copy_expert(cursor.mogrify(statement, values), file)
    except driver.Error as error:
        without_values(error)
        raise DBAPIError.instance(statement, None, error, driver.Error) from error


def _converted(
    columns: Sequence[Column[Any]], rows: Sequence[Sequence[Value]], converters: Mapping[type, Callable[[Any], Value]]
) -> list[tuple[Value, ...]]:
    values: list[Iterable[Value]] = [*zip(*rows, strict=True)]
    for index, column in enumerate(columns):
        convert = converters.get(type(column.type))
        if convert is not None:
            values[index] = map(_or_none(convert) if column.nullable else convert, values[index])
    return [*zip(*values, strict=True)]


def _or_none(convert: Callable[[Any], Value]) -> Callable[[Any], Value]:
    return lambda value: None if value is None else convert(value)

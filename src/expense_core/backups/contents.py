"""What a backup has of a book: every column of every table but those left out, in an order in which they can be filled.

A table that is added some day is in it by itself.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from pydantic.fields import FieldInfo
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    LargeBinary,
    MetaData,
    Select,
    Table,
    and_,
    delete,
    insert,
    literal,
    select,
    text,
    true,
)
from sqlmodel import Session, SQLModel

from expense_core import tables
from expense_core.database import connection_of
from expense_core.errors import BackupUnreadable
from expense_core.journal import plain
from expense_core.tables.columns import Instant, Money, table_of

LEFT_OUT: Mapping[str, str] = {
    table_of(tables.SignIn).name: "where somebody is signed in; they sign in again",
    table_of(
        tables.AccessToken
    ).name: "whoever finds the file could not use them, and another server's are not this one's",
    table_of(tables.IdempotencyKey).name: "answers that are kept for a day, for clients that ask this server again",
    table_of(tables.ImportRow).name: "of imports that are open, which are kept for a week; the file is uploaded again",
    table_of(tables.ImportPiece).name: "the files of imports that are open, likewise",
}
"""Tables that are no part of a book, and why."""

_IMPORTS = table_of(tables.StatementImport)
_WHOLE: Mapping[str, ColumnElement[bool]] = {_IMPORTS.name: _IMPORTS.c.expires_at.is_(None)}
"""Of a table of which some rows lean on what is left out, the others."""

_READERS: Mapping[type, Callable[[Any], object]] = {  # Any: text, whatever JSON may have
    LargeBinary: bytes.fromhex,
    Money: Decimal,
    Instant: datetime.fromisoformat,
    Date: date.fromisoformat,
}

AT_ONCE = 5_000
"""Rows that are read and written together."""
_STREAMED = {"stream_results": True, "yield_per": AT_ONCE}

_UNKNOWN = "the backup has a table {} that this version cannot take"

Value = str | int | None
"""What JSON has of a column."""


@dataclass(frozen=True)
class Section:
    """A table in a backup."""

    table: str
    columns: list[str]
    next_id: int | None
    """The id that its next row would have got: none is given out twice. None where the table has no such ids."""


def parts() -> list[Table]:
    """The tables of a book: each comes after those that it refers to."""
    return [table for table in SQLModel.metadata.sorted_tables if table.name not in LEFT_OUT]


def at_this_moment(session: Session) -> Connection:
    """A connection on which everything is as it was at one moment; the session has read nothing before."""
    connection = connection_of(session)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    return connection


def sections(connection: Connection) -> Iterator[tuple[Section, Iterator[list[Value]]]]:
    """Every table with its rows, in the order of their keys."""
    for table in parts():
        yield Section(table.name, table.c.keys(), _next_id(connection, table)), rows_of(connection, query_of(table))


def load(connection: Connection, section: Section, rows: Iterable[list[Value]]) -> None:
    """Fill a table.

    Raises:
        BackupUnreadable: the table is not known, or has other columns.
    """
    table = table_for(section, parts())
    missing = lacking(table, section)
    readers = [_reader(table.c[name]) for name in section.columns]
    left = iter(rows)
    with filled(connection, table) as fill:
        while batch := [
            missing | {name: read(one) for name, read, one in zip(section.columns, readers, row, strict=True)}
            for row in islice(left, AT_ONCE)
        ]:
            fill(batch)
    if section.next_id is not None:
        _set_next_id(connection, table, section.next_id)


def table_for(section: Section, among: Iterable[Table]) -> Table:
    """The one of these tables that a section is of.

    Raises:
        BackupUnreadable: it is none of them, or has other columns.
    """
    table = next((one for one in among if one.name == section.table), None)
    if table is None or not set(section.columns) <= set(table.c.keys()):
        raise BackupUnreadable(_UNKNOWN.format(section.table))
    return table


def lacking(table: Table, section: Section) -> dict[str, object]:
    """The columns that an older backup has not, each with what its rows get there.

    Raises:
        BackupUnreadable: there never was a backup without one of them.
    """
    missing = [column for column in table.c if column.name not in section.columns]
    if any(column.primary_key or not (column.nullable or _has_default(column)) for column in missing):
        raise BackupUnreadable(_UNKNOWN.format(table.name))
    return {column.name: _default(column) for column in missing}


def model_of(table: Table) -> type[SQLModel]:
    """The model of a table."""
    return next(one for one in SQLModel.__subclasses__() if getattr(one, "__table__", None) is table)


def complete(connection: Connection, ledger_id: int | None = None) -> None:
    """Give each import of a backup from before imports had numbers its own.

    Arguments:
        ledger_id: the ledger that it is of; all of them when not given.
    """
    entries = table_of(tables.HistoryEntry)
    named = {
        "ledger_id": entries.c.ledger_id,
        "owner_id": entries.c.actor_id,
        "entry_id": entries.c.id,
        "file": entries.c.note,
        "kind": entries.c.source,
        "created_at": entries.c.created_at,
        "reading": literal("{}"),
    }
    numbered = and_(_IMPORTS.c.ledger_id == entries.c.ledger_id, _IMPORTS.c.entry_id == entries.c.id)
    missing = and_(entries.c.action == tables.Action.IMPORT, ~select(_IMPORTS.c.id).where(numbered).exists())
    mine = true() if ledger_id is None else entries.c.ledger_id == ledger_id
    found = select(*named.values()).where(mine, missing).order_by(entries.c.id)
    connection.execute(insert(_IMPORTS).from_select([*named], found, include_defaults=False))


@contextmanager
def filled(connection: Connection, table: Table) -> Iterator[Callable[[list[dict[str, object]]], None]]:
    """What puts rows into a table.

    On SQLite they go by way of another one: the index of letters is written anew after each statement, so that a
    statement for each row takes ten times as long.
    """
    if connection.dialect.name != "sqlite":
        yield lambda batch: connection.execute(insert(table), batch).close()
        return
    staged = Table(
        "restored_rows", MetaData(), *(Column(one.name, one.type) for one in table.c), prefixes=["TEMPORARY"]
    )
    staged.create(connection)

    def fill(batch: list[dict[str, object]]) -> None:
        connection.execute(insert(staged), batch)
        connection.execute(insert(table).from_select(table.c.keys(), select(staged)))
        connection.execute(delete(staged))

    yield fill
    staged.drop(connection)


def query_of(table: Table) -> Select[*tuple[Any, ...]]:  # Any: columns' values
    """What of a table is in a backup, in the order of its keys."""
    return select(table).where(_WHOLE.get(table.name, true())).order_by(*table.primary_key)


def rows_of(connection: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[list[Value]]:  # Any: columns' values
    """What a query finds, as JSON has it."""
    for row in connection.execute(query, execution_options=_STREAMED):
        yield [value.hex() if isinstance(value, bytes) else plain(value) for value in row]


def _reader(column: Column[Any]) -> Callable[[Any], object]:
    """What makes a column's value of JSON's."""
    read = _READERS.get(type(column.type))
    return (lambda value: value) if read is None else lambda value: None if value is None else read(value)


def _default(column: Column[Any]) -> object:
    """What a column has that an older backup lacks."""
    if column.nullable:
        return None
    return _field(column).get_default(call_default_factory=True)


def _has_default(column: Column[Any]) -> bool:
    return not _field(column).is_required()


def _field(column: Column[Any]) -> FieldInfo:
    return model_of(column.table).model_fields[column.name]


def has_ids(table: Table) -> bool:
    """Whether a table's rows have ids of their own."""
    return "id" in table.c and table.c.id.identity is not None


def _next_id(connection: Connection, table: Table) -> int | None:
    if not has_ids(table):
        return None
    if connection.dialect.name == "sqlite":
        return _last_id(connection, table) + 1
    sequence = connection.execute(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name}).scalar_one()
    state = f"SELECT last_value, is_called FROM {sequence}"  # noqa: S608 - the table's own sequence
    last, is_called = connection.exec_driver_sql(state).one()
    return int(last) + bool(is_called)


def new_ids(connection: Connection, table: Table, count: int) -> Sequence[int]:
    """So many ids that no row of a table has had, in rising order; nobody else gets them in this transaction's time."""
    if connection.dialect.name == "sqlite":  # which lets nobody else write meanwhile
        last = _last_id(connection, table)
        return range(last + 1, last + 1 + count)
    given = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    found = connection.execute(given, {"name": table.name, "count": count}, execution_options=_STREAMED)
    return array("q", found.scalars())


def _last_id(connection: Connection, table: Table) -> int:
    """The highest id that a table on SQLite ever had."""
    found = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
    return int(found.scalar() or 0)


def _set_next_id(connection: Connection, table: Table, number: int) -> None:
    values = {"name": table.name, "number": number}
    if connection.dialect.name == "sqlite":
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number - 1)"), values)
    else:
        connection.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number, false)"), values)

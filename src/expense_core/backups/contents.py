"""What a backup has of a book: every column of every table but those left out, in an order in which they can be filled.

A table that is added some day is in it by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    LargeBinary,
    MetaData,
    Table,
    and_,
    delete,
    insert,
    literal,
    select,
    text,
    true,
)
from sqlmodel import SQLModel

from expense_core import tables
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

_AT_ONCE = 5_000

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


def sections(connection: Connection) -> Iterator[tuple[Section, Iterator[list[Value]]]]:
    """Every table with its rows, in the order of their keys."""
    for table in parts():
        yield Section(table.name, table.c.keys(), _next_id(connection, table)), _rows(connection, table)


def load(connection: Connection, section: Section, rows: Iterable[list[Value]]) -> None:
    """Fill a table.

    Raises:
        BackupUnreadable: the table is not known, or has other columns.
    """
    table = next((one for one in parts() if one.name == section.table), None)
    if table is None or not set(section.columns) <= set(table.c.keys()):
        raise BackupUnreadable(f"the backup has a table {section.table} that this version cannot take")
    missing = {column.name: _default(column) for column in table.c if column.name not in section.columns}
    readers = [_reader(table.c[name]) for name in section.columns]
    left = iter(rows)
    with _filled(connection, table) as fill:
        while batch := [
            missing | {name: read(one) for name, read, one in zip(section.columns, readers, row, strict=True)}
            for row in islice(left, _AT_ONCE)
        ]:
            fill(batch)
    if section.next_id is not None:
        _set_next_id(connection, table, section.next_id)


def complete(connection: Connection) -> None:
    """Give each import of a backup from before imports had numbers its own."""
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
    found = select(*named.values()).where(missing).order_by(entries.c.id)
    connection.execute(insert(_IMPORTS).from_select([*named], found, include_defaults=False))


@contextmanager
def _filled(connection: Connection, table: Table) -> Iterator[Callable[[list[dict[str, object]]], None]]:
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


def _rows(connection: Connection, table: Table) -> Iterator[list[Value]]:
    found = connection.execution_options(stream_results=True, yield_per=_AT_ONCE).execute(
        select(table).where(_WHOLE.get(table.name, true())).order_by(*table.primary_key)
    )
    for row in found:
        yield [value.hex() if isinstance(value, bytes) else plain(value) for value in row]


def _reader(column: Column[Any]) -> Callable[[Any], object]:
    """What makes a column's value of JSON's."""
    read = _READERS.get(type(column.type))
    return (lambda value: value) if read is None else lambda value: None if value is None else read(value)


def _default(column: Column[Any]) -> object:
    """What a column has that an older backup lacks."""
    if column.nullable:
        return None
    model = next(one for one in SQLModel.__subclasses__() if getattr(one, "__table__", None) is column.table)
    return model.model_fields[column.name].get_default(call_default_factory=True)


def _has_ids(table: Table) -> bool:
    return "id" in table.c and table.c.id.identity is not None


def _next_id(connection: Connection, table: Table) -> int | None:
    if not _has_ids(table):
        return None
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
        return int(found.scalar() or 0) + 1
    # The names are our tables' own, never anybody's input.
    sequence = connection.execute(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name}).scalar_one()
    last, is_called = connection.exec_driver_sql(f"SELECT last_value, is_called FROM {sequence}").one()  # noqa: S608
    return int(last) + bool(is_called)


def _set_next_id(connection: Connection, table: Table, number: int) -> None:
    values = {"name": table.name, "number": number}
    if connection.dialect.name == "sqlite":
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number - 1)"), values)
    else:
        connection.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number, false)"), values)

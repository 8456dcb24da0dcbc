"""How use cases write: each write is one entry in the ledger's history, with what it changed.

Rows that a write adds carry its entry's id and are not written down again. Rows that it changes get one line each: the
fields, before and after. `history` shows the entries and takes them back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Date,
    Delete,
    Insert,
    Table,
    Update,
    and_,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.types import TypeEngine
from sqlmodel import Session

from expense_core.database import connection_of, now
from expense_core.errors import Conflict
from expense_core.ledgers import Access
from expense_core.tables import Action, Category, Expense, HistoryChange, HistoryEntry, Kind, PurgedRow, Rule, text
from expense_core.tables.columns import Instant, Money, table_of

ENTRIES = table_of(HistoryEntry)
CHANGES = table_of(HistoryChange)
PURGED = table_of(PurgedRow)
TABLES: Mapping[Kind, Table] = {
    Kind.EXPENSE: table_of(Expense),
    Kind.CATEGORY: table_of(Category),
    Kind.RULE: table_of(Rule),
}

_INSERT = insert(ENTRIES)

Fields = dict[str, Any]  # Any: what the columns of a table hold
"""Column names to values."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The entry under which a write is being made."""

    id: int
    at: datetime


def begin(
    session: Session,
    access: Access,
    action: Action,
    *,
    recorded: int = 0,
    changed: int = 0,
    note: str = "",
    source: str | None = None,
) -> Entry:
    """Open the entry of a write that adds or changes so many rows.

    Arguments:
        note: any text, such as a file's name.
        source: of an import, the kind of its file.
    """
    moment = now(session)
    values = {
        "ledger_id": access.ledger_id,
        "action": action,
        "actor_id": access.user_id,
        "created_at": moment,
        "recorded": recorded,
        "changed": changed,
        "note": text.storable(note),
        "source": source,
    }
    key = connection_of(session).execute(_INSERT, values).inserted_primary_key
    assert key is not None  # noqa: S101 - the database has given one out, for the type checker
    return Entry(id=key.id, at=moment)


def write_down(
    session: Session, access: Access, entry: Entry, kind: Kind, row_id: int, *, before: Fields, after: Fields
) -> None:
    """Put the change of one row under an entry; changing the row is the caller's."""
    values = {
        "ledger_id": access.ledger_id,
        "entry_id": entry.id,
        "kind": kind,
        "object_id": row_id,
        "fields": to_json(before, after),
    }
    session.execute(insert(CHANGES), values)


def change(
    session: Session, access: Access, entry: Entry, kind: Kind, condition: ColumnElement[bool], *, after: Fields
) -> int:
    """Set the same fields in all rows that meet a condition, written down under an entry; the number of rows.

    Rows that are alike before are written down and changed together, in the database: none is loaded, however many.

    Raises:
        Conflict: somebody changed one of the rows at the same moment.
    """
    table = TABLES[kind]
    columns = [table.c[name] for name in after]
    mine = and_(table.c.ledger_id == access.ledger_id, condition, ~same(table, after))
    total = 0
    for row in session.execute(select(*columns).where(mine).group_by(*columns)).all():
        before = dict(zip(after, row, strict=True))
        alike = and_(mine, same(table, before))
        line = select(
            table.c.ledger_id,
            literal(entry.id, table.c.entry_id.type),
            literal(kind.value),
            table.c.id,
            literal(to_json(before, after)),
        ).where(alike)
        names = ["ledger_id", "entry_id", "kind", "object_id", "fields"]
        written = row_count(session, insert(CHANGES).from_select(names, line))
        changed = row_count(session, update(table).where(alike).values(**after, **touched(table, entry.at)))
        if written != changed:
            raise Conflict("somebody else changed these at the same moment; nothing was changed, try again")
        total += changed
    finish(session, access, entry, changed=total)
    return total


def finish(session: Session, access: Access, entry: Entry, *, recorded: int = 0, changed: int = 0) -> None:
    """Add to an entry's counts, which were not known when it began."""
    session.execute(
        update(ENTRIES)
        .where(ENTRIES.c.ledger_id == access.ledger_id, ENTRIES.c.id == entry.id)
        .values(recorded=ENTRIES.c.recorded + recorded, changed=ENTRIES.c.changed + changed)
    )


def is_empty(session: Session, access: Access, entry: Entry) -> bool:
    """Whether nothing was added or changed under an entry so far."""
    counts = select(ENTRIES.c.recorded + ENTRIES.c.changed)
    found = counts.where(ENTRIES.c.ledger_id == access.ledger_id, ENTRIES.c.id == entry.id)
    return not session.scalar(found)


def same(table: Table, values: Fields) -> ColumnElement[bool]:
    """Whether a row has these values; None is equal to None here."""
    return and_(*(table.c[name].is_not_distinct_from(value) for name, value in values.items()))


def touched(table: Table, at: datetime) -> Fields:
    """What every change of a row sets: a higher version, so that no stale edit passes, and its time."""
    return {"version": table.c.version + 1, "updated_at": at}


def row_count(session: Session, statement: Insert | Update | Delete) -> int:
    """Execute, and say how many rows it was."""
    result = session.execute(statement)
    assert isinstance(result, CursorResult)  # noqa: S101 - what a statement without RETURNING gives, for the type checker
    return result.rowcount


def to_json(before: Fields, after: Fields) -> str:
    """Each field's [before, after]: amounts as strings, dates and times in ISO 8601, in UTC."""
    return json.dumps({name: [plain(before[name]), plain(after[name])] for name in after}, ensure_ascii=False)


def from_json(table: Table, fields: str) -> tuple[Fields, Fields]:
    """The values before and after, as the table's columns hold them."""
    pairs: dict[str, list[str | int | None]] = json.loads(fields)
    before = {name: _typed(table.c[name].type, pair[0]) for name, pair in pairs.items()}
    after = {name: _typed(table.c[name].type, pair[1]) for name, pair in pairs.items()}
    return before, after


def plain(value: object) -> str | int | None:
    """A value as JSON has it: an amount as a string, a date or a time in ISO 8601."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    assert isinstance(value, date)  # noqa: S101 - a datetime is a date too; no column holds anything else
    return value.isoformat()


def _typed(column_type: TypeEngine[Any], value: str | int | None) -> object:
    if isinstance(value, str):
        if isinstance(column_type, Money):
            return Decimal(value)
        if isinstance(column_type, Instant):
            return datetime.fromisoformat(value)
        if isinstance(column_type, Date):
            return date.fromisoformat(value)
    return value

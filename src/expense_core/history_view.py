"""How the history is shown: entries with what each did, row by row and field by field."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Row, and_, func, select
from sqlmodel import Session

from expense_core import journal
from expense_core.categories import CATEGORIES, EXPENSES
from expense_core.journal import CHANGES, ENTRIES, TABLES
from expense_core.ledgers import USERS, Access
from expense_core.tables import Action, Kind
from expense_core.tables.columns import as_amount

ROWS_SHOWN = 10
"""How many rows of an entry are shown; `recorded` and `changed` count them all."""

_SHOWN: Mapping[Kind, tuple[str, ...]] = {
    Kind.EXPENSE: ("amount", "currency", "description", "spent_on", "category_id", "notes"),
    Kind.CATEGORY: ("name",),
    Kind.RULE: (
        "payee",
        "text",
        "min_amount",
        "max_amount",
        "account",
        "category_id",
        "description",
        "notes",
        "skip",
    ),
}
"""What a row that was recorded is shown with."""
_CALLED: Mapping[Kind, str] = {Kind.EXPENSE: "description", Kind.CATEGORY: "name", Kind.RULE: "payee"}
"""What a row is called by."""

Plain = str | int | None


@dataclass(slots=True)
class FieldChange:
    """One field, before and after: an amount as a string, a date in ISO 8601, a category by its id and by its name."""

    name: str
    before: Plain
    after: Plain


@dataclass(slots=True)
class RowChange:
    """What an entry did to one row."""

    kind: Kind
    id: int
    label: str
    """The description, the name or the payee that it has now."""
    fields: list[FieldChange]


@dataclass(slots=True)
class HistoryEntryPublic:
    """One write."""

    id: int
    ledger_id: int
    action: Action
    actor_id: int
    actor: str
    """The username of whoever made it."""
    created_at: datetime
    recorded: int
    """How many rows it added."""
    changed: int
    """How many rows it changed."""
    note: str
    undone_at: datetime | None
    rows: list[RowChange] = field(default_factory=list)
    """The first `ROWS_SHOWN` of them."""


def view(
    session: Session, access: Access, entry_ids: Sequence[int], only: tuple[Kind, int] | None = None
) -> list[HistoryEntryPublic]:
    """These entries of the ledger, the last first; `only` shows what they did to one row."""
    query = (
        select(ENTRIES, USERS.c.username)
        .join(USERS, USERS.c.id == ENTRIES.c.actor_id)
        .where(ENTRIES.c.ledger_id == access.ledger_id, ENTRIES.c.id.in_(entry_ids))
        .order_by(ENTRIES.c.id.desc())
    )
    names = _category_names(session, access)
    return [
        HistoryEntryPublic(
            id=row.id,
            ledger_id=row.ledger_id,
            action=Action(row.action),
            actor_id=row.actor_id,
            actor=row.username,
            created_at=row.created_at,
            recorded=row.recorded,
            changed=row.changed,
            note=row.note,
            undone_at=row.undone_at,
            rows=[
                *(_recorded(session, access, row.id, only, names) if row.recorded else ()),
                *(_changed(session, access, row.id, only, names) if row.changed else ()),
            ],
        )
        for row in session.execute(query)
    ]


def _category_names(session: Session, access: Access) -> dict[int, str]:
    query = select(CATEGORIES.c.id, CATEGORIES.c.name).where(CATEGORIES.c.ledger_id == access.ledger_id)
    return {int(row.id): str(row.name) for row in session.execute(query)}


def _changed(
    session: Session, access: Access, entry_id: int, only: tuple[Kind, int] | None, names: Mapping[int, str]
) -> list[RowChange]:
    query = (
        select(CHANGES.c.kind, CHANGES.c.object_id, CHANGES.c.fields)
        .where(CHANGES.c.ledger_id == access.ledger_id, CHANGES.c.entry_id == entry_id)
        .order_by(CHANGES.c.kind, CHANGES.c.object_id)
        .limit(ROWS_SHOWN)
    )
    if only is not None:
        query = query.where(CHANGES.c.kind == only[0].value, CHANGES.c.object_id == only[1])
    return _shown(session, access, session.execute(query).all(), names)


def changes_since(session: Session, access: Access, entry_id: int) -> tuple[int, list[RowChange]]:
    """How many of the expenses that an entry added were changed later by what is still done; the first changes."""
    query = (
        select(CHANGES.c.kind, CHANGES.c.object_id, CHANGES.c.fields)
        .join(ENTRIES, and_(ENTRIES.c.ledger_id == CHANGES.c.ledger_id, ENTRIES.c.id == CHANGES.c.entry_id))
        .join(EXPENSES, and_(EXPENSES.c.ledger_id == CHANGES.c.ledger_id, EXPENSES.c.id == CHANGES.c.object_id))
        .where(
            EXPENSES.c.ledger_id == access.ledger_id,
            EXPENSES.c.entry_id == entry_id,
            EXPENSES.c.version > 1,
            CHANGES.c.kind == Kind.EXPENSE.value,
            ENTRIES.c.undone_at.is_(None),
        )
    )
    count = session.scalar(query.with_only_columns(func.count(CHANGES.c.object_id.distinct()))) or 0
    first = query.order_by(CHANGES.c.object_id, CHANGES.c.entry_id).limit(ROWS_SHOWN)
    return count, _shown(session, access, session.execute(first).all(), _category_names(session, access))


def _shown(
    session: Session, access: Access, found: Sequence[Row[tuple[str, int, str]]], names: Mapping[int, str]
) -> list[RowChange]:
    """Lines of changes, each with what its row is called now."""
    labels = {
        kind: _labels(session, access, kind, [row.object_id for row in found if row.kind == kind]) for kind in Kind
    }
    return [
        RowChange(
            kind=Kind(row.kind),
            id=row.object_id,
            label=labels[Kind(row.kind)].get(row.object_id, ""),
            fields=_fields(json.loads(row.fields), names),
        )
        for row in found
    ]


def _recorded(
    session: Session, access: Access, entry_id: int, only: tuple[Kind, int] | None, names: Mapping[int, str]
) -> list[RowChange]:
    """The rows that an entry added, as they were then: a field is what its first change found, or else what it is."""
    shown = []
    for kind, table in TABLES.items():
        query = select(table).where(table.c.ledger_id == access.ledger_id, table.c.entry_id == entry_id)
        if only is not None:
            query = query.where(table.c.id == (only[1] if kind is only[0] else -1))
        rows = session.execute(query.order_by(table.c.id).limit(ROWS_SHOWN)).mappings().all()
        firsts = _first_values(session, access, kind, [row["id"] for row in rows])
        for row in rows:
            now = {name: journal.plain(row[name]) for name in _SHOWN[kind]}
            if kind is Kind.EXPENSE:
                now["amount"] = str(as_amount(row["amount"], row["currency"]))
            then = now | {name: value for name, value in firsts[row["id"]].items() if name in now}
            fields = {name: [None, value] for name, value in then.items() if value not in ("", None)}
            shown.append(RowChange(kind, row["id"], row[_CALLED[kind]], _fields(fields, names)))
    return shown


def _first_values(session: Session, access: Access, kind: Kind, row_ids: list[int]) -> dict[int, dict[str, Plain]]:
    """Of each row, the fields that were changed later, with what they were before the first change."""
    query = (
        select(CHANGES.c.object_id, CHANGES.c.fields)
        .where(CHANGES.c.ledger_id == access.ledger_id, CHANGES.c.kind == kind.value, CHANGES.c.object_id.in_(row_ids))
        .order_by(CHANGES.c.entry_id.desc())
    )
    firsts: dict[int, dict[str, Plain]] = defaultdict(dict)
    for row_id, fields in session.execute(query):
        firsts[row_id].update({name: pair[0] for name, pair in json.loads(fields).items()})
    return firsts


def _labels(session: Session, access: Access, kind: Kind, row_ids: list[int]) -> dict[int, str]:
    table = TABLES[kind]
    query = select(table.c.id, table.c[_CALLED[kind]]).where(
        table.c.ledger_id == access.ledger_id, table.c.id.in_(row_ids)
    )
    return {int(row_id): str(label) for row_id, label in session.execute(query)}


def _fields(pairs: Mapping[str, Sequence[Plain]], names: Mapping[int, str]) -> list[FieldChange]:
    changes = []
    for name, (before, after) in pairs.items():
        changes.append(FieldChange(name, before, after))
        if name == "category_id":
            changes.append(FieldChange("category", _name(before, names), _name(after, names)))
    return changes


def _name(category_id: Plain, names: Mapping[int, str]) -> str | None:
    return names.get(category_id) if isinstance(category_id, int) else None

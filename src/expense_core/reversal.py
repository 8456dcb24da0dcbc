"""Taking an entry of the history back, and bringing it back: what `history.undo` and `history.redo` rest on.

Changes are read a thousand at a time; rows that were changed alike are changed back in one statement. Each statement
asks for the values that have to be there, so that the database itself finds out whether a later edit stands in the way.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlmodel import Session

from expense_core import journal
from expense_core.categories import CATEGORIES, EXPENSES, in_book
from expense_core.errors import HistoryConflict
from expense_core.journal import CHANGES, ENTRIES, TABLES, Fields
from expense_core.ledgers import Access
from expense_core.tables import Action, Kind
from expense_core.tables.text import fold, searchable

_BATCH = 1_000
_MOVES_THE_TRASH_TOO = {Action.MERGE_CATEGORY, Action.DELETE_CATEGORY}
_PURGED = "some of the expenses have been deleted for good since, so it cannot be taken back or done again"


@dataclass(frozen=True, slots=True)
class Reversal:
    """An entry that is to be taken back or brought back."""

    entry_id: int
    action: Action
    recorded: int
    changed: int
    undone_after: int | None
    """The ledger's last entry when it was undone; None while it is done."""
    at: datetime
    """The moment of taking it back, or bringing it back."""


def take_back(session: Session, access: Access, entry: Reversal) -> None:
    """Give every row that an entry changed its former values, and take those it recorded out of the book.

    Raises:
        HistoryConflict: a later edit stands in the way.
    """
    _lock_categories(session, access, entry)
    _change(session, access, entry, backwards=True)
    if entry.recorded:
        _hide(session, access, entry)
    _require_categories(session, access, entry)


def bring_back(session: Session, access: Access, entry: Reversal) -> None:
    """Do again what an entry did.

    Raises:
        HistoryConflict: a later edit stands in the way.
    """
    _lock_categories(session, access, entry)
    if entry.action is Action.IMPORT:
        _refuse_twice(session, access, entry)
    if entry.recorded:
        _show(session, access, entry)
    _change(session, access, entry, backwards=False)
    _require_categories(session, access, entry)


def _change(session: Session, access: Access, entry: Reversal, *, backwards: bool) -> None:
    seen = 0
    for kind, lines in _lines(session, access, entry):
        table = TABLES[kind]
        alike: defaultdict[str, list[int]] = defaultdict(list)
        for row_id, fields in lines:
            alike[fields].append(row_id)
        for fields, ids in alike.items():
            before, after = journal.from_json(table, fields)
            expected, wanted = (after, before) if backwards else (before, after)
            rows = and_(table.c.ledger_id == access.ledger_id, table.c.id.in_(ids))
            there = and_(rows, journal.same(table, expected))
            if "deleted_at" not in expected:
                moves_the_trash = kind is Kind.EXPENSE and entry.action in _MOVES_THE_TRASH_TOO
                there = and_(there, in_book() if moves_the_trash else table.c.deleted_at.is_(None))
            if "name" in wanted:
                wanted["name_key"] = fold(wanted["name"])
            statement = update(table).where(there).values(**wanted, **journal.touched(table, entry.at))
            if journal.row_count(session, statement) != len(ids):
                raise HistoryConflict(
                    _in_the_way(session, access, entry, kind, ids=ids, fields=expected)
                    or f"the {kind} is no longer as entry {entry.entry_id} {'left' if backwards else 'found'} it; "
                    "undo or redo what came between first"
                )
            if kind is Kind.EXPENSE and ("description" in wanted or "notes" in wanted):
                _search_anew(session, rows)
        seen += len(lines)
    if seen != entry.changed:
        raise HistoryConflict(_PURGED)


def _lines(session: Session, access: Access, entry: Reversal) -> Iterator[tuple[Kind, list[tuple[int, str]]]]:
    """The changes of an entry, kind by kind."""
    for kind in Kind:
        last = 0
        while True:
            query = (
                select(CHANGES.c.object_id, CHANGES.c.fields)
                .where(
                    CHANGES.c.ledger_id == access.ledger_id,
                    CHANGES.c.entry_id == entry.entry_id,
                    CHANGES.c.kind == kind.value,
                    CHANGES.c.object_id > last,
                )
                .order_by(CHANGES.c.object_id)
                .limit(_BATCH)
            )
            lines = [(int(row_id), str(fields)) for row_id, fields in session.execute(query)]
            if not lines:
                break
            yield kind, lines
            last = lines[-1][0]


def _in_the_way(
    session: Session, access: Access, entry: Reversal, kind: Kind, *, ids: list[int], fields: Fields
) -> str | None:
    """Which later entry changed one of the fields, or else deleted one of the rows."""
    query = (
        select(CHANGES.c.entry_id, CHANGES.c.fields)
        .join(ENTRIES, and_(ENTRIES.c.ledger_id == CHANGES.c.ledger_id, ENTRIES.c.id == CHANGES.c.entry_id))
        .where(
            CHANGES.c.ledger_id == access.ledger_id,
            CHANGES.c.kind == kind.value,
            CHANGES.c.object_id.in_(ids),
            CHANGES.c.entry_id > entry.entry_id,
            ENTRIES.c.undone_at.is_(None),
        )
        .order_by(CHANGES.c.entry_id.desc())
    )
    later = [(entry_id, json.loads(changed).keys()) for entry_id, changed in session.execute(query)]
    for names in (fields.keys(), {"deleted_at"}):
        for entry_id, changed in later:
            if changed & names:
                return f"entry {entry_id} changed the same {kind} later; undo that one first"
    return None


def _search_anew(session: Session, expenses: ColumnElement[bool]) -> None:
    """Make the text that searches look through out of what the expenses say now."""
    texts = select(EXPENSES.c.ledger_id, EXPENSES.c.id, EXPENSES.c.description, EXPENSES.c.notes).where(expenses)
    for ledger_id, row_id, description, notes in session.execute(texts).all():
        session.execute(
            update(EXPENSES)
            .where(EXPENSES.c.ledger_id == ledger_id, EXPENSES.c.id == row_id)
            .values(search_text=searchable(description, notes))
        )


def _hide(session: Session, access: Access, entry: Reversal) -> None:
    """Take the rows that the entry recorded out of the book, if nothing that is still done has touched them."""
    hidden = 0
    for kind, table in TABLES.items():
        recorded = and_(table.c.ledger_id == access.ledger_id, table.c.entry_id == entry.entry_id)
        statement = update(table).where(recorded, table.c.deleted_at.is_(None)).values(deleted_at=entry.at)
        hidden += journal.row_count(session, statement)
        later = session.scalar(  # asked last: nobody can edit the rows any more
            select(ENTRIES.c.id)
            .join(CHANGES, and_(CHANGES.c.ledger_id == ENTRIES.c.ledger_id, CHANGES.c.entry_id == ENTRIES.c.id))
            .join(table, and_(table.c.ledger_id == CHANGES.c.ledger_id, table.c.id == CHANGES.c.object_id))
            .where(recorded, table.c.version > 1, CHANGES.c.kind == kind.value, ENTRIES.c.undone_at.is_(None))
            .order_by(ENTRIES.c.id.desc())
            .limit(1)
        )
        if later is not None:
            raise HistoryConflict(f"entry {later} changed the same {kind} later; undo that one first")
    if hidden != entry.recorded:
        raise HistoryConflict(_PURGED)


def _show(session: Session, access: Access, entry: Reversal) -> None:
    """Put the rows that the entry recorded back into the book."""
    for table in TABLES.values():
        recorded = and_(table.c.ledger_id == access.ledger_id, table.c.entry_id == entry.entry_id)
        session.execute(update(table).where(recorded).values(deleted_at=None))


def _refuse_twice(session: Session, access: Access, entry: Reversal) -> None:
    """Bring no row of a statement back that has been imported again since."""
    again = EXPENSES.alias()
    undone = select(ENTRIES.c.id).where(ENTRIES.c.ledger_id == access.ledger_id, ENTRIES.c.undone_at.is_not(None))
    later = session.scalar(
        select(again.c.entry_id)
        .join(EXPENSES, and_(EXPENSES.c.ledger_id == again.c.ledger_id, EXPENSES.c.import_key == again.c.import_key))
        .where(
            again.c.ledger_id == access.ledger_id,
            again.c.entry_id > entry.undone_after,
            again.c.entry_id.not_in(undone),
            EXPENSES.c.entry_id == entry.entry_id,
        )
        .limit(1)
    )
    if later is not None:
        raise HistoryConflict(f"entry {later} imported the same rows since; undo that one first")


def _lock_categories(session: Session, access: Access, entry: Reversal) -> None:
    """Let no expense come into a category that the entry added or changed, before the transaction ends."""
    session.execute(select(CATEGORIES.c.id).where(_of(access, entry)).order_by(CATEGORIES.c.id).with_for_update()).all()


def _require_categories(session: Session, access: Access, entry: Reversal) -> None:
    """Make sure that no expense is in a category that is not there, and that it stays so until the transaction ends."""
    changed = and_(CHANGES.c.ledger_id == EXPENSES.c.ledger_id, CHANGES.c.object_id == EXPENSES.c.id)
    by_entry = and_(CHANGES.c.ledger_id == access.ledger_id, CHANGES.c.entry_id == entry.entry_id)
    of_expenses = CHANGES.c.kind == Kind.EXPENSE.value
    in_use = (
        select(EXPENSES.c.category_id)
        .where(EXPENSES.c.ledger_id == access.ledger_id, EXPENSES.c.entry_id == entry.entry_id, in_book())
        .union(select(EXPENSES.c.category_id).join(CHANGES, changed).where(by_entry, of_expenses, in_book()))
    )
    query = (
        select(CATEGORIES.c.name, CATEGORIES.c.deleted_at)
        .where(CATEGORIES.c.ledger_id == access.ledger_id, CATEGORIES.c.id.in_(in_use))
        .order_by(CATEGORIES.c.id)
        .with_for_update(read=True, key_share=True)
    )
    for name, deleted_at in session.execute(query).all():
        if deleted_at is not None:
            raise HistoryConflict(f"category {name!r} has been deleted since; bring it back first")
    left = and_(EXPENSES.c.ledger_id == CATEGORIES.c.ledger_id, EXPENSES.c.category_id == CATEGORIES.c.id, in_book())
    deserted = select(CATEGORIES.c.name).where(_of(access, entry), CATEGORIES.c.deleted_at.is_not(None))
    name = session.scalar(deserted.where(select(EXPENSES.c.id).where(left).exists()).limit(1))
    if name is not None:
        raise HistoryConflict(
            f"category {name!r} has expenses now, in the book or in its trash; move them to another one first"
        )


def _of(access: Access, entry: Reversal) -> ColumnElement[bool]:
    """Whether a category is one that the entry added or changed."""
    changed = select(CHANGES.c.object_id).where(
        CHANGES.c.ledger_id == access.ledger_id,
        CHANGES.c.entry_id == entry.entry_id,
        CHANGES.c.kind == Kind.CATEGORY.value,
    )
    mine = or_(CATEGORIES.c.entry_id == entry.entry_id, CATEGORIES.c.id.in_(changed))
    return and_(CATEGORIES.c.ledger_id == access.ledger_id, mine)

"""Taking an entry of the history back, and bringing it back: what `history.undo` and `history.redo` rest on.

Changes are read a thousand at a time; rows that were changed alike are changed back in one statement. Each statement asks
for the values that have to be there, so that the database itself finds out whether a later edit stands in the way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlmodel import Session

from expense_core import journal
from expense_core.categories import CATEGORIES, EXPENSES, in_book
from expense_core.errors import HistoryConflict
from expense_core.journal import CHANGES, ENTRIES, TABLES
from expense_core.ledgers import Access
from expense_core.tables import Kind

_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Reversal:
    """An entry that is to be taken back or brought back."""

    entry_id: int
    recorded: int
    changed: int
    at: datetime
    """The moment of doing so."""


def take_back(session: Session, access: Access, entry: Reversal) -> None:
    """Give every row that an entry changed its former values, and take those it recorded out of the book.

    Raises:
        HistoryConflict: a later edit stands in the way.
    """
    _change(session, access, entry, backwards=True)
    if entry.recorded:
        _hide(session, access, entry)
    _require_categories(session, access, entry)


def bring_back(session: Session, access: Access, entry: Reversal) -> None:
    """Do again what an entry did.

    Raises:
        HistoryConflict: a later edit stands in the way.
    """
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
            there = and_(table.c.ledger_id == access.ledger_id, table.c.id.in_(ids), journal.same(table, expected))
            if "deleted_at" not in expected:
                there = and_(there, table.c.deleted_at.is_(None))
            statement = update(table).where(there).values(**wanted, **journal.touched(table, entry.at))
            if journal.row_count(session, statement) != len(ids):
                raise HistoryConflict(f"a later change to the same {kind} stands in the way; undo that one first")
        seen += len(lines)
    if seen != entry.changed:
        raise HistoryConflict("some of the expenses have been deleted for good since")


def _lines(session: Session, access: Access, entry: Reversal) -> Iterator[tuple[Kind, list[tuple[int, str]]]]:
    """The changes of an entry, kind by kind; categories come first, so that expenses find them there."""
    for kind in (Kind.CATEGORY, Kind.EXPENSE):
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


def _hide(session: Session, access: Access, entry: Reversal) -> None:
    """Take the rows that the entry recorded out of the book, if nothing that is still done has touched them."""
    hidden = 0
    for kind, table in TABLES.items():
        recorded = and_(table.c.ledger_id == access.ledger_id, table.c.entry_id == entry.entry_id)
        if kind is Kind.CATEGORY:
            session.execute(select(table.c.id).where(recorded).with_for_update())  # no expense comes in meanwhile
        later = session.scalar(
            select(ENTRIES.c.id)
            .join(CHANGES, and_(CHANGES.c.ledger_id == ENTRIES.c.ledger_id, CHANGES.c.entry_id == ENTRIES.c.id))
            .join(table, and_(table.c.ledger_id == CHANGES.c.ledger_id, table.c.id == CHANGES.c.object_id))
            .where(recorded, table.c.version > 1, CHANGES.c.kind == kind.value, ENTRIES.c.undone_at.is_(None))
            .order_by(ENTRIES.c.id.desc())
            .limit(1)
        )
        if later is not None:
            raise HistoryConflict(f"entry {later} changed the same {kind} later; undo that one first")
        statement = update(table).where(recorded, table.c.deleted_at.is_(None)).values(deleted_at=entry.at)
        hidden += journal.row_count(session, statement)
    if hidden != entry.recorded:
        raise HistoryConflict("some of the expenses have been deleted for good since")
    used = session.scalar(
        select(CATEGORIES.c.name)
        .join(
            EXPENSES,
            and_(EXPENSES.c.ledger_id == CATEGORIES.c.ledger_id, EXPENSES.c.category_id == CATEGORIES.c.id),
        )
        .where(CATEGORIES.c.ledger_id == access.ledger_id, CATEGORIES.c.entry_id == entry.entry_id, in_book())
        .limit(1)
    )
    if used is not None:
        raise HistoryConflict(f"category {used!r} has expenses now; move or delete them first")


def _show(session: Session, access: Access, entry: Reversal) -> None:
    """Put the rows that the entry recorded back into the book."""
    for table in TABLES.values():
        recorded = and_(table.c.ledger_id == access.ledger_id, table.c.entry_id == entry.entry_id)
        session.execute(update(table).where(recorded).values(deleted_at=None))


def _require_categories(session: Session, access: Access, entry: Reversal) -> None:
    """Make sure that the categories of the entry's expenses are there, and stay until the transaction ends."""
    changed = (
        select(CHANGES.c.object_id)
        .where(
            CHANGES.c.ledger_id == access.ledger_id,
            CHANGES.c.entry_id == entry.entry_id,
            CHANGES.c.kind == Kind.EXPENSE.value,
            CHANGES.c.object_id == EXPENSES.c.id,
        )
        .exists()
    )
    holds_one = (
        select(EXPENSES.c.id)
        .where(
            EXPENSES.c.ledger_id == CATEGORIES.c.ledger_id,
            EXPENSES.c.category_id == CATEGORIES.c.id,
            or_(EXPENSES.c.entry_id == entry.entry_id, changed),
            in_book(),
        )
        .exists()
    )
    query = (
        select(CATEGORIES.c.name, CATEGORIES.c.deleted_at)
        .where(CATEGORIES.c.ledger_id == access.ledger_id, holds_one)
        .with_for_update(read=True, key_share=True)
    )
    for name, deleted_at in session.execute(query):
        if deleted_at is not None:
            raise HistoryConflict(f"category {name!r} has been deleted since; bring it back first")

"""What came out of files, and what may come yet: each import has a number, by which it is looked at and reverted.

An import that came in can be taken back as a whole, months later and edited since. One that is open is begun, decided
and committed in `open_imports`.
"""

from __future__ import annotations

import builtins

from sqlalchemy import and_, select
from sqlmodel import Session

from expense_core import expense_rows, history, journal
from expense_core.categories import EXPENSES
from expense_core.errors import HistoryConflict, ImportNotFound, Invalid
from expense_core.expense_rows import LIVE
from expense_core.history_view import HistoryEntryPublic, RowChange, changes_since
from expense_core.imports_view import IMPORTS, Coming, Import, Reading, State, in_state, missing, there, view
from expense_core.ledgers import Access
from expense_core.pages import Page, page, require_page
from expense_core.queries import Sort
from expense_core.tables import Action, ExpensePublic, Kind, Role

__all__ = ["Coming", "Import", "Reading", "State", "edits", "expenses", "get", "list", "of_entry", "revert"]

_MOST_DIGITS = 18
"""Of a cursor: more are no 64-bit integer."""
_NAMED = 3
_ORDER = Sort.FIRST_RECORDED.order


def list(  # noqa: A001 - `imports.list` reads as it should
    session: Session, access: Access, *, state: State | None = None, limit: int = 50, cursor: str | None = None
) -> Page[Import]:
    """A page of the imports of a ledger, the last first.

    Arguments:
        state: only those that are as far as this.

    Raises:
        Invalid: the cursor is not one of this list's, or the limit is out of range.
    """
    require_page(limit, "imports")
    conditions = [there(session, access)]
    if cursor is not None:
        if not cursor.isdecimal() or len(cursor) > _MOST_DIGITS:
            raise Invalid("this cursor is of another list; start again without one")
        conditions.append(IMPORTS.c.id < int(cursor))
    if state is not None:
        conditions.append(in_state(state))
    query = select(IMPORTS.c.id).where(*conditions).order_by(IMPORTS.c.id.desc()).limit(limit + 1)
    ids = [*session.scalars(query)]
    shown = ids[:limit]
    return Page(items=view(session, access, shown), next_cursor=str(shown[-1]) if len(ids) > limit else None)


def get(session: Session, access: Access, number: int) -> Import:
    """One import.

    Raises:
        ImportNotFound: the ledger has no import of this number.
    """
    found = view(session, access, [number])
    if not found:
        raise missing(number)
    return found[0]


def of_entry(session: Session, access: Access, entry_id: int) -> Import:
    """The import that an entry of the history brought in.

    Raises:
        ImportNotFound: it is none that brought one in.
    """
    mine = and_(IMPORTS.c.ledger_id == access.ledger_id, IMPORTS.c.entry_id == entry_id)
    number = session.scalar(select(IMPORTS.c.id).where(mine))
    if number is None:
        raise ImportNotFound(f"entry {entry_id} of this ledger's history is no import")
    return get(session, access, number)


def expenses(
    session: Session, access: Access, number: int, *, limit: int = 50, cursor: str | None = None
) -> Page[ExpensePublic]:
    """A page of the expenses of an import that are in the book, in the order of its file.

    Raises:
        ImportNotFound: the ledger has no import of this number.
        Invalid: the cursor is not one of this list's, or the limit is out of range.
    """
    require_page(limit, "expenses")
    entry_id = get(session, access, number).entry_id
    if entry_id is None:
        return Page(items=[], next_cursor=None)
    return page(_ORDER, cursor, limit, expense_rows.many(session, access, _ORDER, {"entry_id": entry_id}))


def edits(session: Session, access: Access, number: int) -> tuple[int, builtins.list[RowChange]]:
    """How many expenses of an import were changed since, the trash included, and the first changes.

    Raises:
        ImportNotFound: the ledger has no import of this number.
    """
    entry_id = get(session, access, number).entry_id
    return (0, []) if entry_id is None else changes_since(session, access, entry_id)


def revert(session: Session, access: Access, number: int, *, edited: bool = False) -> HistoryEntryPublic:
    """Take an import back whole; its entry, or that of moving what is left of it to the trash.

    An import that nothing was built upon leaves the book as if it had never been. Otherwise all of its expenses go to
    the trash, and what was made of them goes with them; one undo brings them back.

    Arguments:
        edited: also where some of it was edited since, and a person has been told.

    Raises:
        PermissionDenied: `access` is a viewer's.
        ImportNotFound: the ledger has no import of this number.
        HistoryConflict: it is undone already, or nothing of it is in the book; or it was edited since, and nobody said
            that it is to go all the same: the message tells what was.
    """
    access.require(Role.EDITOR)
    this = get(session, access, number)
    if this.entry_id is None:
        raise HistoryConflict(f"nothing of import {number} has come into the book, so there is nothing to take back")
    count, first = changes_since(session, access, this.entry_id)
    if count and not edited:
        raise HistoryConflict(_told(this, count, first))
    try:
        return history.undo(session, access, this.entry_id)
    except HistoryConflict:
        if not edited or this.undone_at is not None or not this.coming.count:
            raise
    entry = journal.begin(session, access, Action.DELETE, note=this.file)
    mine = and_(EXPENSES.c.entry_id == this.entry_id, LIVE)
    journal.change(session, access, entry, Kind.EXPENSE, mine, after={"deleted_at": entry.at})
    return history.get(session, access, entry.id)


def _told(this: Import, count: int, first: builtins.list[RowChange]) -> str:
    """What was edited since, for whoever has to decide."""
    named = dict.fromkeys(f"expense {change.id} {change.label}".rstrip() for change in first)
    shown = "; ".join([*named][:_NAMED]) + ("; ..." if count > _NAMED else "")
    return f"{count:,} of the expenses of {this.file or 'this import'} were edited or deleted since: {shown}"

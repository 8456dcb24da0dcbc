"""The history of a ledger: every write, who made it and when, and taking it back.

An undo gives back exactly what was there before: the fields that an entry changed take their former values, and the
rows it recorded leave the book, to come back whole by a redo. Where a later edit stands in the way, it is refused. Only
versions go on rising, so that nobody who saw a state in between overwrites what is there now.
"""

from __future__ import annotations

import builtins

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from expense_core import journal, reversal
from expense_core.categories import EXPENSES
from expense_core.database import now
from expense_core.errors import EntryNotFound, ExpenseNotFound, HistoryConflict, Invalid, NothingToUndo
from expense_core.history_view import HistoryEntryPublic, view
from expense_core.journal import CHANGES, ENTRIES
from expense_core.ledgers import Access
from expense_core.pages import Page, require_page
from expense_core.reversal import Reversal
from expense_core.tables import Action, Kind, Role

_MOST_OF_ONE = 1_000
_MOST_DIGITS = 18
"""Of a cursor: more are no 64-bit integer."""


def list(  # noqa: A001 - `history.list` reads as it should
    session: Session, access: Access, *, action: Action | None = None, limit: int = 50, cursor: str | None = None
) -> Page[HistoryEntryPublic]:
    """A page of the ledger's history, the last write first.

    Arguments:
        action: only writes of this kind, such as imports.

    Raises:
        Invalid: the cursor is not one of this list's, or the limit is out of range.
    """
    require_page(limit, "entries")
    conditions = [ENTRIES.c.ledger_id == access.ledger_id]
    if cursor is not None:
        if not cursor.isdecimal() or len(cursor) > _MOST_DIGITS:
            raise Invalid("this cursor is of another list; start again without one")
        conditions.append(ENTRIES.c.id < int(cursor))
    if action is not None:
        conditions.append(ENTRIES.c.action == action)
    query = select(ENTRIES.c.id).where(*conditions).order_by(ENTRIES.c.id.desc()).limit(limit + 1)
    ids = [*session.scalars(query)]
    shown = ids[:limit]
    return Page(items=view(session, access, shown), next_cursor=str(shown[-1]) if len(ids) > limit else None)


def get(session: Session, access: Access, entry_id: int) -> HistoryEntryPublic:
    """One entry of the ledger's history.

    Raises:
        EntryNotFound: the ledger has none of this id.
    """
    found = view(session, access, [entry_id])
    if not found:
        raise EntryNotFound(f"this ledger's history has no entry {entry_id}")
    return found[0]


def of(session: Session, access: Access, expense_id: int) -> builtins.list[HistoryEntryPublic]:
    """What was done to one expense, the last write first; each entry shows this expense alone.

    Raises:
        ExpenseNotFound: the ledger has no such expense, not even in its trash.
    """
    mine = and_(EXPENSES.c.ledger_id == access.ledger_id, EXPENSES.c.id == expense_id)
    recorded = session.scalar(select(EXPENSES.c.entry_id).where(mine))
    if recorded is None:
        raise ExpenseNotFound(f"this ledger has no expense {expense_id}")
    changes = (
        select(CHANGES.c.entry_id)
        .where(
            CHANGES.c.ledger_id == access.ledger_id,
            CHANGES.c.kind == Kind.EXPENSE.value,
            CHANGES.c.object_id == expense_id,
        )
        .order_by(CHANGES.c.entry_id.desc())
        .limit(_MOST_OF_ONE)
    )
    return view(session, access, [*session.scalars(changes), recorded], only=(Kind.EXPENSE, expense_id))


def undo(session: Session, access: Access, entry_id: int | None = None) -> HistoryEntryPublic:
    """Take a write back: the caller's own last one that is not undone yet, or the one that is named.

    Raises:
        PermissionDenied: `access` is a viewer's.
        NothingToUndo: the caller has no write left to undo.
        EntryNotFound: the ledger's history has no such entry.
        HistoryConflict: a later edit stands in the way, or it is undone already, or it deleted expenses for good.
    """
    access.require(Role.EDITOR)
    if entry_id is None:
        entry_id = session.scalar(select(func.max(ENTRIES.c.id)).where(_own(access), ENTRIES.c.undone_at.is_(None)))
        if entry_id is None:
            raise NothingToUndo("you have done nothing in this ledger that is left to undo")
    return _reverse(session, access, entry_id, backwards=True)


def redo(session: Session, access: Access, entry_id: int | None = None) -> HistoryEntryPublic:
    """Do again what was undone: by the caller's last undo, if they have written nothing since, or what is named.

    Raises:
        PermissionDenied: `access` is a viewer's.
        NothingToUndo: the caller has undone nothing since their last write, or redone it all.
        EntryNotFound: the ledger's history has no such entry.
        HistoryConflict: a later edit stands in the way, or it is not undone.
    """
    access.require(Role.EDITOR)
    if entry_id is None:
        last_written = session.scalar(select(func.max(ENTRIES.c.id)).where(_own(access)))
        entry_id = session.scalar(
            select(ENTRIES.c.id)
            .where(
                ENTRIES.c.ledger_id == access.ledger_id,
                ENTRIES.c.undone_by == access.user_id,
                ENTRIES.c.undone_after >= (last_written or 0),
            )
            .order_by(ENTRIES.c.undone_at.desc(), ENTRIES.c.id)
            .limit(1)
        )
        if entry_id is None:
            raise NothingToUndo("there is nothing to redo: you have undone nothing since your last change")
    return _reverse(session, access, entry_id, backwards=False)


def _own(access: Access) -> ColumnElement[bool]:
    return and_(ENTRIES.c.ledger_id == access.ledger_id, ENTRIES.c.actor_id == access.user_id)


def _reverse(session: Session, access: Access, entry_id: int, *, backwards: bool) -> HistoryEntryPublic:
    this = and_(ENTRIES.c.ledger_id == access.ledger_id, ENTRIES.c.id == entry_id)
    entry = session.execute(select(ENTRIES).where(this)).first()
    if entry is None:
        raise EntryNotFound(f"this ledger's history has no entry {entry_id}")
    if entry.action == Action.PURGE:
        raise HistoryConflict(
            f"entry {entry_id} deleted expenses for good, which cannot be undone; to undo an earlier one, name it"
        )
    at = now(session)
    if backwards:
        not_yet, reverse = ENTRIES.c.undone_at.is_(None), reversal.take_back
        last = session.scalar(select(func.max(ENTRIES.c.id)).where(ENTRIES.c.ledger_id == access.ledger_id))
        mark = {"undone_at": at, "undone_by": access.user_id, "undone_after": last}
    else:
        not_yet, reverse = ENTRIES.c.undone_at.is_not(None), reversal.bring_back
        mark = {"undone_at": None, "undone_by": None, "undone_after": None}
    try:
        with session.begin_nested():
            if not journal.row_count(session, update(ENTRIES).where(this, not_yet).values(mark)):
                raise HistoryConflict(f"entry {entry_id} is {'undone already' if backwards else 'not undone'}")
            action = Action(entry.action)
            reverse(
                session,
                access,
                Reversal(entry_id, action, entry.recorded, entry.changed, entry.undone_after, at),
            )
    except IntegrityError as error:
        raise HistoryConflict("another category has taken the name since; rename that one first") from error
    return get(session, access, entry_id)

"""What came out of files: each import can be looked at, and reverted as a whole, months later and edited since."""

from __future__ import annotations

import builtins
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import and_, func, select
from sqlmodel import Session

from expense_core import expense_rows, history, journal
from expense_core.categories import EXPENSES
from expense_core.errors import EntryNotFound, HistoryConflict, Invalid
from expense_core.expense_rows import IN_TRASH, LIVE
from expense_core.history_view import HistoryEntryPublic, RowChange, changes_since
from expense_core.journal import ENTRIES
from expense_core.ledgers import USERS, Access
from expense_core.pages import Page, page
from expense_core.queries import MOST_OF_A_PAGE, Sort
from expense_core.tables import Action, ExpensePublic, Kind, Role
from expense_core.tables.columns import as_amount

_MOST_DIGITS = 18
"""Of a cursor: more are no 64-bit integer."""
_NAMED = 3
_ORDER = Sort.FIRST_RECORDED.order


@dataclass(slots=True)
class PastImport:
    """An import, and what is left of it in the book."""

    id: int
    """Its entry in the history."""
    file: str
    actor: str
    """The username of whoever made it."""
    created_at: datetime
    undone_at: datetime | None
    in_book: int = 0
    """How many of its expenses are in the book."""
    in_trash: int = 0
    totals: dict[str, Decimal] = field(default_factory=dict)
    """What those in the book add up to, by currency."""


def list(  # noqa: A001 - `imports.list` reads as it should
    session: Session, access: Access, *, limit: int = 50, cursor: str | None = None
) -> Page[PastImport]:
    """A page of the imports of a ledger, the last first.

    Raises:
        Invalid: the cursor is not one of this list's.
    """
    conditions = [ENTRIES.c.ledger_id == access.ledger_id, ENTRIES.c.action == Action.IMPORT]
    if cursor is not None:
        if not cursor.isdecimal() or len(cursor) > _MOST_DIGITS:
            raise Invalid("this cursor is of another list; start again without one")
        conditions.append(ENTRIES.c.id < int(cursor))
    query = select(ENTRIES.c.id).where(*conditions).order_by(ENTRIES.c.id.desc()).limit(limit + 1)
    ids = [*session.scalars(query)]
    shown = ids[:limit]
    return Page(items=_found(session, access, shown), next_cursor=str(shown[-1]) if len(ids) > limit else None)


def get(session: Session, access: Access, entry_id: int) -> PastImport:
    """One import.

    Raises:
        EntryNotFound: the ledger's history has no import of this number.
    """
    found = _found(session, access, [entry_id])
    if not found:
        raise EntryNotFound(f"this ledger's history has no import {entry_id}")
    return found[0]


def expenses(
    session: Session, access: Access, entry_id: int, *, limit: int = 50, cursor: str | None = None
) -> Page[ExpensePublic]:
    """A page of the expenses of an import that are in the book, in the order of its file.

    Raises:
        EntryNotFound: the ledger's history has no import of this number.
        Invalid: the cursor is not one of this list's, or the limit is out of range.
    """
    if not 1 <= limit <= MOST_OF_A_PAGE:
        raise Invalid(f"a page has 1 to {MOST_OF_A_PAGE} expenses, not {limit}")
    get(session, access, entry_id)
    return page(_ORDER, cursor, limit, expense_rows.many(session, access, _ORDER, {"entry_id": entry_id}))


def edits(session: Session, access: Access, entry_id: int) -> tuple[int, builtins.list[RowChange]]:
    """How many expenses of an import were changed since, the trash included, and the first changes.

    Raises:
        EntryNotFound: the ledger's history has no import of this number.
    """
    get(session, access, entry_id)
    return changes_since(session, access, entry_id)


def revert(session: Session, access: Access, entry_id: int, *, edited: bool = False) -> HistoryEntryPublic:
    """Take an import back whole; its entry, or that of moving what is left of it to the trash.

    An import that nothing was built upon leaves the book as if it had never been. Otherwise all of its expenses go to
    the trash, and what was made of them goes with them; one undo brings them back.

    Arguments:
        edited: also where some of it was edited since, and a person has been told.

    Raises:
        PermissionDenied: `access` is a viewer's.
        EntryNotFound: the ledger's history has no import of this number.
        HistoryConflict: it is undone already, or nothing of it is in the book; or it was edited since, and nobody said
            that it is to go all the same: the message tells what was.
    """
    access.require(Role.EDITOR)
    this = get(session, access, entry_id)
    count, first = changes_since(session, access, entry_id)
    if count and not edited:
        raise HistoryConflict(_told(this, count, first))
    try:
        return history.undo(session, access, entry_id)
    except HistoryConflict:
        if not edited or this.undone_at is not None or not this.in_book:
            raise
    entry = journal.begin(session, access, Action.DELETE, note=this.file)
    mine = and_(EXPENSES.c.entry_id == entry_id, LIVE)
    journal.change(session, access, entry, Kind.EXPENSE, mine, after={"deleted_at": entry.at})
    return history.get(session, access, entry.id)


def _told(this: PastImport, count: int, first: builtins.list[RowChange]) -> str:
    """What was edited since, for whoever has to decide."""
    named = dict.fromkeys(f"expense {change.id} {change.label}".rstrip() for change in first)
    shown = "; ".join([*named][:_NAMED]) + ("; ..." if count > _NAMED else "")
    return f"{count:,} of the expenses of {this.file or 'this import'} were edited or deleted since: {shown}"


def _found(session: Session, access: Access, ids: builtins.list[int]) -> builtins.list[PastImport]:
    """The imports of these numbers, the last first, with what there is of each."""
    query = (
        select(ENTRIES.c.id, ENTRIES.c.note, USERS.c.username, ENTRIES.c.created_at, ENTRIES.c.undone_at)
        .join(USERS, USERS.c.id == ENTRIES.c.actor_id)
        .where(ENTRIES.c.ledger_id == access.ledger_id, ENTRIES.c.id.in_(ids), ENTRIES.c.action == Action.IMPORT)
        .order_by(ENTRIES.c.id.desc())
    )
    found = [PastImport(*row) for row in session.execute(query)]
    mine = and_(EXPENSES.c.ledger_id == access.ledger_id, EXPENSES.c.entry_id.in_([one.id for one in found]))
    by_currency = EXPENSES.c.entry_id, EXPENSES.c.currency
    sums = select(*by_currency, func.count(), func.sum(EXPENSES.c.amount)).where(mine, LIVE).group_by(*by_currency)
    counts: defaultdict[int, int] = defaultdict(int)
    totals: defaultdict[int, dict[str, Decimal]] = defaultdict(dict)
    for entry_id, currency, count, total in session.execute(sums.order_by(EXPENSES.c.currency)):
        counts[entry_id] += count
        totals[entry_id][currency] = as_amount(total, currency)
    thrown = select(EXPENSES.c.entry_id, func.count()).where(mine, IN_TRASH).group_by(EXPENSES.c.entry_id)
    in_trash = {int(entry_id): int(count) for entry_id, count in session.execute(thrown)}
    for one in found:
        one.in_book, one.in_trash, one.totals = counts[one.id], in_trash.get(one.id, 0), totals[one.id]
    return found

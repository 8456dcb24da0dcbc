"""Expenses: recording, finding, editing, and the trash."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, insert, select, true, update
from sqlalchemy import delete as delete_rows
from sqlmodel import Session

from expense_core import categories, expense_rows, idempotency, journal, money
from expense_core.categories import EXPENSES
from expense_core.database import connection_of, now
from expense_core.errors import ExpenseNotFound, Invalid, VersionConflict
from expense_core.expense_rows import IN_TRASH, LIVE
from expense_core.journal import CHANGES, PURGED
from expense_core.ledgers import Access
from expense_core.pages import Page, page, require_page
from expense_core.queries import ExpenseFilter, ExpenseQuery, Order, Sort
from expense_core.tables import Action, CategoryCreate, ExpenseCreate, ExpensePublic, ExpenseUpdate, Kind, Role
from expense_core.tables.text import searchable

_INSERT = insert(EXPENSES)
_TRASH = Order("deleted_at", descending=True)
_BATCH = 1_000
_MOST_NAMED = 5
_OF_A_ROW = ("ledger_id", "import_key")

Item = TypeVar("Item")


def record(
    session: Session,
    access: Access,
    new: ExpenseCreate,
    *,
    new_category: CategoryCreate | None = None,
    part_of: journal.Entry | None = None,
) -> ExpensePublic:
    """Add one expense to the ledger.

    Arguments:
        new_category: a category that is made for it, in the same entry of the history.
        part_of: the entry of a larger write; one of its own when not given.

    Raises:
        PermissionDenied: `access` is a viewer's.
        CategoryNotFound: `new.category_id` is not in this ledger.
        CategoryNameTaken: the ledger has a category of the new one's name, perhaps in other letter case.
        InvalidAmount: it takes the ledger's currency, which cannot have this amount.
        Invalid: both a category and a new one are given.
    """
    access.require(Role.EDITOR)
    category = None if new.category_id is None else categories.require_live(session, access, new.category_id)
    moment = now(session)
    values = _values(access, new, moment)
    with _all_or_nothing(session, category, new_category):
        entry = _entry(session, access, part_of, Action.RECORD, recorded=1 if new_category is None else 2)
        if new_category is not None:
            made = categories.add(session, access, entry, new_category)
            values["category_id"], category = made.id, made.name
        key = connection_of(session).execute(_INSERT, values | {"entry_id": entry.id}).inserted_primary_key
    assert key is not None  # noqa: S101 - the database has given one out, for the type checker
    del values["search_text"]
    return ExpensePublic(**values, id=key.id, category=category, deleted_at=None)


def record_many(session: Session, access: Access, new: Iterable[ExpenseCreate], *, note: str = "") -> int:
    """Add any number of expenses as one entry of the history; how many they were.

    They are taken a thousand at a time, so that a generator of a million needs no more memory than one of a few.

    Raises:
        PermissionDenied: `access` is a viewer's.
        CategoryNotFound: a category is not in this ledger.
        InvalidAmount: one takes the ledger's currency, which cannot have its amount.
    """
    access.require(Role.EDITOR)
    known: set[int] = set()
    recorded = 0
    with session.begin_nested() as attempt:  # a refusal half-way leaves nothing, whatever the caller makes of it
        entry = journal.begin(session, access, Action.RECORD, note=note)
        for batch in _batches(new):
            for category_id in {one.category_id for one in batch if one.category_id is not None} - known:
                categories.require_live(session, access, category_id)
                known.add(category_id)
            session.execute(_INSERT, [_values(access, one, entry.at) | {"entry_id": entry.id} for one in batch])
            recorded += len(batch)
        journal.finish(session, access, entry, recorded=recorded)
        if not recorded:
            attempt.rollback()
    return recorded


def get(session: Session, access: Access, expense_id: int) -> ExpensePublic:
    """The expense with this id; one in the trash is not found.

    Raises:
        ExpenseNotFound: the ledger has none.
    """
    found = expense_rows.one(session, access, expense_id)
    if found is None:
        raise ExpenseNotFound(f"this ledger has no expense {expense_id}")
    return found


def lock(session: Session, access: Access, expense_id: int) -> ExpensePublic:
    """The expense with this id, once nobody else can change it before this transaction ends.

    Raises:
        PermissionDenied: `access` is a viewer's.
        ExpenseNotFound: the ledger has none.
    """
    access.require(Role.EDITOR)
    session.execute(select(EXPENSES.c.id).where(_live(access), EXPENSES.c.id == expense_id).with_for_update())
    return get(session, access, expense_id)


def find(session: Session, access: Access, query: ExpenseQuery | None = None) -> Page[ExpensePublic]:
    """A page of the expenses that a query asks for; with none, the first of all, the newest first.

    Raises:
        Invalid: the cursor is not one that a list in this order gave out.
    """
    asked = query or ExpenseQuery()
    rows = expense_rows.many(session, access, asked.sort.order, asked.given())
    return page(asked.sort.order, asked.cursor, asked.limit, rows)


def each(
    session: Session, access: Access, wanted: ExpenseFilter | None = None, sort: Sort = Sort.NEWEST
) -> Iterator[ExpensePublic]:
    """Every expense that meets a filter, a page at a time, so that memory does not grow with their number."""
    rows = expense_rows.many(session, access, sort.order, wanted.given() if wanted else {})
    cursor = None
    while True:
        found = page(sort.order, cursor, _BATCH, rows)
        yield from found.items
        cursor = found.next_cursor
        if cursor is None:
            return


def edit(
    session: Session,
    access: Access,
    expense_id: int,
    changes: ExpenseUpdate,
    *,
    new_category: CategoryCreate | None = None,
    part_of: journal.Entry | None = None,
) -> ExpensePublic:
    """Change an expense.

    Arguments:
        new_category: a category that is made for it, in the same entry of the history.
        part_of: the entry of a larger write; one of its own when not given.

    Raises:
        PermissionDenied: `access` is a viewer's.
        ExpenseNotFound: the ledger has no such expense.
        VersionConflict: somebody changed it after the caller had seen it.
        CategoryNotFound: the category to put it in is not in this ledger.
        CategoryNameTaken: the ledger has a category of the new one's name, perhaps in other letter case.
        InvalidAmount: the currency cannot have the amount.
        Invalid: both a category and a new one are given.
    """
    access.require(Role.EDITOR)
    before = get(session, access, expense_id)
    _check_version(before, changes.version)
    given = changes.model_dump(exclude_unset=True, exclude={"version"})
    given["amount"] = money.check(given.get("amount", before.amount), given.get("currency", before.currency))
    after = {name: value for name, value in given.items() if value != getattr(before, name)}
    if not after and new_category is None:
        return before
    if after.get("category_id") is not None:
        categories.require_live(session, access, after["category_id"])
    with _all_or_nothing(session, given.get("category_id"), new_category):
        entry = None
        if new_category is not None:
            entry = _entry(session, access, part_of, Action.EDIT, recorded=1, changed=1)
            after["category_id"] = categories.add(session, access, entry, new_category).id
        old = {name: getattr(before, name) for name in after}
        searched = searchable(after.get("description", before.description), after.get("notes", before.notes))
        changed = journal.row_count(
            session,
            update(EXPENSES)
            .where(_live(access), EXPENSES.c.id == expense_id, EXPENSES.c.version == changes.version)
            .values(**after, search_text=searched, **journal.touched(EXPENSES, now(session))),
        )
        edited = get(session, access, expense_id)
        if not changed:
            _check_version(edited, changes.version)
        entry = entry or _entry(session, access, part_of, Action.EDIT, changed=1)
        journal.write_down(session, access, entry, Kind.EXPENSE, expense_id, before=old, after=after)
    return edited


def delete(
    session: Session,
    access: Access,
    *expense_ids: int,
    version: int | None = None,
    part_of: journal.Entry | None = None,
) -> int:
    """Move expenses to the trash; how many they were.

    Arguments:
        part_of: the entry of a larger write; one of its own when not given.
        version: the version that the caller saw; for several expenses, of each of them.

    Raises:
        PermissionDenied: `access` is a viewer's.
        ExpenseNotFound: one of them is not in the ledger, or in the trash already; then none is moved.
        VersionConflict: somebody changed it after the caller had seen it.
    """
    access.require(Role.EDITOR)
    ids = _existing(session, expense_ids, _live(access), "this ledger has no expense")
    if not ids:
        return 0
    if version is not None:
        for expense_id in ids:
            _check_version(lock(session, access, expense_id), version)
    entry = part_of or journal.begin(session, access, Action.DELETE)
    return sum(
        journal.change(session, access, entry, Kind.EXPENSE, EXPENSES.c.id.in_(batch), after={"deleted_at": entry.at})
        for batch in _batches(ids)
    )


def trash(session: Session, access: Access, *, limit: int = 50, cursor: str | None = None) -> Page[ExpensePublic]:
    """A page of the deleted expenses, the last deleted first.

    Raises:
        Invalid: the cursor is not one of this list's, or the limit is out of range.
    """
    require_page(limit, "expenses")
    return page(_TRASH, cursor, limit, expense_rows.many(session, access, _TRASH, {}, trash=True))


def restore(session: Session, access: Access, *expense_ids: int, part_of: journal.Entry | None = None) -> int:
    """Take expenses out of the trash, whole as they were; how many they were.

    Arguments:
        part_of: the entry of a larger write; one of its own when not given.

    Raises:
        PermissionDenied: `access` is a viewer's.
        ExpenseNotFound: one of them is not in the trash; then none is restored.
    """
    access.require(Role.EDITOR)
    ids = _existing(session, expense_ids, _in_trash(access), "the trash has no expense")
    if not ids:
        return 0
    entry = part_of or journal.begin(session, access, Action.RESTORE)
    return sum(
        journal.change(session, access, entry, Kind.EXPENSE, EXPENSES.c.id.in_(batch), after={"deleted_at": None})
        for batch in _batches(ids)
    )


def purge(session: Session, access: Access, *expense_ids: int) -> int:
    """Delete expenses in the trash for good; how many they were.

    This is the one write that cannot be undone: what they were is erased from the history, and from the answers
    that are kept for retries, too. Of those that were imported it is kept how their rows are known, so that they do
    not come in again unasked.

    Raises:
        PermissionDenied: `access` is a viewer's.
        ExpenseNotFound: one of them is not in the trash; then none is deleted.
    """
    access.require(Role.EDITOR)
    ids = _existing(session, expense_ids, _in_trash(access), "the trash has no expense")
    return _erase(session, access, (EXPENSES.c.id.in_(batch) for batch in _batches(ids)))


def empty_trash(session: Session, access: Access) -> int:
    """Delete all that is in the trash for good, as `purge` does; how many expenses they were.

    Raises:
        PermissionDenied: `access` is a viewer's.
    """
    access.require(Role.EDITOR)
    return _erase(session, access, [true()])


def _erase(session: Session, access: Access, conditions: Iterable[ColumnElement[bool]]) -> int:
    purged = 0
    for condition in conditions:
        these = and_(_in_trash(access), condition)
        mine = and_(CHANGES.c.ledger_id == access.ledger_id, CHANGES.c.kind == Kind.EXPENSE)
        lines = delete_rows(CHANGES).where(mine, CHANGES.c.object_id.in_(select(EXPENSES.c.id).where(these)))
        session.execute(lines)
        imported = select(*(EXPENSES.c[name] for name in _OF_A_ROW)).where(these, EXPENSES.c.import_key.is_not(None))
        session.execute(insert(PURGED).from_select(_OF_A_ROW, imported, include_defaults=False))
        purged += journal.row_count(session, delete_rows(EXPENSES).where(these))
    if purged:
        journal.begin(session, access, Action.PURGE, changed=purged)
        idempotency.erase(session, access)
    return purged


def _entry(
    session: Session,
    access: Access,
    part_of: journal.Entry | None,
    action: Action,
    *,
    recorded: int = 0,
    changed: int = 0,
) -> journal.Entry:
    """The entry of a write that adds or changes so many rows."""
    if part_of is None:
        return journal.begin(session, access, action, recorded=recorded, changed=changed)
    journal.finish(session, access, part_of, recorded=recorded, changed=changed)
    return part_of


def _values(access: Access, new: ExpenseCreate, moment: datetime) -> dict[str, Any]:
    currency = new.currency or access.currency
    return {
        "ledger_id": access.ledger_id,
        "amount": money.check(new.amount, currency),
        "currency": currency,
        "description": new.description,
        "spent_on": new.spent_on or moment.date(),
        "category_id": new.category_id,
        "notes": new.notes,
        "owner_id": access.user_id,
        "search_text": searchable(new.description, new.notes),
        "version": 1,
        "created_at": moment,
        "updated_at": moment,
    }


def _all_or_nothing(
    session: Session, category: object, new_category: CategoryCreate | None
) -> AbstractContextManager[object]:
    """What a write with a new category is made in: a refusal half-way leaves nothing, whatever the caller makes of it.

    Raises:
        Invalid: there is a category beside it.
    """
    if new_category is None:
        return nullcontext()
    if category is not None:
        raise Invalid("an expense has one category; give one that is there, or a new one")
    return session.begin_nested()


def _existing(
    session: Session, expense_ids: Collection[int], condition: ColumnElement[bool], missing: str
) -> list[int]:
    """The ids in order, each once, when every one of them meets the condition."""
    ids = sorted(set(expense_ids))
    found: set[int] = set()
    for batch in _batches(ids):
        found.update(session.scalars(select(EXPENSES.c.id).where(condition, EXPENSES.c.id.in_(batch))))
    absent = [str(one) for one in ids if one not in found]
    if absent:
        others = " and others" if len(absent) > _MOST_NAMED else ""
        raise ExpenseNotFound(f"{missing} {', '.join(absent[:_MOST_NAMED])}{others}")
    return ids


def _live(access: Access) -> ColumnElement[bool]:
    return and_(EXPENSES.c.ledger_id == access.ledger_id, LIVE)


def _in_trash(access: Access) -> ColumnElement[bool]:
    return and_(EXPENSES.c.ledger_id == access.ledger_id, IN_TRASH)


def _check_version(expense: ExpensePublic, seen: int) -> None:
    if expense.version != seen:
        raise VersionConflict(
            f"expense {expense.id} was changed meanwhile: it is at version {expense.version}, not {seen}",
            current_version=expense.version,
        )


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Lists of up to a thousand: what one statement takes, on every database."""
    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH)):
        yield batch

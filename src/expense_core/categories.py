"""Categories: what money is spent on."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from difflib import get_close_matches
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from expense_core import journal
from expense_core.database import connection_of, now
from expense_core.errors import CategoryInUse, CategoryNameTaken, CategoryNotFound, Invalid, VersionConflict
from expense_core.journal import ENTRIES
from expense_core.ledgers import Access
from expense_core.tables import (
    Action,
    CategoryCreate,
    CategoryPublic,
    CategorySummary,
    CategoryTotal,
    CategoryUpdate,
    Kind,
    Role,
)
from expense_core.tables.columns import rounded
from expense_core.tables.text import fold, sought

CATEGORIES = journal.TABLES[Kind.CATEGORY]
EXPENSES = journal.TABLES[Kind.EXPENSE]

_RULES = journal.TABLES[Kind.RULE]
_PUBLIC = [CATEGORIES.c[field.name] for field in fields(CategoryPublic)]

_REQUIRED = (  # made once: building it costs more than executing it
    select(CATEGORIES.c.name)
    .where(
        CATEGORIES.c.ledger_id == bindparam("ledger_id"),
        CATEGORIES.c.id == bindparam("id"),
        CATEGORIES.c.deleted_at.is_(None),
    )
    .with_for_update(read=True, key_share=True)
)


def create(session: Session, access: Access, new: CategoryCreate) -> CategoryPublic:
    """Add a category to the ledger.

    Raises:
        PermissionDenied: `access` is a viewer's.
        CategoryNameTaken: the ledger has one of this name, perhaps in other letter case.
    """
    access.require(Role.EDITOR)
    with session.begin_nested():  # a refusal leaves no empty entry
        entry = journal.begin(session, access, Action.CREATE_CATEGORY, recorded=1)
        return add(session, access, entry, new)


def add(session: Session, access: Access, entry: journal.Entry, new: CategoryCreate) -> CategoryPublic:
    """Add a category as part of a larger write, such as an import or the first expense in it.

    Raises:
        CategoryNameTaken: the ledger has one of this name, perhaps in other letter case.
    """
    _refuse_taken(session, access, new.name)
    values = {
        "ledger_id": access.ledger_id,
        "name": new.name,
        "name_key": fold(new.name),
        "owner_id": access.user_id,
        "entry_id": entry.id,
        "version": 1,
        "created_at": entry.at,
        "updated_at": entry.at,
    }
    with _named_at_the_same_moment(), session.begin_nested():
        row = session.execute(insert(CATEGORIES).values(values).returning(*_PUBLIC)).one()
    return _public(row)


def get(session: Session, access: Access, category_id: int) -> CategoryPublic:
    """The category with this id.

    Raises:
        CategoryNotFound: the ledger has none.
    """
    row = session.execute(select(*_PUBLIC).where(_live(access), CATEGORIES.c.id == category_id)).first()
    if row is None:
        raise CategoryNotFound(f"this ledger has no category {category_id}")
    return _public(row)


def named(session: Session, access: Access, name: str) -> CategoryPublic:
    """The category of this name, in any letter case.

    Raises:
        CategoryNotFound: the ledger has none.
    """
    row = session.execute(select(*_PUBLIC).where(_live(access), CATEGORIES.c.name_key == sought(name))).first()
    if row is None:
        similar = _similar(session, access, name)
        hint = f"; did you mean {similar!r}?" if similar else ""
        raise CategoryNotFound(f"this ledger has no category {name!r}{hint}", similar=similar)
    return _public(row)


def ensure(session: Session, access: Access, name: str) -> tuple[CategoryPublic, bool]:
    """The category of this name, and whether it had to be made.

    Raises:
        PermissionDenied: it has to be made, and `access` is a viewer's.
        CategoryNotFound: there is none, but one with nearly this name: perhaps it was mistyped.
    """
    found = named_or_new(session, access, name)
    return (create(session, access, found), True) if isinstance(found, CategoryCreate) else (found, False)


def named_or_new(session: Session, access: Access, name: str) -> CategoryPublic | CategoryCreate:
    """The category of this name, or else what makes it together with an expense: see `expenses.record` and `edit`.

    Raises:
        CategoryNotFound: there is none, but one with nearly this name: perhaps it was mistyped.
    """
    try:
        return named(session, access, name)
    except CategoryNotFound as error:
        if error.similar is not None:
            raise
    return CategoryCreate(name=name)


def list(session: Session, access: Access) -> builtins.list[CategorySummary]:  # noqa: A001 - reads as it should
    """Every category by name, with how many expenses it has and what they add up to in each currency."""
    spent = (
        select(
            EXPENSES.c.currency,
            EXPENSES.c.category_id,
            func.count().label("count"),
            func.sum(EXPENSES.c.amount).label("total"),
        )
        .where(EXPENSES.c.ledger_id == access.ledger_id, EXPENSES.c.deleted_at.is_(None))
        .group_by(EXPENSES.c.currency, EXPENSES.c.category_id)
        .subquery()
    )
    query = (
        select(*_PUBLIC, spent.c.currency, spent.c["count"], spent.c.total)
        .select_from(CATEGORIES.outerjoin(spent, spent.c.category_id == CATEGORIES.c.id))
        .where(_live(access))
        .order_by(spent.c.currency)
    )
    summaries: dict[int, CategorySummary] = {}
    for *category, currency, count, total in session.execute(query):
        summary = CategorySummary(*category)
        summary = summaries.setdefault(summary.id, summary)
        if currency is not None:
            summary.totals.append(CategoryTotal(currency=currency, total=rounded(total, currency), count=count))
            summary.count += count
    return sorted(summaries.values(), key=lambda summary: fold(summary.name))  # alike on every database


def names(session: Session, access: Access) -> dict[int, str]:
    """The name of every category, by its id."""
    return {int(row.id): str(row.name) for row in session.execute(select(*_PUBLIC).where(_live(access)))}


def rename(session: Session, access: Access, category_id: int, changes: CategoryUpdate) -> CategoryPublic:
    """Give a category another name.

    Raises:
        PermissionDenied: `access` is a viewer's.
        CategoryNotFound: the ledger has no such category.
        VersionConflict: somebody changed it after the caller had seen it.
        CategoryNameTaken: another category has this name, perhaps in other letter case.
    """
    access.require(Role.EDITOR)
    before = get(session, access, category_id)
    _check_version(before, changes.version)
    if before.name == changes.name:
        return before
    _refuse_taken(session, access, changes.name, but=category_id)
    statement = (
        update(CATEGORIES)
        .where(_live(access), CATEGORIES.c.id == category_id, CATEGORIES.c.version == changes.version)
        .values(name=changes.name, name_key=fold(changes.name), **journal.touched(CATEGORIES, now(session)))
    )
    with _named_at_the_same_moment(), session.begin_nested():
        changed = journal.row_count(session, statement)
    after = get(session, access, category_id)
    if not changed:
        _check_version(after, changes.version)
    entry = journal.begin(session, access, Action.RENAME_CATEGORY, changed=1)
    journal.write_down(
        session, access, entry, Kind.CATEGORY, category_id, before={"name": before.name}, after={"name": after.name}
    )
    return after


def merge(session: Session, access: Access, category_id: int, into_id: int) -> CategoryPublic:
    """Move every expense of a category into another one, those in the trash too, and delete it.

    Rules that give it give the other one from now on.

    Raises:
        PermissionDenied: `access` is a viewer's.
        CategoryNotFound: the ledger has not both of them.
        Invalid: they are one and the same.
    """
    access.require(Role.EDITOR)
    target = _move_away(session, access, Action.MERGE_CATEGORY, category_id, into_id)
    assert target is not None  # noqa: S101 - `into_id` was given, for the type checker
    return target


def delete(
    session: Session, access: Access, category_id: int, *, move_to: int | None = None, uncategorise: bool = False
) -> None:
    """Delete a category. Where it has expenses, in the trash too, say where they go.

    Arguments:
        move_to: the category that takes its expenses, and its place in rules.
        uncategorise: leave its expenses without a category.

    Raises:
        PermissionDenied: `access` is a viewer's.
        CategoryNotFound: the ledger has no such category, or none to move to.
        CategoryInUse: it has expenses, and nobody said where they go.
        Invalid: they are to go into the category itself, or both into another one and into none.
    """
    access.require(Role.EDITOR)
    if move_to is not None and uncategorise:
        raise Invalid("say either which category takes the expenses, or that they are left without one")
    if move_to is None and not uncategorise:
        category = lock(session, access, category_id)
        in_use = select(func.count(), func.count(EXPENSES.c.deleted_at)).where(_in_book(access, category_id))
        count, in_trash = session.execute(in_use).one()
        if count:
            where = f" ({in_trash} of them in the trash)" if in_trash else ""
            raise CategoryInUse(
                f"{category.name!r} has {count} expense{'s' if count > 1 else ''}{where}; "
                "say which category takes them, or leave them without one"
            )
    _move_away(session, access, Action.DELETE_CATEGORY, category_id, move_to)


def require_live(session: Session, access: Access, category_id: int) -> str:
    """The category's name, once it is sure that nobody deletes it before this transaction ends.

    Raises:
        CategoryNotFound: the ledger has no such category.
    """
    named = {"ledger_id": access.ledger_id, "id": category_id}
    name: str | None = connection_of(session).execute(_REQUIRED, named).scalar()
    if name is None:
        raise CategoryNotFound(f"this ledger has no category {category_id}")
    return name


def lock(session: Session, access: Access, category_id: int) -> CategoryPublic:
    """The category, once no expense can come into it, and nobody change it, before this transaction ends.

    Raises:
        PermissionDenied: `access` is a viewer's.
        CategoryNotFound: the ledger has no such category.
    """
    access.require(Role.EDITOR)
    session.execute(
        select(CATEGORIES.c.id)
        .where(CATEGORIES.c.ledger_id == access.ledger_id, CATEGORIES.c.id == category_id)
        .with_for_update()
    )
    return get(session, access, category_id)


def _move_away(
    session: Session, access: Access, action: Action, category_id: int, target_id: int | None
) -> CategoryPublic | None:
    if target_id == category_id:
        raise Invalid("a category cannot take its own expenses; name another one")
    given = and_(_RULES.c.category_id == category_id, _RULES.c.deleted_at.is_(None))
    if target_id is not None:  # rules before categories, as those who edit a rule do, so that none waits for the other
        rules = select(_RULES.c.id).where(_RULES.c.ledger_id == access.ledger_id, given).order_by(_RULES.c.id)
        session.execute(rules.with_for_update()).all()
    both = {category_id, category_id if target_id is None else target_id}
    for locked in sorted(both):  # in one order, so that two merges never deadlock
        lock(session, access, locked)
    entry = journal.begin(session, access, action)
    moving = EXPENSES.c.category_id == category_id
    journal.change(session, access, entry, Kind.EXPENSE, and_(moving, in_book()), after={"category_id": target_id})
    if target_id is not None:
        journal.change(session, access, entry, Kind.RULE, given, after={"category_id": target_id})
    journal.change(
        session, access, entry, Kind.CATEGORY, CATEGORIES.c.id == category_id, after={"deleted_at": entry.at}
    )
    return get(session, access, target_id) if target_id is not None else None


def in_book() -> ColumnElement[bool]:
    """Whether an expense is in the book or in its trash, and not one whose recording was undone."""
    undone = (
        select(ENTRIES.c.id)
        .where(
            ENTRIES.c.ledger_id == EXPENSES.c.ledger_id,
            ENTRIES.c.id == EXPENSES.c.entry_id,
            ENTRIES.c.undone_at.is_not(None),
        )
        .exists()
    )
    return EXPENSES.c.deleted_at.is_(None) | ~undone


def _in_book(access: Access, category_id: int) -> ColumnElement[bool]:
    return and_(EXPENSES.c.ledger_id == access.ledger_id, EXPENSES.c.category_id == category_id, in_book())


def _similar(session: Session, access: Access, name: str) -> str | None:
    """The category whose name is nearest to this one, if it is near at all."""
    names = {
        row.name_key: row.name
        for row in session.execute(select(CATEGORIES.c.name, CATEGORIES.c.name_key).where(_live(access)))
    }
    nearest = get_close_matches(sought(name), names, n=1, cutoff=0.75)
    return names[nearest[0]] if nearest else None


def _live(access: Access) -> ColumnElement[bool]:
    return and_(CATEGORIES.c.ledger_id == access.ledger_id, CATEGORIES.c.deleted_at.is_(None))


def _refuse_taken(session: Session, access: Access, name: str, but: int | None = None) -> None:
    query = select(CATEGORIES.c.id, CATEGORIES.c.name).where(_live(access), CATEGORIES.c.name_key == fold(name))
    found = session.execute(query).first()
    if found is not None and found.id != but:
        raise CategoryNameTaken(f"this ledger has a category {found.name!r} already")


@contextmanager
def _named_at_the_same_moment() -> Iterator[None]:
    """Somebody else took the name between our look and our write: the database kept the first."""
    try:
        yield
    except IntegrityError as error:
        raise CategoryNameTaken("this ledger was given a category of this name a moment ago") from error


def _check_version(category: CategoryPublic, seen: int) -> None:
    if category.version != seen:
        raise VersionConflict(
            f"category {category.id} was changed meanwhile: it is at version {category.version}, not {seen}",
            current_version=category.version,
        )


def _public(row: Row[*tuple[Any, ...]]) -> CategoryPublic:  # Any: what the columns hold
    return CategoryPublic(*row)

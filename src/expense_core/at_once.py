"""All expenses that meet a filter, changed or deleted in one write, however many they are; one undo takes it back.

The database does it by itself: no expense is loaded. As nobody has seen each of them, a caller says how many they saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import model_validator
from sqlalchemy import BindParameter, ColumnElement, and_, func, select
from sqlalchemy.sql.visitors import cloned_traverse
from sqlmodel import Session

from expense_core import categories, journal
from expense_core.categories import EXPENSES
from expense_core.errors import Conflict, Invalid
from expense_core.expense_rows import LIVE
from expense_core.ledgers import Access
from expense_core.queries import CONDITIONS, ExpenseFilter
from expense_core.tables import Action, CategoryCreate, Kind, Role
from expense_core.tables.amounts import SpentOn
from expense_core.tables.inputs import Input
from expense_core.text_index import narrowed


class CommonUpdate(Input):
    """New values for many expenses; what is not given stays, and `category_id=None` takes them out of theirs."""

    category_id: int | None = None
    """A category of the same ledger; None takes them out of those that they are in."""
    spent_on: SpentOn | None = None
    """The calendar date that they were all spent on."""

    @model_validator(mode="after")
    def _a_date_cannot_be_taken_away(self) -> Self:
        if self.spent_on is None and "spent_on" in self.model_fields_set:
            raise Invalid("spent_on cannot be taken away; leave it out to keep it")
        return self


def edit(
    session: Session,
    access: Access,
    wanted: ExpenseFilter,
    changes: CommonUpdate,
    *,
    new_category: CategoryCreate | None = None,
    expected: int | None = None,
) -> int:
    """Change all expenses that meet a filter, as one entry of the history; how many became others.

    Arguments:
        new_category: a category that is made for them, in the same entry.
        expected: how many meet the filter, as far as the caller knows; any number, when not given.

    Raises:
        PermissionDenied: `access` is a viewer's.
        CategoryNotFound: the category to put them in is not in this ledger.
        CategoryNameTaken: the ledger has a category of the new one's name, perhaps in other letter case.
        Conflict: others meet the filter by now; then nothing is changed.
        Invalid: there is nothing to change, or both a category and a new one are given.
    """
    access.require(Role.EDITOR)
    after = changes.model_dump(exclude_unset=True)
    if new_category is not None and "category_id" in after:
        raise Invalid("an expense has one category; give one that is there, or a new one")
    if new_category is None and not after:
        raise Invalid("say what becomes of them: give a category or a date")
    if after.get("category_id") is not None:
        categories.require_live(session, access, after["category_id"])
    with session.begin_nested() as attempt:  # a refusal half-way leaves nothing, whatever the caller makes of it
        these = _these(session, access, wanted, expected)
        entry = journal.begin(session, access, Action.BATCH)
        if new_category is not None:
            after["category_id"] = categories.add(session, access, entry, new_category).id
            journal.finish(session, access, entry, recorded=1)
        changed = journal.change(session, access, entry, Kind.EXPENSE, these, after=after)
        if not changed:
            attempt.rollback()
    return changed


def delete(session: Session, access: Access, wanted: ExpenseFilter, *, expected: int | None = None) -> int:
    """Move all expenses that meet a filter to the trash; how many they were.

    Arguments:
        expected: how many meet the filter, as far as the caller knows; any number, when not given.

    Raises:
        PermissionDenied: `access` is a viewer's.
        Conflict: others meet the filter by now; then none is moved.
    """
    access.require(Role.EDITOR)
    with session.begin_nested() as attempt:
        these = _these(session, access, wanted, expected)
        entry = journal.begin(session, access, Action.DELETE)
        deleted = journal.change(session, access, entry, Kind.EXPENSE, these, after={"deleted_at": entry.at})
        if not deleted:
            attempt.rollback()
    return deleted


def _these(session: Session, access: Access, wanted: ExpenseFilter, expected: int | None) -> ColumnElement[bool]:
    """What the expenses have in common that meet a filter, if they are as many as expected."""
    given = narrowed(session, wanted.given())
    conditions = (_with_values(CONDITIONS[name], given) for name in given)
    these = and_(EXPENSES.c.ledger_id == access.ledger_id, LIVE, *conditions)
    found = session.scalar(select(func.count()).select_from(EXPENSES).where(these)) if expected is not None else None
    if found != expected:
        raise Conflict(f"{found:,} meet the filter by now, not {expected:,}; look at them again, nothing was changed")
    return these


def _with_values(condition: ColumnElement[bool], given: Mapping[str, object]) -> ColumnElement[bool]:
    """A condition that has its values in it: what is given beside an UPDATE would be taken for its columns'."""

    def give(parameter: BindParameter[object]) -> None:
        parameter.value, parameter.required = given[parameter.key], False

    return cloned_traverse(condition, {"maintain_key": True}, {"bindparam": give})

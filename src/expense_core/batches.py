"""Many changes in one write: all of them or none, and one undo takes them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session

from expense_core import categories, expenses, journal
from expense_core.errors import BatchRefused, ExpenseError, FieldError, Invalid
from expense_core.ledgers import Access
from expense_core.tables import Action, CategoryCreate, ExpenseCreate, ExpensePublic, ExpenseUpdate, Role
from expense_core.tables.inputs import Input

MOST_LINES = 1_000

_MOST_TOLD = 5


class BatchCreate(ExpenseCreate):
    """Record an expense."""

    do: Literal["create"]
    """What to do."""


class BatchEdit(ExpenseUpdate):
    """Change an expense; what is left out stays."""

    do: Literal["edit"]
    """What to do."""
    id: int
    """Which expense."""


class BatchDelete(Input):
    """Move an expense to the trash."""

    do: Literal["delete"]
    """What to do."""
    id: int
    """Which expense."""
    version: int | None = None
    """The version that the caller saw; any, when not given."""


class BatchRestore(Input):
    """Take an expense out of the trash."""

    do: Literal["restore"]
    """What to do."""
    id: int
    """Which expense."""


Line = BatchCreate | BatchEdit | BatchDelete | BatchRestore


@dataclass(slots=True)
class Outcome:
    """What became of a line."""

    do: Literal["create", "edit", "delete", "restore"]
    id: int
    """The expense's number."""
    expense: ExpensePublic | None
    """The expense as it is now; None where it was deleted."""


def apply(
    session: Session,
    access: Access,
    lines: Sequence[Line],
    *,
    new_category: CategoryCreate | None = None,
    dry_run: bool = False,
) -> list[Outcome]:
    """Do what every line says, in order, as one entry of the history; what became of each.

    Arguments:
        new_category: a category that is made for the expenses that are edited, in the same entry.
        dry_run: take it all back in the end; the outcomes are what they would have been.

    Raises:
        PermissionDenied: `access` is a viewer's.
        BatchRefused: a line could not be done, or names an expense that an earlier one is about; then none is done.
        CategoryNameTaken: the ledger has a category of the new one's name, perhaps in other letter case.
        Invalid: there are more than `MOST_LINES`, or there is a new category and a line that is no edit, or that names
            another one.
    """
    access.require(Role.EDITOR)
    if len(lines) > MOST_LINES:
        raise Invalid(f"a batch has {MOST_LINES:,} lines at most, not {len(lines):,}; send several")
    if new_category is not None and not all(_can_go_into_a_new_one(line) for line in lines):
        raise Invalid("a new category is for lines that edit; an expense has one category, so name no other in them")
    outcomes: list[Outcome] = []
    refused: list[FieldError] = []
    named: set[int] = set()
    with session.begin_nested() as attempt:
        entry = journal.begin(session, access, Action.BATCH)
        given: dict[str, int] = {}
        if new_category is not None:
            given["category_id"] = categories.add(session, access, entry, new_category).id
            journal.finish(session, access, entry, recorded=1)
        for number, line in enumerate(lines):
            try:
                if not isinstance(line, BatchCreate) and line.id in named:
                    raise Invalid(f"expense {line.id} is named by an earlier line; name each once")
                outcomes.append(_do(session, access, entry, line, given))
                named.add(outcomes[-1].id)
            except ExpenseError as error:
                refused.append(FieldError(f"lines.{number}", error.code, error.message))
        if refused:
            told = "; ".join(f"line {error.field.partition('.')[2]}: {error.message}" for error in refused[:_MOST_TOLD])
            raise BatchRefused(f"nothing was done, for {len(refused):,} of the lines cannot be: {told}", refused)
        if dry_run or journal.is_empty(session, access, entry):
            attempt.rollback()
    return outcomes


def _can_go_into_a_new_one(line: Line) -> bool:
    return isinstance(line, BatchEdit) and "category_id" not in line.model_fields_set


def _do(session: Session, access: Access, entry: journal.Entry, line: Line, given: dict[str, int]) -> Outcome:
    if isinstance(line, BatchCreate):
        new = ExpenseCreate.model_validate(line.model_dump(exclude_unset=True, exclude={"do"}))
        recorded = expenses.record(session, access, new, part_of=entry)
        return Outcome("create", recorded.id, recorded)
    if isinstance(line, BatchEdit):
        changes = ExpenseUpdate.model_validate(line.model_dump(exclude_unset=True, exclude={"do", "id"}) | given)
        return Outcome("edit", line.id, expenses.edit(session, access, line.id, changes, part_of=entry))
    if isinstance(line, BatchDelete):
        expenses.delete(session, access, line.id, version=line.version, part_of=entry)
        return Outcome("delete", line.id, None)
    expenses.restore(session, access, line.id, part_of=entry)
    return Outcome("restore", line.id, expenses.get(session, access, line.id))

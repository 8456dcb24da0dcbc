"""Expenses: record, find, edit, delete, restore."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from sqlmodel import Session

from expense_api import answers, lists
from expense_api.calls import IfMatch, Key, LedgerCall, UserCall, edited, require_seen
from expense_api.filters import ListParameters
from expense_api.requests import Route
from expense_api.shapes.book import ExpenseOut, ExpensePage, PurgeOut, TrashPage
from expense_api.shapes.given import ExpenseIn, ExpensePatch
from expense_api.shapes.kinds import CURSOR, QUERY_LIMIT
from expense_core import expenses
from expense_core.ledgers import Access
from expense_core.pages import Page
from expense_core.tables import CategoryCreate, ExpensePublic, ExpenseUpdate

router = APIRouter(prefix="/api/v1/expenses", tags=["expenses"], route_class=Route)

ExpenseId = Annotated[int, Path(description="The expense's number.", examples=[1])]
Limit = Annotated[int, Query(description="How many at most.", **QUERY_LIMIT)]
Cursor = Annotated[
    str | None, Query(description="The `next_cursor` of the page before.", max_length=2_000, examples=[CURSOR])
]

_ITEMS_IN_THE_BOOK = {"items": {"__all__": answers.IN_THE_BOOK}}


@router.get("", response_model=ExpensePage)
async def list_expenses(call: UserCall, query: Annotated[ListParameters, Query()]) -> Response:
    """List expenses.

    A page of the expenses that meet every filter. A cursor is good for the same filters and the same order, and stays
    so while expenses come and go.
    """

    def find(session: Session, access: Access, inner: str | None) -> Page[ExpensePublic]:
        return expenses.find(session, access, query if inner is None else query.model_copy(update={"cursor": inner}))

    given = query.given()
    asked = f"{query.sort} {sorted(given.items())!r}"
    return await lists.page(
        call, Page[ExpensePublic], asked, query.cursor, find, without=_ITEMS_IN_THE_BOOK, is_quick=not given
    )


@router.post("", response_model=ExpenseOut, status_code=HTTPStatus.CREATED)
async def record_expense(call: LedgerCall, new: ExpenseIn, key: Key = None) -> Response:
    """Record an expense.

    The amount is taken exactly, as a string or as a number. The date is today's in UTC when it is not given.
    """
    category = _category(new.new_category)

    def work(session: Session, access: Access) -> Response:
        recorded = expenses.record(session, access, new, new_category=category)
        return answers.expense(recorded, location=call.address_of_new(recorded.id))

    return await call.write_once(key, work, is_quick=True)


@router.get("/trash", response_model=TrashPage)
async def list_trash(call: LedgerCall, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List the trash.

    Deleted expenses, the last deleted first; each can be restored.
    """
    return await lists.page(
        call,
        Page[ExpensePublic],
        "trash",
        cursor,
        lambda session, access, inner: expenses.trash(session, access, limit=limit, cursor=inner),
    )


@router.delete("/trash", response_model=PurgeOut)
async def purge_trash(
    call: LedgerCall,
    id: Annotated[  # noqa: A002 - as the parameter is called
        list[int] | None,
        Query(description="These alone; all of the trash when not given.", max_length=1_000, examples=[[1]]),
    ] = None,
    key: Key = None,
) -> Response:
    """Empty the trash.

    Deletes for good: this is the one call that cannot be undone.
    """

    def work(session: Session, access: Access) -> Response:
        purged = expenses.purge(session, access, *id) if id else expenses.empty_trash(session, access)
        return answers.answer(dict[str, int], {"purged": purged})

    return await call.write_once(key, work)


@router.get("/{expense_id}", response_model=ExpenseOut)
async def get_expense(call: LedgerCall, expense_id: ExpenseId) -> Response:
    """Get one expense."""
    return await call.read(
        lambda session, access: answers.expense(expenses.get(session, access, expense_id)), is_quick=True
    )


@router.patch("/{expense_id}", response_model=ExpenseOut)
async def edit_expense(
    call: LedgerCall, expense_id: ExpenseId, changes: ExpensePatch, if_match: IfMatch = None, key: Key = None
) -> Response:
    """Change an expense.

    Only what is sent is changed. With If-Match, or a version in the body, nobody's change in between is lost.
    """
    category = _category(changes.new_category)
    sent = changes.model_dump(exclude_unset=True, exclude={"new_category"})

    def work(session: Session, access: Access) -> Response:
        def edit(version: int) -> Response:
            given = ExpenseUpdate.model_validate(sent | {"version": version})
            return answers.expense(expenses.edit(session, access, expense_id, given, new_category=category))

        return edited(if_match, changes.version, expenses.lock(session, access, expense_id).version, edit)

    return await call.write_once(key, work)


@router.delete("/{expense_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_expense(
    call: LedgerCall, expense_id: ExpenseId, if_match: IfMatch = None, key: Key = None
) -> Response:
    """Delete an expense.

    It goes to the trash, from where it can be restored.
    """

    def work(session: Session, access: Access) -> Response:
        require_seen(if_match, lambda: expenses.lock(session, access, expense_id).version)
        expenses.delete(session, access, expense_id)
        return answers.nothing()

    return await call.write_once(key, work)


@router.post("/{expense_id}/restore", response_model=ExpenseOut)
async def restore_expense(call: LedgerCall, expense_id: ExpenseId, key: Key = None) -> Response:
    """Restore an expense.

    It comes back out of the trash, whole as it was.
    """

    def work(session: Session, access: Access) -> Response:
        expenses.restore(session, access, expense_id)
        return answers.expense(expenses.get(session, access, expense_id))

    return await call.write_once(key, work)


def _category(name: str | None) -> CategoryCreate | None:
    """What makes the category of a name that was sent."""
    return None if name is None else CategoryCreate(name=name)

"""All expenses that meet a filter, at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from expense_api import answers
from expense_api.calls import Key, UserCall
from expense_api.filters import CountedParameters
from expense_api.requests import Route
from expense_api.shapes.book import ChangedOut
from expense_api.shapes.given import ExpensesPatch
from expense_core import at_once
from expense_core.at_once import CommonUpdate
from expense_core.ledgers import Access
from expense_core.tables import CategoryCreate

router = APIRouter(prefix="/api/v1/expenses", tags=["expenses"], route_class=Route)


@router.patch("", response_model=ChangedOut)
async def edit_expenses(
    call: UserCall, query: Annotated[CountedParameters, Query()], changes: ExpensesPatch, key: Key = None
) -> Response:
    """Change all that meet a filter.

    Gives every expense that meets the filter, however many, another category or date; one undo takes it back. If it is
    not `expected` many, others came or went since you looked: nothing is done then.
    """
    category = None if changes.new_category is None else CategoryCreate(name=changes.new_category)
    given = CommonUpdate.model_validate(changes.model_dump(exclude_unset=True, exclude={"new_category"}))

    def work(session: Session, access: Access) -> Response:
        changed = at_once.edit(session, access, query, given, new_category=category, expected=query.expected)
        return answers.answer(dict[str, int], {"changed": changed})

    return await call.write_once(key, work)


@router.delete("", response_model=ChangedOut)
async def delete_expenses(call: UserCall, query: Annotated[CountedParameters, Query()], key: Key = None) -> Response:
    """Delete all that meet a filter.

    They go to the trash; one undo takes it back. If they are not `expected` many, nothing is done.
    """

    def work(session: Session, access: Access) -> Response:
        deleted = at_once.delete(session, access, query, expected=query.expected)
        return answers.answer(dict[str, int], {"changed": deleted})

    return await call.write_once(key, work)

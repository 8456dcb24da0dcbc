"""Categories: make, rename, merge, delete."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from sqlmodel import Session

from expense_api import answers
from expense_api.calls import IfMatch, Key, LedgerCall, edited, require_seen
from expense_api.requests import Route
from expense_api.shapes.book import CategoryList, CategoryOut
from expense_api.shapes.given import CategoryPatch, Merge
from expense_core import categories
from expense_core.ledgers import Access
from expense_core.tables import CategoryCreate, CategorySummary, CategoryUpdate

router = APIRouter(prefix="/api/v1/categories", tags=["categories"], route_class=Route)

CategoryId = Annotated[int, Path(description="The category's number.", examples=[1])]


@router.get("", response_model=CategoryList)
async def list_categories(call: LedgerCall) -> Response:
    """List categories.

    All of the ledger's, by name, with what was spent on each.
    """
    return await call.read(
        lambda session, access: answers.answer(
            dict[str, list[CategorySummary]], {"items": categories.list(session, access)}
        )
    )


@router.post("", response_model=CategoryOut, status_code=HTTPStatus.CREATED)
async def create_category(call: LedgerCall, new: CategoryCreate, key: Key = None) -> Response:
    """Make a category."""

    def work(session: Session, access: Access) -> Response:
        made = categories.create(session, access, new)
        return answers.category(made, location=call.address_of_new(made.id))

    return await call.write_once(key, work)


@router.get("/{category_id}", response_model=CategoryOut)
async def get_category(call: LedgerCall, category_id: CategoryId) -> Response:
    """Get one category."""
    return await call.read(lambda session, access: answers.category(categories.get(session, access, category_id)))


@router.patch("/{category_id}", response_model=CategoryOut)
async def rename_category(
    call: LedgerCall, category_id: CategoryId, changes: CategoryPatch, if_match: IfMatch = None, key: Key = None
) -> Response:
    """Rename a category."""

    def work(session: Session, access: Access) -> Response:
        def rename(version: int) -> Response:
            given = CategoryUpdate(name=changes.name, version=version)
            return answers.category(categories.rename(session, access, category_id, given))

        return edited(if_match, changes.version, categories.lock(session, access, category_id).version, rename)

    return await call.write_once(key, work)


@router.delete("/{category_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_category(
    call: LedgerCall,
    category_id: CategoryId,
    move_to: Annotated[
        int | None, Query(ge=1, description="The category that takes its expenses.", examples=[2])
    ] = None,
    uncategorise: Annotated[bool, Query(description="Leave its expenses without a category.", examples=[True])] = False,
    if_match: IfMatch = None,
    key: Key = None,
) -> Response:
    """Delete a category.

    One that has expenses, in the trash too, is refused with 409 unless you say where they go.
    """

    def work(session: Session, access: Access) -> Response:
        require_seen(if_match, lambda: categories.lock(session, access, category_id).version)
        categories.delete(session, access, category_id, move_to=move_to, uncategorise=uncategorise)
        return answers.nothing()

    return await call.write_once(key, work)


@router.post("/{category_id}/merge", response_model=CategoryOut)
async def merge_category(call: LedgerCall, category_id: CategoryId, merge: Merge, key: Key = None) -> Response:
    """Merge a category into another.

    Its expenses, those in the trash too, go to the other one, and it is deleted; the answer is the other one.
    """
    return await call.write_once(
        key,
        lambda session, access: answers.category(categories.merge(session, access, category_id, merge.into_id)),
    )

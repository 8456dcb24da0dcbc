"""Profiles: what was answered about statements and is not asked again, until it is forgotten."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlmodel import Session

from expense_api import answers
from expense_api.calls import Key, LedgerCall
from expense_api.requests import Route
from expense_api.shapes.profiles import ProfileList
from expense_core.ledgers import Access
from expense_core.statements import profiles
from expense_core.tables import ProfilePublic

router = APIRouter(prefix="/api/v1/profiles", tags=["imports"], route_class=Route)

ProfileId = Annotated[int, Path(description="The profile's number.", examples=[1])]


@router.get("", response_model=ProfileList)
async def list_profiles(call: LedgerCall) -> Response:
    """List remembered answers.

    All of the ledger's, the latest first: what was answered about a statement, and is taken for others of its shape.
    """

    def work(session: Session, access: Access) -> Response:
        return answers.answer(dict[str, list[ProfilePublic]], {"items": profiles.list(session, access)})

    return await call.read(work)


@router.delete("/{profile_id}", status_code=HTTPStatus.NO_CONTENT)
async def forget_profile(call: LedgerCall, profile_id: ProfileId, key: Key = None) -> Response:
    """Forget an answer.

    The next such file is asked about again. It is no part of the book: no undo brings it back.
    """

    def work(session: Session, access: Access) -> Response:
        profiles.forget(session, access, profile_id)
        return answers.nothing()

    return await call.write_once(key, work)

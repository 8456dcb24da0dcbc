"""Ledgers, and the currencies that money in them can be in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from expense_api import answers
from expense_api.calls import UserCall
from expense_api.requests import Route
from expense_api.shapes.book import CurrencyList, LedgerList, LedgerOut
from expense_core import ledgers, money
from expense_core.tables import LedgerPublic

router = APIRouter(prefix="/api/v1", tags=["ledgers"], route_class=Route)

LedgerIdInPath = Annotated[int, Path(description="The ledger's number.", examples=[1])]


@router.get("/ledgers", response_model=LedgerList)
async def list_ledgers(call: UserCall) -> Response:
    """List ledgers.

    Those that you may see, the oldest first. Any other call takes `ledger_id`.
    """
    return await call.read_as_user(
        lambda session, caller: answers.answer(
            dict[str, list[LedgerPublic]], {"items": ledgers.list(session, caller.user)}
        )
    )


@router.get("/ledgers/{ledger_id}", response_model=LedgerOut)
async def get_ledger(call: UserCall, ledger_id: LedgerIdInPath) -> Response:
    """Get one ledger."""
    return await call.read_as_user(
        lambda session, caller: answers.tagged(LedgerPublic, ledgers.get(session, caller.user, ledger_id))
    )


@router.get("/currencies", response_model=CurrencyList)
async def list_currencies() -> Response:
    """List currencies.

    Every one that an expense can be in, with how many decimals it has. Anybody may ask.
    """
    known = [{"code": one.code, "name": one.name, "decimals": one.decimals} for one in money.currencies().values()]
    return answers.answer(dict[str, list[dict[str, str | int]]], {"items": known})

"""The history: every write, undo and redo."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from expense_api import answers, lists
from expense_api.calls import Key, LedgerCall
from expense_api.requests import Route
from expense_api.routes.expenses import Cursor, ExpenseId, Limit
from expense_api.shapes.book import ExpenseHistory, HistoryEntryOut, HistoryPage
from expense_api.shapes.given import Reverse
from expense_core import history
from expense_core.history_view import HistoryEntryPublic
from expense_core.pages import Page
from expense_core.tables import Action

router = APIRouter(prefix="/api/v1", tags=["history"], route_class=Route)

OfKind = Annotated[Action | None, Query(description="Only writes of this kind.", examples=[Action.IMPORT.value])]


@router.get("/history", response_model=HistoryPage)
async def list_history(call: LedgerCall, action: OfKind = None, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List the history.

    Every write in the ledger, or every one of a kind, whoever made it; the last one first.
    """
    return await lists.page(
        call,
        Page[HistoryEntryPublic],
        f"history {action or ''}",
        cursor,
        lambda session, access, inner: history.list(session, access, action=action, limit=limit, cursor=inner),
    )


@router.get("/expenses/{expense_id}/history", response_model=ExpenseHistory)
async def list_expense_history(call: LedgerCall, expense_id: ExpenseId) -> Response:
    """List what was done to an expense.

    The last write first; an expense in the trash has its history too.
    """
    return await call.read(
        lambda session, access: answers.answer(
            dict[str, list[HistoryEntryPublic]], {"items": history.of(session, access, expense_id)}
        )
    )


@router.post("/history/undo", response_model=HistoryEntryOut)
async def undo(call: LedgerCall, which: Reverse | None = None, key: Key = None) -> Response:
    """Undo.

    Takes back your own last write, or the one that is named; 409 where a later one stands in the way.
    """
    entry_id = which.entry_id if which else None
    return await call.write_once(
        key, lambda session, access: answers.answer(HistoryEntryPublic, history.undo(session, access, entry_id))
    )


@router.post("/history/redo", response_model=HistoryEntryOut)
async def redo(call: LedgerCall, which: Reverse | None = None, key: Key = None) -> Response:
    """Redo.

    Does again what your last undo took back, or the write that is named.
    """
    entry_id = which.entry_id if which else None
    return await call.write_once(
        key, lambda session, access: answers.answer(HistoryEntryPublic, history.redo(session, access, entry_id))
    )

"""Many changes at once."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Response
from sqlmodel import Session

from expense_api import answers
from expense_api.calls import Key, LedgerCall
from expense_api.requests import Route
from expense_api.shapes.book import BatchOut
from expense_api.shapes.given import BatchIn
from expense_core import batches
from expense_core.batches import Outcome
from expense_core.ledgers import Access
from expense_core.tables import CategoryCreate

router = APIRouter(prefix="/api/v1/expenses", tags=["expenses"], route_class=Route)

_LINES_IN_THE_BOOK = {"lines": {"__all__": {"expense": answers.IN_THE_BOOK}}}


@dataclass(slots=True)
class _Done:
    lines: list[Outcome]
    dry_run: bool


@router.post("/batch", response_model=BatchOut)
async def apply_batch(call: LedgerCall, batch: BatchIn, key: Key = None) -> Response:
    """Do many changes at once.

    Up to 1,000 creates, edits, deletes and restores: all of them or none, and one undo takes them back. Where lines
    cannot be done, `errors` names each.
    """
    category = None if batch.new_category is None else CategoryCreate(name=batch.new_category)

    def work(session: Session, access: Access) -> Response:
        outcomes = batches.apply(session, access, batch.lines, new_category=category, dry_run=batch.dry_run)
        return answers.answer(_Done, _Done(outcomes, batch.dry_run), without=_LINES_IN_THE_BOOK)

    return await call.write_once(None if batch.dry_run else key, work)

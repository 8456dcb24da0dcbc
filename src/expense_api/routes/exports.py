"""Exports: expenses as a file, of any size in flat memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query, Response
from starlette.responses import StreamingResponse

from expense_api.calls import LedgerCall
from expense_api.filters import Wanted
from expense_core import expenses, exports
from expense_core.exports import Form
from expense_core.queries import MOST_OF_A_PAGE, ExpenseFilter, ExpenseQuery, Sort
from expense_core.tables import ExpensePublic

router = APIRouter(prefix="/expenses", tags=["expenses"])

_MEDIA_TYPES = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.JSON: "application/json",
    Form.NDJSON: "application/x-ndjson",
}


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={200: {"description": "The file", "content": {kind: {} for kind in _MEDIA_TYPES.values()}}},
)
async def export_expenses(
    call: LedgerCall,
    wanted: Wanted,
    form: Annotated[Form, Query(alias="format", description="How to write it.")] = Form.CSV,
) -> Response:
    """Export expenses.

    All that meet every filter, the oldest first, as a stream. A client may take its time: between two pages nothing in
    the database is held for it.
    """
    pieces = exports.text(_each(call, wanted), form)
    take = call.server.calls.run
    first = await take(lambda: "".join(islice(pieces, MOST_OF_A_PAGE)))

    async def stream() -> AsyncIterator[str]:
        chunk = first
        while chunk:
            yield chunk
            chunk = await take(lambda: "".join(islice(pieces, MOST_OF_A_PAGE)))

    headers = {"Content-Disposition": f'attachment; filename="expenses.{form}"'}
    return StreamingResponse(stream(), headers=headers, media_type=_MEDIA_TYPES[form])


def _each(call: LedgerCall, wanted: ExpenseFilter) -> Iterator[ExpensePublic]:
    cursor: str | None = None
    while True:
        query = ExpenseQuery.model_construct(
            wanted.model_fields_set, **wanted.__dict__, sort=Sort.OLDEST, limit=MOST_OF_A_PAGE, cursor=cursor
        )
        with call.server.database.reading() as session:
            page = expenses.find(session, call.identify(session).access, query)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return

"""Exports: expenses as a file, of any size in flat memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from starlette.responses import StreamingResponse

from expense_api import answers
from expense_api.calls import Call, UserCall
from expense_api.filters import ExportParameters
from expense_api.requests import Route
from expense_core import expenses, exports
from expense_core.exports import Form
from expense_core.queries import MOST_OF_A_PAGE, ExpenseFilter, ExpenseQuery, Sort
from expense_core.tables import ExpensePublic

router = APIRouter(prefix="/api/v1/expenses", tags=["expenses"], route_class=Route)

_MEDIA_TYPES = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.JSON: "application/json",
    Form.NDJSON: "application/x-ndjson",
}

_CSV = "id,spent_on,amount,currency,description,category,notes\n1,2026-11-05,12.50,EUR,Lunch with Sam,Food,\n"
_NDJSON = (
    '{"id": 1, "spent_on": "2026-11-05", "amount": "12.50", "currency": "EUR", "description": "Lunch with Sam", '
    '"category": "Food", "notes": ""}\n'
)
_CONTENT: dict[str, dict[str, Any]] = {  # Any: what JSON holds
    "text/csv": {"schema": {"type": "string"}, "example": _CSV},
    "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/ExportedExpense"}}},
    "application/x-ndjson": {"schema": {"type": "string"}, "example": _NDJSON},
}


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={HTTPStatus.OK: {"description": "The file.", "content": _CONTENT}},
)
async def export_expenses(call: UserCall, query: Annotated[ExportParameters, Query()]) -> Response:
    """Export expenses.

    All that meet every filter, the oldest first, as a stream. A client may take its time: between two pages nothing in
    the database is held for it. What is changed meanwhile may be in it or not, and an expense that is moved to another
    day may be in it twice or not at all. A file that could not be finished ends without its last chunk.
    """
    await call.read(lambda *_: answers.nothing())  # who may not is told so, and the use of their token is written down
    pieces = exports.text(_each(call, query), query.form)
    take = call.server.calls.run
    first = await take(lambda: "".join(islice(pieces, MOST_OF_A_PAGE)))

    async def stream() -> AsyncIterator[str]:
        chunk = first
        while chunk:
            yield chunk
            chunk = await take(lambda: "".join(islice(pieces, MOST_OF_A_PAGE)), is_under_way=True)

    headers = {"Content-Disposition": f'attachment; filename="expenses.{query.form}"'}
    return StreamingResponse(stream(), headers=headers, media_type=_MEDIA_TYPES[query.form])


def _each(call: Call, wanted: ExpenseFilter) -> Iterator[ExpensePublic]:
    """Each page in a transaction of its own, and only while the caller may."""
    cursor: str | None = None
    while True:
        query = ExpenseQuery.model_construct(
            wanted.model_fields_set, **wanted.__dict__, sort=Sort.OLDEST, limit=MOST_OF_A_PAGE, cursor=cursor
        )
        with call.server.reads.reading() as session:
            page = expenses.find(session, call.identify(session).access, query)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return

"""Exports: expenses as a file, of any size in flat memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from starlette.responses import StreamingResponse

from expense_api import answers
from expense_api.calls import Call, UserCall
from expense_api.filters import ExportParameters
from expense_api.requests import Route
from expense_core import exports
from expense_core.exports import Form, Line, from_book
from expense_core.queries import MOST_OF_A_PAGE, ExpenseFilter

router = APIRouter(prefix="/api/v1/expenses", tags=["expenses"], route_class=Route)

_CSV = "id,spent_on,amount,currency,description,category,notes\n1,2026-11-05,12.50,EUR,Lunch with Sam,Food,\n"
_NDJSON = (
    '{"id": 1, "spent_on": "2026-11-05", "amount": "12.50", "currency": "EUR", "description": "Lunch with Sam", '
    '"category": "Food", "notes": ""}\n'
)
_JOURNAL = "2026-11-05 * (1) Lunch with Sam\n    Expenses:Food  12.50 EUR\n    Assets:Cash  -12.50 EUR\n"
_CONTENT: dict[str, dict[str, Any]] = {  # Any: what JSON holds
    "text/csv": {"schema": {"type": "string"}, "example": _CSV},
    "application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/ExportedExpense"}}},
    "application/x-ndjson": {"schema": {"type": "string"}, "example": _NDJSON},
    "text/plain": {"schema": {"type": "string"}, "example": _JOURNAL},
    Form.OFX.media_type: {"schema": {"type": "string"}, "example": "OFXHEADER:100\nDATA:OFXSGML\n..."},
    Form.QIF.media_type: {"schema": {"type": "string"}, "example": "!Type:Cash\nD2026-11-05\nT-12.50\n^\n"},
    Form.XLSX.media_type: {"schema": {"type": "string", "format": "binary"}, "example": "PK..."},
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
    pieces = exports.pieces(_pages(call, query), query.form, account=query.account)
    take = call.server.calls.run
    first = await take(lambda: next(pieces, None))

    async def stream() -> AsyncIterator[bytes]:
        piece = first
        while piece is not None:
            yield piece
            piece = await take(lambda: next(pieces, None), is_under_way=True)

    headers = {"Content-Disposition": f'attachment; filename="expenses.{query.form}"'}
    return StreamingResponse(stream(), headers=headers, media_type=query.form.media_type)


def _pages(call: Call, wanted: ExpenseFilter) -> Iterator[list[Line]]:
    """Each page in a transaction of its own, and only while the caller may."""
    last: Line | None = None
    while True:
        with call.server.reads.reading() as session:
            page = from_book.page(session, call.identify(session).access, wanted, last, MOST_OF_A_PAGE)
        if not page:
            return
        yield page
        last = page[-1]

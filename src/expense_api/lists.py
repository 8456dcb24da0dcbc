"""Lists that come in pages, each with a cursor that leads to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlmodel import Session
from starlette.responses import Response

from expense_api import answers, cursors
from expense_api.calls import Call
from expense_core.ledgers import Access
from expense_core.pages import Page


async def page(
    call: Call,
    kind: Any,  # noqa: ANN401 - the type of the page, which only pydantic has to understand
    asked: str,
    cursor: str | None,
    find: Callable[[Session, Access, str | None], Page[Any]],  # Any: whatever is listed
    *,
    without: Any = None,  # noqa: ANN401 - as in `answers.answer`
    is_quick: bool = False,
) -> Response:
    """A page of a list of the call's ledger.

    Arguments:
        asked: what decides what is in the list: a cursor is good for the same alone.
        cursor: the one that was sent.
        find: reads the page, by the core's own cursor.
        is_quick: as in `Call.read`.
    """
    asked, secrets = f"{call.ledger_id} {asked}".rstrip(), call.server.issuing.secrets
    inner = None if cursor is None else cursors.opened(cursor, secrets, asked)

    def work(session: Session, access: Access) -> Response:
        found = find(session, access, inner)
        found.next_cursor = cursors.sealed(found.next_cursor, secrets, asked)
        return answers.answer(kind, found, headers=call.link_to_next(found.next_cursor), without=without)

    return await call.read(work, is_quick=is_quick)

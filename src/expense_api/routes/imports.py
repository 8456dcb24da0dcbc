"""Imports: a statement is sent and kept, looked at row by row, decided, brought in, and taken back."""

from __future__ import annotations

import json
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Response
from sqlmodel import Session

from expense_api import answers, lists
from expense_api.calls import Key, LedgerCall
from expense_api.requests import UPLOAD, Route
from expense_api.routes.expenses import Cursor, Limit
from expense_api.shapes.book import ExpensePage
from expense_api.shapes.imports import (
    Commit,
    Decision,
    ImportForm,
    ImportOptions,
    ImportOut,
    ImportPage,
    ImportRowPage,
    Revert,
)
from expense_core import imports, kept_files, open_imports, open_rows, statements
from expense_core.imports import Import, State
from expense_core.ledgers import Access
from expense_core.open_rows import OpenRow, VerdictDecision
from expense_core.pages import Page
from expense_core.statements import ReadingOptions, profiles
from expense_core.statements.verdicts import Verdict
from expense_core.tables import ExpensePublic

router = APIRouter(prefix="/api/v1/imports", tags=["imports"], route_class=Route)

Number = Annotated[int, Path(description="The import's number.", examples=[1])]
OfState = Annotated[State | None, Query(description="Only those that are as far as this.", examples=["open"])]
OfVerdict = Annotated[Verdict | None, Query(description="Only rows of which this is made.", examples=["new"])]
RowLimit = Annotated[int, Query(description="How many at most.", ge=1, le=open_rows.MOST, examples=[100])]

_AT_ONCE = 1 << 20
_ITEMS_IN_THE_BOOK = {"items": {"__all__": answers.IN_THE_BOOK}}


@router.post("", response_model=ImportOut, status_code=HTTPStatus.CREATED)
async def create_import(
    call: LedgerCall, form: Annotated[ImportForm, Form(media_type=UPLOAD)], key: Key = None
) -> Response:
    """Send a statement.

    It is kept for a week with what would become of each row; nothing comes into the book yet. Where it can be read in
    more than one way the answer is 422, `statement_ambiguous`, with a question: send it again with the answer in
    `options`, under the name in `option`. Once it has come in, the answer is remembered for files of its shape. Whoever
    closes the connection before the answer, and sent no key to come back with, has nothing kept.
    """
    asked = form.options or ImportOptions()
    options = asked.reading()
    run = call.server.calls.run
    with kept_files.folder_for(form.file.filename or "") as path:
        sent = await run(partial(_save, form, path))

        def work(session: Session, access: Access) -> Response:
            def begin(known: ReadingOptions) -> Import:
                return open_imports.begin(
                    session,
                    access,
                    path,
                    statements.recognise(path, known),
                    known,
                    remembered=profiles.used(options, known),
                    file=form.file.filename,
                    credits=asked.credits,
                    pending=asked.pending,
                    only_currency=asked.only_currency,
                    purged=asked.purged,
                    categorise=asked.categorise,
                    clean_payees=asked.clean_payees,
                )

            made = profiles.answered(session, access, path, options, begin) if asked.profile else begin(options)
            location = call.address_of_new(made.id)
            return answers.answer(Import, made, status=HTTPStatus.CREATED, headers={"Location": location})

        answer = await call.write_once(key, work, sent=sent)
    if key is None and await call.request.is_disconnected():
        number = json.loads(bytes(answer.body))["id"]
        await call.write(lambda session, access: _thrown_away(session, access, number))
    return answer


@router.get("", response_model=ImportPage)
async def list_imports(call: LedgerCall, state: OfState = None, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """List imports.

    Those that came in, whichever way, and those that are open; the last first.
    """
    return await lists.page(
        call,
        Page[Import],
        f"imports {state or ''}",
        cursor,
        lambda session, access, inner: imports.list(session, access, state=state, limit=limit, cursor=inner),
    )


@router.get("/{import_id}", response_model=ImportOut)
async def get_import(call: LedgerCall, import_id: Number) -> Response:
    """Get one import."""
    return await call.read(lambda session, access: _answer(imports.get(session, access, import_id)))


@router.get("/{import_id}/rows", response_model=ImportRowPage)
async def list_import_rows(
    call: LedgerCall, import_id: Number, verdict: OfVerdict = None, limit: RowLimit = 100, cursor: Cursor = None
) -> Response:
    """List the rows of an open import.

    In the order of the file, each with what would become of it and why. Of an import that came in there are none any
    more.
    """

    def find(session: Session, access: Access, inner: str | None) -> Page[OpenRow]:
        return open_rows.list(session, access, import_id, verdict=verdict, limit=limit, cursor=inner)

    return await lists.page(call, Page[OpenRow], f"rows {import_id} {verdict or ''}", cursor, find)


@router.patch("/{import_id}/rows", response_model=ImportOut)
async def decide_import_rows(call: LedgerCall, import_id: Number, decision: Decision, key: Key = None) -> Response:
    """Decide on rows.

    On single ones, by their lines, or on all of a verdict: whether they come in, and with which category. What was
    imported before, is of zero or cannot be an expense is never taken.
    """

    def work(session: Session, access: Access) -> Response:
        if decision.rows is not None:
            return _answer(open_rows.decide(session, access, import_id, decision.rows))
        of_all = VerdictDecision.model_validate(decision.model_dump(exclude={"rows"}))
        return _answer(open_rows.decide_all(session, access, import_id, of_all))

    return await call.write_once(key, work)


@router.post("/{import_id}/commit", response_model=ImportOut)
async def commit_import(call: LedgerCall, import_id: Number, how: Commit | None = None, key: Key = None) -> Response:
    """Bring an import in.

    What was decided comes in as one entry of the history, or nothing does. A row that has come into the book in another
    way meanwhile does not come in again. 422 while a row is unclear and nobody has said that it is left out.
    """
    leave_unclear = how is not None and how.leave_unclear
    return await call.write_once(
        key,
        lambda session, access: _answer(open_imports.commit(session, access, import_id, leave_unclear=leave_unclear)),
    )


@router.delete("/{import_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_import(call: LedgerCall, import_id: Number, key: Key = None) -> Response:
    """Throw an open import away.

    One that came in is a 409: revert it.
    """
    return await call.write_once(key, lambda session, access: _thrown_away(session, access, import_id))


@router.post("/{import_id}/revert", response_model=ImportOut)
async def revert_import(call: LedgerCall, import_id: Number, how: Revert | None = None, key: Key = None) -> Response:
    """Take an import back.

    Whole, however long ago it was. Where some of it was edited since the answer is 409 and tells what, unless `edited`
    says that it goes all the same; then all of it goes to the trash.
    """

    def work(session: Session, access: Access) -> Response:
        imports.revert(session, access, import_id, edited=how is not None and how.edited)
        return _answer(imports.get(session, access, import_id))

    return await call.write_once(key, work)


@router.get("/{import_id}/expenses", response_model=ExpensePage)
async def list_import_expenses(
    call: LedgerCall, import_id: Number, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    """List what came of an import.

    Its expenses that are in the book, in the order of the file.
    """
    return await lists.page(
        call,
        Page[ExpensePublic],
        f"expenses of import {import_id}",
        cursor,
        lambda session, access, inner: imports.expenses(session, access, import_id, limit=limit, cursor=inner),
        without=_ITEMS_IN_THE_BOOK,
    )


def _thrown_away(session: Session, access: Access, import_id: int) -> Response:
    open_imports.delete(session, access, import_id)
    return answers.nothing()


def _answer(found: Import) -> Response:
    return answers.answer(Import, found)


def _save(form: ImportForm, path: FilePath) -> bytes:
    """Put the file that was sent where a reader finds it; a hash of all that was sent."""
    digest = sha256(f"{form.file.filename!r} {form.options!r}\n".encode(errors="surrogatepass"))
    with path.open("wb") as saved:
        for piece in iter(partial(form.file.file.read, _AT_ONCE), b""):
            digest.update(piece)
            saved.write(piece)
    return digest.digest()

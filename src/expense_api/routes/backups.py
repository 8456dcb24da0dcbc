"""Backups of one ledger: all of it as a file, and a new ledger out of one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from tempfile import TemporaryFile
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, Form, Header, Response
from sqlmodel import Session
from starlette.responses import StreamingResponse

from expense_api import answers
from expense_api.calls import Call, Key, UserCall
from expense_api.requests import UPLOAD, Route
from expense_api.routes.ledgers import LedgerIdInPath
from expense_api.shapes.book import LedgerOut
from expense_api.shapes.given import BackupForm
from expense_core import users
from expense_core.backups import one_ledger
from expense_core.backups.one_ledger import Whole
from expense_core.errors import Invalid
from expense_core.ledgers import Access
from expense_core.tables import LedgerPublic

router = APIRouter(prefix="/api/v1/ledgers", tags=["ledgers"], route_class=Route)

Passphrase = Annotated[
    str | None,
    Header(
        alias="Backup-Passphrase",
        description="In UTF-8: whoever has the file needs this as well.",
        min_length=1,
        max_length=1_024,
        examples=["four blue hats"],
    ),
]

_FILE = "application/octet-stream"
_CONTENT: dict[str, Any] = {_FILE: {"schema": {"type": "string", "format": "binary"}, "example": "..."}}  # Any: JSON
_AT_ONCE = 1 << 18
_UNPACKED = 16
"""How many times the limit of an upload a backup may come to: text like this is packed to a tenth of it."""


@router.get(
    "/{ledger_id}/backup",
    response_class=StreamingResponse,
    responses={HTTPStatus.OK: {"description": "The file.", "content": _CONTENT}},
)
async def back_up_ledger(call: UserCall, ledger_id: LedgerIdInPath, passphrase: Passphrase = None) -> Response:
    """Back up a ledger.

    All that is in it, as it is at this moment: the trash, rules, imports and the whole history; of people only the
    names of those who wrote something. For an owner, with a token that may write. With a passphrase it is encrypted.
    """
    secret, server = _in_utf8(passphrase), call.server
    call.ledger_id = ledger_id
    await call.read(lambda *_: answers.nothing())  # who may not is told so, and the use of their token is written down
    file = await server.backups.run(partial(_saved, call, secret))

    async def stream() -> AsyncIterator[bytes]:
        with file:
            while piece := await server.calls.run(partial(file.read, _AT_ONCE), is_under_way=True):
                yield piece

    headers = {"Content-Disposition": f'attachment; filename="ledger-{ledger_id}.backup"'}
    return StreamingResponse(stream(), headers=headers, media_type=_FILE)


@router.post("/restore", response_model=LedgerOut, status_code=HTTPStatus.CREATED)
async def restore_ledger(
    call: UserCall, form: Annotated[BackupForm, Form(media_type=UPLOAD)], passphrase: Passphrase = None, key: Key = None
) -> Response:
    """Restore a ledger.

    Makes a new one out of a backup, of this server or another: all that it had, and its writes can be undone as before.
    Only you are its member. Who is named in it stays who they are where you share a ledger with them here; anybody
    else's part is yours.
    """
    secret, server = _in_utf8(passphrase), call.server
    most = _UNPACKED * server.settings.upload_limit
    with ExitStack() as opened:
        sent, whole = await server.backups.run(partial(opened.enter_context, _opened(form.file.file, secret, most)))

        def work(session: Session, access: Access) -> Response:
            made = one_ledger.restore(session, users.get(session, access.user_id), whole)
            answer = answers.tagged(LedgerPublic, made, status=HTTPStatus.CREATED)
            answer.headers["Location"] = call.address_beside(made.id)
            return answer

        return await call.write_once(key, work, sent=sent)


def _saved(call: Call, passphrase: str | None) -> BinaryIO:
    """The backup in a file without a name, so that nothing in the database is held while a client takes its time."""
    with call.server.reads.reading() as session:
        access = call.identify(session).access
    with ExitStack() as opened:
        file = opened.enter_context(TemporaryFile())
        with call.server.database.reading() as session:
            one_ledger.write(session, access, file, passphrase=passphrase)
        file.seek(0)
        opened.pop_all()
    return file


@contextmanager
def _opened(file: BinaryIO, passphrase: str | None, most: int) -> Iterator[tuple[bytes, Whole]]:
    """What stands for a file, and the backup in it."""
    digest = sha256()
    for piece in iter(partial(file.read, _AT_ONCE), b""):
        digest.update(piece)
    file.seek(0)
    with one_ledger.opened(file, passphrase=passphrase, most=most) as whole:
        yield digest.digest(), whole


def _in_utf8(sent: str | None) -> str | None:
    """What a header says, which is read as if it were Latin-1."""
    try:
        return None if sent is None else sent.encode("latin-1").decode()
    except UnicodeDecodeError as error:
        raise Invalid("write the passphrase in UTF-8") from error

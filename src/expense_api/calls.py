"""A call: who makes it, and its way to the book and back, in one hop to a thread or in none (docs/decisions/0007).

A route says what is to be done with the book; here it gets a session, in a transaction that is committed once or not
at all, and the caller's authority. What goes wrong is raised, and answered in `problems`.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Header, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from expense_api.problems import Busy, PreconditionFailed
from expense_api.server import Server
from expense_core import callers, idempotency, users
from expense_core.callers import Bearer, Caller
from expense_core.database import Database
from expense_core.errors import DatabaseError, DatabaseLocked, InvalidToken, VersionConflict
from expense_core.ledgers import Access
from expense_core.tables import UserPublic

LedgerId = Annotated[int | None, Query(ge=1, description="The ledger; your personal one when not given.", examples=[1])]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag that you saw: the call is refused with 412 if it is another one by now.",
        examples=['"1"'],
    ),
]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Chosen by you, new for each request: a retry under it gets the first answer and does nothing.",
        pattern=f"^{idempotency.KEY}$",
        examples=["8e03978e-40d5-43e8-bc93-6894a57f9324"],
    ),
]

_BEARER = re.compile(r"bearer +(\S+)", re.IGNORECASE)
_ETAG = re.compile(r'(?:W/)?"([0-9]{1,18})"')
_KEPT_HEADERS = ("etag", "location")


class Call:
    """One request of a user's."""

    def __init__(self, server: Server, request: Request, bearer: Bearer) -> None:
        self.server = server
        self.request = request
        self.ledger_id: int | None = None
        """The ledger that was asked for; None: the caller's personal one."""
        self._bearer = bearer

    def address_of_new(self, row_id: int) -> str:
        """The path of what was just added to the list that was called, in the same ledger."""
        path = f"{self._path}/{row_id}"
        return path if self.ledger_id is None else f"{path}?ledger_id={self.ledger_id}"

    def address_beside(self, row_id: int) -> str:
        """The path of what was just added to the list that what was called stands in."""
        return f"{self._path.rpartition('/')[0]}/{row_id}"

    def link_to_next(self, cursor: str | None) -> dict[str, str]:
        """The header that leads to a list's next page (RFC 8288)."""
        if cursor is None:
            return {}
        given = [(name, value) for name, value in self.request.query_params.multi_items() if name != "cursor"]
        return {"Link": f'<{self._path}?{urlencode([*given, ("cursor", cursor)])}>; rel="next"'}

    @property
    def _path(self) -> str:
        """The path that was called, as the client has it."""
        scope = self.request.scope
        path: str = scope.get("root_path", "") + scope["path"]
        return path

    async def read(self, work: Callable[[Session, Access], Response], *, is_quick: bool = False) -> Response:
        """Answer out of the book.

        Arguments:
            is_quick: whether it takes a few rows straight from an index, however large the book.
        """
        return await self.read_as_user(lambda session, caller: work(session, caller.access), is_quick=is_quick)

    async def write(self, work: Callable[[Session, Access], Response], *, is_quick: bool = False) -> Response:
        """Change the book.

        Arguments:
            is_quick: whether it changes a few rows that it knows, however large the book.
        """
        return await self.write_as_user(lambda session, caller: work(session, caller.access), is_quick=is_quick)

    async def write_once(
        self,
        key: str | None,
        work: Callable[[Session, Access], Response],
        *,
        is_quick: bool = False,
        sent: bytes | None = None,
    ) -> Response:
        """Change the book, but once only under the same key.

        Arguments:
            sent: what stands for the body, where that is more than should be in memory.
        """
        if key is None:
            return await self.write(work, is_quick=is_quick)
        request = self.request
        said = f"{request.method}\n{request.url.path}\n{request.url.query}\n".encode()
        fingerprint = sha256(said + (await request.body() if sent is None else sent)).digest()

        def once(session: Session, access: Access) -> Response:
            kept = idempotency.answered(session, access, key, fingerprint)
            if kept is not None:
                return _unpacked(kept)
            answer = work(session, access)
            idempotency.keep(session, access, key, fingerprint, _packed(answer))
            return answer

        return await self.write(once, is_quick=is_quick)

    async def read_as_user(self, work: Callable[[Session, Caller], Response], *, is_quick: bool = False) -> Response:
        """Answer with what is the caller's own, whichever the ledger."""

        def reading(database: Database) -> tuple[Caller, Response]:
            with database.reading() as session:
                caller = self.identify(session)
                return caller, work(session, caller)

        server = self.server
        if is_quick and server.in_the_loop is not None:
            caller, answer = reading(server.in_the_loop)
        else:
            caller, answer = await server.calls.run(partial(reading, server.reads))
        if caller.use_to_note:
            await self.note_use(caller)
        return answer

    async def write_as_user(self, work: Callable[[Session, Caller], Response], *, is_quick: bool = False) -> Response:
        """Change what is the caller's own, whichever the ledger."""

        def writing(database: Database) -> Response:
            with database.transaction() as session:
                caller = self.identify(session)
                caller.require_writing()
                if caller.use_to_note:
                    _note_use(session, caller)
                return work(session, caller)

        server = self.server
        if is_quick and server.in_the_loop is not None:
            with suppress(DatabaseLocked):  # nothing was done then
                return writing(server.in_the_loop)
        return await server.writes.run(partial(writing, server.database))

    async def vouch(self, *, to_write: bool = False) -> None:
        """Make sure that the token is good, before anything is said of what was sent with it.

        Arguments:
            to_write: and that it is one that may write.

        Raises:
            InvalidToken: it is not.
            PermissionDenied: it may only read.
        """

        def look(_: Session, caller: Caller) -> Response:
            if to_write:
                caller.require_writing()
            return Response()

        await self.read_as_user(look)

    async def confirm(self, password: str) -> UserPublic:
        """The caller, once they have shown that they know their password.

        Raises:
            WrongPassword: they do not.
            PermissionDenied: they call with a personal access token.
        """
        server = self.server
        user, found = await server.calls.run(self._attempt)
        rounds = server.settings.bcrypt_rounds
        await server.sign_ins.run(lambda: found.confirm(password, rounds=rounds))
        return user

    async def count_attempt(self) -> None:
        """Count what somebody does who is signed in and could guess by it, like an attempt to sign in.

        Raises:
            TooManyAttempts: it is one too many.
            PermissionDenied: they call with a personal access token.
        """
        await self.server.calls.run(self._attempt)

    def _attempt(self) -> tuple[UserPublic, users.Credentials]:
        server = self.server
        with server.reads.reading() as session:
            caller = self.identify(session)
            caller.require_sign_in()
            found = users.credentials(session, caller.user.username)
        server.limits.count_address(address_of(self.request))
        server.limits.count_login(caller.user.username, caller.user.id)
        return caller.user, found

    def identify(self, session: Session) -> Caller:
        """Who calls; the log is told."""
        caller = callers.identify(session, self._bearer, ledger_id=self.ledger_id)
        self.request.state.user_id = caller.user.id
        return caller

    async def note_use(self, caller: Caller) -> None:
        """Write down that the caller's token was used; where that cannot be done just now, a later call will."""

        def noting(database: Database) -> None:
            with database.transaction() as session:
                _note_use(session, caller)

        server = self.server
        with suppress(DatabaseError, Busy):  # who only reads has their answer, whatever becomes of this
            if server.in_the_loop is not None:
                noting(server.in_the_loop)
            else:
                await server.writes.run(partial(noting, server.database))


def _note_use(session: Session, caller: Caller) -> None:
    """Write down that a token was used. That is seldom, and often enough to clear away answers out of date as well."""
    callers.note_use(session, caller)
    if caller.membership is not None:
        idempotency.clear(session, caller.membership)


def address_of(request: Request) -> str:
    """The network address that a request came from; behind a proxy that is trusted, the one it names."""
    return request.client.host if request.client else ""


def server_of(request: Request) -> Server:
    """The server that a request came to."""
    server: Server = request.app.state.server
    return server


def call_of(request: Request) -> Call:
    """The call that a request makes.

    Raises:
        InvalidToken: it has no token, or one that is not ours or has expired.
    """
    server = server_of(request)
    found = _BEARER.fullmatch(request.headers.get("authorization", "").strip())
    if found is None:
        raise InvalidToken("sign in, and send the token in the header `Authorization: Bearer TOKEN`")
    bearer = callers.read_token(found[1], server.issuing, now=server.clock())
    return Call(server, request, bearer)


def _user_call() -> None:
    """What a route declares that takes a call: `requests.Route` gives it one."""


def _ledger_call(ledger_id: LedgerId = None) -> None:
    """The same, for a call that is about one ledger."""


CALLINGS = (_user_call, _ledger_call)

UserCall = Annotated[Call, Depends(_user_call)]
LedgerCall = Annotated[Call, Depends(_ledger_call)]


def require_seen(if_match: str | None, current: Callable[[], int]) -> None:
    """Go on only if the caller saw the version that is there now, which is looked up only if it matters.

    Raises:
        PreconditionFailed: they saw another one.
    """
    seen = _versions(if_match)
    if seen is not None and (version := current()) not in seen:
        raise PreconditionFailed.at(version)


def edited(if_match: str | None, version: int | None, current: int, edit: Callable[[int], Response]) -> Response:
    """Change what has versions.

    Arguments:
        version: the one that the caller saw, if it is in the body.
        current: the one that is there now, which nobody else changes before the transaction ends.
        edit: makes the change, to what is at the version that the caller saw.

    Raises:
        PreconditionFailed: the caller saw another one than is there, by If-Match.
        VersionConflict: by the body alone.
    """
    require_seen(if_match, lambda: current)
    try:
        return edit(current if version is None else version)
    except VersionConflict as error:
        raise (PreconditionFailed.at(error.current_version) if if_match is not None else error) from error


def require_tag(if_match: str | None, current: Response) -> None:
    """Go on only if the caller saw what is there now, of what has no version but an ETag of what is said of it.

    Raises:
        PreconditionFailed: they saw something else.
    """
    etag = current.headers["etag"]
    if if_match is not None and if_match.strip() != "*":
        seen = {tag.strip().removeprefix("W/") for tag in if_match.split(",")}
        if etag not in seen:
            raise PreconditionFailed(etag)


def _versions(if_match: str | None) -> frozenset[int] | None:
    """The versions that an If-Match header names; None where any will do, and none at all if it is no ETag of ours.

    A weak tag counts as the strong one: a proxy that compresses answers makes them weak.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    found = [_ETAG.fullmatch(tag.strip()) for tag in if_match.split(",")]
    return frozenset() if None in found else frozenset(int(tag[1]) for tag in found if tag)


def _packed(answer: Response) -> bytes:
    headers = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
    body = base64.b64encode(answer.body).decode()
    return json.dumps({"status": answer.status_code, "headers": headers, "body": body}).encode()


def _unpacked(kept: bytes) -> Response:
    answer: dict[str, Any] = json.loads(kept)  # Any: what JSON holds
    headers = answer["headers"] | {"Idempotency-Replayed": "true"}
    body = base64.b64decode(answer["body"])
    return Response(body, answer["status"], headers, "application/json" if body else None)

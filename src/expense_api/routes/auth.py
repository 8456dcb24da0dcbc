"""Signing in: accounts, sessions, and personal access tokens."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from sqlmodel import Session

from expense_api import answers
from expense_api.calls import UserCall, address_of, server_of
from expense_api.problems import RegistrationClosed
from expense_api.requests import Route
from expense_api.routes.users import user_answer
from expense_api.settings import Registration
from expense_api.shapes.accounts import (
    AccessTokenList,
    AccessTokenOut,
    EndedOut,
    LoginForm,
    NewAccessTokenOut,
    RefreshIn,
    SessionList,
    TokensOut,
    UserOut,
)
from expense_core import access_tokens, sign_ins, users
from expense_core.callers import Caller
from expense_core.errors import InvalidToken
from expense_core.sign_ins import TokenPair
from expense_core.tables import AccessTokenCreate, AccessTokenPublic, UserCreate

router = APIRouter(prefix="/api/v1/auth", tags=["signing in"], route_class=Route)

_NOT_KEPT = {"Cache-Control": "no-store"}
"""What holds a secret is in no cache."""


@router.post("/register", response_model=UserOut, status_code=HTTPStatus.CREATED)
async def register(request: Request, new: UserCreate) -> Response:
    """Register.

    Makes a user and their personal ledger. Whether the username or the address is somebody's already is not told apart.
    """
    server = server_of(request)
    if server.settings.registration is Registration.CLOSED:
        raise RegistrationClosed("nobody can register here by themselves; ask whoever runs this server for an account")
    rounds = server.settings.bcrypt_rounds
    password = new.password.get_secret_value()

    def count() -> None:
        server.limits.count_address(address_of(request))
        server.limits.count_login(new.email, None)

    await server.calls.run(count)
    hashed = await server.sign_ins.run(lambda: users.hash_password(password, new, rounds=rounds))

    def work() -> Response:
        with server.database.transaction() as session:
            return user_answer(users.register(session, new, hashed=hashed), HTTPStatus.CREATED)

    return await server.writes.run(work)


@router.post("/login", response_model=TokensOut)
async def login(request: Request, form: Annotated[LoginForm, Form()]) -> Response:
    """Sign in.

    The password form of OAuth 2; `username` is the username or the email address.
    """
    server = server_of(request)
    rounds = server.settings.bcrypt_rounds

    def look_up() -> users.Credentials:
        server.limits.count_address(address_of(request))
        with server.reads.reading() as session:
            found = users.credentials(session, form.username)
        server.limits.count_login(form.username, found.user.id if found.user else None)
        return found

    found = await server.calls.run(look_up)
    verified = await server.sign_ins.run(lambda: found.prove(form.password.get_secret_value(), rounds=rounds))

    def work() -> TokenPair:
        with server.database.transaction() as session:
            user = users.proven(session, found, verified)
            request.state.user_id = user.id
            return sign_ins.start(session, user, server.issuing, **_place(request))

    return _tokens(await server.writes.run(work))


@router.post("/refresh", response_model=TokensOut)
async def refresh(request: Request, given: RefreshIn) -> Response:
    """Renew tokens.

    The refresh token is spent by this. One that comes a second time was stolen, or its thief came first: the whole
    session ends. Within a minute, unless what it gave was renewed, it is answered again: the answer may have been lost.
    """
    server = server_of(request)

    def count() -> None:
        server.limits.count_address(address_of(request))
        user_id = sign_ins.user_of(given.refresh_token, server.issuing, now=server.clock())
        server.limits.count_renewal(user_id)

    def work() -> TokenPair | None:
        with server.database.transaction() as session:
            return sign_ins.renew(session, given.refresh_token, server.issuing, **_place(request))

    await server.calls.run(count)
    pair = await server.writes.run(work)
    if pair is None:
        raise InvalidToken("this refresh token was used before, so the session has ended; sign in again")
    return _tokens(pair)


@router.post("/logout", status_code=HTTPStatus.NO_CONTENT)
async def logout(call: UserCall) -> Response:
    """Sign out.

    This session ends, and its access tokens with it.
    """

    def work(session: Session, caller: Caller) -> Response:
        sign_ins.end(session, caller.user, caller.require_sign_in())
        return answers.nothing()

    return await call.write_as_user(work)


@router.get("/sessions", response_model=SessionList)
async def list_sessions(call: UserCall) -> Response:
    """List sessions.

    Where you are signed in. Only somebody who signed in with their password is told.
    """

    def work(session: Session, caller: Caller) -> Response:
        here = caller.require_sign_in()
        found = [
            {
                "id": one.id,
                "client": one.client,
                "address": one.address,
                "created_at": one.created_at,
                "last_used_at": one.last_used_at,
                "expires_at": one.expires_at,
                "is_current": one.id == here,
            }
            for one in sign_ins.list(session, caller.user)
        ]
        return answers.answer(SessionList, SessionList.model_validate({"items": found}))

    return await call.read_as_user(work)


@router.delete("/sessions", response_model=EndedOut)
async def end_other_sessions(call: UserCall) -> Response:
    """End all other sessions."""

    def work(session: Session, caller: Caller) -> Response:
        ended = sign_ins.end_all(session, caller.user, but=caller.require_sign_in())
        return answers.answer(dict[str, int], {"ended": ended})

    return await call.write_as_user(work)


@router.delete("/sessions/{session_id}", status_code=HTTPStatus.NO_CONTENT)
async def end_session(
    call: UserCall, session_id: Annotated[int, Path(description="The session's number.", examples=[1])]
) -> Response:
    """End a session."""

    def work(session: Session, caller: Caller) -> Response:
        caller.require_sign_in()
        sign_ins.end(session, caller.user, session_id)
        return answers.nothing()

    return await call.write_as_user(work)


@router.get("/tokens", response_model=AccessTokenList)
async def list_access_tokens(call: UserCall) -> Response:
    """List personal access tokens."""
    return await call.read_as_user(
        lambda session, caller: answers.answer(
            dict[str, list[AccessTokenPublic]], {"items": access_tokens.list(session, caller.user)}
        )
    )


@router.post("/tokens", response_model=NewAccessTokenOut, status_code=HTTPStatus.CREATED)
async def create_access_token(call: UserCall, new: AccessTokenCreate) -> Response:
    """Make a personal access token.

    For a script: it is shown this once. Only somebody who signed in with their password can make one.
    """

    def work(session: Session, caller: Caller) -> Response:
        caller.require_sign_in()
        made, token = access_tokens.create(session, caller.user, new)
        shown = AccessTokenOut.model_validate(made, from_attributes=True)
        made_now = NewAccessTokenOut(**dict(shown), token=token)
        return answers.answer(NewAccessTokenOut, made_now, status=HTTPStatus.CREATED, headers=_NOT_KEPT)

    return await call.write_as_user(work)


@router.delete("/tokens/{token_id}", status_code=HTTPStatus.NO_CONTENT)
async def revoke_access_token(
    call: UserCall, token_id: Annotated[int, Path(description="The token's number.", examples=[1])]
) -> Response:
    """Revoke a personal access token."""

    def work(session: Session, caller: Caller) -> Response:
        caller.require_sign_in()
        access_tokens.revoke(session, caller.user, token_id)
        return answers.nothing()

    return await call.write_as_user(work)


def _tokens(pair: TokenPair) -> Response:
    shown = {
        "access_token": pair.access_token,
        "token_type": "bearer",
        "expires_in": pair.expires_in,
        "refresh_token": pair.refresh_token,
    }
    return answers.answer(dict[str, str | int], shown, headers=_NOT_KEPT)


def _place(request: Request) -> dict[str, str]:
    return {"client": request.headers.get("user-agent", ""), "address": address_of(request)}

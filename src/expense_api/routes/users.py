"""The user who calls: their profile, their password, and leaving."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Response
from sqlmodel import Session

from expense_api import answers
from expense_api.calls import IfMatch, UserCall, require_tag
from expense_api.requests import Route
from expense_api.shapes.accounts import Farewell, PasswordChange, UserOut
from expense_core import users
from expense_core.callers import Caller
from expense_core.errors import FieldError, InvalidPassword
from expense_core.tables import UserPublic, UserUpdate

router = APIRouter(prefix="/api/v1/users", tags=["users"], route_class=Route)

_OWN_BUSINESS = {"disabled_at"}


def user_answer(user: UserPublic, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """A user, as they see themselves."""
    return answers.tagged(UserPublic, user, status=status, without=_OWN_BUSINESS)


@router.get("/me", response_model=UserOut)
async def get_me(call: UserCall) -> Response:
    """Get my profile."""
    return await call.read_as_user(lambda _, caller: user_answer(caller.user))


@router.patch("/me", response_model=UserOut)
async def edit_me(call: UserCall, changes: UserUpdate, if_match: IfMatch = None) -> Response:
    """Change my profile.

    What is left out stays. Only somebody who signed in with their password can do it, as often as they may try to
    sign in: the answer tells whether a name is somebody else's.
    """
    if changes.model_fields_set:
        await call.count_attempt()

    def work(session: Session, caller: Caller) -> Response:
        caller.require_sign_in()
        require_tag(if_match, user_answer(users.lock(session, caller.user)))
        return user_answer(users.update(session, caller.user, changes))

    return await call.write_as_user(work)


@router.put("/me/password", status_code=HTTPStatus.NO_CONTENT)
async def change_password(call: UserCall, change: PasswordChange) -> Response:
    """Change my password.

    Asks for the current one. Every other session ends; this one stays.
    """
    new = change.new_password.get_secret_value()
    user = await call.confirm(change.current_password.get_secret_value())
    rounds = call.server.settings.bcrypt_rounds
    try:
        hashed = await call.server.sign_ins.run(lambda: users.hash_password(new, user, rounds=rounds))
    except InvalidPassword as error:
        told = error.message
        raise InvalidPassword(told, [FieldError("new_password", error.code, told)]) from error

    def work(session: Session, caller: Caller) -> Response:
        users.set_password(session, caller.user, new, hashed=hashed, but=caller.require_sign_in())
        return answers.nothing()

    return await call.write_as_user(work)


@router.delete("/me", status_code=HTTPStatus.NO_CONTENT)
async def delete_me(call: UserCall, farewell: Farewell, if_match: IfMatch = None) -> Response:
    """Delete my account.

    Asks for the password. Every ledger that nobody else is a member of goes too, for good.
    """
    await call.confirm(farewell.password.get_secret_value())

    def work(session: Session, caller: Caller) -> Response:
        caller.require_sign_in()
        require_tag(if_match, user_answer(users.lock(session, caller.user)))
        users.delete(session, caller.user)
        return answers.nothing()

    return await call.write_as_user(work)

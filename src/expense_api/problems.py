"""Everything that goes wrong, as RFC 9457 has it: `application/problem+json`, whatever it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from expense_core import errors
from expense_core.errors import (
    ExpenseError,
    FieldError,
    Invalid,
    InvalidAmount,
    PermissionDenied,
    QuickSyntaxError,
    VersionConflict,
)

MEDIA_TYPE = "application/problem+json"

_BLANK = "about:blank"
_SOON = "1"
"""Seconds after which to come back."""
_WITH_A_BODY = {"POST", "PUT", "PATCH"}
_AMOUNT = "amount"

_RENAMED = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Content Too Large",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Unprocessable Content",
}
"""By the RFC; Python has called them so since 3.13."""

_OUT_OF_ORDER = "the server cannot use its database; tell its operator the request_id"
_OF_THE_DATABASE: Mapping[type[ExpenseError], str] = {
    errors.DatabaseUnavailable: "the database cannot be reached just now; try again in a moment",
    errors.ConnectionLost: (
        "the connection to the database broke off, and nobody knows whether this was saved; "
        "repeat it under the same Idempotency-Key, or see what is there"
    ),
    errors.DatabaseLocked: "somebody else is writing and has not finished; nothing was saved: try again in a moment",
    errors.DatabaseFull: "the server's disk is full; nothing was saved. Tell its operator the request_id",
}
"""What a client is told; the operator reads the cause in the log."""
_UNEXPECTED = "something went wrong on the server; tell its operator the request_id"
_NAME_OR_EMAIL = "this username or email address cannot be used; choose another one, or sign in"


class PreconditionFailed(ExpenseError):
    """The resource is no longer as the caller's If-Match has it."""

    code = "precondition_failed"

    def __init__(self, etag: str, current_version: int | None = None) -> None:
        there = "" if current_version is None else f" and is at version {current_version} now"
        super().__init__(f"it was changed meanwhile{there}; look at it again")
        self.etag = etag
        self.current_version = current_version

    @classmethod
    def at(cls, version: int) -> PreconditionFailed:
        """Of what has versions, the one that is current."""
        return cls(f'"{version}"', version)


class TooManyAttempts(ExpenseError):
    """More attempts to sign in than are allowed."""

    code = "too_many_attempts"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many attempts; try again in {retry_after} seconds")
        self.retry_after = retry_after


class Busy(ExpenseError):
    """More calls are waiting than may."""

    code = "busy"


class RegistrationClosed(PermissionDenied):
    """Nobody may register by themselves on this server."""

    code = "registration_closed"


class Refused(ExpenseError):
    """A request that HTTP itself has a status for."""

    def __init__(self, status: HTTPStatus, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.kind = code


_STATUS: Mapping[type[ExpenseError], HTTPStatus] = {
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.PermissionDenied: HTTPStatus.FORBIDDEN,
    errors.AuthenticationFailed: HTTPStatus.UNAUTHORIZED,
    errors.StatementError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.BackupError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.WrongPassword: HTTPStatus.FORBIDDEN,
    TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    errors.DatabaseError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.TotalTooLarge: HTTPStatus.UNPROCESSABLE_ENTITY,
    ExpenseError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""By the class that is nearest."""


def problem(
    state: dict[str, Any],  # Any: what Starlette keeps there
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    **more: Any,  # noqa: ANN401 - whatever JSON holds
) -> Response:
    """The answer to a request that could not be done; its code is kept in the request's state, for the log."""
    state["code"] = code
    content = {
        "type": _BLANK,
        "title": title(status),
        "status": int(status),
        "detail": detail,
        "code": code,
        "request_id": state["id"],
        **more,
    }
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    return Response(body, status, headers, MEDIA_TYPE)


def title(status: HTTPStatus) -> str:
    """What RFC 9110 calls a status, whatever this Python does."""
    return _RENAMED.get(status, status.phrase)


def install(app: FastAPI) -> None:
    """Let the app answer every error with a problem."""
    app.add_exception_handler(ExpenseError, _of_the_core)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)


def unexpected(state: dict[str, Any]) -> Response:  # Any: as in `problem`
    """What is said of an error that nobody foresaw: nothing about it."""
    return problem(state, HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", _UNEXPECTED)


def of(error: ExpenseError, state: dict[str, Any], place: str = "body") -> Response:  # Any: as in `problem`
    """An error of the core, or of the server, as its problem.

    Arguments:
        place: where the fields of a wrong input were: in the body, or in the query.
    """
    status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    detail, code = error.message, error.code
    match error:
        case Refused():
            status, code = error.status, error.kind
        case errors.UsernameTaken() | errors.EmailTaken():  # which of the two is nobody's business
            detail, code = _NAME_OR_EMAIL, "account_taken"
        case errors.DatabaseError() if status is HTTPStatus.SERVICE_UNAVAILABLE:
            state["reason"] = detail
            detail = next(
                (_OF_THE_DATABASE[kind] for kind in type(error).__mro__ if kind in _OF_THE_DATABASE), _OUT_OF_ORDER
            )
        case errors.StatementAmbiguous():
            detail = error.question
        case _:
            pass
    return problem(state, status, code, detail, headers=_headers(error, status), **_more(error, place))


def _headers(error: ExpenseError, status: HTTPStatus) -> dict[str, str]:
    match error:
        case TooManyAttempts():
            return {"Retry-After": str(error.retry_after)}
        case PreconditionFailed():
            return {"ETag": error.etag}
        case errors.RequestRunning():
            return {"Retry-After": _SOON}
        case _ if status is HTTPStatus.SERVICE_UNAVAILABLE:
            return {"Retry-After": _SOON}
        case _ if status is HTTPStatus.UNAUTHORIZED:
            return {"WWW-Authenticate": 'Bearer realm="expense"'}
        case _:
            return {}


def _more(error: ExpenseError, place: str) -> dict[str, Any]:  # Any: whatever JSON holds
    match error:
        case PreconditionFailed() | VersionConflict() if error.current_version is not None:
            return {"current_version": error.current_version}
        case errors.StatementUnreadable() if error.line is not None:
            return {"line": error.line}
        case errors.StatementAmbiguous():
            return {"option": error.option, "question": error.question, "choices": error.choices}
        case Invalid():
            field = _AMOUNT if isinstance(error, InvalidAmount) else ""
            found = error.errors or [FieldError(field, error.code, error.message)]
            told: dict[str, Any] = {
                "errors": [
                    {"pointer": _pointer(place, one.field.split(".")), "code": one.code, "detail": one.message}
                    for one in found
                ]
            }
            if isinstance(error, QuickSyntaxError):
                told["problems"] = [
                    {"start": one.start, "end": one.end, "code": one.code, "detail": one.message}
                    for one in error.problems
                ]
            return told
        case _:
            return {}


async def _of_the_core(request: Request, error: Exception) -> Response:
    assert isinstance(error, ExpenseError)  # noqa: S101 - what it is registered for, for the type checker
    return of(error, request.scope["state"], "body" if request.method in _WITH_A_BODY else "query")


async def _of_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what it is registered for, for the type checker
    found = []
    for detail in error.errors():
        ours = detail.get("ctx", {}).get("error")
        code, message = errors.in_words(detail)
        place, *path = map(str, detail["loc"])
        if detail["type"] == "json_invalid":
            path = []
        elif place == "body":
            path = _without_kinds(path, error.body, is_missing=detail["type"] == "missing")
            if isinstance(ours, InvalidAmount) and not "".join(path[-1:]).endswith(_AMOUNT):
                path.append(_AMOUNT)  # found once its currency was read, too
        found.append({"pointer": _pointer(place, path), "code": code, "detail": message})
    told = "; ".join(f"{one['pointer']}: {one['detail']}" for one in found)
    return problem(request.scope["state"], HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", told, errors=found)


def _without_kinds(path: list[str], body: Any, *, is_missing: bool) -> list[str]:  # noqa: ANN401 - whatever JSON holds
    """A path without what pydantic puts into it: the kind of a value, of several that it could be."""
    found = []
    for number, part in enumerate(path, 1):
        match body:
            case Mapping() if part in body or (is_missing and number == len(path)):
                body = body.get(part)
            case list() if part.isdecimal() and int(part) < len(body):
                body = body[int(part)]
            case _:
                continue
        found.append(part)
    return found


async def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for, for the type checker
    status = HTTPStatus(error.status_code)
    code = title(status).lower().replace(" ", "_").replace("-", "_")
    detail = {
        HTTPStatus.NOT_FOUND: f"there is nothing at {request.url.path}; /docs lists what there is",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{request.method} cannot be done at {request.url.path}; /docs lists what can",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "the body is too large; send it in several requests",
        HTTPStatus.BAD_REQUEST: "the body could not be read; send JSON in UTF-8",
    }.get(status, str(error.detail))
    headers = {"Allow": _allowed(request)} if status is HTTPStatus.METHOD_NOT_ALLOWED else error.headers
    return problem(request.scope["state"], status, code, detail, headers=headers)


def _allowed(request: Request) -> str:
    """Every method of a path: each of its routes knows only its own."""
    there = (route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE)
    methods = {method for route in there for method in getattr(route, "methods", None) or ()}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def _pointer(place: str, path: list[str]) -> str:
    """A JSON Pointer into the body (RFC 6901, as a URI fragment); of a parameter, its name behind where it stands."""
    if place == "body":
        return "#" + "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in path if part)
    return " ".join([place, *filter(None, [".".join(path)])])

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

from expense_core import errors
from expense_core.errors import ExpenseError, FieldError, Invalid, QuickSyntaxError, VersionConflict

MEDIA_TYPE = "application/problem+json"

_BLANK = "about:blank"
_CALM_DOWN = 1
"""Seconds after which to come back."""

_STATUS: Mapping[type[ExpenseError], HTTPStatus] = {
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.PermissionDenied: HTTPStatus.FORBIDDEN,
    errors.AuthenticationFailed: HTTPStatus.UNAUTHORIZED,
    errors.WrongPassword: HTTPStatus.FORBIDDEN,
    errors.StatementError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.DatabaseError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.TotalTooLarge: HTTPStatus.UNPROCESSABLE_ENTITY,
    ExpenseError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""By the class that is nearest."""

_AWAY = "the database cannot be reached just now; nothing was changed: try again in a moment"
_UNEXPECTED = "something went wrong on the server; nothing was changed. Tell its operator the request_id"
_NAME_OR_EMAIL = "this username or email address cannot be used; choose another one, or sign in"


class PreconditionFailed(ExpenseError):
    """The resource is no longer as the caller's If-Match has it."""

    code = "precondition_failed"

    def __init__(self, current_version: int) -> None:
        super().__init__(f"it was changed meanwhile and is at version {current_version} now; look at it again")
        self.current_version = current_version


class TooManyAttempts(ExpenseError):
    """More attempts to sign in than are allowed."""

    code = "too_many_attempts"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many attempts; try again in {retry_after} seconds")
        self.retry_after = retry_after


class Busy(ExpenseError):
    """More calls are waiting than may."""

    code = "busy"


class Refused(ExpenseError):
    """A request that HTTP itself has a status for."""

    def __init__(self, status: HTTPStatus, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.kind = code


def problem(
    request_id: str,
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    **more: Any,  # Any: whatever JSON holds
) -> Response:
    """The answer to a request that could not be done."""
    content = {
        "type": _BLANK,
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
        "request_id": request_id,
        **more,
    }
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    return Response(body, status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Let the app answer every error with a problem."""
    app.add_exception_handler(ExpenseError, _of_the_core)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)


def unexpected(request_id: str) -> Response:
    """What is said of an error that nobody foresaw: nothing about it."""
    return problem(request_id, HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", _UNEXPECTED)


def of(error: ExpenseError, request_id: str) -> Response:
    """An error of the core, or of the server, as its problem."""
    headers: dict[str, str] = {}
    more: dict[str, Any] = {}
    detail, code = error.message, error.code
    status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    match error:
        case Refused():
            status, code = error.status, error.kind
        case TooManyAttempts():
            status = HTTPStatus.TOO_MANY_REQUESTS
            headers["Retry-After"] = str(error.retry_after)
        case Busy():
            status = HTTPStatus.SERVICE_UNAVAILABLE
            headers["Retry-After"] = str(_CALM_DOWN)
        case PreconditionFailed():
            status = HTTPStatus.PRECONDITION_FAILED
            more["current_version"] = error.current_version
            headers["ETag"] = f'"{error.current_version}"'
        case VersionConflict():
            more["current_version"] = error.current_version
        case errors.RequestRunning():
            headers["Retry-After"] = str(_CALM_DOWN)
        case errors.UsernameTaken() | errors.EmailTaken():  # which of the two is nobody's business
            detail, code = _NAME_OR_EMAIL, "account_taken"
        case errors.TotalTooLarge():
            pass
        case errors.DatabaseError():
            detail = _AWAY
            headers["Retry-After"] = str(_CALM_DOWN)
        case errors.WrongPassword():
            pass
        case errors.AuthenticationFailed():
            headers["WWW-Authenticate"] = 'Bearer realm="expense"'
        case QuickSyntaxError():
            more["problems"] = [
                {"start": one.start, "end": one.end, "code": one.code, "detail": one.message} for one in error.problems
            ]
        case Invalid():
            more["errors"] = [_field(one) for one in error.errors] or [_field(FieldError("", code, detail))]
        case _:
            pass
    return problem(request_id, status, code, detail, headers=headers, **more)


async def _of_the_core(request: Request, error: Exception) -> Response:
    assert isinstance(error, ExpenseError)  # noqa: S101 - what it is registered for, for the type checker
    return of(error, request.state.id)


async def _of_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what it is registered for, for the type checker
    found = []
    for detail in error.errors():
        ours = detail.get("ctx", {}).get("error")
        code, message = (ours.code, str(ours)) if isinstance(ours, Invalid) else (detail["type"], detail["msg"])
        place, *path = map(str, detail["loc"])
        if detail["type"] == "json_invalid":
            path = []
        found.append({"pointer": _pointer(place, path), "code": code, "detail": message})
    told = "; ".join(f"{one['pointer']}: {one['detail']}" for one in found)
    return problem(request.state.id, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", told, errors=found)


async def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for, for the type checker
    status = HTTPStatus(error.status_code)
    code = status.phrase.lower().replace(" ", "_").replace("-", "_")
    detail = {
        HTTPStatus.NOT_FOUND: f"there is nothing at {request.url.path}; /docs lists what there is",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{request.method} cannot be done at {request.url.path}; /docs lists what can",
        HTTPStatus.BAD_REQUEST: "the body could not be read; send JSON in UTF-8",
    }.get(status, str(error.detail))
    return problem(request.state.id, status, code, detail, headers=error.headers)


def _field(error: FieldError) -> dict[str, str]:
    return {"pointer": _pointer("body", [error.field] if error.field else []), "code": error.code, "detail": error.message}


def _pointer(place: str, path: list[str]) -> str:
    """A JSON Pointer into the body (RFC 6901, as a URI fragment); of a parameter, its name behind where it stands."""
    if place == "body":
        return "#" + "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in path)
    return f"{place} {'.'.join(path)}"

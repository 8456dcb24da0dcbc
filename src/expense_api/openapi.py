"""The OpenAPI document: every call, what it takes, and every way it can answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from expense_api.problems import MEDIA_TYPE
from expense_api.shapes import Problem

_DESCRIPTION = """
One exact book of expenses over HTTP.

Register, sign in, and send the access token as `Authorization: Bearer TOKEN`; a script takes a personal access token.
Amounts are strings with all decimals of their currency. Lists come in pages: send `next_cursor` as `cursor`. Every
error is a problem (RFC 9457) with a `code` for programs. A `POST` under `/expenses` and `/categories` that is repeated
under the same `Idempotency-Key` is carried out once.
"""

_OPEN = {"register", "login", "refresh", "list_currencies", "check_live", "check_ready"}
"""What anybody may call."""

_LIMITED = {"register", "login", "refresh", "change_password", "delete_me"}
"""Where attempts are counted."""

_SECURITY: list[dict[str, list[str]]] = [{"session": []}, {"accessToken": []}]

_TAGS = [
    {"name": "signing in", "description": "Accounts, sessions, and tokens for scripts."},
    {"name": "users", "description": "Yourself."},
    {"name": "expenses", "description": "Money spent, and refunds."},
    {"name": "categories", "description": "What it is spent on."},
    {"name": "history", "description": "Every write, undo and redo."},
    {"name": "reports", "description": "What was spent, added up."},
    {"name": "ledgers", "description": "Whose books there are."},
    {"name": "operating", "description": "For whoever runs the server."},
]

_PROBLEMS: dict[HTTPStatus, tuple[str, str]] = {
    HTTPStatus.UNAUTHORIZED: ("No token, or one that is not valid, or not any more.", "invalid_token"),
    HTTPStatus.FORBIDDEN: ("Your role or your token does not allow it.", "permission_denied"),
    HTTPStatus.NOT_FOUND: ("It is not there, or not in a ledger of yours.", "not_found"),
    HTTPStatus.CONFLICT: ("What is there now stands in the way.", "conflict"),
    HTTPStatus.PRECONDITION_FAILED: ("It was changed since you saw it.", "precondition_failed"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("The body is too large.", "body_too_large"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("The body is of another type.", "unsupported_media_type"),
    HTTPStatus.UNPROCESSABLE_ENTITY: ("What you sent breaks a rule; `errors` names every field.", "invalid"),
    HTTPStatus.TOO_MANY_REQUESTS: ("Too many attempts; `Retry-After` says when to come back.", "too_many_attempts"),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("Something went wrong that should not have.", "internal_error"),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "The database is away, or the server has too much to do; come back after `Retry-After`.",
        "busy",
    ),
}


def install(app: FastAPI) -> None:
    """Let the app describe itself like this."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = document(app)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign] # as FastAPI's own documentation has it


def document(app: FastAPI) -> dict[str, Any]:  # Any: what JSON holds
    """The document of an app."""
    found = get_openapi(
        title="Expenses",
        version="1",
        summary="One exact book of expenses.",
        description=_DESCRIPTION.strip(),
        routes=app.routes,
        tags=_TAGS,
        license_info={"name": "MIT", "identifier": "MIT"},
    )
    found["servers"] = [{"url": "/", "description": "This server"}]
    schemas = found["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {"Problem": problem}
    found["components"]["responses"] = {f"{status.value}": _problem(status) for status in _PROBLEMS}
    found["components"]["securitySchemes"] = {
        "session": {
            "type": "oauth2",
            "description": "Sign in with a username or email address and a password.",
            "flows": {
                "password": {"tokenUrl": "/api/v1/auth/login", "refreshUrl": "/api/v1/auth/refresh", "scopes": {}}
            },
        },
        "accessToken": {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal access token, which begins with `exp_`.",
        },
    }
    for methods in found["paths"].values():
        for method, operation in methods.items():
            _complete(method, operation)
    return found


def _complete(method: str, operation: dict[str, Any]) -> None:
    """Say who may call, and every way it can answer."""
    name = operation["operationId"]
    if name not in _OPEN:
        operation["security"] = _SECURITY
    summary, _, rest = operation["description"].partition("\n")
    operation["summary"] = summary.rstrip(".")
    operation["description"] = rest.strip() or summary
    refusals = {
        f"{status.value}": {"$ref": f"#/components/responses/{status.value}"} for status in _refusals(method, operation)
    }
    operation["responses"] = dict(sorted((operation["responses"] | refusals).items()))


def _refusals(method: str, operation: dict[str, Any]) -> set[HTTPStatus]:
    """Every way in which a call can be refused."""
    name = operation["operationId"]
    found = {HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.UNPROCESSABLE_ENTITY}
    if name not in _OPEN:
        found |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
    if "requestBody" in operation:
        found |= {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE}
    if method != "get":
        found.add(HTTPStatus.CONFLICT)
    if any(one["name"] == "if-match" for one in operation.get("parameters", [])):
        found.add(HTTPStatus.PRECONDITION_FAILED)
    if name in _LIMITED:
        found.add(HTTPStatus.TOO_MANY_REQUESTS)
    if name in _LIMITED - {"register"}:
        found.add(HTTPStatus.UNAUTHORIZED)
    return found


def _problem(status: HTTPStatus) -> dict[str, Any]:
    description, code = _PROBLEMS[status]
    example = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": description,
        "code": code,
        "request_id": "0b6f2e1c",
    }
    headers = {"X-Request-ID": {"description": "For the operator.", "schema": {"type": "string"}}}
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        headers["Retry-After"] = {"description": "Seconds to wait.", "schema": {"type": "string"}}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = {"description": "How to sign in.", "schema": {"type": "string"}}
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    return {"description": description, "headers": headers, "content": content}

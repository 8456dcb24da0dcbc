"""The OpenAPI document: every call, what it takes, every way it can answer, and where an answer leads.

`python -m expense_api.openapi` prints it.
"""

from __future__ import annotations

import json
import sys
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from expense_api import examples, links
from expense_api.problems import MEDIA_TYPE, title
from expense_api.requests import UPLOAD
from expense_api.settings import ApiSettings
from expense_api.shapes.book import ExportedExpense
from expense_api.shapes.problems import Problem

_DESCRIPTION = """
Register, sign in, and send the access token as `Authorization: Bearer TOKEN`; a script takes a personal access token.
Amounts are strings with all decimals of their currency. Lists come in pages: send `next_cursor` as `cursor`. Every
error is a problem (RFC 9457) with a `code` for programs. A write to a ledger that is repeated under the same
`Idempotency-Key` is carried out once.
"""

_OPEN = {"register", "login", "refresh", "list_currencies", "check_live", "check_ready", "read_metrics"}
"""What anybody may call."""

_LIMITED = {"register", "login", "refresh", "change_password", "delete_me", "edit_me"}
"""Where attempts are counted."""

_SECURITY: list[dict[str, list[str]]] = [{"session": []}, {"accessToken": []}]

_TAGS = [
    {"name": "signing in", "description": "Accounts, sessions, and tokens for scripts."},
    {"name": "users", "description": "Yourself."},
    {"name": "expenses", "description": "Money spent, and refunds."},
    {"name": "categories", "description": "What it is spent on."},
    {"name": "imports", "description": "Bank statements: what comes in of them, and taking it back."},
    {"name": "rules", "description": "What becomes of a statement's rows."},
    {"name": "history", "description": "Every write, undo and redo."},
    {"name": "reports", "description": "What was spent, added up."},
    {"name": "ledgers", "description": "Whose books there are."},
    {"name": "operating", "description": "For whoever runs the server."},
]

_PROBLEMS: dict[HTTPStatus, tuple[str, str]] = {
    HTTPStatus.BAD_REQUEST: ("The body cannot be read.", "bad_request"),
    HTTPStatus.UNAUTHORIZED: ("No token, or one that is not valid, or not any more.", "invalid_token"),
    HTTPStatus.FORBIDDEN: ("Your role or your token does not allow it.", "permission_denied"),
    HTTPStatus.NOT_FOUND: ("It is not there, or not in a ledger of yours.", "not_found"),
    HTTPStatus.CONFLICT: ("What is there now stands in the way.", "conflict"),
    HTTPStatus.PRECONDITION_FAILED: ("It was changed since you saw it.", "precondition_failed"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("The body is too large.", "content_too_large"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("The body is of another type.", "unsupported_media_type"),
    HTTPStatus.UNPROCESSABLE_ENTITY: ("What you sent breaks a rule; `errors` names every field.", "invalid"),
    HTTPStatus.TOO_MANY_REQUESTS: ("Too many attempts; `Retry-After` says when to come back.", "too_many_attempts"),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("Something went wrong that should not have.", "internal_error"),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "The database is away, or the server has too much to do; come back after `Retry-After`.",
        "busy",
    ),
}

_MORE: dict[HTTPStatus, dict[str, Any]] = {  # Any: what JSON holds
    HTTPStatus.PRECONDITION_FAILED: {"current_version": 4},
    HTTPStatus.UNPROCESSABLE_ENTITY: {
        "errors": [{"pointer": "#/amount", "code": "invalid_amount", "detail": "an amount cannot be zero"}]
    },
}

_REQUEST_ID = {
    "X-Request-ID": {
        "description": "The request's own, or the one that was sent; the log has it too.",
        "schema": {"type": "string"},
        "example": "0b6f2e1c",
    }
}
_HEADERS: dict[str, tuple[str, str]] = {
    "ETag": ("For If-Match: the version, where there is one.", '"1"'),
    "Location": ("Its address.", "/api/v1/expenses/1"),
    "Link": ('With rel="next", where there is another page (RFC 8288).', '</api/v1/expenses?cursor=...>; rel="next"'),
    "Idempotency-Replayed": ("`true`: this is the answer to the first request under the same key.", "true"),
    "Retry-After": ("Seconds to wait.", "1"),
    "WWW-Authenticate": ("How to sign in.", 'Bearer realm="expense"'),
    "Content-Disposition": ("A name for the file.", 'attachment; filename="expenses.csv"'),
}
_REFUSED_WITH = {
    HTTPStatus.UNAUTHORIZED: "WWW-Authenticate",
    HTTPStatus.CONFLICT: "Retry-After",
    HTTPStatus.PRECONDITION_FAILED: "ETag",
    HTTPStatus.TOO_MANY_REQUESTS: "Retry-After",
    HTTPStatus.SERVICE_UNAVAILABLE: "Retry-After",
}
_VERSIONED = {"ExpenseOut", "CategoryOut", "RuleOut"}
"""What has a version, which is its ETag."""
_OF_FILES = {"text/csv", "application/octet-stream"}
_TAGGED = {"UserOut", "LedgerOut"}
"""What has an ETag of what is said of it."""


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
        summary="One exact book of expenses, over HTTP.",
        description=_DESCRIPTION.strip(),
        routes=app.routes,
        tags=_TAGS,
        license_info={"name": "MIT", "identifier": "MIT"},
    )
    found["servers"] = [{"url": "/", "description": "This server"}]
    schemas = found["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for model in (Problem, ExportedExpense):  # which no route gives as its own
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {}) | {model.__name__: schema}
    for field in schemas["Problem"]["properties"].values():
        field.pop("default", None)  # what does not apply is left out
    examples.complete(schemas)
    found["components"]["schemas"] = dict(sorted(schemas.items()))
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
            _complete(method, operation, schemas)
    return found


def _complete(method: str, operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Say who may call, what is sent and answered, and every way it can answer."""
    name = operation["operationId"]
    if name not in _OPEN:
        operation["security"] = _SECURITY
    summary, _, rest = operation["description"].partition("\n")
    operation["summary"] = summary.rstrip(".")
    operation["description"] = rest.strip() or summary
    for parameter in operation.get("parameters", ()):
        _take_null_away(parameter["schema"])
    if "requestBody" in operation:
        operation["requestBody"]["description"] = "What is sent."
        form = operation["requestBody"]["content"].get(UPLOAD)
        for part in schemas[form["schema"]["$ref"].rpartition("/")[2]]["properties"].values() if form else ():
            _take_null_away(part)
        _give_examples(operation["requestBody"], schemas)
    answers = {status: answer for status, answer in operation["responses"].items() if status < "300"}
    for status, answer in answers.items():
        _describe(status, answer, operation, schemas)
    refusals = {
        f"{status.value}": {"$ref": f"#/components/responses/{status.value}"} for status in _refusals(method, operation)
    }
    operation["responses"] = dict(sorted((answers | refusals).items()))


def _describe(status: str, answer: dict[str, Any], operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """What an answer says when all went well, its headers, and where it leads."""
    kind = answer.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    if kind:
        answer["description"] = schemas[kind]["description"]
    elif "content" not in answer:
        answer["description"] = "Done; there is nothing to say."
    _give_examples(answer, schemas)
    headers = {
        "ETag": kind in _VERSIONED | _TAGGED,
        "Location": status == "201" and kind in _VERSIONED | {"ImportOut", "LedgerOut"},
        "Link": kind.endswith("Page"),
        "Idempotency-Replayed": any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", ())),
        "Content-Disposition": not _OF_FILES.isdisjoint(answer.get("content", ())),
    }
    answer["headers"] = {name: _header(name) for name, is_sent in headers.items() if is_sent} | _REQUEST_ID
    following = links.after(operation["operationId"])
    if following:
        answer["links"] = following


def _take_null_away(schema: dict[str, Any]) -> None:
    """A parameter, or a part of a form, is left out, or it has a value: there is no way to send null."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema |= kinds[0]
    elif kinds:
        schema["anyOf"] = kinds


def _give_examples(holder: dict[str, Any], schemas: dict[str, Any]) -> None:
    """A body, or an answer, with an example of each of its types."""
    for content in holder.get("content", {}).values():
        if "example" not in content:
            content["example"] = examples.of(content["schema"], schemas)


def _refusals(method: str, operation: dict[str, Any]) -> set[HTTPStatus]:
    """Every way in which a call can be refused."""
    name = operation["operationId"]
    found = {HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.UNPROCESSABLE_ENTITY}
    if name not in _OPEN:
        found |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
    if "requestBody" in operation:
        found |= {
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        }
    if method != "get":
        found.add(HTTPStatus.CONFLICT)
    if any(one["name"] == "If-Match" for one in operation.get("parameters", [])):
        found.add(HTTPStatus.PRECONDITION_FAILED)
    if name in _LIMITED:
        found.add(HTTPStatus.TOO_MANY_REQUESTS)
    if name in _LIMITED - {"register"}:
        found.add(HTTPStatus.UNAUTHORIZED)
    if name == "register":  # where it is closed
        found.add(HTTPStatus.FORBIDDEN)
    return found


def _problem(status: HTTPStatus) -> dict[str, Any]:
    description, code = _PROBLEMS[status]
    example = {
        "type": "about:blank",
        "title": title(status),
        "status": status.value,
        "detail": description,
        "code": code,
        "request_id": "0b6f2e1c",
        **_MORE.get(status, {}),
    }
    header = _REFUSED_WITH.get(status)
    headers = _REQUEST_ID if header is None else {header: _header(header)} | _REQUEST_ID
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}}
    return {"description": description, "headers": headers, "content": content}


def _header(name: str) -> dict[str, Any]:
    description, example = _HEADERS[name]
    return {"description": description, "schema": {"type": "string"}, "example": example}


def _print() -> None:
    from expense_api.app import create_app

    nobodys = {"database_url": "sqlite://", "secret_key": "-" * 32}  # neither is used to describe the calls
    described = create_app(ApiSettings.load(**nobodys)).openapi()
    json.dump(described, sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    _print()

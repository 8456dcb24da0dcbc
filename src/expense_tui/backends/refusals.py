"""What a server refuses, as the errors of the core that it made problems of (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from expense_core import errors
from expense_core.errors import (
    AuthenticationFailed,
    Conflict,
    DatabaseUnavailable,
    ExpenseError,
    FieldError,
    Invalid,
    NotFound,
    PermissionDenied,
    QuickProblem,
    QuickSyntaxError,
    StatementAmbiguous,
    StatementUnreadable,
    VersionConflict,
)

Problem = Mapping[str, Any]  # Any: what JSON holds


def _below(kind: type[ExpenseError]) -> Iterator[type[ExpenseError]]:
    """A class of the core's tree and all that hang from it."""
    if kind.__module__ == errors.__name__:
        yield kind
    for one in kind.__subclasses__():
        yield from _below(one)


KINDS: Mapping[str, type[ExpenseError]] = {kind.code: kind for kind in _below(ExpenseError)}
"""Every error of the core by its code."""

_BY_STATUS: Mapping[int, type[ExpenseError]] = {
    HTTPStatus.UNAUTHORIZED: AuthenticationFailed,
    HTTPStatus.FORBIDDEN: PermissionDenied,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.CONFLICT: Conflict,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Invalid,
    HTTPStatus.UNPROCESSABLE_ENTITY: Invalid,
    HTTPStatus.TOO_MANY_REQUESTS: DatabaseUnavailable,
    HTTPStatus.BAD_GATEWAY: DatabaseUnavailable,
    HTTPStatus.SERVICE_UNAVAILABLE: DatabaseUnavailable,
    HTTPStatus.GATEWAY_TIMEOUT: DatabaseUnavailable,
}
"""What stands for a code that is the server's own, or of a later version."""


def error_of(status: int, problem: Problem) -> ExpenseError:
    """The error that a problem was made of, in the server's own words."""
    kind = KINDS.get(str(problem.get("code"))) or _BY_STATUS.get(status, ExpenseError)
    told = str(problem.get("detail") or problem.get("title") or f"the server answered {status}")
    if issubclass(kind, QuickSyntaxError):
        return kind(
            [QuickProblem(one["start"], one["end"], one["code"], one["detail"]) for one in problem.get("problems", ())]
        )
    if issubclass(kind, Invalid):
        return kind(_in_words(told, problem), _fields(told, problem))
    if issubclass(kind, VersionConflict):
        return kind(told, problem["current_version"])
    if issubclass(kind, StatementUnreadable):
        return kind(told, problem.get("line"))
    if issubclass(kind, StatementAmbiguous):
        return kind(told, problem.get("option", ""), problem.get("choices", ()))
    return kind(told)


def _fields(told: str, problem: Problem) -> list[FieldError]:
    """Every wrong field; the input as a whole is none where the sentence says so already."""
    found = (FieldError(_field(one["pointer"]), one["code"], one["detail"]) for one in problem.get("errors", ()))
    return [one for one in found if one.field or one.message != told]


def _in_words(told: str, problem: Problem) -> str:
    """The sentence, without the JSON Pointers of one that is put together from its fields."""
    found = problem.get("errors", ())
    if told != "; ".join(f"{one['pointer']}: {one['detail']}" for one in found):
        return told
    named = ((_field(one["pointer"]), one["detail"]) for one in found)
    return "; ".join(f"{field}: {detail}" if field else detail for field, detail in named)


def _field(pointer: str) -> str:
    """The path of a field, dots between its parts, from a JSON Pointer, or from "query" and its name."""
    if not pointer.startswith("#"):
        return pointer.partition(" ")[2]
    parts = pointer.removeprefix("#").removeprefix("/").split("/")
    return ".".join(part.replace("~1", "/").replace("~0", "~") for part in parts)

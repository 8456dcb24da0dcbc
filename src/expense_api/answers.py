"""What the core gives, as JSON: straight from its dataclasses to bytes."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter
from starlette.responses import Response

from expense_core.tables import CategoryPublic, ExpensePublic, RulePublic

JSON = "application/json"

IN_THE_BOOK = {"deleted_at"}
"""What only an expense in the trash is shown with."""


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any type that pydantic knows
    return TypeAdapter(kind)


def answer(
    kind: Any,  # noqa: ANN401 - any type that pydantic knows
    value: object,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    headers: dict[str, str] | None = None,
    without: Any = None,  # noqa: ANN401 - fields, as pydantic names those to be left out
) -> Response:
    """A value of this type, as an answer."""
    return Response(to_json(kind, value, without), status, headers, JSON)


def to_json(kind: Any, value: object, without: Any = None) -> bytes:  # noqa: ANN401 - as in `answer`
    """A value of this type in JSON."""
    return _adapter(kind).dump_json(value, exclude=without)


def expense(value: ExpensePublic, *, location: str | None = None) -> Response:
    """An expense with its ETag; with its address where it is new."""
    return _versioned(ExpensePublic, value, location, without=IN_THE_BOOK)


def category(value: CategoryPublic, *, location: str | None = None) -> Response:
    """A category with its ETag; with its address where it is new."""
    return _versioned(CategoryPublic, value, location)


def rule(value: RulePublic, *, location: str | None = None) -> Response:
    """A rule with its ETag; with its address where it is new."""
    return _versioned(RulePublic, value, location)


def _versioned(
    kind: Any,  # noqa: ANN401 - as in `answer`
    value: ExpensePublic | CategoryPublic | RulePublic,
    location: str | None,
    without: Any = None,  # noqa: ANN401 - as in `answer`
) -> Response:
    headers = {"ETag": f'"{value.version}"'}
    if location is None:
        return answer(kind, value, headers=headers, without=without)
    headers["Location"] = location
    return answer(kind, value, status=HTTPStatus.CREATED, headers=headers, without=without)


def tagged(
    kind: Any,  # noqa: ANN401 - as in `answer`
    value: object,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    without: Any = None,  # noqa: ANN401 - as in `answer`
) -> Response:
    """What has no version, with an ETag of what is said of it."""
    body = to_json(kind, value, without)
    return Response(body, status, {"ETag": f'"{blake2b(body, digest_size=8).hexdigest()}"'}, JSON)


def nothing() -> Response:
    """Done, and there is nothing to say."""
    return Response(status_code=HTTPStatus.NO_CONTENT)

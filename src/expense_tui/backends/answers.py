"""What a server is sent and what it answers, as the core has it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from expense_core.errors import DatabaseUnavailable
from expense_core.pages import Page
from expense_core.queries import ExpenseFilter
from expense_core.tables import ExpensePublic
from expense_tui.backends.inputs import as_new_category

Result = TypeVar("Result")

_PARAMETERS: Mapping[str, str] = {
    "spent_from": "from",
    "spent_to": "to",
    "category_ids": "category_id",
    "text": "q",
    "except_ids": "except_id",
}
"""What the server calls a condition, where that is not what the core calls it."""


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any type that pydantic knows
    return TypeAdapter(kind)


def read(kind: type[Result], answer: object) -> Result:
    """What an answer is, as the core has it.

    Raises:
        DatabaseUnavailable: the server is of another version than this.
    """
    try:
        read: Result = _adapter(kind).validate_python(answer)  # type: ignore[arg-type] # a class can be hashed
    except ValidationError as error:
        told = "the server answers in a way that this version does not know; upgrade whichever is the older"
        raise DatabaseUnavailable(told) from error
    return read


def expense(answer: dict[str, Any]) -> ExpensePublic:  # Any: what JSON holds
    """An expense of the book."""
    return read(ExpensePublic, {"deleted_at": None} | answer)


def page(answer: dict[str, Any]) -> Page[ExpensePublic]:  # Any: what JSON holds
    """A page of expenses."""
    items = [{"deleted_at": None} | one for one in answer["items"]]
    return read(Page[ExpensePublic], answer | {"items": items})


def as_json(model: BaseModel) -> dict[str, Any]:  # Any: what JSON holds
    """What is given of an input."""
    return model.model_dump(mode="json", exclude_unset=True)


def content(model: BaseModel, new_category: str | None) -> dict[str, Any]:  # Any: what JSON holds
    """An input with the name of a category that is made with it."""
    category = as_new_category(new_category)
    return as_json(model) if category is None else as_json(model) | {"new_category": category.name}


def parameters(wanted: ExpenseFilter) -> dict[str, Any]:  # Any: what a query holds
    """The conditions that are given, as the server calls them."""
    given = wanted.model_dump(mode="json", exclude_defaults=True)
    return {_PARAMETERS.get(name, name): value for name, value in given.items()}

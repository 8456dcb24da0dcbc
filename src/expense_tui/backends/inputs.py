"""What a person gives, as the core takes it; what is wrong with it is said alike, wherever the book is."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from expense_core.errors import FieldError, Invalid
from expense_core.tables import CategoryCreate
from expense_core.tables.inputs import Input

Model = TypeVar("Model", bound=Input)


def made(model: type[Model], **given: object) -> Model:
    """An input of the core's.

    Raises:
        Invalid: it breaks a rule; `errors` names every field.
    """
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise Invalid.from_validation(error) from error


def as_new_category(name: str | None, field: str = "new_category") -> CategoryCreate | None:
    """What makes a category beside something else, if there is one to be made.

    Raises:
        Invalid: no category can have this name; `errors` names the field.
    """
    if name is None:
        return None
    try:
        return made(CategoryCreate, name=name)
    except Invalid as error:
        raise Invalid(error.message, [FieldError(field, one.code, one.message) for one in error.errors]) from error

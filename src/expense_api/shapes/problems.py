"""What comes out when something is wrong (RFC 9457)."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from expense_api.shapes.kinds import Shape


class ProblemField(Shape):
    """One wrong field."""

    pointer: Annotated[str, Field(examples=["#/amount"])]
    """In the body, a JSON Pointer behind a #; else where it stands and its name, as in `query limit`."""
    code: Annotated[str, Field(examples=["invalid_amount"])]
    """For programs."""
    detail: Annotated[str, Field(examples=["an amount cannot be zero; a refund is negative"])]
    """For people."""


class TextProblem(Shape):
    """One place in a line of text that was not understood."""

    start: Annotated[int, Field(examples=[0])]
    """Where it begins, in characters counted from 0."""
    end: Annotated[int, Field(examples=[5])]
    """Where it ends; the character there is no part of it."""
    code: Annotated[str, Field(examples=["amount_missing"])]
    """For programs."""
    detail: Annotated[str, Field(examples=["there is no amount; write one such as 12.50"])]
    """For people."""


class Problem(Shape):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(extra="allow", use_attribute_docstrings=True)

    type: Annotated[str, Field(examples=["about:blank"])]
    """As the RFC has it; `code` says more."""
    title: Annotated[str, Field(examples=["Unprocessable Content"])]
    """The status in words."""
    status: Annotated[int, Field(examples=[422])]
    """The status."""
    detail: Annotated[str, Field(examples=["#/amount: an amount cannot be zero; a refund is negative"])]
    """What is wrong and what to do about it, for people."""
    code: Annotated[str, Field(examples=["invalid"])]
    """What is wrong, for programs: it never changes its meaning."""
    request_id: Annotated[str, Field(examples=["0b6f2e1c"])]
    """For the operator, who finds it in the log."""
    errors: list[ProblemField] | SkipJsonSchema[None] = None
    """Every wrong field at once."""
    problems: list[TextProblem] | SkipJsonSchema[None] = None
    """Of a line of text that was not understood: every place in it."""
    current_version: Annotated[int, Field(examples=[4])] | SkipJsonSchema[None] = None
    """Of what was changed since you saw it: the version that it is at."""
    line: Annotated[int, Field(examples=[7])] | SkipJsonSchema[None] = None
    """Of a statement that cannot be read: where in the file, counted from 1."""
    option: Annotated[str, Field(examples=["date_order"])] | SkipJsonSchema[None] = None
    """Of a statement that can be read in more than one way: the option that answers the question."""
    question: (
        Annotated[str, Field(examples=["is 03/04/2026 the 3rd of April or the 4th of March?"])] | SkipJsonSchema[None]
    ) = None
    """The question, for people."""
    choices: Annotated[list[str], Field(examples=[["dmy", "mdy"]])] | SkipJsonSchema[None] = None
    """Answers to it; examples of them where the option takes others too."""

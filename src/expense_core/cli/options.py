"""Arguments and options that several commands share."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from expense_core.cli.show import Format

_LARGEST_ID = 2**63 - 1
LARGEST_PAGE = 500
"""As many rows as the core gives at once."""
_MOST_ROWS = 1_000_000_000
_MOST_DIGITS = 40


def row_id(typed: str) -> int:
    """The number of a row, if a database can look for it."""
    number = _number(typed)
    if number > _LARGEST_ID:
        raise typer.BadParameter("no number is that large")
    return number


def _rows(typed: str) -> int:
    return min(_number(typed), _MOST_ROWS)


def _page(typed: str) -> int:
    number = _number(typed)
    if number > LARGEST_PAGE:
        raise typer.BadParameter(f"write a number from 1 to {LARGEST_PAGE}")
    return number


def line_number(typed: str) -> int:
    """The number of a line, or 0 for none."""
    return _number(typed, least=0)


def _number(typed: object, least: int = 1) -> int:
    """What was typed, or a default, which is a number already."""
    text = str(typed).strip()
    if not text.isdecimal() or len(text) > _MOST_DIGITS or int(text) < least:
        shown = text if len(text) <= _MOST_DIGITS else text[:_MOST_DIGITS] + "…"
        raise typer.BadParameter(f"{shown!r} is not a number from {least} on")
    return int(text)


LimitOption = Annotated[int, typer.Option("--limit", "-n", metavar="N", parser=_rows, help="How many at most.")]
PageOption = Annotated[int, typer.Option("--limit", "-n", metavar="N", parser=_page, help="How many at most.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print it.")]


def together(name: str, kind: Callable[..., object]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the fields of a class as its options, in the place of one parameter; typer has no such groups."""

    def give(command: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(command, eval_str=True)
        options = inspect.signature(kind, eval_str=True).parameters
        parameters: list[inspect.Parameter] = []
        for parameter in signature.parameters.values():
            parameters += options.values() if parameter.name == name else [parameter]

        @wraps(command)
        def run(**given: Any) -> None:  # noqa: ANN401 - whatever typer has read
            fields = {option: given.pop(option) for option in options}
            command(**{name: kind(**fields)}, **given)

        run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined] # which typer asks for
        return run

    return give

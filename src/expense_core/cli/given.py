"""What is given to a command's options: a text that is to be a text is taken as it is.

Typer asks pydantic about every value, also where there is nothing to ask; to load pydantic takes longer than the rest
of what a short command does.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from typer._coercion import RuntimeParam, build_runtime_param

if TYPE_CHECKING:
    from typer._click.core import Context, Parameter
    from typer._coercion import TypeDescriptor
    from typer.core import _TyperParameter


@dataclass(frozen=True)
class AsGiven(RuntimeParam):
    """Takes what is of the right type already as it is, and leaves all else to typer."""

    described: TypeDescriptor

    def _coerce_value(self, value: Any, param: _TyperParameter, ctx: Context) -> Any:  # noqa: ANN401 - as typer has it
        if type(value) is self.described.annotation:
            return value
        return build_runtime_param(self.described).coerce(value, param=param, ctx=ctx)


def take_as_given(params: Iterable[Parameter]) -> None:
    """Let a command's parameters take their values so, if this typer is made as those are that we know."""
    for param in params:
        with suppress(AttributeError):
            described: TypeDescriptor = param.type_descriptor  # type: ignore[attr-defined] # typer's own
            as_given = AsGiven(described.parameter_info, described.annotation, described)
            param._runtime_param = as_given  # type: ignore[attr-defined] # noqa: SLF001 - as above

"""Arguments and options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from expense_core.cli.show import Format

_LARGEST_ID = 2**63 - 1
_MOST_ROWS = 1_000_000_000


def findable(numbers: int | list[int] | None) -> int | list[int] | None:
    """Ids as they are, if a database can look for them."""
    listed = numbers if isinstance(numbers, list) else [numbers or 0]
    if max(listed, default=0) > _LARGEST_ID:
        raise typer.BadParameter("no number is that large")
    return numbers


def _at_most_all(limit: int) -> int:
    return min(limit, _MOST_ROWS)


LimitOption = Annotated[
    int, typer.Option("--limit", "-n", metavar="N", min=1, callback=_at_most_all, help="How many at most.")
]
PageOption = Annotated[int, typer.Option("--limit", "-n", metavar="N", min=1, max=500, help="How many at most.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print it.")]

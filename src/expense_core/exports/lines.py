"""Expenses as files have them: plain values, a page of them at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from expense_core.tables import ExpensePublic

FIELDS = ("id", "spent_on", "amount", "currency", "description", "category", "notes")
"""What a file has of an expense."""

Line = tuple[int, str, str, str, str, str | None, str]
"""The values of `FIELDS`: the day in ISO 8601, the amount with exactly the decimals of its currency."""

PAGE = 500
"""How many expenses are in memory at a time; with more it takes longer, as a processor has them at hand no longer."""


def pages_of(expenses: Iterable[ExpensePublic]) -> Iterator[list[Line]]:
    """Expenses that somebody has already, in their order."""
    left = iter(expenses)
    while page := [_line(one) for one in islice(left, PAGE)]:
        yield page


def _line(one: ExpensePublic) -> Line:
    day = one.spent_on.isoformat()
    return one.id, day, f"{one.amount:f}", one.currency, one.description, one.category, one.notes

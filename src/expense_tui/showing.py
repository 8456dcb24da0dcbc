"""What a list of expenses shows: which of them, and in what order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import expense_core as core
from expense_tui.periods import Period

if TYPE_CHECKING:
    from expense_core import ExpenseFilter, ExpenseQuery

SORTS = {
    "-spent_on": "newest first",
    "spent_on": "oldest first",
    "-amount": "largest first",
    "amount": "smallest first",
    "-created_at": "last recorded first",
}
"""The orders there are, in words."""
A_PAGE, LONG_PAGE = 100, 500


@dataclass(frozen=True)
class Showing:
    """What the list shows."""

    period: Period
    text: str = ""
    category_ids: tuple[int, ...] = ()
    uncategorised: bool = False
    category_name: str = ""
    currency: str = ""
    sort: str = "-spent_on"

    def wanted(self, period: Period | None = None, *, but: Iterable[int] = ()) -> ExpenseFilter:
        """The filter, in this period or in another one, but for the expenses of these ids."""
        first, last = (period or self.period).range
        given: dict[str, Any] = {  # Any: the filter checks each by its own type
            "spent_from": first,
            "spent_to": last,
            "text": self.text,
            "category_ids": self.category_ids,
            "uncategorised": self.uncategorised,
            "currency": self.currency,
            "except_ids": tuple(but),
        }
        return core.ExpenseFilter(**{name: value for name, value in given.items() if value})

    def query(self, cursor: str | None = None, limit: int = A_PAGE) -> ExpenseQuery:
        """A page of it."""
        return core.ExpenseQuery(
            **self.wanted().model_dump(exclude_unset=True), sort=core.Sort(self.sort), cursor=cursor, limit=limit
        )

    @property
    def filters(self) -> dict[str, str]:
        """What is filtered by, for the chips."""
        told = {"text": self.text and f"“{self.text}”", "category": self.category_name, "currency": self.currency}
        if self.sort != "-spent_on":
            told["sort"] = SORTS[self.sort]
        return {name: one for name, one in told.items() if one}

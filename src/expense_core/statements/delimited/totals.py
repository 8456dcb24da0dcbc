"""Rows with a date and an amount that are no payments: the sum of a column, proven by what it adds up."""

from __future__ import annotations

from decimal import Decimal

from expense_core.statements.delimited.wording import names_total


class Totals:
    """What the rows so far add up to."""

    def __init__(self) -> None:
        self._out = self._into = Decimal(0)

    def add(self, amount: Decimal) -> None:
        """Take in one payment."""
        if amount < 0:
            self._out -= amount
        else:
            self._into += amount

    def are(self, amount: Decimal, description: str) -> bool:
        """Whether this row says that it is a total, and is: "TOTAL" may also be a filling station."""
        size = abs(amount)
        proven = size in (self._out, self._into) or size == abs(self._into - self._out)
        return proven and bool(size) and names_total(description)

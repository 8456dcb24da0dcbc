"""Rows with a date and an amount that are no payments: the sum of a column, proven by what it adds up."""

from __future__ import annotations

from decimal import Decimal

from expense_core.statements.delimited.wording import names_total

_ZERO = Decimal(0)


class Totals:
    """What the rows so far add up to, all of them and those since the last subtotal."""

    def __init__(self) -> None:
        self._out = self._into = _ZERO
        self._out_before = self._into_before = _ZERO

    def add(self, amount: Decimal) -> None:
        """Take in one payment."""
        if amount < 0:
            self._out -= amount
        else:
            self._into += amount

    def are(self, amount: Decimal, description: str) -> bool:
        """Whether this row says that it is a total, and is: "TOTAL" may also be a filling station."""
        out, into = self._out, self._into
        size = abs(amount)
        since = out - self._out_before, into - self._into_before
        proven = size in (out, into, *since) or size in (abs(into - out), abs(since[1] - since[0]))
        if not (proven and size and names_total(description)):
            return False
        self._out_before, self._into_before = out, into
        return True

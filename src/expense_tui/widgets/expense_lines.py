"""The lines of a list of expenses, page after page: each expense, and above each day what it adds up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from expense_core import ExpensePublic, Page
    from expense_tui.formats import Figure, Formats


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day."""

    day: date
    totals: str
    """What was spent on it, by currency; empty as long as its last expense may be on the page to come."""


@dataclass(frozen=True, slots=True)
class ExpenseLine:
    """An expense."""

    expense: ExpensePublic
    figure: Figure


class ExpenseLines:
    """The lines that are there by now.

    Arguments:
        by_day: whether the list goes by date, so that its days can be added up.
    """

    def __init__(self, formats: Formats, *, by_day: bool) -> None:
        self._formats = formats
        self.by_day = by_day
        self.expenses: list[ExpensePublic] = []
        self.lines: list[DayLine | ExpenseLine] = []
        self.places: list[int] = []
        """The line of each expense."""
        self.next_cursor: str | None = None
        self.before = self.behind = self.days = self.days_of_year = 0
        """The most cells that an amount has up to its ones and behind them; that a date has, also without its year."""

    def take(self, page: Page[ExpensePublic]) -> None:
        """Go on with a page."""
        self.next_cursor = page.next_cursor
        start = self._start_of_last_day() if self.by_day else len(self.expenses)
        self.expenses += page.items
        if start < len(self.places):
            del self.lines[self.places[start] - 1 :], self.places[start:]
        while start < len(self.expenses):
            end = self._end_of_day(start) if self.by_day else len(self.expenses)
            if self.by_day:
                is_whole = end < len(self.expenses) or self.next_cursor is None
                totals = self._totals(self.expenses[start:end]) if is_whole else ""
                self.lines.append(DayLine(self.expenses[start].spent_on, totals))
            for expense in self.expenses[start:end]:
                self._add(expense)
            start = end

    def _add(self, expense: ExpensePublic) -> None:
        figure = self._formats.figure(expense.amount, expense.currency)
        self.before = max(self.before, figure.before)
        self.behind = max(self.behind, figure.behind)
        self.days = max(self.days, len(self._formats.short_day(expense.spent_on)))
        self.days_of_year = max(self.days_of_year, len(self._formats.day_of_year(expense.spent_on)))
        self.places.append(len(self.lines))
        self.lines.append(ExpenseLine(expense, figure))

    def _start_of_last_day(self) -> int:
        start = len(self.expenses)
        while start and self.expenses[start - 1].spent_on == self.expenses[-1].spent_on:
            start -= 1
        return start

    def _end_of_day(self, start: int) -> int:
        day = self.expenses[start].spent_on
        return next(
            (end for end in range(start, len(self.expenses)) if self.expenses[end].spent_on != day), len(self.expenses)
        )

    def _totals(self, expenses: list[ExpensePublic]) -> str:
        totals: dict[str, Decimal] = {}
        for one in expenses:
            totals[one.currency] = totals[one.currency] + one.amount if one.currency in totals else one.amount
        return " + ".join(self._formats.amount(total, currency) for currency, total in totals.items())

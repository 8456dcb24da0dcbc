"""Periods and the lines of reports, where the calendar has its edges."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from expense_core.reports import By, Spending, SpendingReport
from expense_tui.periods import Period, Span
from expense_tui.reporting import Grouping, lines


def report(*days: tuple[date, str]) -> SpendingReport:
    """What was spent on these days."""
    rows = [Spending("EUR", Decimal(total), 1, None, period=day) for day, total in days]
    return SpendingReport((By.DAY,), rows, [])


@pytest.mark.parametrize("span", [Span.DAY, Span.MONTH, Span.YEAR])
def test_the_calendar_ends_where_the_book_does(span: Span) -> None:
    """The last period goes on to nowhere, and has a last day."""
    last = Period.holding(date(9999, 12, 31), span)

    assert last.moved(1) == last
    assert last.last == date(9999, 12, 31)


def test_years_are_listed_up_to_the_last_there_is() -> None:
    """An expense of the far future ends the list, and not the program's patience."""
    found = report((date(9998, 1, 1), "1"), (date(9999, 1, 1), "2"))

    listed = lines(found, None, Grouping.YEAR, Period(Span.ALL, date(2026, 1, 1)), date(2026, 11, 5))

    assert [line.day.year for line in listed] == [9998, 9999]


def test_the_last_days_of_a_leap_years_february_are_compared_together() -> None:
    """The year after has one day for the two of them."""
    february = Period.holding(date(2025, 2, 1))
    before = report((date(2024, 2, 28), "10"), (date(2024, 2, 29), "5"))

    listed = lines(report((date(2025, 2, 28), "1")), before, Grouping.DAY, february, date(2026, 11, 5))

    assert listed[-1].before == Decimal(15)

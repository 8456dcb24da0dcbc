"""Periods and the lines of reports, where the calendar has its edges."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from expense_core.reports import By, Spending, SpendingReport
from expense_tui.periods import Period, Span
from expense_tui.reporting import Grouping, groupings, lines, period_of


def report(*days: tuple[date, str]) -> SpendingReport:
    """What was spent on these days."""
    rows = [Spending("EUR", Decimal(total), 1, None, period=day) for day, total in days]
    return SpendingReport((By.DAY,), rows, [])


@pytest.mark.parametrize("span", [Span.DAY, Span.WEEK, Span.MONTH, Span.QUARTER, Span.YEAR])
def test_the_calendar_ends_where_the_book_does(span: Span) -> None:
    """The last period goes on to nowhere, and has a last day."""
    last = Period.holding(date(9999, 12, 31), span)

    assert last.moved(1) == last
    assert last.last == date(9999, 12, 31)


OWN = [
    ("2026-03-10", "2026-04-20", "2026-04-21", "2026-06-01"),
    ("2026-01-01", "2026-03-31", "2026-04-01", "2026-06-30"),
    ("2025-11-01", "2026-02-28", "2026-03-01", "2026-06-30"),
    ("2026-11-02", "2026-11-08", "2026-11-09", "2026-11-15"),
    ("2024-01-01", "2025-12-31", "2026-01-01", "2027-12-31"),
]


@pytest.mark.parametrize(("first", "last", "next_first", "next_last"), OWN)
def test_a_period_of_ones_own_moves_by_its_length_and_comes_back(first, last, next_first, next_last) -> None:
    """One of whole months by months, however many days they have."""
    period = Period.between(date.fromisoformat(first), date.fromisoformat(last))

    following = period.moved(1)

    assert following.range == (date.fromisoformat(next_first), date.fromisoformat(next_last))
    assert following.moved(-1) == period
    assert period.around(following.first) == period.around(following.last) == following


def test_the_year_before_ends_with_the_month_if_the_year_does() -> None:
    """February has another day in a leap year; a day that there was not is the last one there was."""
    assert Period.between(date(2025, 1, 1), date(2025, 2, 28)).year_before().last == date(2024, 2, 29)
    assert Period.between(date(2024, 2, 10), date(2024, 2, 29)).year_before().last == date(2023, 2, 28)
    assert Period.holding(date(2024, 2, 29), Span.ALL).year_before().span is Span.ALL


def test_a_period_of_ones_own_ends_with_the_calendar() -> None:
    """The last one goes on to nowhere, by days and by months."""
    by_days = Period.between(date(9999, 11, 3), date(9999, 12, 30))
    by_months = Period.between(date(9999, 11, 1), date(9999, 12, 31))

    assert (by_days.moved(1), by_months.moved(1)) == (by_days, by_months)
    assert by_months.moved(-1).moved(1) == by_months
    assert Period.between(date(1900, 1, 3), date(1900, 1, 4)).moved(-1).first == date(1900, 1, 1)
    assert Period.between(date(1900, 1, 1), date(1900, 1, 2)).moved(-1).first == date(1900, 1, 1)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("2026-03-05", [Grouping.DAY, Grouping.CATEGORY]),
        ("2026-05-20", [Grouping.MONTH, Grouping.DAY, Grouping.CATEGORY]),
        ("2027-02-01", [Grouping.MONTH, Grouping.CATEGORY]),
        ("2029-02-01", [Grouping.YEAR, Grouping.MONTH, Grouping.CATEGORY]),
    ],
)
def test_a_report_has_lines_that_tell_something_of_so_long_a_period(last: str, expected: list[Grouping]) -> None:
    """Neither a line alone, nor thousands."""
    assert list(groupings(Period.between(date(2026, 3, 1), date.fromisoformat(last)))) == expected


def test_a_line_is_about_what_of_its_month_is_in_the_period() -> None:
    """Enter on March does not go to days that were not added up."""
    period = Period.between(date(2026, 3, 10), date(2026, 4, 20))

    days = [
        line.day for line in lines(report((date(2026, 4, 1), "1")), None, Grouping.MONTH, period, date(2026, 11, 5))
    ]

    assert days == [date(2026, 3, 1), date(2026, 4, 1)]
    assert period_of(days[0], Grouping.MONTH, period).range == (date(2026, 3, 10), date(2026, 3, 31))
    assert period_of(days[1], Grouping.MONTH, period).range == (date(2026, 4, 1), date(2026, 4, 20))


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

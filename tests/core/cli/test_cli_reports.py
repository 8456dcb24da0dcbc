"""`expense report`: what was spent, added up."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def spent(each_book):
    """A book of two months and two currencies, on each kind of database."""
    for line in (
        "900 Rent @Home 2026-10-01",
        "60 Groceries @Food 2026-10-05",
        "40 Groceries @Food 2026-11-02",
        "-10 Deposit @Food 2026-11-03",
        "5 USD Bagel 2026-11-03",
    ):
        each_book("add", line)
    return each_book


def lines(ran):
    """The table, blanks made even, without bars."""
    return [" ".join(line.split()).rstrip(" █▉▊▋▌▍▎▏") for line in ran.out.splitlines() if line.strip()]


def test_a_report_is_by_month_and_category(spent):
    """The month once, the largest first, and each currency's total on its own."""
    report = spent("report")

    assert lines(report) == [
        "month category total share expenses",
        "Oct 2026 Home €900.00 90.9 % 1",
        "Food €60.00 6.1 % 1",
        "Nov 2026 Food €30.00 3.0 % 2",
        "(none) $5.00 100.0 % 1",
        "Total €990.00 100.0 % 4",
        "Total $5.00 100.0 % 1",
    ]


@pytest.mark.parametrize(
    ("by", "first"),
    [
        ("day", "2026-10-01 €900.00"),
        ("week", "2026-W40 €900.00"),
        ("month", "Oct 2026 €960.00"),
        ("year", "2026 €990.00"),
        ("category", "Home €900.00"),
        ("currency", "EUR €990.00"),
        ("currency, category", "Home EUR €900.00"),
        ("year,category,currency", "2026 Home EUR €900.00"),
        ("", "€990.00"),
    ],
)
def test_a_report_is_by_whatever_is_asked(spent, by, first):
    """The period before the category, the category before the currency."""
    assert lines(spent("report", "--by", by))[1].startswith(first)


def test_a_total_by_currency_is_called_by_it(spent):
    """Where the currency has a column of its own."""
    assert lines(spent("report", "--by", "year,currency"))[-2:] == [
        "Total EUR €990.00 100.0 % 4",
        "Total USD $5.00 100.0 % 1",
    ]


def test_months_have_their_names_in_the_locale(spent, monkeypatch):
    """And amounts their marks."""
    monkeypatch.setenv("EXPENSE_LOCALE", "de_DE")

    assert lines(spent("report", "--by", "month"))[1] == "Okt. 2026 960,00 € 97.0 % 2"


def test_the_bar_of_the_largest_is_whole_and_a_refund_has_none(spent):
    """A bar is as long as its part of the largest in its currency."""
    rows = spent("report", "--by", "day", "--currency", "EUR").out.splitlines()

    bars = [row[row.index("%") :].split()[2:] for row in rows[1:5]]
    assert bars == [["█" * 20], ["█▎"], ["▉"], []]


def test_a_report_of_refunds_alone_has_no_bars(book):
    """There is no largest."""
    book("add", "-5 Deposit 2026-11-03")

    assert lines(book("report", "--by", "year")) == [
        "year total share expenses",
        "2026 -€5.00 100.0 % 1",
        "Total -€5.00 100.0 % 1",
    ]


def test_a_whole_of_nothing_has_no_shares(book):
    """A purchase that was sent back."""
    book("add", "5 Hat 2026-11-03")
    book("add", "-5 Hat 2026-11-04")

    assert lines(book("report", "--by", "month"))[1:] == ["Nov 2026 €0.00 2", "Total €0.00 2"]


def test_a_report_can_be_narrowed(spent):
    """By what a list is narrowed by."""
    report = spent("report", "groceries", "--by", "category", "--from", "2026-11-01", "--min", "1", "-c", "food")

    assert lines(report)[1:] == ["Food €40.00 100.0 % 1", "Total €40.00 100.0 % 1"]


def test_a_program_gets_the_rows_alone(spent):
    """A period is its first day; a share is a part of one."""
    data = json.loads(spent("report", "--by", "week,category", "--format", "json", "--currency", "eur").out)
    text = spent("report", "--by", "currency", "--format", "csv").out

    assert data[0] == {
        "week": "2026-09-28",
        "category": "Home",
        "currency": "EUR",
        "total": "900.00",
        "count": 1,
        "share": "0.9091",
    }
    assert text == "currency,total,count,share\nEUR,990.00,4,1.0000\nUSD,5.00,1,1.0000\n"


def test_a_report_of_nothing_says_so(book):
    """On standard error."""
    assert (book("report").out, book("report").err) == ("", "No expenses found.\n")


@pytest.mark.parametrize("by", ["colour", "month,week", "month,month"])
def test_what_cannot_be_grouped_by_is_refused(book, by):
    """In the words of the core."""
    refused = book("report", "--by", by)

    assert (refused.code, refused.out) == (1, "")
    assert "group" in refused.err

"""`expense report`: what was spent adds up, in each currency by itself."""

import json

import pytest


@pytest.fixture
def spent(book):
    """Spending in two months, two currencies and two categories, with a refund."""
    for line in (
        "10 Lunch @Food 2026-11-03",
        "30 Train @Travel 2026-11-20",
        "$8 Taxi @Travel 2026-10-03",
        "5 Tea @Food 2026-10-05",
        "-1 Deposit 2026-10-05",
    ):
        book("add", line)
    return book


def lines(ran):
    """What was printed, without the blanks that line it up."""
    return [" ".join(line.split()) for line in ran.out.splitlines()]


def test_spending_is_added_up_by_month_and_category(each_book):
    """A month is named once; its bars are as long as their part of the largest."""
    for line in ("10 Lunch @Food 2026-11-03", "30 Train @Travel 2026-11-20", "2.50 Tea 2026-10-05"):
        each_book("add", line)

    ran = each_book("report")

    assert [line.rstrip() for line in ran.out.splitlines()] == [
        "month     category   total    share  expenses",
        "Oct 2026  (none)     €2.50    5.9 %         1  █▋",
        "Nov 2026  Travel    €30.00   70.6 %         1  ████████████████████",
        "          Food      €10.00   23.5 %         1  ██████▋",
        "",
        "Total               €42.50  100.0 %         3",
    ]


@pytest.mark.parametrize(
    ("by", "heading", "first"),
    [
        ("day", "day total share expenses", "2026-10-03 $8.00"),
        ("week", "week total share expenses", "2026-W40 $8.00"),
        ("month", "month total share expenses", "Oct 2026 €4.00"),
        ("year", "year total share expenses", "2026 €44.00"),
        ("category", "category total share expenses", "Travel €30.00"),
        ("currency", "currency total share expenses", "EUR €44.00"),
        ("category, year,", "year category total share expenses", "2026 Travel €30.00"),
        ("", "total share expenses", "€44.00"),
    ],
)
def test_spending_is_grouped_by_whatever_is_asked(spent, by, heading, first):
    """A period always comes first; nothing at all is the whole."""
    shown = lines(spent("report", "--by", by))

    assert shown[0] == heading
    assert shown[1].startswith(first)


def test_each_currency_has_a_total_of_its_own(spent):
    """They are named where the currency was asked for, and shown by their amounts where not."""
    by_currency = lines(spent("report", "--by", "year,currency"))
    by_year = lines(spent("report", "--by", "year"))

    assert by_currency[-2:] == ["Total EUR €44.00 100.0 % 4", "Total USD $8.00 100.0 % 1"]
    assert by_year[-2:] == ["Total €44.00 100.0 % 4", "Total $8.00 100.0 % 1"]


def test_a_refund_has_no_bar_and_a_total_of_nothing_no_shares(book):
    """What was paid and given back is no division by zero."""
    book("add", "5 Lent 2026-10-05")
    book("add", "-5 Back 2026-11-05")

    shown = lines(book("report", "--by", "month"))

    assert shown[1:] == ["Oct 2026 €5.00 1 ████████████████████", "Nov 2026 -€5.00 1", "", "Total €0.00 2"]


@pytest.mark.parametrize(
    ("asked", "total"),
    [
        (["tea"], "5.00"),
        (["--from", "2026-11-01", "--to", "2026-11-10"], "10.00"),
        (["-c", "travel", "--currency", "EUR"], "30.00"),
        (["--min", "10", "--max", "20"], "10.00"),
    ],
)
def test_a_report_is_of_the_expenses_that_are_asked_for(spent, asked, total):
    """With the options of `expense list`."""
    rows = json.loads(spent("report", "--by", "", "--format", "json", *asked).out)

    assert [row["total"] for row in rows] == [total]


def test_a_program_gets_periods_as_their_first_days(spent):
    """And the currency of each amount, whether or not it was asked for."""
    ran = spent("report", "--by", "category,month,currency", "--format", "csv", "--from", "2026-11-01")

    assert ran.out == (
        "month,category,currency,total,count,share\n"
        "2026-11-01,Travel,EUR,30.00,1,0.7500\n"
        "2026-11-01,Food,EUR,10.00,1,0.2500\n"
    )


def test_a_report_of_nothing_says_so(book):
    """And shows no headings over nothing."""
    ran = book("report")

    assert (ran.code, ran.out, ran.err) == (0, "", "No expenses found.\n")


@pytest.mark.parametrize("by", ["colour", "month,year"])
def test_a_report_that_cannot_be_made_is_refused(book, by):
    """The message names what there is to group by."""
    ran = book("report", "--by", by)

    assert (ran.code, ran.out) == (1, "")
    assert "day, week, month, year" in ran.err


def test_periods_are_named_in_the_language_of_their_reader(book, monkeypatch):
    """A German October is written with a k."""
    monkeypatch.setenv("EXPENSE_LOCALE", "de_DE")
    book("add", "5 Tee 3.10.2026")

    assert lines(book("report", "--by", "month"))[1].startswith("Okt")

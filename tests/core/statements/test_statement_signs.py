"""Which way the money of each row went: a balance tells it row by row, and where nothing tells it, it is asked."""

from __future__ import annotations

from decimal import Decimal

import pytest

from expense_core import statements
from expense_core.errors import StatementAmbiguous
from expense_core.statements import ReadingOptions, parse_columns
from expense_core.statements.delimited import recognise
from expense_core.statements.delimited.signs import Signs


@pytest.fixture
def file(tmp_path):
    """Make a statement of these lines."""

    def written(*lines):
        path = tmp_path / "statement.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return written


def amounts(path, **options):
    """The amounts of a statement."""
    layout = statements.recognise(path, ReadingOptions(**options))
    return [str(row.amount) for row in statements.rows(path, layout)]


def question(path, **options):
    """What is asked about a statement."""
    with pytest.raises(StatementAmbiguous) as asked:
        recognise(path, ReadingOptions(**options))
    return asked.value


UNSIGNED = "Date,Text,Amount,Balance"
OPENING = "2024-01-01,Opening balance,,100.00"
OLDEST_FIRST = ["2024-01-02,Shop,5.00,95.00", "2024-01-03,Wages,900.00,995.00", "2024-01-04,Rent,700.00,295.00"]


def test_each_amount_without_a_sign_has_that_of_its_step_of_the_balance(file):
    """Most are money out, and yet not all."""
    path = file(UNSIGNED, OPENING, *OLDEST_FIRST)

    assert recognise(path, ReadingOptions()).signs is Signs.BY_BALANCE
    assert amounts(path) == ["-5.00", "900.00", "-700.00"]


def test_the_newest_row_may_be_the_first(file):
    """Then the balance from before a row is on the line beneath it, whatever stands between."""
    between = "2024-01-02,Card sent by post,0.00,"
    newest, *others = reversed(OLDEST_FIRST)

    assert amounts(file(UNSIGNED, newest, between, *others, OPENING)) == ["-700.00", "0.00", "900.00", "-5.00"]


@pytest.mark.parametrize(("invert", "oldest"), [(True, "-5.00"), (False, "5.00")])
def test_the_oldest_row_is_asked_about_where_no_balance_stands_before_it(file, invert, oldest):
    """The answer is for that row alone."""
    path = file(UNSIGNED, *OLDEST_FIRST)

    asked = question(path)

    assert (asked.option, asked.choices) == ("invert", ("yes", "no"))
    assert "not for 5.00 on line 2." in asked.question
    assert amounts(path, invert=invert) == [oldest, "900.00", "-700.00"]


def test_rows_behind_a_gap_are_asked_about_too(file):
    """A row was taken out of the file: the step before the last one fits nothing."""
    path = file(UNSIGNED, *OLDEST_FIRST, "2024-01-05,Cafe,3.00,200.00")

    assert "not for 5.00 on line 2, nor for 1 others." in question(path).question


def test_rows_of_a_single_day_are_read_the_way_that_proves_more(file):
    """Nothing tells whether the oldest or the newest is first, but for the balance."""
    lines = [line.replace("-03", "-02").replace("-04", "-02") for line in OLDEST_FIRST]

    assert amounts(file(UNSIGNED, OPENING.replace("-01,", "-02,"), *lines)) == ["-5.00", "900.00", "-700.00"]


def test_a_balance_that_fits_too_few_amounts_is_not_trusted(file):
    """Two steps fit, in both ways, and three do not."""
    others = [f"2024-01-0{day},Shop,{day}.00,{day}7.31" for day in range(5, 10)]
    path = file(UNSIGNED, *OLDEST_FIRST, *others)

    assert "goes both ways" in question(path).question
    assert amounts(path, invert=True)[:3] == ["-5.00", "-900.00", "-700.00"]


def test_a_balance_that_contradicts_a_sign_is_asked_about(file):
    """5.00 has no minus, and yet the balance falls by it."""
    path = file(
        UNSIGNED,
        "2024-01-01,A,-3.00,97.00",
        "2024-01-02,B,-4.00,93.00",
        "2024-01-03,C,5.00,88.00",
        "2024-01-04,D,-1,87",
    )

    assert "The balance contradicts the signs in 'Amount'" in question(path).question
    assert amounts(path, invert=False) == ["-3.00", "-4.00", "5.00", "-1"]


def test_equal_rows_of_a_day_do_not_contradict_a_balance(file):
    """The newest day is first, but within a day the oldest row: two equal ones look like steps the other way."""
    path = file(
        UNSIGNED,
        "2024-01-03,A,-9.00,78.00",
        "2024-01-02,B,-2.50,97.50",
        "2024-01-02,B,-2.50,95.00",
        "2024-01-02,C,-8.00,87.00",
        "2024-01-01,D,-1.00,100.00",
        "2023-12-31,E,-1.00,101.00",
        "2023-12-30,F,-1.00,102.00",
    )

    assert len(amounts(path)) == 7


# Debit and credit in two columns


@pytest.mark.parametrize(
    ("header", "yes", "no"),
    [
        ("Debit", ["-5.00", "-6.00", "2.00"], ["5.00", "6.00", "-2.00"]),
        ("Credit", ["-5.00", "-6.00", "2.00"], ["5.00", "6.00", "-2.00"]),
    ],
)
def test_a_column_with_and_without_a_minus_is_asked_about(file, header, yes, no):
    """Whether those with one are money back, or those without."""
    path = file(f"Date,Text,{header}", "2024-01-02,A,5.00", "2024-01-03,B,6.00", "2024-01-04,C,-2.00")

    asked = question(path)

    assert (asked.option, asked.choices) == ("invert", ("yes", "no"))
    assert f"Some amounts in '{header}' have a minus" in asked.question
    assert (amounts(path, invert=True), amounts(path, invert=False)) == (yes, no)


@pytest.mark.parametrize(
    ("balances", "expected"), [((95, 89, 91), ["-5.00", "-6.00", "2.00"]), ((105, 111, 109), ["5.00", "6.00", "-2.00"])]
)
def test_a_balance_tells_which_ones_are_money_back(file, balances, expected):
    """No question is needed then."""
    rows = zip(("5.00", "6.00", "-2.00"), balances, strict=True)
    path = file("Date,Text,Debit,Credit,Balance", *(f"2024-01-0{i},A,{a},,{b}.00" for i, (a, b) in enumerate(rows, 1)))

    assert amounts(path) == expected


def test_a_row_that_cannot_be_read_proves_nothing(file):
    """It is an error of its own, later."""
    path = file(
        "Date,Text,Debit,Balance", "2024-01-02,A,5.00,95.00", "2024-01-03,B,x,95.00", "2024-01-04,C,-2.00,97.00"
    )

    assert question(path).option == "invert"


def test_a_balance_that_grows_by_the_first_of_two_nameless_columns_is_asked_about(file):
    """What is owed on a card grows by its debits, what is on an account by its credits."""
    path = file("2024-01-02,Cafe,5.00,,105.00", "2024-01-03,Shop,6.00,,111.00", "2024-01-04,Payment,,50.00,61.00")

    asked = question(path)

    assert (asked.option, asked.choices) == ("columns", ("debit=3,credit=4", "debit=4,credit=3"))
    owed, owned = (amounts(path, columns=parse_columns(choice)) for choice in asked.choices)
    assert (owed, owned) == (["-5.00", "-6.00", "50.00"], ["5.00", "6.00", "-50.00"])


@pytest.mark.parametrize("zero", ["0.00", "0", "-", ""])
def test_a_zero_in_the_other_column_is_nothing(file, zero):
    """With names above the columns, and without."""
    rows = [
        f"2024-01-02,Cafe,5.00,{zero},95.00",
        f"2024-01-03,Wages,{zero},900.00,995.00",
        f"2024-01-04,Bar,7.00,{zero},988.00",
    ]

    assert amounts(file(*rows)) == ["-5.00", "900.00", "-7.00"]
    assert amounts(file("Date,Text,Paid out,Paid in,Balance", *rows)) == ["-5.00", "900.00", "-7.00"]


def test_a_zero_in_the_column_of_another_currency_is_nothing(file):
    """A column for each currency, and a zero where nothing was paid in it."""
    path = file("Date,Text,CAD$,USD$", "2024-01-02,A,-5.00,0.00", "2024-01-03,B,0.00,-7.00", "2024-01-04,C,0.00,0.00")

    layout = statements.recognise(path)

    assert [(row.amount, row.currency) for row in statements.rows(path, layout)] == [
        (Decimal(-5), "CAD"),
        (Decimal(-7), "USD"),
        (0, "CAD"),
    ]

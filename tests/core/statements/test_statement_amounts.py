"""How banks write amounts and dates, cell by cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_core.statements import DateOrder
from expense_core.statements.delimited import amounts, dates
from expense_core.statements.delimited.amounts import AmountReader


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ("12.34", ".", "12.34"),
        ("-12.34", ".", "-12.34"),
        ("−12,34", ",", "-12.34"),  # noqa: RUF001 - the minus sign
        ("–12,34", ",", "-12.34"),  # noqa: RUF001 - the dash
        ("12.34-", ".", "-12.34"),
        ("+12.34", ".", "12.34"),
        ("12.34+", ".", "12.34"),
        ("(12.34)", ".", "-12.34"),
        ("($12.34)", ".", "-12.34"),
        ("$(12.34)", ".", "-12.34"),
        ("(12.34) USD", ".", "-12.34"),
        ("1,234.50", ".", "1234.50"),
        ("1.234,50", ",", "1234.50"),
        ("-1.001", ",", "-1001"),
        ("-1.001", ".", "-1.001"),
        ("1 234 567,8", ",", "1234567.8"),
        ("1\u00a0234,50", ",", "1234.50"),
        ("1\u202f234,50", ",", "1234.50"),
        ("1'234.50", ".", "1234.50"),
        ("1’234.50", ".", "1234.50"),  # noqa: RUF001 - the typographic apostrophe
        ("1,23,456.00", ".", "123456.00"),
        (".5", ".", "0.5"),
        ("5,", ",", "5"),
        ("007", ".", "7"),
        ("'12.34", ".", "12.34"),
        ("$10,500.00", ".", "10500.00"),
        ("- $220.00", ".", "-220.00"),
        ("+ $1,150.00", ".", "1150.00"),
        ("-$5", ".", "-5"),
        ("$-5", ".", "-5"),
        ("1.234,50 €", ",", "1234.50"),
        ("EUR 5,00", ",", "5.00"),
        ("-5,00 EUR", ",", "-5.00"),
        ("Rs. 500.00", ".", "500.00"),
        ("R$ 1.234,56", ",", "1234.56"),
        ("5.00 CR", ".", "5.00"),
        ("5.00DR", ".", "-5.00"),
        ("5,00 EUR H", ",", "5.00"),
        ("5,00 S", ",", "-5.00"),
        ("  5.00 ", ".", "5.00"),
    ],
)
def test_an_amount_is_read_as_it_is_meant(text, mark, expected):
    """With its sign, wherever the bank puts it, and without its currency."""
    assert AmountReader(mark).read(text) == Decimal(expected)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "-",
            "abc",
            "NaN",
            "Infinity",
            "1e5",
            "1_000",
            "0x10",
            "12:30",
            "1/2",
            "2024-01-02",
            "5%",
            "5 apples",
        ),
        *("1.2.3", "1,2,3", "12 34", "1'23", "1,234,56", "--5", "-5-", "(-5)", "((5))", "(5", "5)", "5 CR DR", "-5 CR"),
        *("5 EUR USD", "EUR 5 USD", "5,00", "1.234,50", "١٢", "5" * 100),
    ],
)
def test_what_is_no_amount_is_refused(text):
    """In a column with decimal points."""
    with pytest.raises(ValueError, match="amount"):
        AmountReader(".").read(text)


@pytest.mark.parametrize(
    ("digits", "mark"),
    [
        ("12", ""),
        ("1 234", ""),
        ("12.5", "."),
        ("12,5", ","),
        ("12.3456", "."),
        ("0.123", "."),
        ("1234.567", "."),
        (".123", "."),
        ("1,234.5", "."),
        ("1.234,567", ","),
        ("1.234.567", ","),
        ("1,234,567", "."),
        ("1.234", None),
        ("123,456", None),
    ],
)
def test_digits_prove_the_decimal_mark_or_do_not(digits, mark):
    """Three digits behind a single mark may be thousands."""
    assert amounts.decimal_mark(digits) == mark


@given(
    amount=st.decimals(-999_999_999, 999_999_999, places=2),
    marks=st.sampled_from([(".", ","), (".", "'"), (".", ""), (",", "."), (",", " "), (",", "\u00a0"), (",", "")]),
)
def test_an_amount_in_any_notation_comes_back(amount, marks):
    """To the cent, and its digits prove the mark."""
    decimal, thousands = marks
    text = f"{amount:,.2f}".replace(",", "T").replace(".", decimal).replace("T", thousands)

    assert AmountReader(decimal).read(text) == amount
    parts = amounts.written(text)
    assert parts is not None
    assert amounts.decimal_mark(parts.digits) == decimal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-03", date(2026, 11, 3)),
        ("2026/11/3", date(2026, 11, 3)),
        ("2026.11.03.", date(2026, 11, 3)),
        ("2026. 11. 03.", date(2026, 11, 3)),
        ("20261103", date(2026, 11, 3)),
        ("20261103101112", date(2026, 11, 3)),
        ("20261103T101112Z", date(2026, 11, 3)),
        ("2026-11-03 10:11:12 +0000", date(2026, 11, 3)),
        ("2026-11-03T23:59:59-08:00", date(2026, 11, 3)),
        ("2026-11-03T10:11:12.000Z", date(2026, 11, 3)),
        ("3 Nov 2026", date(2026, 11, 3)),
        ("03-NOV-26", date(2026, 11, 3)),
        ("Nov 3, 2026", date(2026, 11, 3)),
        ("November 3rd, 2026", date(2026, 11, 3)),
        ("Tue, 3 Nov 2026 10:11", date(2026, 11, 3)),
        ("Tue Nov 3, 2026", date(2026, 11, 3)),
        ("2026-Nov-03", date(2026, 11, 3)),
        ("3 Sept 2026", date(2026, 9, 3)),
        ("1er août 2026", date(2026, 8, 1)),
        ("3. März 2026", date(2026, 3, 3)),
        ("3 de marzo de 2026", date(2026, 3, 3)),
        ("3 listopada 2026", None),
        ("'2026-11-03'", date(2026, 11, 3)),
        ("3 Nov 68", date(2068, 11, 3)),
        ("3 Nov 69", date(1969, 11, 3)),
        ("", None),
        ("2026", None),
        ("12345678", None),
        ("20261303", ValueError),
        ("2026-02-29", ValueError),
        ("31 Feb 2026", ValueError),
        ("0000-01-01", ValueError),
        ("1899-12-31", ValueError),
        ("2101-01-01", ValueError),
        ("2567-01-14", ValueError),
        ("3 Smarch 2026", None),
        ("Monday", None),
        ("1/2/3", None),
        ("1/2/3456789", None),
        ("03.11.2026 - 04.11.2026", None),
        ("2026-11-03" * 10, None),
    ],
)
def test_a_date_that_speaks_for_itself_is_read(text, expected):
    """The year in front or the month in letters, in any of many languages; times of day are left out."""
    if expected is ValueError:
        with pytest.raises(ValueError, match=r"day|before|after|Buddhist"):
            dates.written(text)
        assert dates.looks_like_date(text)
    else:
        assert dates.written(text) == expected
        assert dates.looks_like_date(text) is (expected is not None)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("03/11/2026", DateOrder.DMY, date(2026, 11, 3)),
        ("03/11/2026", DateOrder.MDY, date(2026, 3, 11)),
        ("3.11.26", DateOrder.DMY, date(2026, 11, 3)),
        ("26-11-03", DateOrder.YMD, date(2026, 11, 3)),
        ("3. 11. 2026", DateOrder.DMY, date(2026, 11, 3)),
        ("03-11-2026 13:43:54.496", DateOrder.DMY, date(2026, 11, 3)),
        ("3/11/2026 16:00:10 ET", DateOrder.DMY, date(2026, 11, 3)),
        ("03/11/70", DateOrder.DMY, date(1970, 11, 3)),
    ],
)
def test_numbers_are_a_date_in_the_order_that_is_known(text, order, expected):
    """Years of two digits as POSIX has them."""
    assert dates.read(text, order) == expected


@pytest.mark.parametrize(
    ("cells", "direction"),
    [
        (["2026-01-01", "2026-01-01", "2026-01-03"], 1),
        (["2026-01-03", "no day", "2026-01-01"], -1),
        (["2026-01-01", "2026-01-03", "2026-01-02"], 0),
        (["2026-01-01", "2026-01-01"], 0),
        (["03/01/2026", "04/01/2026"], 1),
        (["03/01/2026", "01/02/2026"], 0),
        (["03/01/2026", "13/02/2026"], 1),
        (["13/01/2026", "01/13/2026"], 0),
        ([], 0),
    ],
)
def test_days_run_up_or_down_or_nobody_knows(cells, direction):
    """In every order that the dates leave open."""
    assert dates.direction(cells) == direction


def test_numbers_are_no_date_without_an_order():
    """Nothing is guessed from one cell."""
    with pytest.raises(ValueError, match="is not a date"):
        dates.read("03/11/2026", None)


@given(day=st.dates(date(1970, 1, 1), date(2068, 12, 31)), separator=st.sampled_from("-/. "))
def test_a_day_written_in_any_order_comes_back(day, separator):
    """In the order it was written in."""
    for order, form in ((DateOrder.DMY, "%d-%m-%y"), (DateOrder.MDY, "%m-%d-%Y"), (DateOrder.YMD, "%Y-%m-%d")):
        assert dates.read(day.strftime(form.replace("-", separator)), order) == day

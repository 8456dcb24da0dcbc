"""Rows that have the looks of a payment and are none are left out, and counted, so that a person is told of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from expense_core import statements
from expense_core.statements import LeftOut

BANKS = Path(__file__).parent / "banks"
HEADER = "Date,Description,Amount\n"
GOOD = "2024-01-02,Bakery,-3.20\n2024-01-09,Bookshop,-18.80\n"


@pytest.fixture
def left_out(tmp_path):
    """What is left out of a statement of this text, and how many rows are not."""

    def counted(text):
        file = tmp_path / "statement.csv"
        file.write_text(text, encoding="utf-8")
        counts = Counter()
        kept = list(statements.rows(file, statements.recognise(file), counts))
        return len(kept), dict(counts)

    return counted


@pytest.mark.parametrize(
    ("bank", "expected"),
    [
        ("swedbank-lt", {LeftOut.BALANCE: 3}),
        ("swedbank-ee", {LeftOut.BALANCE: 4}),
        ("total-row", {LeftOut.BALANCE: 3}),
        ("lcl", {LeftOut.BALANCE: 1}),
        ("revolut-pl", {LeftOut.VOID: 1}),
        ("sparbank-pending", {LeftOut.UNDATED: 2}),
        ("alipay", {LeftOut.NEITHER: 1, LeftOut.VOID: 1}),
        ("wechat", {LeftOut.NEITHER: 1}),
        ("name-over-currency", {LeftOut.NEITHER: 1}),
        ("parts-of-rows", {LeftOut.NEITHER: 2}),
    ],
)
def test_what_is_left_out_of_a_banks_statement_is_counted(bank, expected):
    """Balances and totals, what was declined, what has no date yet, what only moved between one's own pockets."""
    counts = Counter()
    file = BANKS / f"{bank}.csv"

    list(statements.rows(file, statements.recognise(file), counts))

    assert counts == expected


@pytest.mark.parametrize(
    "description",
    [
        "Closing balance 31 Jan",
        "BALANCE",
        "OPENING BALANCE 01/01/2024",
        "Saldo final",
        "Saldo per 31.01.2024",
        "Solde au 31 janvier 2024",
        "Käive",
        "TOTAL DEBITS",
        "Total credits 2024",
        "Záró egyenleg",
        "期末余额",
    ],
)
def test_a_balance_with_a_date_and_an_amount_is_no_payment(left_out, description):
    """Whatever day or month stands behind it."""
    assert left_out(f"{HEADER}{GOOD}2024-01-31,{description},99.00\n") == (2, {LeftOut.BALANCE: 1})


@pytest.mark.parametrize(
    "description",
    ["Balance Yoga Studio", "Saldo Bar", "TOTAL STATION 114", "Totally Thai", "Soldeur", "New Balance Shoes"],
)
def test_a_shop_that_is_called_like_a_balance_is_a_shop(left_out, description):
    """Only a day, or nothing, stands behind the word for a balance."""
    assert left_out(f"{HEADER}{GOOD}2024-01-31,{description},-99.00\n") == (3, {})


@pytest.mark.parametrize(
    ("amount", "is_total"), [("-22.00", True), ("22.00", True), ("-21.00", False), ("-51.00", False)]
)
def test_a_total_is_one_that_adds_up(left_out, amount, is_total):
    """TOTAL may be a filling station; the sum of what is above it is no accident."""
    counted = left_out(f"{HEADER}{GOOD}2024-01-31,TOTAL,{amount}\n")

    assert counted == ((2, {LeftOut.BALANCE: 1}) if is_total else (3, {}))


def test_a_total_of_what_came_in_and_one_of_both_are_known_too(left_out):
    """Money in by itself, and what is left of it."""
    rows = f"{GOOD}2024-01-10,Wages,900.00\n2024-01-31,Total,900.00\n2024-01-31,Sum,878.00\n"

    assert left_out(HEADER + rows) == (3, {LeftOut.BALANCE: 2})


def test_a_row_of_zero_is_no_total(left_out):
    """Nothing adds up to it."""
    assert left_out(f"{HEADER}2024-01-01,Total,0.00\n{GOOD}") == (3, {})


def test_a_last_row_without_a_text_is_a_balance_only_where_it_says_something_else(left_out):
    """A shop may have no name; the number of an account where no other row has one is another matter."""
    header = "Date,Text,Amount,Account\n"
    rows = "2024-01-02,Bakery,-3.20,\n2024-01-03,Cafe,-4.00,\n"

    assert left_out(f"{header}{rows}2024-01-31,,92.80,0123X\n") == (2, {LeftOut.BALANCE: 1})
    assert left_out(f"{header}{rows}2024-01-31,,92.80,\n") == (3, {})


@pytest.mark.parametrize("word", ["Väntande", "PENDING", "offen", "Reserverad", "Vorgemerkt", "Reservert"])
def test_a_word_in_the_place_of_a_date_is_a_row_that_is_still_reserved(left_out, word):
    """It comes with a date once it is booked."""
    assert left_out(f"{HEADER}{word},Hotel,-90.00\n{GOOD}") == (2, {LeftOut.UNDATED: 1})


@pytest.mark.parametrize(
    "state",
    [
        "REVERTIDO",
        "COFNIĘTO",
        "Rückgängig gemacht",
        "Annulé",
        "Slettet",
        "Visszavont",
        "ANNULLATO",
        "Reverted",
        "отменен",
    ],
)
def test_what_did_not_happen_is_left_out_in_many_languages(left_out, state):
    """The bank says so beside the row."""
    assert left_out(f"Date,Description,Amount,Status\n2024-01-02,A,-5.00,OK\n2024-01-03,B,-6.00,{state}\n") == (
        1,
        {LeftOut.VOID: 1},
    )


def test_what_is_reserved_may_lack_its_amount(left_out):
    """What was paid abroad has one in its own currency by the time that it is booked."""
    rows = "2024-01-02,A,-5.00,,Booked\n2024-01-03,B,,-6.00,Pendent\n"

    assert left_out(f"Date,Description,Amount,Foreign amount,Status\n{rows}") == (1, {LeftOut.UNDATED: 1})


def test_what_was_declined_may_lack_its_date_or_its_amount(left_out):
    """It was never booked."""
    rows = "2024-01-02,A,-5.00,OK\n,B,-6.00,Declined\n2024-01-03,C,,Declined\n"

    assert left_out(f"Date,Description,Amount,Status\n{rows}") == (1, {LeftOut.VOID: 2})

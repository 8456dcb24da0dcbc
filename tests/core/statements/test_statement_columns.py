"""Which column is which: known by its header and by what is in it, never by one of them alone."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from expense_core import statements
from expense_core.errors import StatementAmbiguous, StatementUnreadable
from expense_core.statements import ReadingOptions, Role
from expense_core.statements.delimited import recognise
from expense_core.statements.delimited.signs import Signs


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a statement goes."""
    return tmp_path / "statement.csv"


def roles(file: Path, header: str, *lines: str) -> dict[str, str]:
    """The names of the columns by their roles."""
    file.write_text("\n".join([header, *lines]), encoding="utf-8")
    layout = recognise(file, ReadingOptions())
    return {role.value: ", ".join(map(layout.name, indices)) for role, indices in layout.columns.items()}


@pytest.mark.parametrize(
    ("header", "line", "expected"),
    [
        (
            "Buchung;Valuta;Text;Betrag",
            "02.01.2024;03.01.2024;Miete;-5,00",
            {"date": "Buchung, Valuta", "value_date": "Valuta", "description": "Text", "amount": "Betrag"},
        ),
        (
            "Bokföringsdag;Valuta;Text;Belopp",
            "2024-01-02;SEK;Hyra;-5,00",
            {"date": "Bokföringsdag", "currency": "Valuta", "description": "Text", "amount": "Belopp"},
        ),
        (
            "Data;Valor;Descrição",
            "02/01/2024;-5,00;Aluguel",
            {"date": "Data", "amount": "Valor", "description": "Descrição"},
        ),
        (
            "Fecha valor;Concepto;Importe",
            "02/01/2024;Alquiler;-5,00",
            {"date": "Fecha valor", "value_date": "Fecha valor", "description": "Concepto", "amount": "Importe"},
        ),
        (
            "Date;Debit account;Credit account;Details;Amount",
            "2024-01-02;12345678;87654321;Rent;-5.00",
            {"date": "Date", "description": "Details", "amount": "Amount"},
        ),
        (
            "Date;Payee ID;Payee;Amount",
            "2024-01-02;shop-1;Shop;-5.00",
            {"date": "Date", "payee": "Payee", "payer": "Payee", "amount": "Amount"},
        ),
        (
            "Date;Amount;Original amount;Exchange rate;Balance;Total fees;Text",
            "2024-01-02;-5.00;-6.00;1.2;99.00;0.10;Rent",
            {"date": "Date", "amount": "Amount", "balance": "Balance", "description": "Text"},
        ),
        (
            "Date;Transaction amount;Billing amount;Text",
            "2024-01-02;-5.00;-6.00;Rent",
            {"date": "Date", "amount": "Billing amount", "description": "Text"},
        ),
        (
            "Date;Gross;Fee;Net;Text",
            "2024-01-02;-5.00;-0.10;-5.10;Rent",
            {"date": "Date", "amount": "Net", "description": "Text"},
        ),
        (
            "Date;Amount after fees;Fees;Text",
            "2024-01-02;-5.00;0.00;Rent",
            {"date": "Date", "amount": "Amount after fees", "fee": "Fees", "description": "Text"},
        ),
        (
            "Date;Umsatzsteuer;Umsatz;Text",
            "2024-01-02;-0,80;-5,00;Miete",
            {"date": "Date", "amount": "Umsatz", "description": "Text"},
        ),
        (
            "Date;Amount;Paid in;Text",
            "2024-01-02;-5.00;;Rent",
            {"date": "Date", "amount": "Amount", "description": "Text"},
        ),
        (
            "Date;Withdrawal;Text",
            "2024-01-02;5.00;Rent",
            {"date": "Date", "debit": "Withdrawal", "description": "Text"},
        ),
        (
            "Date;Amount;Credit;Debit;Text",
            "2024-01-02;-5.00;;;Rent",
            {"date": "Date", "amount": "Amount", "description": "Text"},
        ),
        (
            "Date;+/-;Amount;Text",
            "2024-01-02;-;5.00;Rent",
            {"date": "Date", "sign": "+/-", "amount": "Amount", "description": "Text"},
        ),
        (
            "Date;Account name;Name;IBAN;Amount",
            "2024-01-02;Current;Shop;DE89370400440532013000;-5.00",
            {"date": "Date", "payee": "Name", "payer": "Name", "amount": "Amount"},
        ),
        (
            "Date;Name;Name of counterparty;Amount",
            "2024-01-02;Me;;-5.00",
            {"date": "Date", "description": "Name", "amount": "Amount"},
        ),
        (
            "Date;Status;Merchant state;Amount",
            "2024-01-02;Posted;Ohio;-5.00",
            {"date": "Date", "state": "Status", "description": "Merchant state", "amount": "Amount"},
        ),
    ],
)
def test_a_column_is_known_by_its_header_and_what_is_in_it(file, header, line, expected):
    """The same word means a day at one bank and a currency at another."""
    found = roles(file, header, line)

    assert {role: name for role, name in found.items() if role != "type"} == expected


def test_the_currency_is_the_one_beside_the_amount(file):
    """Some banks write one behind each number."""
    file.write_text("Datum;Saldo;Währung;Betrag;Währung\n02.01.2024;9,00;USD;-5,00;EUR\n", encoding="utf-8")

    rows = statements.rows(file, statements.recognise(file))

    assert [row.currency for row in rows] == ["EUR"]


def test_the_currency_column_may_be_named(file):
    """Where another one would be taken."""
    file.write_text("Date,Currency,Amount,Code\n2024-01-02,USD,-5.00,EUR\n", encoding="utf-8")

    layout = statements.recognise(file, ReadingOptions(columns={Role.CURRENCY: ["code"]}))

    assert [row.currency for row in statements.rows(file, layout)] == ["EUR"]


def test_amounts_in_several_currencies_carry_them(file):
    """One that carries none is in the currency that the caller says."""
    file.write_text('Date;Text;Amount\n2024-01-02;A;-5 EUR\n2024-01-03;B;"-$6"\n2024-01-04;C;-7\n', encoding="utf-8")

    layout = statements.recognise(file, ReadingOptions(currency="CHF"))

    assert [row.currency for row in statements.rows(file, layout)] == ["EUR", "$", "CHF"]


def test_a_pending_row_has_the_next_best_date(file):
    """What is not booked yet has no booking date, but one of the transaction."""
    file.write_text(
        'Started,Completed,Text,Amount\n2024-01-02,2024-01-05,A,-5.00\n2024-01-03," ",B,-6.00\n', encoding="utf-8"
    )

    rows = statements.rows(file, statements.recognise(file))

    assert [row.booked_on for row in rows] == [date(2024, 1, 5), date(2024, 1, 3)]


def test_debits_that_all_have_a_minus_are_debits(file):
    """The minus says only what the column says."""
    file.write_text("Date,Text,Debit\n2024-01-02,A,-5.00\n2024-01-03,B,-6.00\n", encoding="utf-8")

    rows = statements.rows(file, statements.recognise(file))

    assert [str(row.amount) for row in rows] == ["-5.00", "-6.00"]


def test_a_balance_that_is_not_available_does_not_matter(file):
    """What is no number proves nothing and disturbs nothing."""
    file.write_text(
        "Date,Text,Amount,Balance\n2024-01-02,A,-5,n.a.\n2024-01-03,B,-6,94\n2024-01-04,C,-7,87\n", encoding="utf-8"
    )

    rows = statements.rows(file, statements.recognise(file))

    assert [row.amount for row in rows] == [-5, -6, -7]


def test_a_card_statement_that_thanks_for_a_payment_is_turned_round(file):
    """Purchases are positive in it, as the payment that it thanks for is negative."""
    lines = "Date,Text,Amount\n2024-01-02,Shop,5.00\n2024-01-03,Cafe,6.00\n2024-01-04,{},-11.00\n"
    file.write_text(lines.format("PAYMENT RECEIVED - THANK YOU"), encoding="utf-8")
    thanking = recognise(file, ReadingOptions())
    file.write_text(lines.format("Transfer"), encoding="utf-8")

    with pytest.raises(StatementAmbiguous, match="--invert"):
        recognise(file, ReadingOptions())

    assert thanking.signs is Signs.INVERTED


def test_a_date_above_the_table_in_another_notation_settles_nothing(file):
    """31-12-2024 in a title says nothing of 03/04/2024 beneath it."""
    file.write_text("Until 31-12-2024\n\nDate;Text;Amount\n03/04/2024;Shop;-5,00\n", encoding="utf-8")

    layout = recognise(file, ReadingOptions())

    assert layout.date_order == "dmy"  # by the decimal comma


def test_thousands_of_days_are_read(file):
    """More than are remembered at once, in rows so long that fewer of them are looked at beforehand."""
    first = date(1990, 1, 1)
    days = [first + timedelta(days=number) for number in range(9_000)]
    with file.open("w", encoding="utf-8") as lines:
        lines.write("Date,Text,Amount\n")
        lines.writelines(f"{day},{'x' * (5_000 if day.year == 1990 else 5)},-5.00\n" for day in days)

    rows = statements.rows(file, statements.recognise(file))

    assert [row.booked_on for row in rows] == days


def test_a_file_that_changes_after_it_was_recognised_is_not_misread(file):
    """A word that was not there before says nothing about which way the money went."""
    file.write_text("Date,Text,Amount,D/C\n2024-01-02,A,5.00,D\n", encoding="utf-8")
    layout = statements.recognise(file)
    file.write_text(
        "Date,Text,Amount,D/C\n2024-01-02,A,5.00,D\n2024-01-03,B,0.00,?\n2024-01-04,B,6.00,?\n", encoding="utf-8"
    )

    rows = statements.rows(file, layout)

    assert [next(rows).amount, next(rows).amount] == [Decimal("-5.00"), 0]
    with pytest.raises(StatementUnreadable, match=r"line 4, column D/C: '\?' does not say"):
        next(rows)


@pytest.mark.parametrize(("known", "sign"), [("Withdrawals", 1), ("Deposits", -1)])
def test_the_counterpart_of_debits_or_credits_may_have_any_name(file, known, sign):
    """It is filled in just the rows where they are not."""
    rows = ["2024-01-02,A,5.00,0.00,1", "2024-01-03,B,0.00,7.00,2", "2024-01-04,C,2.00,,3"]
    file.write_text("\n".join([f"Date,Text,{known},Gubbins,Check", *rows]), encoding="utf-8")

    found = statements.rows(file, statements.recognise(file))

    assert [row.amount * sign for row in found] == [-5, 7, -2]


def test_two_columns_that_could_be_the_counterpart_are_asked_about(file):
    """One of them may be another currency's."""
    rows = ["2024-01-02,A,5.00,,", "2024-01-03,B,,7.00,8.00"]
    file.write_text("\n".join(["Date,Text,Withdrawals,Gubbins,Widgets", *rows]), encoding="utf-8")

    with pytest.raises(StatementAmbiguous, match="Which column is the credit: Gubbins, Widgets"):
        statements.recognise(file)


@pytest.mark.parametrize(
    ("above", "expected"),
    [("Currency:,NGN", "NGN"), ("Währung: EUR", "EUR"), ("Currency: NGN USD", "NGN"), ("EUR", None)],
)
def test_the_currency_may_be_named_above_the_table(file, above, expected):
    """As such: a code alone may be anything."""
    file.write_text(f"{above}\n\nDate,Text,Amount\n2024-01-02,A,-5.00\n", encoding="utf-8")

    assert statements.recognise(file).summary()["currency"] == (expected or "not said")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Amount (EUR)", "EUR"),
        ("amount (eur)", "EUR"),
        ("AMOUNT OUT (GBP)", "GBP"),
        ("Betrag in eur", "EUR"),
        ("Betrag_(€)", "EUR"),
        ("cad$", "CAD"),
        ("Amount (new)", None),
    ],
)
def test_a_currency_above_the_amounts_is_known_however_it_is_written(file, name, expected):
    """In small letters where nothing else is meant."""
    file.write_text(f"Date,Text,{name}\n2024-01-02,A,-5.00\n", encoding="utf-8")

    assert statements.recognise(file).currency == expected
